"""Queries for the pages of sessions."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.contrib.auth.models import AnonymousUser
from django.db.models import (
    Count,
    Exists,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from courses.agenda.models import Absence, Meeting
from courses.agenda.queries import hours_missed, series_in_words
from courses.agenda.values import Hours
from courses.catalogue.queries import Entitlement
from courses.people.models import Person
from training.enums import (
    COUNT_AS_TAKEN,
    HOLD_A_SEAT,
    STILL_OPEN,
    EnrolmentState,
    SessionState,
)
from training.models import DateAlert, Enrolment, Participation, RoomPlan, Session
from training.queries.changes import moves_told
from training.queries.late_entry import dates_before_entry
from training.queries.leading import substitutions_of
from training.queries.rights import rights_of_reader, seats_by_school
from training.values import LicenceStanding, MovesTold, PlaceInLine


def turns_of(enrolments: Iterable[Enrolment]) -> dict[int, int]:
    """Enrolment → turn in its session's waiting list, 1 for the head; those that don't wait are
    left out.
    """
    waiting = [enrolment for enrolment in enrolments if enrolment.is_waiting]
    if not waiting:
        return {}
    turns: dict[int, int] = {}
    seen: dict[int, int] = {}
    rows = (
        Enrolment.objects.filter(session__in={e.session_id for e in waiting})
        .waiting()
        .values_list("pk", "session_id")
    )
    for pk, session in rows:
        turns[pk] = seen[session] = seen.get(session, 0) + 1
    return {e.pk: turns[e.pk] for e in waiting if e.pk in turns}


def place_in_line(session: Session, *, before: int, school_is_full: bool = False) -> PlaceInLine:
    """The session comes `with_seats()`, or with `count_seats`."""
    quota = session.school_quota or 0 if school_is_full else 0
    return PlaceInLine(before, session.offers, session.first_offer_ends_at, quota)


def count_seats(sessions: Iterable[Session], *, reader: Person | None = None) -> None:
    """What `with_counts` counts, and `put_in_line`, for sessions that were read without: one query
    more, and theirs needn't group by all that it reads. `own_state` is that of the reader's
    enrolment, "" without one.
    """
    sessions = list(sessions)
    by_state: dict[int, dict[str, int]] = defaultdict(dict)
    offers_end: dict[int, list[datetime.datetime]] = defaultdict(list)
    own: dict[int, str] = {}
    rows = Enrolment.objects.filter(session__in=sessions).order_by().values_list("session", "state")
    theirs = Count("pk", filter=Q(teacher=reader)) if reader else Value(0)
    for pk, state, count, ends_at, is_own in rows.annotate(
        Count("pk"), Min("offer_ends_at"), theirs=theirs
    ):
        by_state[pk][state] = count
        if ends_at:
            offers_end[pk].append(ends_at)
        if is_own and state in STILL_OPEN:
            own[pk] = state
    for session in sessions:
        counts = by_state[session.pk]
        session.seats_taken = sum(counts.get(state, 0) for state in COUNT_AS_TAKEN)
        session.turns = counts.get(EnrolmentState.WAITING, 0)
        session.offers = counts.get(EnrolmentState.OFFERED, 0)
        session.first_offer_ends_at = min(offers_end[session.pk], default=None)
        session.own_state = own.get(session.pk, "")
    put_in_line(sessions)


def put_in_line(sessions: Iterable[Session]) -> None:
    """`in_line` for sessions that come `with_counts()`: one query if somebody waits although a seat
    is free. Where none is free it stays 0, since nobody can press.
    """
    sessions = list(sessions)
    asked = [one for one in sessions if one.turns and one.seats_taken < one.capacity]
    in_line = _in_line(asked) if asked else {}
    for session in sessions:
        session.in_line = in_line.get(session.pk, 0)


def _in_line(sessions: list[Session]) -> dict[int, int]:
    rows = Enrolment.objects.filter(session__in=sessions).next_in_line().order_by()
    counted = rows.values("session").annotate(count=Count("pk"))
    return dict(counted.values_list("session", "count"))


@dataclass(frozen=True)
class SeatsNow:
    """Seats of one session: taken, those who are offered the next one; whether a person is in it,
    and has enrolled in the same training before.
    """

    taken: int
    in_line: int
    is_in: bool = False
    has_others: bool = False


def seats_now(session: Session, person: Person | None = None) -> SeatsNow:
    """One statement. For a decision it comes after the session's lock: what was read before, or in
    the statement that waits for the lock, may be older than the last seat (READ COMMITTED).
    """
    theirs = Enrolment.objects.filter(teacher=person)
    here = Enrolment.objects.filter(session=OuterRef("pk"))
    row = Session.objects.filter(pk=session.pk).values_list(
        _count(here.count_as_taken()),
        _count(here.next_in_line()),
        Exists(theirs.filter(session=OuterRef("pk")).still_open()),
        Exists(theirs.filter(session__training=OuterRef("training"))),
    )
    return SeatsNow(*row.get())


def _count(rows: QuerySet, *, by: str = "session") -> Coalesce:
    """How many of a session's or a training's, as a part of a statement."""
    counted = rows.order_by().values(by).annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted), 0)


def schools_at_quota(sessions: Iterable[Session]) -> set[tuple[int, int]]:
    """(Session, school) that can't have one seat more: no query where no session limits the seats
    of a school.
    """
    quotas = {session.pk: session.school_quota for session in sessions if session.school_quota}
    taken = seats_by_school(quotas) if quotas else {}
    return {key for key, count in taken.items() if count >= quotas[key[0]]}


def places_in_line(enrolments: Iterable[Enrolment]) -> dict[int, PlaceInLine]:
    """Enrolment → its place, for those that wait: two queries if there are any, one more with a
    session that limits the seats of a school, one where somebody waits although a seat is free.

    Their sessions are given what `count_seats` counts.
    """
    enrolments = list(enrolments)
    turns = turns_of(enrolments)
    waiting = [enrolment for enrolment in enrolments if enrolment.pk in turns]
    if not waiting:
        return {}
    sessions = [enrolment.session for enrolment in waiting]
    count_seats(sessions)
    full = schools_at_quota(sessions)
    return {
        e.pk: place_in_line(
            e.session,
            before=turns[e.pk] - 1,
            school_is_full=(e.session_id, e.school_id) in full,
        )
        for e in waiting
    }


def clashes(person: Person, session: Session, meetings: list[Meeting]) -> list[Participation]:
    """The meetings of the person's other sessions that overlap these, earliest first. One query, two if
    there are any.
    """
    overlap = Q()
    for meeting in meetings:
        overlap |= Q(
            meeting__occurrence__start__lt=meeting.ends_at,
            meeting__occurrence__end__gt=meeting.starts_at,
        )
    if not overlap:
        return []
    expected = Participation.objects.expected().filter(
        overlap, enrolment__teacher=person, enrolment__state__in=HOLD_A_SEAT
    )
    known = list(expected.exclude(enrolment__session=session).values_list("pk", flat=True))
    if not known:  # as on most pages: to ask for all that belongs to them costs as much again
        return []
    found = Participation.objects.filter(pk__in=known).select_related(
        "meeting__occurrence", "enrolment__session__training"
    )
    return list(found.order_by("meeting__occurrence__start", "pk"))


@dataclass
class SessionPage:
    """Content of the session's page for one person; `meetings` in time order, cancelled ones too,
    `given_back` those that the person gave back alone, or that a planner took away, `before_entry`
    those from before the person entered late.
    """

    session: Session
    meetings: list[Meeting]
    moves: MovesTold | None = None
    enrolment: Enrolment | None = None
    turn: int = 0
    line: PlaceInLine | None = None
    entitlement: Entitlement | None = None
    standing: LicenceStanding | None = None
    clashes: list[Participation] = field(default_factory=list)
    school_is_full: bool = False
    given_back: dict[int, bool] = field(default_factory=dict)
    before_entry: set[int] = field(default_factory=set)

    @property
    def taken_away(self) -> set[int]:
        return taken_away(self.given_back)

    @property
    def going_on(self) -> list[Meeting]:
        return [meeting for meeting in self.meetings if not meeting.is_cancelled]

    @property
    def in_words(self) -> str:
        return series_in_words(self.session.series, self.meetings)


def classes_missed(enrolment: Enrolment) -> list[str]:
    """Classes whose hours fall into the meetings of the enrolment, by name, each once."""
    keys = [
        participation.absence_key
        for participation in enrolment.participations.filter(is_withdrawn=False)
    ]
    absences = Absence.objects.standing().filter(key__in=keys).select_related("teacher")
    missed = [
        dated
        for one in absences
        for dated in hours_missed(one.teacher, Hours(one.starts_at, one.ends_at))
    ]
    return sorted({str(dated.hour.teaching.school_class) for dated in missed})


def session_for_a_page(person: Person | AnonymousUser, public_id: str) -> Session:
    """Return the session if this person may read it, without seats, with whether they are told of
    new dates (`is_alerted`), and whether it takes place elsewhere (`has_tool`). One query, two for
    what only those read who have a seat there or wait, or nobody does: to ask all pages for that
    costs more.
    """
    alerts = DateAlert.objects.none()
    if person.is_authenticated:
        alerts = DateAlert.objects.filter(person=person.pk, training=OuterRef("training"))
    tools = RoomPlan.objects.filter(session=OuterRef("pk")).exclude(address="")
    sessions = Session.objects.with_page_rows().with_rule().filter(public_id=public_id)
    sessions = sessions.annotate(is_alerted=Exists(alerts), has_tool=Exists(tools))
    found = sessions.visible_to(person).first()
    return found or sessions.visible_to(person, also_mine=True).get()


def count_other_dates(page: SessionPage, *, now: datetime.datetime) -> int:
    """How many other sessions of the training the catalogue shows that aren't over. One query; none
    for who has no seat yet: `_own_enrolment` asked along.
    """
    counted = getattr(page.enrolment, "other_dates_there", None)
    return _other_dates(page.session, now).count() if counted is None else counted


def _other_dates(session: Session, now: datetime.datetime) -> QuerySet[Session]:
    if not session.training.is_published:
        return Session.objects.none()
    others = Session.objects.filter(
        training=session.training_id, state=SessionState.OPEN, ends_at__gt=now
    )
    return others.exclude(pk=session.pk)


def _dates_of(session: Session) -> list[Meeting]:
    """One query, one more where somebody leads a date in somebody's place."""
    meetings = list(session.meetings.select_related("missed_date", "substitution"))
    if any(hasattr(one, "substitution") for one in meetings):
        named = substitutions_of(session)
        for meeting in meetings:
            if meeting.pk in named:
                meeting.substitution = named[meeting.pk]
    return meetings


