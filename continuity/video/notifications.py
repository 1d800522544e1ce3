"""Letters about a video class, for students who have an address."""

from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from continuity.enums import Letters
from courses.agenda.models import Meeting
from courses.mail.documents import absolute, letter
from courses.mail.registry import writes
from courses.mail.values import Message
from courses.people.models import Person


@writes(Letters.VIDEO_MOVED, because=gettext_lazy("a video class of yours has moved"))
def video_moved(about: Meeting, *, to: Person, details: dict) -> Message | None:
    """Was and is. Nothing, if it was moved again or cancelled meanwhile: that has its own letter."""
    if about.is_cancelled or about.starts_at != parse_datetime(details["starts_at"]):
        return None
    subject = _("New hours: %(title)s") % {"title": about.series.title}
    return letter(
        "continuity/video/mail/video_moved",
        subject,
        _about(about, to, details) | {"was": parse_datetime(details["was"])},
    )


@writes(Letters.VIDEO_CANCELLED, because=gettext_lazy("a video class of yours is cancelled"))
def video_cancelled(about: Meeting, *, to: Person, details: dict) -> Message:
    subject = _("Cancelled: %(title)s") % {"title": about.series.title}
    return letter("continuity/video/mail/video_cancelled", subject, _about(about, to, details))


def _about(meeting: Meeting, to: Person, details: dict) -> dict:
    return {
        "person": to,
        "meeting": meeting,
        "teaching": meeting.series.video_class.teaching,
        "reason": details.get("reason", ""),
        "url": absolute(reverse("continuity:week")),
    }
