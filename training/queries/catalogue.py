"""The catalogue: which sessions, in which order, and what this person is entitled to."""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from django.contrib.auth.models import AnonymousUser
from django.core.cache import caches
from django.db import models
from django.db.models import Max, Min
from django.utils import timezone
from django.utils.translation import get_language

from courses.agenda.queries import ONE_DAY
from courses.catalogue.queries import Entitlement
from courses.digest.services import LONGEST, version
from courses.people.models import Person, Subject
from courses.questions import AskedWord
from training.enums import NOT_HELD, SessionState, TrainingLevel
from training.models import Enrolment, Session, Training
from training.queries.changes import moves_told
from training.queries.found_by_words import plain, trainings_that_say
from training.queries.rights import Rights, rights_of_reader
from training.queries.sessions import count_seats, schools_at_quota, turns_of
from training.values import DateChange, LicenceStanding, MovesTold, days_of

LIGHT = [
    "pk", "starts_at", "ends_at", "meeting_days", "open_to", "state", "language", "planned_minutes",
    "training_id", "training__public_id", "training__level", "training__resource_id",
    "training__resource__slug", "training__resource__name",
]  # fmt: skip
type Days = tuple[datetime.date, datetime.date]
type Between = tuple[datetime.date | None, datetime.date | None]


@dataclass(frozen=True)
class CatalogueFilter:
    """Filters of the catalogue. Empty means all.

    `days`: sessions with a date between them, both included. `minutes`: sessions that are longer
    than the first and no longer than the second. `with_seats` filters lines, not rows: see
    `CatalogueResults.narrowed_to`.
    """

    words: str = ""
    resources: tuple[str, ...] = ()
    subject: str = ""
    levels: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    days: Between = (None, None)
    minutes: tuple[int, int] | None = None
    training: str = ""
    open_to_me: bool = False
    with_seats: bool = False
    past: bool = False


@dataclass
class SessionLine:
    """A session as a list shows it to one person.

    `change` is the newest move of a date still to come. `school_is_full`: the person's school has
    all the seats that a school can have.
    """

    session: Session
    is_for_me: bool
    entitlement: Entitlement | None = None
    standing: LicenceStanding | None = None
    enrolment: Enrolment | None = None
    turn: int = 0
    change: DateChange | None = None
    school_is_full: bool = False

    @property
    def school(self) -> int | None:
        """The primary key of the school whose seat it is or would be."""
        if self.enrolment:
            return self.enrolment.school_id
        return self.entitlement.school.pk if self.entitlement else None


