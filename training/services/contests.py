"""A participant contests the minutes of a closed sheet; a training planner answers on the sheet.

Each holds the session's row, then the sheet's, until commit. `now` is aware.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from courses.exceptions import Refusal
from courses.mail.services import post
from courses.people.enums import Role
from courses.people.models import Person
from training import rules
from training.enums import ContestAnswer, Letters
from training.models import PresenceContest, SheetLine
from training.queries.attendance import counted_minutes
from training.queries.role_holders import holders_of
from training.services import attendance
from training.values import Claim


def contest(
    *, line: SheetLine, claim: Claim, by: Person, now: datetime | None = None
) -> PresenceContest:
    """Create a contest with the participant's words and write to the training planners.

    The same form posted twice makes one contest. Raises a `Refusal`.
    """
    now = now or timezone.now()
    with transaction.atomic():
        line = _held(line)
        contests = list(line.contests.all())
        if already := next((one for one in contests if one.is_open and _is(one, claim)), None):
            return already
        counted = counted_minutes(line, line.sheet)
        refusal = rules.why_not_contest(line.sheet, contests=contests, now=now)
        refusal = refusal or rules.why_not_claim(
            claim, counted_minutes=counted, real_minutes=line.sheet.real_minutes
        )
        if refusal:
            raise refusal
        sent = PresenceContest.objects.create(
            line=line,
            why=claim.why,
            minutes=claim.minutes,
            words=claim.words.strip(),
            counted_minutes=counted,
            asked_at=now,
        )
        log(instance=line.sheet, action="training.contest_presence", user=by)
        for planner in holders_of(Role.PLANNER).exclude(pk=by.pk):
            post(
                Letters.PRESENCE_CONTESTED,
                about=sent,
                to=planner,
                key=f"contest:{sent.pk}:{planner.pk}",
            )
    return sent


def answer(
    *,
    contest: PresenceContest,
    minutes: int | None,
    words: str,
    by: Person,
    now: datetime | None = None,
) -> PresenceContest:
    """Keep the minutes (None), or change them by a correction of the sheet; in words, once.

    Where the sheet was corrected to these minutes meanwhile, that correction is the answer's. The
    participant is written to. Idempotent for the same answer. Raises a `Refusal`.
    """
    now = now or timezone.now()
    with transaction.atomic():
        line = _held(contest.line)
        contest = PresenceContest.objects.select_for_update(of=("self",)).get(pk=contest.pk)
        contest.line = line
        if contest.answered_by_id == by.pk and _is_answered(contest, minutes, words):
            return contest
        assert line.participation is not None  # noqa: S101 a guest has no page to contest on
        newest = line.corrections.select_related("contest").last()
        meanwhile = None if newest is None or hasattr(newest, "contest") else newest
        refusal: Refusal | None = rules.why_not_answer_contest(
            contest,
            by=by,
            teacher_id=line.participation.enrolment.teacher_id,
            minutes=minutes,
            counted_minutes=counted_minutes(line, line.sheet),
            words=words,
            meanwhile=meanwhile,
        )
        if refusal:
            raise refusal
        contest.answer = ContestAnswer.KEPT if minutes is None else ContestAnswer.CHANGED
        contest.answer_words, contest.answered_at, contest.answered_by = words.strip(), now, by
        if rules.is_the_answer(meanwhile, contest, minutes):
            contest.correction = meanwhile
        elif minutes is not None:
            contest.correction = attendance.correct(
                line=line, minutes=minutes, reason=words, by=by, now=now
            )
        contest.save(
            update_fields=["answer", "answer_words", "answered_at", "answered_by", "correction"]
        )
        log(
            instance=line.sheet,
            action="training.answer_contest",
            user=by,
            data={"answer": contest.answer},
        )
        post(
            Letters.PRESENCE_ANSWERED,
            about=contest,
            to=line.participation.enrolment.teacher,
            key=f"contest:{contest.pk}:answered",
        )
    return contest


def _held(line: SheetLine) -> SheetLine:
    """The line as it stands under its sheet's lock, with the newest correction."""
    sheet = attendance.both_held(line.sheet)
    line = (
        SheetLine.objects.with_corrections()
        .select_related("participation__enrolment__teacher")
        .get(pk=line.pk)
    )
    line.sheet = sheet
    return line


def _is(contest: PresenceContest, claim: Claim) -> bool:
    return (contest.why, contest.minutes, contest.words) == (
        claim.why,
        claim.minutes,
        claim.words.strip(),
    )


def _is_answered(contest: PresenceContest, minutes: int | None, words: str) -> bool:
    given = contest.correction.minutes if contest.correction else None
    return (given, contest.answer_words) == (minutes, words.strip())
