"""Queries of sheets, and sums over a session's sheets."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import FETCH_PEERS, Case, Count, F, Prefetch, Q, QuerySet, Value, When

from courses.agenda.models import Meeting
from courses.people.enums import Role
from courses.people.models import Membership, Person
from training.enums import AttendanceVerdict, SheetState
from training.models import (
    Certificate,
    Enrolment,
    PresenceContest,
    Session,
    Sheet,
    SheetCorrection,
    SheetLine,
)
from training.models.attendance import SheetQuerySet
from training.values import AttestedDate, needed_minutes, reaches, share_percent, verdict

GUEST_LINES = Q(lines__participation__isnull=True, lines__joined_to__isnull=True)


@dataclass
class SessionTally:
    """Sums over a session's sheets: the real and the planned length of the meetings held, and the
    minutes attested by enrolment.
    """

    real_minutes: int = 0
    planned_minutes: int = 0
    meetings: list = field(default_factory=list)
    attested_by: list[str] = field(default_factory=list)
    followed: dict[int, int] = field(default_factory=dict)


def tally(session: Session, *, as_if_closed: Sheet | None = None) -> SessionTally:
    """Return the sums from the closed sheets of meetings that weren't cancelled, corrections
    included; `as_if_closed` with what is chosen so far.
    """
    counted = Q(state=SheetState.CLOSED)
    if as_if_closed:
        counted |= Q(pk=as_if_closed.pk)
    held = Sheet.objects.filter(counted, session=session, meeting__occurrence__cancelled=False)
    sheets = {
        sheet.pk: sheet
        for sheet in held.select_related("meeting__occurrence", "closed_by").order_by(
            "meeting__occurrence__start"
        )
    }
    found = SessionTally(
        real_minutes=sum(sheet.real_minutes for sheet in sheets.values()),
        planned_minutes=sum(
            round(sheet.meeting.duration.total_seconds() / 60) for sheet in sheets.values()
        ),
        meetings=[sheet.meeting for sheet in sheets.values()],
        attested_by=list(
            dict.fromkeys(
                sheet.closed_by.display_name for sheet in sheets.values() if sheet.closed_by
            )
        ),
    )
    lines = (
        SheetLine.objects.participants()
        .with_corrections()
        .filter(sheet__in=sheets)
        .select_related("participation")
    )
    for line in lines:
        assert line.participation is not None  # noqa: S101 participants only
        enrolment = line.participation.enrolment_id
        found.followed[enrolment] = found.followed.get(enrolment, 0) + counted_minutes(
            line, sheets[line.sheet_id]
        )
    return found


def stated_at(enrolment: Enrolment, instant: datetime) -> int:
    """The minutes of the whole session that the closed sheets stated for the participant then."""
    lines = SheetLine.objects.filter(
        participation__enrolment=enrolment,
        sheet__state=SheetState.CLOSED,
        sheet__meeting__occurrence__cancelled=False,
    ).prefetch_related("corrections")
    return sum(
        next(
            (one.minutes for one in reversed(line.corrections.all()) if one.at <= instant),
            line.attested_minutes or 0,
        )
        for line in lines
    )


def attested_dates(enrolment: Enrolment) -> dict[int, AttestedDate]:
    """What the closed sheets of the session state for the participant, by the meeting's primary
    key: 0 minutes without a line. Two queries.
    """
    sheets = _closed_sheets(enrolment.session_id)
    lines = SheetLine.objects.with_corrections().filter(
        participation__enrolment=enrolment, sheet__in=sheets
    )
    by_sheet = {line.sheet_id: line for line in lines}
    found = {}
    for sheet in sheets:
        line = by_sheet.get(sheet.pk)
        minutes = counted_minutes(line, sheet) if line else 0
        found[sheet.meeting_id] = AttestedDate(minutes, sheet.real_minutes)
    return found


def attested_for_nobody(session: Session) -> dict[int, AttestedDate]:
    """As `attested_dates`, for somebody who was on no date. One query."""
    return {
        sheet.meeting_id: AttestedDate(0, sheet.real_minutes)
        for sheet in _closed_sheets(session.pk)
    }


def _closed_sheets(session_id: int) -> SheetQuerySet:
    return Sheet.objects.filter(
        session=session_id, state=SheetState.CLOSED, meeting__occurrence__cancelled=False
    )


def counted_minutes(line: SheetLine, sheet: Sheet) -> int:
    """The newest correction's minutes, else those frozen at closing, else those chosen so far."""
    if line.corrected_minutes is not None:
        return line.corrected_minutes
    return (
        line.attested_minutes
        if line.attested_minutes is not None
        else line.chosen(sheet.real_minutes)
    )


# The sheet's page


@dataclass
class SheetRow:
    """A line as its page shows it.

    `minutes` are those that count so far; `teacher` only where the reader may see the name.
    """

    line: SheetLine
    minutes: int
    real_minutes: int
    threshold_percent: int
    enrolment_id: int
    teacher: Person | None = None
    school: str = ""

    @property
    def share(self) -> int:
        return share_percent(self.line.measured_minutes, self.real_minutes)

    @property
    def proposed_minutes(self) -> int:
        """Minutes that the room saw or, where it saw nothing, those of the provider's list."""
        return self.line.measured_minutes or min(self.line.provider_minutes or 0, self.real_minutes)

    @property
    def proposal(self) -> AttendanceVerdict:
        return verdict(self.proposed_minutes, self.real_minutes, self.threshold_percent)

    @property
    def verdict(self) -> AttendanceVerdict:
        return verdict(self.minutes, self.real_minutes, self.threshold_percent)

    @property
    def is_just_short(self) -> bool:
        """Within a tenth of the meeting of the threshold."""
        return self.proposal == AttendanceVerdict.PARTIAL and self.missing * 10 <= self.real_minutes

    @property
    def missing(self) -> int:
        return needed_minutes(self.real_minutes, self.threshold_percent) - self.proposed_minutes


