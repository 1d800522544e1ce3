"""Next sessions of training for pages of the roof: seats left, and what the reader may."""

from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from courses.agenda.models import Meeting
from courses.dates import day_without_year
from courses.digest.values import Upcoming
from courses.people.models import Person
from courses.people.permissions import is_teacher
from training.models import Session
from training.permissions import reads_seats
from training.queries.live import ANY, ahead_of, published_trainings
from training.queries.sessions import next_dates
from training.views.rows import SessionRow, row, seats


def next_sessions(subjects: frozenset[str], person, now: datetime) -> dict[str, list[Upcoming]]:
    ahead = ahead_of(subjects, person, now=now)
    dates = next_dates({line.session for lines in ahead.values() for line in lines}, now)
    return {
        subject: [
            _upcoming(row(line, person=person, now=now), dates.get(line.session.pk), person, now)
            for line in lines
        ]
        for subject, lines in ahead.items()
    }


def _upcoming(
    shown: SessionRow, date: Meeting | None, person: Person | AnonymousUser, now: datetime
) -> Upcoming:
    """With the hours of the date that goes on or comes next, not of the first one."""
    session, standing = shown.session, shown.standing
    to_come = session.starts_at > now
    counted = seats(session, now, is_exact=reads_seats(person)).word if to_come else ""
    return Upcoming(
        title=session.title,
        url=session.get_absolute_url(),
        starts_at=date.starts_at if date else session.starts_at,
        ends_at=date.ends_at if date else session.ends_at,
        days=_from_to(session),
        state=standing.word,
        tone=standing.tone,
        key=f"session:{session.public_id}",
        sign=standing.sign,
        seats=counted,
        right=_right(shown, now) if is_teacher(person) else "",
        detail=session.get_language_display(),
    )


def _from_to(session: Session) -> str:
    """As the catalogue says it; nothing for one day."""
    if session.first_day == session.last_day:
        return ""
    return _("from %(first)s to %(last)s") % {
        "first": day_without_year(session.starts_at),
        "last": day_without_year(session.ends_at),
    }


def _right(shown: SessionRow, now: datetime) -> str:
    """The rule's own sentence where it refuses; through which school where it doesn't.

    Who is in knows it from the state.
    """
    if shown.why_not:
        return str(shown.why_not.reason)
    entitlement = shown.line.entitlement
    if shown.line.enrolment or entitlement is None or shown.session.starts_at <= now:
        return ""
    return _("Open to you, through %(school)s.") % {"school": entitlement.school.name}


def subjects() -> list[tuple[str, str]]:
    """Return an adviser's choices: all, the trainings on a resource, one training."""
    trainings = list(published_trainings())
    resources = sorted(
        {(training.resource.slug, training.resource.name) for training in trainings},
        key=lambda pair: pair[1],
    )
    return [
        (ANY, _("All trainings")),
        *[
            (f"resource:{slug}", _("Trainings on %(resource)s") % {"resource": name})
            for slug, name in resources
        ],
        *sorted(
            [(f"training:{training.public_id}", training.title) for training in trainings],
            key=lambda pair: pair[1],
        ),
    ]
