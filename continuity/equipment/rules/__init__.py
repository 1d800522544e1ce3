"""Why a survey can't be answered, begun or accepted, and a thing not lent, moved or taken back. Pure."""

import datetime
from collections.abc import Collection, Iterable, Sequence

from django.utils import timezone

from continuity.enums import (
    LOSSES,
    NEED_OF,
    Criterion,
    EquipmentKind,
    ItemState,
    LineOutcome,
    NeedKind,
    NeedReason,
    NeedVerdict,
    Signatory,
)
from continuity.equipment.exceptions import (
    AgreementSettled,
    AgreementSigned,
    AgreementStands,
    AlreadyReplaced,
    AnotherSurvey,
    CriteriaIncomplete,
    EstimateAboveValue,
    ItemNotFree,
    LoanEndsInThePast,
    LoanHasEnded,
    NeedIsClosed,
    NotErased,
    NotExchanged,
    NothingToEstimate,
    NothingToLend,
    NothingToReplace,
    NothingToReserve,
    NotOut,
    NotSignedYet,
    NotThisState,
    NotWhatWasSigned,
    PromisedToAnother,
    ProposalGone,
    ReasonDoesNotFit,
    ReservedForAnother,
    ReservedWithAYesOnly,
    ServesAnotherNeed,
    SignatoryGone,
    SignedByAMinor,
    SignedForAnAdult,
    SurveyEndsBeforeItBegins,
    SurveyInThePast,
    SurveyNotOpen,
    SurveyTooLong,
    ThingsGone,
    WentOn,
    WordsNeeded,
)
from continuity.equipment.rules.days import why_too_long
from continuity.equipment.values.criteria import proposed
from continuity.models import (
    EquipmentItem,
    EquipmentNeed,
    Loan,
    LoanAgreement,
    LoanLine,
    SurveyCampaign,
    SurveyProposal,
)
from continuity.school.exceptions import NotAStudentOfTheSchool
from courses.exceptions import Refusal
from courses.people.models import Person

LONGEST_SURVEY_DAYS = 60

# Where a hand can put an item from each state. Lent and reserved have their own ways in and out. What
# is broken becomes available by an inspection only.
MOVES: dict[str, tuple[ItemState, ...]] = {
    ItemState.AVAILABLE: (ItemState.TO_INSPECT, ItemState.LOST, ItemState.RETIRED),
    ItemState.RESERVED: (),
    ItemState.LENT: (),
    ItemState.TO_INSPECT: (
        ItemState.AVAILABLE, ItemState.IN_REPAIR, ItemState.LOST, ItemState.RETIRED,
    ),
    ItemState.IN_REPAIR: (ItemState.TO_INSPECT, ItemState.LOST, ItemState.RETIRED),
    ItemState.LOST: (ItemState.TO_INSPECT, ItemState.RETIRED),
    ItemState.RETIRED: (ItemState.TO_INSPECT,),
}  # fmt: skip


def why_not_answer(campaign: SurveyCampaign, *, today: datetime.date) -> Refusal | None:
    if campaign.is_open_on(today):
        return None
    return SurveyNotOpen(first=campaign.opens_on, last=campaign.closes_on)


def why_not_these_days(
    opens_on: datetime.date, closes_on: datetime.date, *, today: datetime.date
) -> Refusal | None:
    """`opens_on` may have passed where a survey is running; its last day may not."""
    if closes_on < opens_on:
        return SurveyEndsBeforeItBegins()
    if closes_on < today:
        return SurveyInThePast(day=closes_on)
    if (closes_on - opens_on).days >= LONGEST_SURVEY_DAYS:
        return SurveyTooLong(days=LONGEST_SURVEY_DAYS)
    return None


def why_not_begin(
    opens_on: datetime.date,
    closes_on: datetime.date,
    *,
    today: datetime.date,
    others: Iterable[SurveyCampaign],
) -> Refusal | None:
    """`others`: the school's other surveys. Two of them never share a day."""
    if opens_on < today:
        return SurveyInThePast(day=opens_on)
    return why_not_these_days(opens_on, closes_on, today=today) or why_not_beside(
        opens_on, closes_on, others
    )


def why_not_beside(
    opens_on: datetime.date, closes_on: datetime.date, others: Iterable[SurveyCampaign]
) -> Refusal | None:
    for other in others:
        if other.shares_a_day_with(opens_on, closes_on):
            return AnotherSurvey(first=other.opens_on, last=other.closes_on)
    return None


def why_not_accept(proposal: SurveyProposal, *, today: datetime.date) -> Refusal | None:
    if proposal.withdrawn_at is not None or proposal.closes_on < today:
        return ProposalGone()
    return None


