"""Effects that a change of a session's dates would have on people, read before it is saved."""

import copy
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from courses.agenda.models import Meeting
from courses.agenda.values import Hours
from courses.people.models import Person
from training.enums import HOLD_A_SEAT
from training.models import Enrolment, Participation, Session
from training.queries.leading import everybody_leading, working_trainers_of
from training.queries.rights import rights_of_all
from training.values import days_of_meetings, needed_minutes, whole_minutes


@dataclass(frozen=True)
class SeatClash:
    """Somebody with a seat is expected elsewhere at the new hours: `meeting` is of `other`."""

    person: Person
    other: Session
    meeting: Meeting


@dataclass(frozen=True)
class RightEnding:
    """Somebody may attend the session as it is, but not on its new days. `until`: the last day of
    the right, where it has one.
    """

    person: Person
    school: str
    until: date | None


@dataclass(frozen=True)
class Effects:
    """How many are told of the change, by how they stand, and what becomes of them.

    `starts` are the old and new starts concerned; `minutes` the length of all dates, before and
    after; `needed` how many of them a certificate asks for then.
    """

    starts: list[datetime]
    is_invitation: bool
    seats: int
    in_line: int
    held: int
    trainers: int
    calendars: int
    offers_withdrawn: int
    offers_kept: int
    clashes: list[SeatClash]
    rights: list[RightEnding]
    minutes: tuple[int, int]
    needed: int

    @property
    def told(self) -> int:
        return self.seats + self.in_line + self.held + self.trainers

    @property
    def has_another_length(self) -> bool:
        return self.minutes[0] != self.minutes[1]


def effects_of(
    session: Session,
    *,
    meetings: Iterable[Meeting],
    moves: Mapping[int, Hours | None] | None = None,
    added: Iterable[Hours] = (),
) -> Effects:
    """`meetings` are all of the session's. `moves` gives new hours by the meeting's primary key,
    None where the date is cancelled; `added` are the hours of further dates.

    At most ten queries, however many people. Of a draft nobody is told.
    """
    added, moves = list(added), dict(moves or {})
    going_on = [meeting for meeting in meetings if not meeting.is_cancelled]
    before = {one.pk: Hours(one.starts_at, one.ends_at) for one in going_on}
    changed = {pk: hours for pk, hours in moves.items() if pk in before and hours != before[pk]}
    after = [*filter(None, (before | changed).values()), *added]
    enrolments, trainers = [], 0
    if session.is_open:
        enrolments = list(session.open_enrolments().select_related("teacher", "school"))
        moved = [one for one in going_on if one.pk in changed]
        told = {person.pk for person in everybody_leading(session, moved)}
        told |= {person.pk for person in working_trainers_of(session)} if added else set()
        trainers = len(told)
    concerned = _seats_concerned(enrolments, changed, added)
    in_line = [one for one in enrolments if one.is_waiting or one.is_offered]
    offers = sum(one.is_offered for one in in_line)
    begins_anew = bool(after) and min(one.starts_at for one in after) != session.starts_at
    new = [hours for hours in (*changed.values(), *added) if hours]
    minutes = _length(after)
    return Effects(
        starts=[one.starts_at for one in (*new, *(before[pk] for pk in changed))],
        is_invitation=bool(added) and not changed,
        seats=len(concerned),
        in_line=len(in_line) if changed else offers * begins_anew,
        held=sum(one.is_held for one in enrolments) if changed else 0,
        trainers=trainers if changed or added else 0,
        calendars=len(concerned) + trainers if changed or added else 0,
        offers_withdrawn=offers * begins_anew,
        offers_kept=offers * (not begins_anew),
        clashes=_clashes(session, concerned),
        rights=_rights_ending(session, enrolments, after),
        minutes=(_length(before.values()), minutes),
        needed=needed_minutes(minutes, session.threshold_percent),
    )


def _length(hours: Iterable[Hours]) -> int:
    return whole_minutes([(one.starts_at, one.ends_at) for one in hours])


def _seats_concerned(
    enrolments: list[Enrolment], changed: Mapping[int, Hours | None], added: list[Hours]
) -> dict[Enrolment, list[Hours]]:
    """Those who are expected at a date that changes or is added, with its new hours."""
    seats = {one.pk: one for one in enrolments if one.holds_a_seat}
    concerned = {one: list(added) for one in seats.values() if added}
    expected = Participation.objects.filter(
        enrolment__in=list(seats), meeting__in=list(changed), is_withdrawn=False
    )
    for enrolment, meeting in expected.values_list("enrolment", "meeting"):
        theirs, hours = concerned.setdefault(seats[enrolment], []), changed[meeting]
        theirs += [hours] if hours else []
    return concerned


def _clashes(session: Session, concerned: Mapping[Enrolment, list[Hours]]) -> list[SeatClash]:
    """Return the clashes by name, each person's earliest first."""
    hours_of = {one.teacher: hours for one, hours in concerned.items() if hours}
    overlap = Q()
    for hours in {hours for theirs in hours_of.values() for hours in theirs}:
        overlap |= Q(
            meeting__occurrence__start__lt=hours.ends_at,
            meeting__occurrence__end__gt=hours.starts_at,
        )
    if not overlap:
        return []
    elsewhere = (
        Participation.objects.expected()
        .filter(overlap, enrolment__teacher__in=list(hours_of), enrolment__state__in=HOLD_A_SEAT)
        .exclude(enrolment__session=session)
        .select_related("meeting__occurrence", "enrolment__session__training", "enrolment__teacher")
        .order_by("meeting__occurrence__start", "pk")
    )
    found = [
        SeatClash(one.enrolment.teacher, one.enrolment.session, one.meeting)
        for one in elsewhere
        if any(_overlap(one.meeting, hours) for hours in hours_of[one.enrolment.teacher])
    ]
    return sorted(found, key=lambda clash: _by_name(clash.person))


def _overlap(meeting: Meeting, hours: Hours) -> bool:
    return meeting.starts_at < hours.ends_at and hours.starts_at < meeting.ends_at


def _rights_ending(
    session: Session, enrolments: list[Enrolment], after: list[Hours]
) -> list[RightEnding]:
    """Return the rights that end, by name. Not of those to whom a planner opened the session, and
    whose right isn't asked.
    """
    if not after:
        return []
    then = copy.copy(session)
    then.starts_at = min(hours.starts_at for hours in after)
    then.ends_at = max(hours.ends_at for hours in after)
    then.meeting_days = days_of_meetings(hours.starts_at for hours in after)
    asked = [one for one in enrolments if not one.is_admitted]
    rights = rights_of_all(Person.objects.filter(pk__in=[one.teacher_id for one in asked]))
    found = []
    for one in asked:
        theirs = rights[one.teacher_id]
        if theirs.cover(session) and not theirs.cover(then):
            entitlement, _standing = theirs.of(then)
            school = entitlement.school if entitlement else one.school
            until = entitlement.until if entitlement else None
            ends = until if until and until < then.last_day else None
            found.append(RightEnding(one.teacher, school.name, ends))
    return sorted(found, key=lambda right: _by_name(right.person))


def _by_name(person: Person) -> tuple[str, str, int]:
    return person.last_name.casefold(), person.given_name.casefold(), person.pk
