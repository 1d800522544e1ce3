"""A participant's own presence in a session."""

from dataclasses import dataclass, field

from django.db.models import Prefetch

from courses.agenda.models import Meeting
from courses.people.models import Person
from training.enums import AttendanceVerdict
from training.models import (
    Certificate,
    Enrolment,
    PresenceContest,
    Sheet,
    SheetCorrection,
    SheetLine,
)
from training.queries.attendance import counted_minutes
from training.values import (
    Interval,
    intervals_of,
    needed_minutes,
    share_percent,
    verdict,
    whole_minutes,
)


@dataclass
class MeetingPresence:
    """One meeting. `is_expected`: the participant had a seat in it and didn't give it back."""

    meeting: Meeting
    threshold_percent: int
    is_expected: bool
    is_before_enrolment: bool = False
    sheet: Sheet | None = None
    line: SheetLine | None = None

    @property
    def is_closed(self) -> bool:
        return self.sheet is not None and self.sheet.is_closed

    @property
    def counts(self) -> bool:
        return self.is_closed and self.line is not None

    @property
    def minutes(self) -> int:
        return counted_minutes(self.line, self.sheet) if self.line and self.sheet else 0

    @property
    def real_minutes(self) -> int:
        return self.sheet.real_minutes if self.sheet else 0

    @property
    def share(self) -> int:
        return share_percent(self.minutes, self.real_minutes)

    @property
    def verdict(self) -> AttendanceVerdict:
        return verdict(self.minutes, self.real_minutes, self.threshold_percent)

    @property
    def stays(self) -> list["ShownStay"]:
        return [ShownStay(one) for one in intervals_of(self.line.stays)] if self.line else []

    @property
    def contests(self) -> list[PresenceContest]:
        return list(self.line.contests.all()) if self.line else []

    @property
    def corrections(self) -> list[SheetCorrection]:
        return list(self.line.corrections.all()) if self.line else []


@dataclass(frozen=True)
class ShownStay:
    interval: Interval

    @property
    def minutes(self) -> int:
        return whole_minutes([self.interval])


@dataclass
class PresencePage:
    """`minutes` and `real_minutes` are sums over the closed sheets; the threshold is taken on all
    of them, as the certificate takes it.
    """

    enrolment: Enrolment
    meetings: list[MeetingPresence]
    real_minutes: int = 0
    certificate: Certificate | None = None
    minutes: int = field(init=False)

    def __post_init__(self) -> None:
        self.minutes = sum(one.minutes for one in self.meetings if one.counts)

    @property
    def is_complete(self) -> bool:
        return bool(self.meetings) and all(one.is_closed for one in self.meetings)

    @property
    def needed(self) -> int:
        return needed_minutes(self.real_minutes, self.enrolment.session.threshold_percent)

    @property
    def missing(self) -> int:
        return max(self.needed - self.minutes, 0)


def presence_of(person: Person, session_id: str) -> PresencePage | None:
    """None for who has no seat in the session. Seven queries, however many meetings."""
    enrolment = (
        Enrolment.objects.visible_to(person)
        .holding_a_seat()
        .filter(session__public_id=session_id)
        .select_related("session__training__resource", "session__series")
        .first()
    )
    if enrolment is None:
        return None
    session = enrolment.session
    meetings = list(
        Meeting.objects.going_on()
        .filter(series=session.series_id)
        .select_related("occurrence")
        .order_by("occurrence__start", "pk")
    )
    sheets = {
        one.meeting_id: one
        for one in Sheet.objects.filter(session=session).select_related("closed_by", "hours_by")
    }
    lines = {one.sheet_id: one for one in _lines(enrolment)}
    participations = {one.meeting_id: one for one in enrolment.participations.all()}
    rows, seen = [], False  # seen: a date of the seat came before
    for meeting in meetings:
        sheet, participation = sheets.get(meeting.pk), participations.get(meeting.pk)
        seen = seen or participation is not None
        if sheet:
            sheet.meeting = meeting
        rows.append(
            MeetingPresence(
                meeting,
                session.threshold_percent,
                is_expected=participation is not None and not participation.is_withdrawn,
                is_before_enrolment=(
                    participation is None and (not seen or meeting.starts_at < enrolment.asked_at)
                ),
                sheet=sheet,
                line=lines.get(sheet.pk) if sheet else None,
            )
        )
    return PresencePage(
        enrolment,
        rows,
        real_minutes=sum(one.real_minutes for one in rows if one.is_closed),
        certificate=enrolment.certificates.current().filter(revoked_at__isnull=True).first(),
    )


def _lines(enrolment: Enrolment) -> list[SheetLine]:
    found = SheetLine.objects.filter(participation__enrolment=enrolment).prefetch_related(
        Prefetch("corrections", SheetCorrection.objects.select_related("by", "contest")),
        Prefetch("contests", PresenceContest.objects.select_related("answered_by", "correction")),
    )
    lines = list(found)
    for line in lines:
        line.corrected_minutes = next(
            (one.minutes for one in reversed(line.corrections.all())), None
        )
    return lines
