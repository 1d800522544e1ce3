"""What pages ask of the rooms."""

from django.conf import settings
from django.urls import reverse

from courses.agenda.models import Meeting


def join_url(meeting: Meeting) -> str:
    """The absolute address of our join page: the same for everybody, worth nothing without a pass."""
    return f"{settings.SITE_ADDRESS}{reverse('live:join', args=[meeting.public_id])}"