@dataclass
class CatalogueResults:
    """All that was found, as primary keys in the page's order, before a page of it is read.

    `without`: what would be found without each of the filters. `meant`: words of the question that
    were taken for others.
    """

    person: Person | AnonymousUser
    now: datetime.datetime
    rights: Rights
    keys: list[int]
    for_me: set[int]
    resources: list[tuple[str, str]] = field(default_factory=list)
    mine: dict[int, Enrolment] = field(default_factory=dict)
    not_held: set[int] = field(default_factory=set)
    without: dict[str, list[int]] = field(default_factory=dict)
    meant: list[AskedWord] = field(default_factory=list)

    @property
    def held(self) -> int:
        """How many take place."""
        return sum(key not in self.not_held for key in self.keys)

    def narrowed_to(self, keys: Iterable[int]) -> "CatalogueResults":
        """Those of them that are among these, in the same order."""
        there = set(keys)
        return replace(self, keys=[key for key in self.keys if key in there])

    def lines(self, keys: Iterable[int]) -> list[SessionLine]:
        """These sessions, with seats, moves and what the rule needs, in this order: four queries,
        five with turns, one more with sessions that limit the seats of a school, one where
        somebody waits although a seat is free.
        """
        keys = list(keys)
        rows = Session.objects.filter(pk__in=keys).with_list_rows().fetch_mode(models.FETCH_PEERS)
        sessions = {session.pk: session for session in rows}
        count_seats(sessions.values())
        moves = moves_told(rows, self.person, self.mine, now=self.now)
        return self.lines_of([sessions[pk] for pk in keys if pk in sessions], moves)

    def light_lines(self, keys: Iterable[int]) -> list[SessionLine]:
        """These sessions with seats, in two queries, and those of `lines_of`: without moves."""
        rows = Session.objects.filter(pk__in=list(keys)).with_list_rows()
        sessions = list(rows.fetch_mode(models.FETCH_PEERS))
        count_seats(sessions)
        return self.lines_of(sessions)

    def lines_of(
        self, sessions: list[Session], moves: dict[int, MovesTold] | None = None
    ) -> list[SessionLine]:
        """These sessions, which come with `count_seats`, or `with_counts()` and with `put_in_line`:
        a query for turns where the person waits somewhere, one for the seats of schools where a
        session limits them.
        """
        there = {session.pk for session in sessions}
        turns = turns_of([e for pk, e in self.mine.items() if pk in there])
        lines = [self._line(session, turns) for session in sessions]
        for line in lines:
            if told := (moves or {}).get(line.session.pk):
                line.change = told.newest
        if self.person.is_authenticated:
            full = schools_at_quota(sessions)
            for line in lines:
                line.school_is_full = (line.session.pk, line.school) in full
        return lines

    def _line(self, session: Session, turns: dict[int, int]) -> SessionLine:
        line = SessionLine(session, session.pk in self.for_me, enrolment=self.mine.get(session.pk))
        if self.person.is_authenticated:
            line.entitlement, line.standing = self.rights.of(session)
        if line.enrolment:
            line.turn = turns.get(line.enrolment.pk, 0)
        return line


def sessions_with_entitlement_for(
    person: Person | AnonymousUser,
    wanted: CatalogueFilter,
    *,
    now: datetime.datetime,
    on_days: Days | None = None,
    only: models.Q | None = None,
) -> CatalogueResults:
    """Return the catalogue for this person, sessions open to them or theirs first, each group in
    time order.

    Past ones stand apart, the newest first. `on_days` (the first and the last) takes the sessions
    that touch these days, past or not, `only` those of one training or provider: both in time
    order. At most six queries for somebody signed in, one more with sessions that are open to some
    schools, two for a visitor, however many sessions.
    """
    sessions = Session.objects.visible_to(person).exclude(state=SessionState.DRAFT)
    if only:
        sessions = sessions.filter(only)
    if on_days:
        first, after = (
            timezone.make_aware(datetime.datetime.combine(day, datetime.time()))
            for day in (on_days[0], on_days[1] + ONE_DAY)
        )
        sessions = sessions.filter(starts_at__lt=after, ends_at__gte=first)
    else:
        sessions = (
            sessions.past(now).order_by("-starts_at", "pk")
            if wanted.past
            else sessions.to_come(now)
        )
    rows = list(sessions.values(*LIGHT))
    resources = sorted(
        {(row["training__resource__slug"], row["training__resource__name"]) for row in rows},
        key=lambda r: r[1],
    )
    rights = rights_of_reader(person)
    mine = open_enrolments(person)

    def is_mine(row: dict) -> bool:
        return row["pk"] in mine or _is_entitled(rights, row)

    saying, question = trainings_that_say(wanted.words) if wanted.words else (set(), [])
    filters = _filters(wanted, saying, is_mine)
    kept = [row for row in rows if all(keeps(row) for keeps in filters.values())]
    for_me = {row["pk"] for row in kept if is_mine(row)}
    if not (wanted.past or on_days or only):
        kept.sort(key=lambda row: row["pk"] not in for_me)
    return CatalogueResults(
        person,
        now,
        rights,
        [row["pk"] for row in kept],
        for_me,
        resources,
        mine,
        {row["pk"] for row in rows if row["state"] in NOT_HELD},
        _without_each(filters, rows) if filters and (wanted.with_seats or not kept) else {},
        [word for word in question if word.meant],
    )


