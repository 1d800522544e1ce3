"""The catalogue: which sessions, in which order, and what this person is entitled to."""

import datetime
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Max, Min
from django.utils import timezone

from courses.catalogue.queries import Entitlement
from courses.people.models import Person
from training.enums import NOT_HELD, SessionState
from training.models import Enrolment, Session, SessionChange, Training
from training.queries.rights import Rights, rights_of
from training.queries.sessions import newest_changes, schools_at_quota, turns_of
from training.values import Standing, days_of

ONE_DAY = datetime.timedelta(days=1)

LIGHT = [
    "pk", "starts_at", "ends_at", "meeting_days", "open_to", "state", "language", "training_id", "training__public_id",
    "training__resource_id", "training__resource__slug", "training__resource__name",
]  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """What the reader filters by. Empty means all."""

    words: str = ""
    resources: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    training: str = ""
    open_to_me: bool = False
    past: bool = False


@dataclass
class Line:
    """A session as a list shows it to one person.

    `change` is the newest move of a date still to come. `school_is_full`: the person's school has
    all the seats that a school can have.
    """

    session: Session
    is_for_me: bool
    entitlement: Entitlement | None = None
    standing: Standing | None = None
    enrolment: Enrolment | None = None
    turn: int = 0
    change: SessionChange | None = None
    school_is_full: bool = False

    @property
    def school(self) -> int | None:
        """The primary key of the school whose seat it is or would be."""
        if self.enrolment:
            return self.enrolment.school_id
        return self.entitlement.school.pk if self.entitlement else None


@dataclass
class Found:
    """All that was found, as primary keys in the page's order, before a page of it is read.

    `held`: how many take place.
    """

    person: Person | AnonymousUser
    now: datetime.datetime
    rights: Rights
    keys: list[int]
    for_me: set[int]
    resources: list[tuple[str, str]]
    mine: dict[int, Enrolment] = field(default_factory=dict)
    held: int = 0

    def lines(self, keys: Iterable[int]) -> list[Line]:
        """These sessions, with seats, moves and what the rule needs, in this order: three queries,
        four with turns, one more with sessions that limit the seats of a school.
        """
        keys = list(keys)
        rows = (
            Session.objects.filter(pk__in=keys)
            .with_page_rows()
            .with_seats()
            .fetch_mode(models.FETCH_PEERS)
        )
        sessions = {session.pk: session for session in rows}
        return self.lines_of(
            [sessions[pk] for pk in keys if pk in sessions], newest_changes(keys, self.now)
        )

    def lines_of(
        self, sessions: list[Session], changes: dict[int, SessionChange] | None = None
    ) -> list[Line]:
        """These sessions, read `with_page_rows().with_seats()`: a query for turns where the person
        waits somewhere, one for the seats of schools where a session limits them.
        """
        there = {session.pk for session in sessions}
        turns = turns_of([e for pk, e in self.mine.items() if pk in there])
        lines = [
            self._line(session, (changes or {}).get(session.pk), turns) for session in sessions
        ]
        if self.person.is_authenticated:
            full = schools_at_quota(sessions)
            for line in lines:
                line.school_is_full = (line.session.pk, line.school) in full
        return lines

    def _line(self, session: Session, change: SessionChange | None, turns: dict[int, int]) -> Line:
        line = Line(
            session, session.pk in self.for_me, enrolment=self.mine.get(session.pk), change=change
        )
        if self.person.is_authenticated:
            line.entitlement, line.standing = self.rights.of(session)
        if line.enrolment:
            line.turn = turns.get(line.enrolment.pk, 0)
        return line


type Days = tuple[datetime.date, datetime.date]


def sessions_with_entitlement_for(
    person: Person | AnonymousUser,
    wanted: Wanted,
    *,
    now: datetime.datetime,
    on_days: Days | None = None,
    only: models.Q | None = None,
) -> Found:
    """What the catalogue shows to this person, sessions open to them or theirs first, each group in
    time order.

    Past ones stand apart, the newest first. `on_days` (the first and the last) takes the sessions
    that touch these days, past or not, `only` those of one training or provider. At most six queries
    for somebody signed in, one more with sessions that are open to some schools, two for a visitor,
    however many sessions.
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
    rows = [row for row in rows if _is_wanted(row, wanted)]
    if wanted.words:
        trainings = trainings_that_say(wanted.words)
        rows = [row for row in rows if row["training_id"] in trainings]
    rights = rights_of(person)
    mine = open_enrolments(person)
    for_me = {row["pk"] for row in rows if row["pk"] in mine or _is_entitled(rights, row)}
    if wanted.open_to_me:
        rows = [row for row in rows if row["pk"] in for_me]
    if not (wanted.past or on_days):
        rows.sort(key=lambda row: row["pk"] not in for_me)
    held = sum(row["state"] not in NOT_HELD for row in rows)
    return Found(person, now, rights, [row["pk"] for row in rows], for_me, resources, mine, held)


def _is_wanted(row: dict, wanted: Wanted) -> bool:
    return (
        (not wanted.resources or row["training__resource__slug"] in wanted.resources)
        and (not wanted.languages or row["language"] in wanted.languages)
        and (not wanted.training or row["training__public_id"] == wanted.training)
    )


def _is_entitled(rights: Rights, row: dict) -> bool:
    first, last = timezone.localdate(row["starts_at"]), timezone.localdate(row["ends_at"])
    entitlement = rights.entitlement(
        row["pk"],
        row["training__resource_id"],
        row["open_to"],
        days_of(row["meeting_days"], first, last),
    )
    return entitlement is not None and entitlement.covers(first, last)


def open_enrolments(person: Person | AnonymousUser) -> dict[int, Enrolment]:
    if not person.is_authenticated:
        return {}
    return {e.session_id: e for e in Enrolment.objects.visible_to(person).still_open()}


def plain(text: str) -> str:
    """As a search compares: without accents, case and ligatures, apostrophes all alike."""
    text = text.casefold().replace("œ", "oe").replace("æ", "ae").replace("’", "'")
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def trainings_that_say(words: str) -> set[int]:
    """Published trainings with every word in a title, a summary or the resource, in either
    language.

    Compared here and not by the database, so that SQLite and PostgreSQL find the same.
    """
    asked = plain(words).split()
    texts = Training.objects.published().values_list(
        "pk", "title_fr", "title_en", "summary_fr", "summary_en", "resource__name"
    )
    return {pk for pk, *text in texts if all(word in plain(" ".join(text)) for word in asked)}


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