def _own_enrolment(session: Session, person: Person, now: datetime.datetime) -> Enrolment | None:
    """With turn, offer and the count of other dates for who has no seat yet."""
    found = session.enrolments.visible_to(person).still_open().select_related("school")
    if session.own_state not in HOLD_A_SEAT:
        others = _count(_other_dates(session, now), by="training")
        found = found.with_offer().with_turn_at().annotate(turn=_turn(), other_dates_there=others)
    return found.first()


def session_page(
    session: Session, person: Person | AnonymousUser, *, now: datetime.datetime
) -> SessionPage:
    """Return the page in at most six queries: seats, meetings, moves, and for a teacher the
    enrolment or clashes, and what they are entitled to. One more where a school's seats are
    limited, one for a seat in several dates, one where somebody waits although a seat is free, one
    where somebody leads in somebody's place.
    """
    count_seats([session], reader=person if person.is_authenticated else None)
    meetings = _dates_of(session)
    page = SessionPage(session, meetings)
    if not person.is_authenticated:
        page.moves = moves_told([session], person, {}, now=now).get(session.pk)
        return page
    page.entitlement, page.standing = rights_of_reader(person).of(session)
    if session.own_state:
        page.enrolment = _own_enrolment(session, person, now)
    mine = {session.pk: page.enrolment} if page.enrolment else {}
    page.moves = moves_told([session], person, mine, now=now).get(session.pk)
    through = page.enrolment or page.entitlement
    if through and session.school_quota:
        page.school_is_full = (session.pk, through.school.pk) in schools_at_quota([session])
    if page.enrolment:
        page.enrolment.session = session
        page.turn = getattr(page.enrolment, "turn", 0) if page.enrolment.is_waiting else 0
        if page.enrolment.holds_a_seat and len(meetings) > 1:
            page.given_back = given_back([page.enrolment])
            page.before_entry = dates_before_entry([page.enrolment])
        if page.turn:
            page.line = place_in_line(
                session, before=page.turn - 1, school_is_full=page.school_is_full
            )
    if page.enrolment is None or session.starts_at > now:
        page.clashes = clashes(person, session, page.going_on)
    return page


