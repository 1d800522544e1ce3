"""Presence that is contested."""

from datetime import date, datetime

from django.utils import timezone

from courses.exceptions import Refusal
from courses.people.models import Person
from training.enums import ContestReason
from training.exceptions import (
    ContestAnswered,
    ContestAnsweredAlready,
    ContestTooLate,
    ContestWaits,
    MinutesBeyondItsLength,
    OwnContest,
    PresenceNotClosed,
    ReasonMissing,
    SameMinutes,
    WordsMissing,
)
from training.models import PresenceContest, Sheet, SheetCorrection
from training.values import CONTEST_WITHIN, Claim


def contested_until(sheet: Sheet) -> date | None:
    """The last day on which the minutes of a closed sheet can be contested."""
    return timezone.localdate(sheet.closed_at) + CONTEST_WITHIN if sheet.closed_at else None


def why_not_contest(
    sheet: Sheet, *, contests: list[PresenceContest], now: datetime
) -> Refusal | None:
    """`contests` are those of the participant's line. One contest has one answer; what comes later
    goes by the way that corrects personal data.
    """
    last_day = contested_until(sheet)
    if last_day is None:
        return PresenceNotClosed()
    if any(one.is_open for one in contests):
        return ContestWaits()
    if contests:
        return ContestAnswered()
    if timezone.localdate(now) > last_day:
        return ContestTooLate(days=CONTEST_WITHIN.days)
    return None


def why_not_claim(claim: Claim, *, counted_minutes: int, real_minutes: int) -> Refusal | None:
    """Other minutes than those that count, within the meeting's real length."""
    if not 0 <= claim.minutes <= real_minutes:
        return MinutesBeyondItsLength(real_minutes=real_minutes)
    if claim.minutes == counted_minutes:
        return SameMinutes(minutes=counted_minutes)
    if claim.why == ContestReason.OTHER and not claim.words.strip():
        return WordsMissing()
    return None


def why_not_answer_contest(
    contest: PresenceContest,
    *,
    by: Person,
    teacher_id: int,
    minutes: int | None,
    counted_minutes: int,
    words: str,
    meanwhile: SheetCorrection | None = None,
) -> Refusal | None:
    """`minutes` are the new ones, None where they stay; `teacher_id` is who contests. `meanwhile`
    is the correction that counts now: it can be the answer.
    """
    if not contest.is_open:
        name = contest.answered_by.display_name if contest.answered_by else ""
        return ContestAnsweredAlready(name=name)
    if by.pk == teacher_id:
        return OwnContest()
    if not words.strip():
        return ReasonMissing()
    if minutes is None:
        return None
    if not 0 <= minutes <= contest.line.sheet.real_minutes:
        return MinutesBeyondItsLength(real_minutes=contest.line.sheet.real_minutes)
    if minutes != counted_minutes or is_the_answer(meanwhile, contest, minutes):
        return None
    return SameMinutes(minutes=minutes)


def is_the_answer(
    correction: SheetCorrection | None, contest: PresenceContest, minutes: int | None
) -> bool:
    """The sheet was corrected to these minutes after they were contested."""
    return (
        correction is not None
        and correction.at >= contest.asked_at
        and correction.minutes == minutes != contest.counted_minutes
    )