type Filter = Callable[[dict], bool]


def _filters(wanted: CatalogueFilter, saying: set[int], is_mine: Filter) -> dict[str, Filter]:
    """Those that are set, by the name that they have in the form."""
    filters: dict[str, Filter] = {}
    if wanted.resources:
        filters["resource"] = lambda row: row["training__resource__slug"] in wanted.resources
    if wanted.subject:
        others = _for_other_subjects(wanted.subject)
        filters["subject"] = lambda row: row["training_id"] not in others
    if wanted.levels:
        levels = {*wanted.levels, TrainingLevel.ANY.value}
        filters["level"] = lambda row: row["training__level"] in levels
    if wanted.languages:
        filters["language"] = lambda row: row["language"] in wanted.languages
    if wanted.days != (None, None):
        first, last = wanted.days[0] or datetime.date.min, wanted.days[1] or datetime.date.max
        filters["days"] = lambda row: any(first <= day <= last for day in _days_of(row))
    if wanted.minutes:
        above, most = wanted.minutes
        filters["length"] = lambda row: above < row["planned_minutes"] <= most
    if wanted.training:
        filters["training"] = lambda row: row["training__public_id"] == wanted.training
    if wanted.open_to_me:
        filters["mine"] = is_mine
    if wanted.words:
        filters["q"] = lambda row: row["training_id"] in saying
    return filters


def _without_each(filters: dict[str, Filter], rows: list[dict]) -> dict[str, list[int]]:
    """Return for each filter the keys of the rows that match all others. No query."""
    return {
        name: [
            row["pk"]
            for row in rows
            if all(keeps(row) for other, keeps in filters.items() if other != name)
        ]
        for name in filters
    }


def _for_other_subjects(code: str) -> set[int]:
    """The trainings that name subjects, and not this one."""
    named: dict[int, set[str]] = {}
    pairs = Training.subjects.through.objects.values_list("training_id", "subject__code")
    for training, subject in pairs:
        named.setdefault(training, set()).add(subject)
    return {training for training, codes in named.items() if code not in codes}


def subjects_to_choose() -> list[tuple[str, str]]:
    """Codes and titles, in the order of the reader's language: one query, kept until something is
    told to have changed (`courses.digest`).
    """
    language = get_language()
    found = caches["pages"].get_or_set(
        f"training:subjects:{language}:{version()}", _read_subjects, timeout=LONGEST
    )
    return found or []


def _read_subjects() -> list[tuple[str, str]]:
    found = [(subject.code, subject.title) for subject in Subject.objects.all()]
    return sorted(found, key=lambda subject: plain(subject[1]))


def _days_of(row: dict) -> tuple[datetime.date, ...]:
    first, last = timezone.localdate(row["starts_at"]), timezone.localdate(row["ends_at"])
    return days_of(row["meeting_days"], first, last)


def _is_entitled(rights: Rights, row: dict) -> bool:
    first, last = timezone.localdate(row["starts_at"]), timezone.localdate(row["ends_at"])
    entitlement = rights.entitlement(
        row["pk"],
        row["training__resource_id"],
        row["open_to"],
        _days_of(row),
    )
    return entitlement is not None and entitlement.covers(first, last)


def open_enrolments(person: Person | AnonymousUser) -> dict[int, Enrolment]:
    if not person.is_authenticated:
        return {}
    return {e.session_id: e for e in Enrolment.objects.visible_to(person).still_open()}


def months_with_sessions(person: Person | AnonymousUser) -> Days | None:
    """The first days of the earliest and of the latest month in which this person sees a session."""
    ends = (
        Session.objects.visible_to(person)
        .exclude(state=SessionState.DRAFT)
        .aggregate(first=Min("starts_at"), last=Max("ends_at"))
    )
    if ends["first"] is None:
        return None
    return timezone.localdate(ends["first"]).replace(day=1), timezone.localdate(
        ends["last"]
    ).replace(day=1)
