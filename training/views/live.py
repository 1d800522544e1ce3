"""Next sessions of training for pages of the roof: seats left, and what the reader may."""

from datetime import datetime

from django.utils.translation import gettext as _

from courses.digest.values import Upcoming
from courses.people.permissions import is_teacher
from training.queries.live import ANY, ahead_of, published_trainings
from training.views.rows import SessionRow, row, seats


def next_sessions(subjects: frozenset[str], person, now: datetime) -> dict[str, list[Upcoming]]:
    teaches = is_teacher(person)
    ahead = ahead_of(subjects, person, now=now)
    return {
        subject: [_upcoming(row(line, is_teacher=teaches, now=now), teaches, now) for line in lines]
        for subject, lines in ahead.items()
    }


def _upcoming(shown: SessionRow, teaches: bool, now: datetime) -> Upcoming:
    session = shown.session
    return Upcoming(
        title=session.title,
        url=session.get_absolute_url(),
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        state=shown.standing.word,
        tone=shown.standing.tone,
        key=f"session:{session.public_id}",
        sign=shown.standing.sign,
        seats=seats(session, now).word if session.starts_at > now else "",
        right=_right(shown, now) if teaches else "",
        detail=session.get_language_display(),
    )


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
