"""Items about sessions for the first pages of planners and trainers: too few people, drafts, a room
that is open.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import islice

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.dates import day_without_year
from courses.digest.values import DueItem
from courses.people.enums import Role
from courses.people.models import Person
from courses.people.permissions import is_planner, is_trainer
from training.models import Session
from training.queries import filling
from training.queries.at_risk import seats_at_risk
from training.queries.ending_memberships import EndingMembership, ending_memberships
from training.queries.leading import without_trainer
from training.queries.missed_dates import owed_dates
from training.queries.proposals import count_proposals
from training.views.due import awaits
from training.views.trainer import led_row

SOON = timedelta(days=7)
NAMED = 3


def due_for_planner(person: Person, now: datetime) -> list[DueItem]:
    if not is_planner(person):
        return []
    items = (
        _few(now),
        _unled(now),
        _ending(now),
        _at_risk(now),
        _owed(),
        _proposed(now),
        _drafts(now),
    )
    return [item for item in items if item]


def _few(now: datetime) -> DueItem | None:
    if not (sessions := list(filling.without_enough_people(now))):
        return None
    title = ngettext(
        "One session without enough people",
        "%(count)s sessions without enough people",
        len(sessions),
    )
    return DueItem(
        title % {"count": len(sessions)},
        _sessions("few"),
        sessions[0].starts_at,
        _titles(sessions),
        _("See the sessions"),
        "wait",
        "users",
        order=40,
        role=Role.PLANNER,
    )


def _unled(now: datetime) -> DueItem | None:
    if not (sessions := list(without_trainer(now).with_page_rows())):
        return None
    title = ngettext(
        "One session without a trainer", "%(count)s sessions without a trainer", len(sessions)
    )
    return DueItem(
        title % {"count": len(sessions)},
        _sessions("unled"),
        sessions[0].starts_at,
        _titles(sessions),
        _("Name who leads them"),
        "warn",
        "users",
        order=34,
        role=Role.PLANNER,
    )


def _ending(now: datetime) -> DueItem | None:
    if not (ending := ending_memberships(now)):
        return None
    count = len({one.session_id for one in ending})
    title = ngettext(
        "%(count)s session ends after the membership of who leads it",
        "%(count)s sessions end after the membership of who leads them",
        count,
    )
    return DueItem(
        title % {"count": count},
        _sessions("ending"),
        None,
        " ".join(_ends_before(one) for one in _longest_by_trainer(ending)[:NAMED]),
        _("See the sessions"),
        "warn",
        "users",
        order=37,
        role=Role.PLANNER,
    )


def _at_risk(now: datetime) -> DueItem | None:
    if not (count := seats_at_risk(now).count()):
        return None
    title = ngettext("%(count)s seat is to confirm", "%(count)s seats are to confirm", count)
    return DueItem(
        title % {"count": count},
        reverse("training:seats_at_risk"),
        None,
        _("The right ends before the session. Without a renewal the seat goes on."),
        _("See the seats at risk"),
        "warn",
        "triangle-alert",
        order=35,
        role=Role.PLANNER,
    )


def _owed() -> DueItem | None:
    if not (owed := owed_dates()):
        return None
    title = ngettext("%(count)s date is owed", "%(count)s dates are owed", len(owed))
    text = (
        _("No trainer came, as was recorded; but a room saw one later.")
        if any(one.seen_at for one in owed)
        else _titles(one.missed.session for one in owed[:NAMED])
    )
    return DueItem(
        title % {"count": len(owed)},
        reverse("training:owed_dates"),
        None,
        text,
        _("See the dates owed"),
        "warn",
        "calendar-days",
        order=36,
        role=Role.PLANNER,
    )


def _proposed(now: datetime) -> DueItem | None:
    if not (count := count_proposals(now)):
        return None
    title = ngettext(
        "A provider proposes dates: %(count)s proposal",
        "Providers propose dates: %(count)s proposals",
        count,
    )
    return DueItem(
        title % {"count": count},
        reverse("training:proposals"),
        None,
        _("Make a draft of each, or say why not."),
        _("See the proposals"),
        "wait",
        "calendar-days",
        order=45,
        role=Role.PLANNER,
    )


def _drafts(now: datetime) -> DueItem | None:
    count, over = filling.count_drafts(now)
    if not count:
        return None
    title = ngettext("One session is still a draft", "%(count)s sessions are still drafts", count)
    return DueItem(
        title % {"count": count},
        _sessions("draft"),
        None,
        _("Those whose dates are over can’t be opened: copy or delete them.")
        if over
        else _("Nobody can enrol until they are opened."),
        _("See the drafts"),
        "wait",
        "pencil",
        order=60,
        role=Role.PLANNER,
    )


def _sessions(when: str) -> str:
    """The planner's list narrowed to these sessions."""
    return f"{reverse('training:planning')}?when={when}"


def _titles(sessions: Iterable[Session]) -> str:
    return ", ".join(session.title for session in islice(sessions, NAMED))


def _longest_by_trainer(ending: list[EndingMembership]) -> list[EndingMembership]:
    """Of several sessions of one trainer the one that they lead longest."""
    found: dict[tuple[Person, date], EndingMembership] = {}
    for one in sorted(ending, key=lambda one: one.leads_until):
        found[one.trainer, one.ends_on] = one
    return sorted(found.values(), key=lambda one: one.ends_on)


def _ends_before(one: EndingMembership) -> str:
    return _("%(name)s leads until %(until)s, the membership ends on %(day)s.") % {
        "name": one.trainer.display_name,
        "until": day_without_year(one.leads_until),
        "day": day_without_year(one.ends_on),
    }


def due_for_trainer(person: Person, now: datetime) -> list[DueItem]:
    """The room that is open, then the sessions of the week."""
    if not is_trainer(person):
        return []
    to_come, _past = filling.led_sessions(person, now=now)
    return [item for session in to_come if (item := _led(led_row(session, now), now))]


def _led(row, now: datetime) -> DueItem | None:
    session, meeting = row.session, row.next_meeting
    page = reverse("training:my_session", args=[session.public_id])
    if meeting is None and session.awaits_date_at(now):
        return awaits(session, page)
    if meeting is None or meeting.starts_at > now + SOON:
        return None
    expected = ngettext(
        "One person is expected.", "%(count)s people are expected.", session.enrolled
    ) % {"count": session.enrolled}
    hours = {"when": meeting.starts_at, "ends_at": meeting.ends_at}
    if row.join:
        return DueItem(
            session.title,
            row.join,
            text=expected,
            action=_("Enter the room"),
            tone="now",
            icon="video",
            is_now=True,
            order=1,
            **hours,
        )
    return DueItem(
        session.title,
        page,
        text=expected,
        action=_("Participants"),
        tone="done",
        icon="users",
        order=50,
        **hours,
    )
