"""Late entry: a seat for the dates to come of a session that has begun."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, Min, OuterRef

from courses.agenda.models import Meeting
from courses.agenda.values import PARIS
from courses.people.models import Person
from training.enums import CAME_AFTER_START, HOLD_A_SEAT
from training.models import Enrolment, Participation, Session


@dataclass(frozen=True)
class LateEntry:
    """The dates of a session that has begun which aren't cancelled, and those of them that haven't
    begun, in time order.
    """

    meetings: list[Meeting]
    to_come: list[Meeting]

    @property
    def days(self) -> list[date]:
        """Those for which the right is asked."""
        return sorted({one.starts_at.astimezone(PARIS).date() for one in self.to_come})


def late_entry(session: Session, *, now: datetime) -> LateEntry | None:
    """None before the start. One query after it."""
    if session.starts_at > now:
        return None
    meetings = list(session.meetings.going_on())
    return LateEntry(meetings, [one for one in meetings if one.starts_at > now])


def late_entry_for(teacher: Person, session: Session, *, now: datetime) -> LateEntry | None:
    """`late_entry`, without the dates that this person gave back, or a planner took away, before the
    seat was lost: these stay withdrawn. One query more.
    """
    late = late_entry(session, now=now)
    if late is None:
        return None
    rows = Participation.objects.filter(
        enrolment__in=session.open_enrolments().exclude(state__in=HOLD_A_SEAT),
        enrolment__teacher=teacher,
        is_withdrawn=True,
        left_with_seat=False,
    )
    gone = set(rows.values_list("meeting", flat=True))
    return LateEntry(late.meetings, [one for one in late.to_come if one.pk not in gone])


def late_entry_of(enrolment: Enrolment) -> LateEntry | None:
    """Return the dates of a seat entered late, without those given back. None for other seats, and
    without a date left; also where no date was before, because no trainer came to it and it is made
    up for. Three queries at most.
    """
    if not enrolment.is_late:
        return None
    expected = enrolment.participations.expected().values("meeting")
    meetings = list(enrolment.session.meetings.going_on())
    kept = set(expected.values_list("meeting", flat=True))
    to_come = [one for one in meetings if one.pk in kept]
    was_before = {one.pk for one in meetings} - set(
        enrolment.participations.values_list("meeting", flat=True)
    )
    return LateEntry(meetings, to_come) if to_come and was_before else None


def enters_at(enrolment: Enrolment) -> datetime | None:
    """When the first date of a seat begins that was taken late; None for other seats, without a
    query.
    """
    return first_dates([enrolment]).get(enrolment.pk)


def first_dates(enrolments: Iterable[Enrolment]) -> dict[int, datetime]:
    """Enrolment → when its first date begins, for those who entered late. One query if there are
    any.
    """
    late = [one.pk for one in enrolments if one.is_late and one.holds_a_seat]
    rows = Participation.objects.filter(enrolment__in=late, meeting__occurrence__cancelled=False)
    first = rows.values("enrolment").annotate(first=Min("meeting__occurrence__start"))
    return dict(first.values_list("enrolment", "first")) if late else {}


def dates_before_entry(enrolments: Iterable[Enrolment]) -> set[int]:
    """The meetings of these people's sessions before they came, of those who entered late or were
    regularised. One query if any of them did.
    """
    late = [one.pk for one in enrolments if one.came_after_start and one.holds_a_seat]
    if not late:
        return set()
    here = Enrolment.objects.filter(pk__in=late, session__series=OuterRef("series"))
    theirs = Participation.objects.filter(enrolment__in=late, meeting=OuterRef("pk"))
    rows = Meeting.objects.filter(Exists(here), ~Exists(theirs))
    return set(rows.values_list("pk", flat=True))


def before_entry_in(session: Session) -> dict[int, list[int]]:
    """Enrolment → the meetings of the session that its holder, who entered late or was regularised,
    isn't expected in. Two queries at most, one where nobody came after the start.
    """
    late = session.enrolments.filter(origin__in=CAME_AFTER_START, state__in=HOLD_A_SEAT)
    found = set(late.order_by().values_list("pk", flat=True))
    if not found:
        return {}
    expected: dict[int, set[int]] = {}
    rows = Participation.objects.filter(enrolment__in=found)
    for enrolment, meeting in rows.values_list("enrolment", "meeting"):
        expected.setdefault(enrolment, set()).add(meeting)
    meetings = list(session.meetings.values_list("pk", flat=True))
    return {pk: [one for one in meetings if one not in expected.get(pk, ())] for pk in found}