def _turn() -> Combinable:
    """As `turns_of`, counted by the database along with an enrolment `with_turn_at`."""
    turn_at = OuterRef("turn_at")
    before = Q(turn_at__lt=turn_at) | Q(turn_at=turn_at, pk__lt=OuterRef("pk"))
    waiting = Enrolment.objects.waiting().filter(before, session=OuterRef("session")).order_by()
    return (
        Coalesce(Subquery(waiting.values("session").annotate(count=Count("pk")).values("count")), 0)
        + 1
    )


def given_back(enrolments: Iterable[Enrolment]) -> dict[int, bool]:
    """The meetings of these seats that their holder gave back alone, or that a planner took away:
    whether a planner did.
    """
    rows = Participation.objects.filter(enrolment__in=list(enrolments), is_withdrawn=True)
    return {pk: by is not None for pk, by in rows.values_list("meeting", "decided_by")}


def taken_away(given_back: Mapping[int, bool]) -> set[int]:
    return {pk for pk, by_planner in given_back.items() if by_planner}


def next_dates(sessions: Iterable[Session], now: datetime.datetime) -> dict[int, Meeting]:
    """Session → its date that goes on or comes next, of those of several days that have one: one
    query if there are any.
    """
    sessions = [one for one in sessions if one.first_day != one.last_day]
    if not sessions:
        return {}
    ahead: dict[int, Meeting] = {}
    for series, meetings in meetings_of(sessions).items():
        to_come = [one for one in meetings if not one.is_cancelled and one.ends_at > now]
        if to_come:
            ahead[series] = to_come[0]
    return {one.pk: ahead[one.series_id] for one in sessions if one.series_id in ahead}


def meetings_of(sessions: Iterable[Session]) -> dict[int, list[Meeting]]:
    """Series → its meetings in time order, in one query."""
    found: dict[int, list[Meeting]] = {}
    for meeting in Meeting.objects.filter(
        series__in=[s.series_id for s in sessions]
    ).in_time_order():
        found.setdefault(meeting.series_id, []).append(meeting)
    return found