def why_not_move(
    item: EquipmentItem, state: str, *, is_erased: bool, held_data: bool
) -> Refusal | None:
    """`held_data`: a borrower may have left something on it."""
    if state not in MOVES[item.state]:
        return NotThisState(number=item.number, state=item.get_state_display())
    if state == ItemState.AVAILABLE and held_data and not is_erased:
        return NotErased(number=item.number)
    return None


def why_not_lend(
    items: list[EquipmentItem],
    *,
    student: Person,
    is_here: bool,
    is_of_age: bool,
    signed_as: str,
    due_on: datetime.date,
    today: datetime.date,
    lacks_words: bool,
    promised: Collection[str] = (),
) -> Refusal | None:
    """The first thing in the way. `is_here`: a student of the school today. `signed_as`: empty
    while an agreement is only drawn up. `lacks_words`: it goes before others, and nothing is written
    of why. `promised`: as in `why_not_take`.
    """
    if not items:
        return NothingToLend()
    if not is_here:
        return NotAStudentOfTheSchool(student=student.display_name, day=today)
    if due_on < today:
        return LoanEndsInThePast(day=due_on)
    if refusal := why_too_long(due_on, today=today) or why_not_sign_as(
        signed_as, student=student, is_of_age=is_of_age
    ):
        return refusal
    for item in items:
        if refusal := why_not_take(item, student_id=student.pk, promised=promised):
            return refusal
    return WordsNeeded() if lacks_words else None


def why_not_take(
    item: EquipmentItem, *, student_id: int | None, promised: Collection[str] = ()
) -> Refusal | None:
    """For a loan to this student. `promised`: things in signed agreements of others."""
    if item.is_free_for(student_id, promised):
        return None
    if item.reserved_for:
        return ReservedForAnother(number=item.number)
    if item.state != ItemState.AVAILABLE:
        return ItemNotFree(number=item.number, state=item.get_state_display())
    return PromisedToAnother(number=item.number)


def why_not_otherwise(standing: Iterable[LoanAgreement], student: Person) -> Refusal | None:
    """What this student has a signed agreement on is handed over as it was signed. `standing`: those
    with one of the things.
    """
    for one in standing:
        if one.signed_at and one.student_id == student.pk:
            return AgreementStands(name=student.display_name, day=one.due_on)
    return None


def kinds_of(items: Iterable[EquipmentItem]) -> set[NeedKind]:
    """The kinds of need that these things serve; a charger or a bag serves none."""
    return {NEED_OF[kind] for item in items if (kind := EquipmentKind(item.kind)) in NEED_OF}


def goes_before_others(
    student: Person, open_needs: Iterable[EquipmentNeed], order: Sequence[Criterion]
) -> bool:
    """True if a loan to the student now passes somebody: the student has no yes, and another one
    stands before them in the order, or has a yes and nothing reserved yet.

    `open_needs`: the school's, for one kind of thing.
    """
    needs = list(open_needs)
    own = next((one for one in needs if one.student_id == student.pk), None)
    if own and own.verdict == NeedVerdict.YES:
        return False
    others = [one for one in needs if one is not own]
    if any(one.verdict == NeedVerdict.YES and not hasattr(one, "reserved") for one in others):
        return True
    waiting = [one for one in others if one.verdict != NeedVerdict.YES]
    if own is None:
        return bool(waiting)
    return proposed([*waiting, own], order)[0].need is not own


def why_not_sign_as(signed_as: str, *, student: Person, is_of_age: bool) -> Refusal | None:
    if signed_as == Signatory.STUDENT and not is_of_age:
        return SignedByAMinor(name=student.display_name)
    if signed_as == Signatory.GUARDIAN and is_of_age:
        return SignedForAnAdult(name=student.display_name)
    return None


def why_not_sign(
    agreement: LoanAgreement,
    *,
    signed_as: str,
    is_of_age: bool,
    today: datetime.date,
    gone: Sequence[str] = (),
) -> Refusal | None:
    """`gone`: numbers of what can't be handed over any more."""
    if refusal := _why_settled(agreement):
        return refusal
    if agreement.due_on < today:
        return LoanEndsInThePast(day=agreement.due_on)
    if gone:
        return ThingsGone(numbers=", ".join(gone))
    return why_not_sign_as(signed_as, student=agreement.student, is_of_age=is_of_age)


def _why_settled(agreement: LoanAgreement) -> Refusal | None:
    """The first word counts, whoever says another one after it."""
    if agreement.signed_at and not agreement.taken_off_at:
        return AgreementSigned(day=timezone.localdate(agreement.signed_at))
    return None if agreement.is_open else AgreementSettled()


def why_not_refuse(agreement: LoanAgreement) -> Refusal | None:
    return _why_settled(agreement)


