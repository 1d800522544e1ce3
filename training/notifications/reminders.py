"""Reminders of a meeting."""

from datetime import datetime

from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.agenda.enums import CalendarMethod
from courses.agenda.models import CalendarEntry, Meeting
from courses.live.queries import join_url
from courses.live.values import OPENS_BEFORE
from courses.mail.documents import absolute, letter
from courses.mail.registry import writes
from courses.mail.values import Message
from courses.people.models import Person
from training.enums import Letters
from training.models import Session
from training.notifications.calendar import entries_of
from training.notifications.declining import how_to_decline_for
from training.queries.leading import has_a_seat, is_trainer_of, leads, led_for, substitution_of
from training.queries.material import titles_to_say
from training.queries.questions import count_unanswered
from training.queries.rooms import room_plan_of
from training.rules import wants_reminder


@writes(Letters.REMINDER, because=gettext_lazy("a meeting is near"))
def reminder(about: Meeting, *, to: Person, details: dict) -> Message | None:
    """A day or an hour before, to teachers and trainers; not if they are no longer expected, or at
    other hours, or too late.
    """
    entry = entries_of(to).filter(meeting=about).first()
    session = (
        Session.objects.filter(series=about.series_id)
        .select_related("training__resource__provider")
        .first()
    )
    if entry is None or session is None or not _is_still_due(entry, session, details):
        return None
    if not (is_leading := leads(to, about)) and not has_a_seat(to, about):
        return None  # a trainer who left the provider
    # A letter that waited while its reader changed the choice; of version 0.2.0 it has no kind.
    if (kind := details.get("kind")) and not wants_reminder(to, kind):
        return None
    is_tomorrow = timezone.localdate(about.starts_at) > timezone.localdate()
    subject = (
        _("Tomorrow at %(hour)s: %(title)s") if is_tomorrow else _("Today at %(hour)s: %(title)s")
    )
    context = {
        "session": session,
        "led_for": led_for(session),
        "person": to,
        "url": absolute(session.get_absolute_url()),
        "entry": entry,
        "join_url": join_url(about),
        "opens_at": about.starts_at - OPENS_BEFORE,
        "room": room_plan_of(about),
        "materials": titles_to_say(session, at=[about]),
    }
    context |= {
        "is_tomorrow": is_tomorrow,
        "is_trainer": is_leading,
        "asked": _count_unanswered(session, about, to) if is_leading else 0,
        "asked_url": absolute(reverse("training:asked_questions", args=[session.public_id])),
        "substitution": substitution_of(about),
        "how_to_decline": "" if is_leading else how_to_decline_for(session, to),
        "profile_url": absolute(reverse("people:profile")),
    }
    return letter(
        "training/mail/reminder",
        subject
        % {
            "title": session.title,
            "hour": formats.time_format(timezone.localtime(about.starts_at)),
        },
        context,
    )


def _count_unanswered(session: Session, meeting: Meeting, leader: Person) -> int:
    """Who leads one date in somebody's place reads those of who comes then."""
    is_whole = is_trainer_of(leader, session)
    return count_unanswered(session, of_those_at=None if is_whole else [meeting])


def _is_still_due(entry: CalendarEntry, session: Session, details: dict) -> bool:
    meeting, now = entry.meeting, timezone.now()
    return (
        entry.method == CalendarMethod.REQUEST
        and not meeting.is_cancelled
        and not session.is_cancelled
        and meeting.starts_at == datetime.fromisoformat(details["starts_at"])
        and now < datetime.fromisoformat(details["not_after"])
    )
