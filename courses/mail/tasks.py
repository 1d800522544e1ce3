"""The worker's part of the outbox."""

from django.tasks import task

from courses.mail import services


@task(backend="jobs", queue_name="mail")
def deliver(pk: int, attempt: int = 0) -> str:
    """Write and send one letter; whoever comes first with this attempt does it, a second one finds nothing to do."""
    return services.send(pk, attempt)