def why_not_hand_over(
    agreement: LoanAgreement, changed: Sequence[str] = (), *, may_sign_still: bool = True
) -> Refusal | None:
    """`changed`: numbers of what was corrected since it was drawn up. `may_sign_still`: who signed
    holds parental authority here, or is the student.
    """
    if agreement.taken_off_at or agreement.refused_at:
        return AgreementSettled()
    if not agreement.signed_at:
        return NotSignedYet()
    if not may_sign_still:
        return SignatoryGone()
    return NotWhatWasSigned(numbers=", ".join(changed)) if changed else None


def why_not_prolong(loan: Loan, due_on: datetime.date, *, today: datetime.date) -> Refusal | None:
    if loan.ended_at:
        return LoanHasEnded()
    if due_on < today:
        return LoanEndsInThePast(day=due_on)
    return why_too_long(due_on, today=today)


def why_not_take_back(line: LoanLine) -> Refusal | None:
    if line.back_at:
        return NotOut(number=line.thing.number, outcome=line.get_outcome_display())
    return None


def why_not_correct(line: LoanLine, outcome: str, *, went_on: bool) -> Refusal | None:
    """`went_on`: the thing has been moved, reserved or lent since it came back."""
    if line.outcome == LineOutcome.SWAPPED:
        return NotOut(number=line.thing.number, outcome=line.get_outcome_display())
    if not outcome and went_on:
        return WentOn(number=line.thing.number, state=line.thing.get_state_display())
    return None


def why_not_replace(line: LoanLine, *, student: Person, is_replaced: bool) -> Refusal | None:
    """`is_replaced`: something was handed over in its place."""
    if line.loan.student_id != student.pk or line.outcome not in LOSSES:
        return NothingToReplace(number=line.thing.number)
    return AlreadyReplaced(number=line.thing.number) if is_replaced else None


def why_not_swap(
    line: LoanLine, other: LoanLine, *, have_a_common_guardian: bool
) -> Refusal | None:
    are_out = line.back_at is None and other.back_at is None
    fit = line.thing.kind == other.thing.kind and line.loan.student_id != other.loan.student_id
    if are_out and fit and have_a_common_guardian:
        return None
    return NotExchanged(number=line.thing.number, other=other.thing.number)


def why_not_estimate(line: LoanLine, euros: int) -> Refusal | None:
    """Only of what is damaged or lost, and never more than the thing is worth."""
    if line.outcome not in LOSSES:
        return NothingToEstimate(number=line.thing.number)
    value = line.thing.value_euros
    return EstimateAboveValue(value=value) if value is not None and euros > value else None


def state_after(line: LoanLine, outcome: str, *, is_erased: bool) -> ItemState:
    """Damaged, or with data of its borrower: somebody looks at it before it is lent again."""
    if outcome == LineOutcome.LOST:
        return ItemState.LOST
    if outcome == LineOutcome.BACK and (is_erased or not line.thing.holds_data):
        return ItemState.AVAILABLE
    return ItemState.TO_INSPECT


# The reasons that fit each verdict.
REASONS: dict[str, tuple[NeedReason, ...]] = {
    NeedVerdict.YES: (NeedReason.IN_TURN, NeedReason.OUT_OF_TURN),
    NeedVerdict.LATER: (NeedReason.NONE_FREE, NeedReason.TO_CHECK),
    NeedVerdict.NO: (NeedReason.HAS_ONE, NeedReason.NOT_LENT),
}


def why_not_decide(
    need: EquipmentNeed, *, verdict: str, reason: str, words: str, number: str, place: int
) -> Refusal | None:
    """`place` in the proposed order, from 1: nobody is passed without words that the family reads."""
    if need.closed_at:
        return NeedIsClosed()
    if reason not in REASONS[verdict]:
        return ReasonDoesNotFit()
    if number and verdict != NeedVerdict.YES:
        return ReservedWithAYesOnly()
    if verdict == NeedVerdict.YES and place > 1:
        if reason != NeedReason.OUT_OF_TURN:
            return ReasonDoesNotFit()
        if not words.strip():
            return WordsNeeded()
    return None


def why_not_reserve(
    item: EquipmentItem, need: EquipmentNeed, promised: Collection[str] = ()
) -> Refusal | None:
    """`promised`: as in `why_not_take`."""
    if item.state != ItemState.AVAILABLE:
        return NothingToReserve(number=item.number)
    if item.public_id in promised:
        return PromisedToAnother(number=item.number)
    if need.wants not in kinds_of([item]):
        return ServesAnotherNeed(number=item.number, kind=item.get_kind_display())
    return None


def why_not_withdraw(need: EquipmentNeed) -> Refusal | None:
    return NeedIsClosed() if need.closed_at else None


def why_not_publish(codes: list[str]) -> Refusal | None:
    return None if sorted(codes) == sorted(Criterion.values) else CriteriaIncomplete()
