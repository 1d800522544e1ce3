"""Letters on the room: a plan B that is announced, another room. They lead to the join address,
never to the room behind it.
"""

from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.agenda.enums import CalendarMethod
from courses.agenda.models import Meeting
from courses.live.queries import join_url
from courses.live.values import STAYS_OPEN_AFTER
from courses.mail.documents import absolute, letter
from courses.mail.registry import writes
from courses.mail.values import Message
from courses.people.models import Person
from training.enums import Letters
from training.models import PlanBAnnouncement, Session
from training.notifications.calendar import entries_of
from training.queries.leading import concerns, is_trainer_in, led_for
from training.queries.rooms import rooms_said
from training.values import RoomSaid


@dataclass(frozen=True)
class DatesInARoom:
    """Dates whose room is another one now, all the same."""

    room: RoomSaid
    meetings: list[Meeting]


@writes(Letters.PLAN_B, because=gettext_lazy("the room of a training of yours has changed"))
def plan_b(meeting: Meeting, *, to: Person, details: dict) -> Message | None:
    """No longer needed once it is taken back, or the meeting is over."""
    session = Session.objects.filter(series=meeting.series_id).select_related("training").first()
    announced = PlanBAnnouncement.objects.filter(meeting=meeting).first()
    if session is None or announced is None or meeting.is_cancelled:
        return None
    if meeting.ends_at + STAYS_OPEN_AFTER <= timezone.now() or not concerns(session, to):
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


@writes(Letters.ROOM_CHANGED, because=gettext_lazy("the room of a training of yours has changed"))
def room_changed(about: Session, *, to: Person, details: dict) -> Message | None:
    """Where dates to come take place now, and what that tool learns; those of which all is as it
    was told are left out. Nothing if none is left.
    """
    was = {int(pk): RoomSaid(*said) for pk, said in details["was"].items()}
    expected = entries_of(to).filter(meeting__in=was, method=CalendarMethod.REQUEST)
    now, said = timezone.now(), rooms_said(about)
    found: dict[RoomSaid, list[Meeting]] = {}
    for meeting in [entry.meeting for entry in expected]:
        is_left = not meeting.is_cancelled and meeting.ends_at + STAYS_OPEN_AFTER > now
        if is_left and said[meeting.pk] != was[meeting.pk]:
            found.setdefault(said[meeting.pk], []).append(meeting)
    if not about.is_open or not found or not concerns(about, to):
        return None
    is_trainer = is_trainer_in(to, about)
    page = reverse("training:my_sessions") if is_trainer else about.get_absolute_url()
    context = {
        "person": to,
        "session": about,
        "led_for": led_for(about),
        "rooms": [DatesInARoom(room, meetings) for room, meetings in found.items()],
        "join_url": join_url(next(iter(found.values()))[0]),
        "can_be_declined": not is_trainer
        and about.starts_at > now
        and any(room.tool for room in found),
        "url": absolute(page),
    }
    subject = _("The room has changed: %(title)s") % {"title": about.title}
    return letter("training/mail/room_changed", subject, context)
