"""The worker's part: events become stays."""

from django.tasks import task

from courses.live import services
from courses.live.models import Room


@task(backend="jobs")
def settle(room_pk: int) -> None:
    """May run twice, or for a room that is gone: nothing happens then."""
    if room := Room.objects.filter(pk=room_pk).first():
        services.settle(room)
