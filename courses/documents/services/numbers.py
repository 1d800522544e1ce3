"""Numbers without holes."""

from django.db import transaction

from courses.documents.models import Counter


def next_number(name: str) -> int:
    """The number after the last one given under that name. Without holes: it comes and goes with
    the caller's transaction.

    Holds the counter's row until commit, so lock everything else first.
    """
    with transaction.atomic():
        Counter.objects.get_or_create(name=name)
        counter = Counter.objects.select_for_update().get(name=name)
        counter.last += 1
        counter.save(update_fields=["last"])
    return counter.last
