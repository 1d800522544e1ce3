"""Who can still say what they think of a session, and what the answers amount to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import FETCH_PEERS, F, OuterRef, QuerySet, Subquery

from courses.people.models import Person
from training.enums import NOT_HELD, Agreement, EvaluationQuestion
from training.models import Enrolment, Evaluation, Session, SheetCorrection, SheetLine
from training.queries.attendance import counted_minutes
from training.values import (
    EVALUATION_AT_THE_LATEST,
    EVALUATION_OPENS,
    Attended,
    enough_answers,
)

A_DAY = timedelta(days=1)  # days are those of Paris


@dataclass(frozen=True)
class EvaluationSeat:
    """A seat in a session that is over, or nearly, and what its sheets say of it."""

    enrolment: Enrolment
    attended: Attended

    @property
    def session(self) -> Session:
        return self.enrolment.session


@dataclass(frozen=True)
class OpenEvaluation:
    """A participant's own: answered already if `has_answered`, open until the end of `until`."""

    enrolment: Enrolment
    until: date
    has_answered: bool

    @property
    def session(self) -> Session:
        return self.enrolment.session


def attended_of(enrolment: Enrolment) -> Attended:
    return attended_by(_lines().filter(participation__enrolment=enrolment))


def attended_by(lines: Iterable[SheetLine]) -> Attended:
    """Return the attendance from the lines of one enrolment, as `_lines` gives them."""
    there = [line for line in lines if counted_minutes(line, line.sheet)]
    known = [moment for line in there if (moment := _known_at(line))]
    return Attended(
        is_present=bool(there),
        is_seen=any(line.measured_minutes for line in there),
        known_at=min(known, default=None),
    )


def _known_at(line: SheetLine) -> datetime | None:
    """When the sheet first said so: frozen, or corrected to more than nothing."""
    return line.sheet.closed_at if line.attested_minutes else line.corrected_at


def _lines() -> QuerySet[SheetLine]:
    newest = SheetCorrection.objects.filter(line=OuterRef("pk")).order_by("-at", "-pk")
    return (
        SheetLine.objects.participants()
        .with_corrections()
        .annotate(corrected_at=Subquery(newest.values("at")[:1]))
        .filter(sheet__meeting__occurrence__cancelled=False)
        .select_related("sheet")
    )


def participants(
    now: datetime, *, of: Person | None = None, unanswered: bool = False
) -> list[EvaluationSeat]:
    """List participants, one person or everybody, in sessions whose evaluation can be open now, the
    one that ended last first. One query if there are none, else two, and one for answers that were
    given.
    """
    after, until = _ended_between(now)
    enrolments = (
        Enrolment.objects.holding_a_seat()
        .filter(session__ends_at__gt=after, session__ends_at__lte=until)
        .exclude(session__state__in=NOT_HELD)
    )
    if of:
        enrolments = enrolments.filter(teacher=of)
    if unanswered:
        enrolments = enrolments.filter(has_evaluated=False)
    enrolments = enrolments.select_related("session__training").order_by("-session__ends_at", "pk")
    return _with_lines(list(enrolments.fetch_mode(FETCH_PEERS)))


def participants_among(enrolments: Iterable[Enrolment], now: datetime) -> list[EvaluationSeat]:
    """Those of them that `participants` finds. One query, none outside that time."""
    after, until = _ended_between(now)
    return _with_lines(
        [
            one
            for one in enrolments
            if one.holds_a_seat
            and after < one.session.ends_at <= until
            and one.session.state not in NOT_HELD
        ]
    )


def _ended_between(now: datetime) -> tuple[datetime, datetime]:
    """After the first and until the second: sessions whose evaluation can be open now."""
    return evaluated_if_ended_after(now), now + EVALUATION_OPENS


def evaluated_if_ended_after(now: datetime) -> datetime:
    return now - EVALUATION_AT_THE_LATEST - A_DAY


def _with_lines(found: list[Enrolment]) -> list[EvaluationSeat]:
    if not found:
        return []
    by_enrolment: dict[int, list[SheetLine]] = {}
    own = F("participation__enrolment")
    for line in _lines().filter(participation__enrolment__in=found).annotate(enrolment=own):
        by_enrolment.setdefault(line.enrolment, []).append(line)
    return [
        EvaluationSeat(one, attended_by(by_enrolment[one.pk]))
        for one in found
        if one.pk in by_enrolment
    ]


def evaluation_of(enrolment: Enrolment) -> Evaluation | None:
    return getattr(enrolment, "evaluation", None)


def is_final(enrolment: Enrolment) -> bool:
    """Answers were given, and nobody can say any more which."""
    return enrolment.has_evaluated and evaluation_of(enrolment) is None


def letter_key(enrolment: Enrolment) -> str:
    """Key of the one letter that asks for the evaluation."""
    return f"enrolment:{enrolment.pk}:evaluation"


# What the answers amount to


@dataclass(frozen=True)
class AnswerShare:
    """How many gave one answer to one question, of how many."""

    agreement: Agreement
    count: int
    of: int

    @property
    def percent(self) -> int:
        return round(100 * self.count / self.of)


@dataclass(frozen=True)
class QuestionResult:
    question: EvaluationQuestion
    marks: list[AnswerShare]


@dataclass(frozen=True)
class EvaluationResults:
    """Below five answers `number` alone: `questions` and both lists are empty."""

    number: int
    questions: list[QuestionResult]
    comments: list[Evaluation]
    hidden: list[Evaluation]


def results_of(session: Session) -> EvaluationResults:
    rows = list(Evaluation.objects.of_session(session).select_related("hidden_by"))
    if not enough_answers(len(rows)):
        return EvaluationResults(len(rows), [], [], [])
    return EvaluationResults(
        len(rows),
        [_result(question, rows) for question in EvaluationQuestion],
        [row for row in rows if row.comment and not row.is_hidden],
        [row for row in rows if row.is_hidden],
    )


def _result(question: EvaluationQuestion, rows: list[Evaluation]) -> QuestionResult:
    given = [getattr(row, question) for row in rows]
    marks = [AnswerShare(agreement, given.count(agreement), len(rows)) for agreement in Agreement]
    return QuestionResult(question, marks)
