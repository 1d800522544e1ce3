"""The letter that announces plan B: it leads to the join address, never to the other room."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.agenda.models import Meeting
from courses.live.queries import join_url
from courses.live.values import STAYS_OPEN_AFTER
from courses.mail.documents import absolute, letter
from courses.mail.registry import writes
from courses.mail.values import Message
from courses.people.models import Person
from training.enums import Letters
from training.models import PlanBAnnouncement, Session


@writes(Letters.PLAN_B, because=gettext_lazy("the room of a training of yours has changed"))
def plan_b(meeting: Meeting, *, to: Person, details: dict) -> Message | None:
    """No longer needed once it is taken back, or the meeting is over."""
    session = Session.objects.filter(series=meeting.series_id).select_related("training").first()
    announced = PlanBAnnouncement.objects.filter(meeting=meeting).first()
    if session is None or announced is None or meeting.is_cancelled:
        return None
    if meeting.ends_at + STAYS_OPEN_AFTER <= timezone.now():
        return None
    context = {
        "to": to,
        "session": session,
        "announced": announced,
        "join_url": join_url(meeting),
        "url": absolute(reverse("training:session_short", args=[session.public_id])),
    }
    subject = _("The room has changed: %(title)s") % {"title": session.title}
    return letter("training/mail/plan_b", subject, context)
