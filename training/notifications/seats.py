"""To trainers and planners: how many seats became free, and how a session stands."""

from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from courses.dates import day_and_hour
from courses.mail.documents import absolute, letter
from courses.mail.registry import writes
from courses.mail.values import Message
from courses.people.enums import Role
from courses.people.models import Person
from training.enums import Letters
from training.models import Session
from training.queries import given_back

NAMED = 8  # sessions in the line of a summary: a letter of its own names them all


@dataclass(frozen=True)
class SeatsOfSession:
    """`count` seats became free; the session has the others as it stands now."""

    session: Session
    count: int
    url: str


@writes(
    Letters.SEATS_GIVEN_BACK,
    because=gettext_lazy("seats became free in sessions that you lead or plan"),
    may_wait=True,
)
def seats_given_back(about: None, *, to: Person, details: dict) -> Message | None:
    """Numbers, without names. Nothing of sessions that are over or cancelled by now, or that `to`
    has nothing to do with any more, nor of who has a seat again.
    """
    rows = _rows(to, details["steps"])
    if not rows:
        return None
    count = sum(row.count for row in rows)
    if len(rows) == 1:
        subject = ngettext(
            "%(count)s seat became free: %(title)s", "%(count)s seats became free: %(title)s", count
        ) % {"count": count, "title": rows[0].session.title}
    else:
        subject = _("%(count)s seats became free in %(sessions)s sessions") % {
            "count": count,
            "sessions": len(rows),
        }
    is_planner = Role.PLANNER in to.roles
    context = {"person": to, "rows": rows, "is_planner": is_planner}
    template = "training/mail/seats_given_back"
    if len(rows) == 1:
        return letter(template, subject, context)
    written = letter(template, subject, context, in_short="\n".join(_in_short(rows)))
    overview = "training:planning" if is_planner else "training:my_sessions"
    return replace(written, url=absolute(reverse(overview)))


def _in_short(rows: list[SeatsOfSession]) -> list[str]:
    """A line for each of the first sessions, and one that counts the others."""
    lines = [_sentence(row) for row in rows[:NAMED]]
    more = len(rows) - len(lines)
    if more:
        words = ngettext(
            "And in %(count)s more session: the list of sessions shows it.",
            "And in %(count)s more sessions: the list of sessions shows them all.",
            more,
        )
        lines.append(words % {"count": more})
    return lines


def _sentence(row: SeatsOfSession) -> str:
    session = row.session
    became = ngettext(
        "%(count)s seat became free in “%(title)s”, %(day)s.",
        "%(count)s seats became free in “%(title)s”, %(day)s.",
        row.count,
    ) % {"count": row.count, "title": session.title, "day": day_and_hour(session.starts_at)}
    taken = _("Seats taken now: %(taken)s of %(capacity)s.") % {
        "taken": session.seats_taken,
        "capacity": session.capacity,
    }
    waiting = _("On the waiting list: %(waiting)s.") % {"waiting": session.turns}
    return " ".join([became, taken, waiting] if session.turns else [became, taken])


def _rows(to: Person, steps: list[int]) -> list[SeatsOfSession]:
    counts: dict[int, set[int]] = {}
    for step in given_back.seats_given_back(timezone.now()).filter(pk__in=steps):
        counts.setdefault(step.enrolment.session_id, set()).add(step.enrolment_id)
    sessions = Session.objects.filter(pk__in=counts).with_page_rows().with_counts()
    own = given_back.readers_of(list(sessions)).get(to, set())
    page = "session_people" if Role.PLANNER in to.roles else "my_session"
    return [
        SeatsOfSession(
            session,
            len(counts[session.pk]),
            absolute(reverse(f"training:{page}", args=[session.public_id])),
        )
        for session in sessions.order_by("starts_at", "pk")
        if session.pk in own
    ]