@dataclass
class SheetPage:
    rows: list[SheetRow]
    guests: list[SheetLine]
    needed: int
    still_open: int = 0
    issued: list[Certificate] = field(default_factory=list)
    reaching: list[SheetRow] = field(default_factory=list)


def sheets_for(person: Person) -> SheetQuerySet:
    """Those that the person may open, with what their pages show."""
    rows = Sheet.objects.visible_to(person).select_related(
        "session__training__resource",
        "session__series",
        "meeting__occurrence",
        "closed_by",
        "hours_by",
    )
    return rows.exclude(meeting__occurrence__cancelled=True)


def open_contests(person: Person) -> QuerySet[PresenceContest]:
    """Those that this training planner may answer, the oldest first."""
    others = PresenceContest.objects.open().of_meetings_held()
    return others.exclude(line__participation__enrolment__teacher=person)


def sheets_list(person: Person, now: datetime) -> SheetQuerySet:
    """List sheets: first those to close, the longest waiting on top; then those that go on; then
    the closed ones, newest first.
    """
    waiting = Q(state=SheetState.OPEN, meeting__occurrence__end__lte=now)
    order = Case(
        When(waiting, then=Value(0)), When(state=SheetState.OPEN, then=Value(1)), default=Value(2)
    )
    since = Case(When(state=SheetState.OPEN, then=F("meeting__occurrence__end")))
    found = sheets_for(person).annotate(
        turn=order,
        people=Count("lines", filter=Q(lines__participation__isnull=False)),
        guests=Count("lines", filter=GUEST_LINES),
    )
    return found.order_by(
        "turn", since.asc(nulls_last=True), "-meeting__occurrence__end", "-pk"
    ).fetch_mode(FETCH_PEERS)


def sheet_page(sheet: Sheet, *, sees_names: bool, is_over: bool) -> SheetPage:
    """The sheet's lines, its guests, and what closing it will do or has done."""
    session = sheet.session
    lines = list(
        sheet.lines.filter(joined_to__isnull=True)
        .select_related("participation__enrolment__teacher", "participation__enrolment__school")
        .prefetch_related(
            Prefetch("corrections", SheetCorrection.objects.select_related("by", "contest")),
            Prefetch(
                "contests", PresenceContest.objects.select_related("answered_by", "correction")
            ),
        )
    )
    for line in lines:
        line.corrected_minutes = next(
            (one.minutes for one in reversed(line.corrections.all())), None
        )
    rows = [_row(line, sheet, sees_names=sees_names) for line in lines if not line.is_guest]
    page = SheetPage(
        rows,
        [line for line in lines if line.is_guest],
        needed_minutes(sheet.real_minutes, session.threshold_percent),
    )
    if sheet.is_closed:
        page.issued = list(
            Certificate.objects.current()
            .filter(enrolment__session=session)
            .select_related("person")
            .order_by("number")
        )
    if is_over:
        others = (
            Meeting.objects.going_on().filter(series=session.series_id).exclude(pk=sheet.meeting_id)
        )
        page.still_open = others.exclude(sheet__state=SheetState.CLOSED).count()
    if is_over and not sheet.is_closed and not page.still_open:
        counted = tally(session, as_if_closed=sheet)
        reached = {
            one
            for one, minutes in counted.followed.items()
            if reaches(minutes, counted.real_minutes, session.threshold_percent)
        }
        page.reaching = [row for row in rows if row.enrolment_id in reached]
    return page


def _row(line: SheetLine, sheet: Sheet, *, sees_names: bool) -> SheetRow:
    assert line.participation is not None  # noqa: S101 never called for a guest
    enrolment = line.participation.enrolment
    row = SheetRow(
        line,
        counted_minutes(line, sheet),
        sheet.real_minutes,
        sheet.session.threshold_percent,
        enrolment.pk,
    )
    if sees_names:
        row.teacher, row.school = enrolment.teacher, str(enrolment.school)
    return row


def teachers() -> QuerySet[Person]:
    return Person.objects.filter(
        is_active=True, erased_at__isnull=True, memberships__role=Role.TEACHER
    ).distinct()


def teachers_named(words: str, *, most: int = 20) -> list[Person]:
    """Teachers whose name, login or school has every word: to say who a guest was."""
    found = teachers()
    for word in words.split()[:5]:
        found = found.filter(
            Q(given_name__icontains=word)
            | Q(family_name__icontains=word)
            | Q(usage_name__icontains=word)
            | Q(login__icontains=word)
            | Q(memberships__organisation__name__icontains=word)
        )
    chosen = found.order_by("family_name", "given_name", "pk")
    return list(
        chosen.prefetch_related(
            Prefetch("memberships", Membership.objects.teaching().select_related("organisation"))
        )[:most]
    )
