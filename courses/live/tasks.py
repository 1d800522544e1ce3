"""The worker's part: events become stays."""

from courses.jobs.values import job
from courses.live import services
from courses.live.models import Room


@job()
def settle(room_pk: int) -> None:
    """May run twice, or for a room that is gone: nothing happens then."""
    if room := Room.objects.filter(pk=room_pk).first():
        services.settle(room)
