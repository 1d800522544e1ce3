"""Items about sessions for the first pages of planners and trainers: too few people, drafts, a room
that is open.
"""

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.dates import day_without_year
from courses.digest.values import DueItem
from courses.people.enums import Role
from courses.people.models import Person
from courses.people.permissions import is_planner, is_trainer
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
    items = []
    if few := list(filling.without_enough_people(now)):
        count = len(few)
        title = ngettext(
            "One session without enough people", "%(count)s sessions without enough people", count
        ) % {"count": count}
        text = ", ".join(session.title for session in few[:NAMED])
        items.append(
            DueItem(
                title,
                f"{reverse('training:planning')}?when=few",
                few[0].starts_at,
                text,
                _("See the sessions"),
                "wait",
                "users",
                order=40,
                role=Role.PLANNER,
            )
        )
    if unled := list(without_trainer(now).with_page_rows()):
        count = len(unled)
        title = ngettext(
            "One session without a trainer", "%(count)s sessions without a trainer", count
        ) % {"count": count}
        items.append(
            DueItem(
                title,
                f"{reverse('training:planning')}?when=unled",
                unled[0].starts_at,
                ", ".join(session.title for session in unled[:NAMED]),
                _("Name who leads them"),
                "warn",
                "users",
                order=34,
                role=Role.PLANNER,
            )
        )
    if ending := ending_memberships(now):
        items.append(_ending(ending))
    if at_risk := seats_at_risk(now).count():
        title = ngettext(
            "%(count)s seat is to confirm", "%(count)s seats are to confirm", at_risk
        ) % {"count": at_risk}
        items.append(
            DueItem(
                title,
                reverse("training:seats_at_risk"),
                None,
                _("The right ends before the session. Without a renewal the seat goes on."),
                _("See the seats at risk"),
                "warn",
                "triangle-alert",
                order=35,
                role=Role.PLANNER,
            )
        )
    if owed := owed_dates():
        title = ngettext("%(count)s date is owed", "%(count)s dates are owed", len(owed)) % {
            "count": len(owed)
        }
        was_seen = any(one.seen_at for one in owed)
        text = (
            _("No trainer came, as was recorded; but a room saw one later.")
            if was_seen
            else ", ".join(one.missed.session.title for one in owed[:NAMED])
        )
        items.append(
            DueItem(
                title,
                reverse("training:owed_dates"),
                None,
                text,
                _("See the dates owed"),
                "warn",
                "calendar-days",
                order=36,
                role=Role.PLANNER,
            )
        )
    if proposed := count_proposals(now):
        title = ngettext(
            "A provider proposes dates: %(count)s proposal",
            "Providers propose dates: %(count)s proposals",
            proposed,
        ) % {"count": proposed}
        items.append(
            DueItem(
                title,
                reverse("training:proposals"),
                None,
                _("Make a draft of each, or say why not."),
                _("See the proposals"),
                "wait",
                "calendar-days",
                order=45,
                role=Role.PLANNER,
            )
        )
    if drafts := filling.count_drafts(now):
        title = ngettext(
            "One session is still a draft", "%(count)s sessions are still drafts", drafts
        ) % {"count": drafts}
        address = f"{reverse('training:planning')}?when=draft"
        items.append(
            DueItem(
                title,
                address,
                None,
                _("Nobody can enrol until they are opened."),
                _("See the drafts"),
                "wait",
                "pencil",
                order=60,
                role=Role.PLANNER,
            )
        )
    return items


def _ending(ending: list[EndingMembership]) -> DueItem:
    count = len({one.session_id for one in ending})
    title = ngettext(
        "A trainer’s membership ends before %(count)s session",
        "Trainers’ memberships end before %(count)s sessions",
        count,
    ) % {"count": count}
    said = _("%(name)s leads until %(until)s, the membership ends on %(day)s.")
    named = [
        said
        % {
            "name": one.trainer.display_name,
            "until": day_without_year(one.leads_until),
            "day": day_without_year(one.ends_on),
        }
        for one in ending[:NAMED]
    ]
    return DueItem(
        title,
        f"{reverse('training:planning')}?when=ending",
        None,
        " ".join(named),
        _("See the sessions"),
        "warn",
        "users",
        order=37,
        role=Role.PLANNER,
    )


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
        "One person is expected.", "%(count)s people are expected.", session.seats_taken
    ) % {"count": session.seats_taken}
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
