"""What comes back of a loan: noted, corrected, estimated, with a receipt each time."""

import datetime
from collections.abc import Collection, Mapping

from django.db import transaction
from django.utils import timezone

from continuity.enums import ItemState, Letters, LineOutcome
from continuity.equipment import rules
from continuity.equipment.exceptions import StillOut
from continuity.equipment.queries.loans import told_of
from continuity.equipment.queries.swaps import with_a_common_guardian
from continuity.equipment.services import pool, while_out
from continuity.models import Loan, LoanLine, LossEstimate, ReturnCorrection
from courses.mail.services import post
from courses.people.models import Person


def take_back(
    *,
    loan: Loan,
    outcomes: Mapping[str, str],
    by: Person,
    erased: Collection[str] = (),
    now: datetime.datetime | None = None,
) -> Loan:
    """`outcomes`: how each thing came back, by its line's public id; the others stay out, and with
    them the loan. `erased`: lines of which `by` says that no data of the student are left.

    Always possible, whatever the loan's last day and wherever the student is now. The same outcome
    sent twice is once. Holds the items' rows until commit. Raises a `Refusal`.
    """
    now = now or timezone.now()
    with transaction.atomic():
        asked = LoanLine.objects.filter(loan=loan, public_id__in=list(outcomes))
        pool.hold(asked.values_list("thing", flat=True))
        for line in asked.select_related("thing"):
            outcome, is_erased = outcomes[line.public_id], line.public_id in erased
            if line.outcome == outcome:
                continue
            if refusal := rules.why_not_take_back(line):
                raise refusal
            line.outcome, line.back_at, line.returned_to = outcome, now, by
            line.is_erased = is_erased and line.thing.holds_data
            line.save(update_fields=["outcome", "back_at", "returned_to", "is_erased"])
            state = rules.state_after(line, outcome, is_erased=line.is_erased)
            pool.put(line.thing, state, by=by, now=now, loan=loan, is_erased=line.is_erased)
            while_out.settle(line=line, now=now)
        after = end_if_all_is_back(loan, now)
        send_receipt(after)
        return after


def correct(
    *,
    line: LoanLine,
    outcome: str,
    by: Person,
    is_erased: bool = False,
    now: datetime.datetime | None = None,
) -> LoanLine:
    """It had been noted wrongly; `outcome` is right, empty: the thing is out after all.

    What had been noted stays in a `ReturnCorrection`, and the receipt is sent anew. The thing's state
    follows, unless it went on since. Corrected twice to the same is once. Holds the thing, then the
    loan, until commit. Raises a `Refusal`.
    """
    now = now or timezone.now()
    with transaction.atomic():
        (thing,) = pool.hold([line.thing_id])
        loan = Loan.objects.select_for_update().get(pk=line.loan_id)
        found = LoanLine.objects.get(pk=line.pk)
        found.thing, found.loan = thing, loan
        is_erased = is_erased and thing.holds_data and bool(outcome)
        if (found.outcome, found.is_erased) == (outcome, is_erased):
            return found
        if found.back_at is None or found.returned_to is None:
            raise StillOut(number=thing.number)
        newest = thing.events.first()
        went_on = newest is None or newest.loan_id != loan.pk
        if refusal := rules.why_not_correct(found, outcome, went_on=went_on):
            raise refusal
        ReturnCorrection.objects.create(
            line=found,
            was=found.outcome,
            was_erased=found.is_erased,
            was_back_at=found.back_at,
            was_returned_to=found.returned_to,
            outcome=outcome,
            is_erased=is_erased,
            corrected_by=by,
            corrected_at=now,
        )
        _say_instead(found, outcome, is_erased)
        if not went_on:
            state = ItemState.LENT
            if outcome:
                state = rules.state_after(found, outcome, is_erased=is_erased)
            pool.put(thing, state, by=by, now=now, loan=loan, is_erased=is_erased)
        send_receipt(end_if_all_is_back(loan, now))
    return found


def _say_instead(line: LoanLine, outcome: str, is_erased: bool) -> None:
    line.outcome, line.is_erased = outcome, is_erased
    if not outcome:
        line.back_at = line.returned_to = None
    line.save(update_fields=["outcome", "is_erased", "back_at", "returned_to"])


def estimate(
    *,
    line: LoanLine,
    euros: int,
    reason: str,
    by: Person,
    now: datetime.datetime | None = None,
) -> LossEstimate:
    """What the damage or the loss may cost; earlier estimates stay below it. The same one sent twice is
    once. Holds the line until commit. Raises a `Refusal`.
    """
    with transaction.atomic():
        lines = LoanLine.objects.select_for_update(of=("self",)).select_related("thing")
        found = lines.get(pk=line.pk)
        latest = found.estimates.first()
        if latest and (latest.euros, latest.reason) == (euros, reason):
            return latest
        if refusal := rules.why_not_estimate(found, euros):
            raise refusal
        return LossEstimate.objects.create(
            line=found,
            euros=euros,
            reason=reason,
            estimated_by=by,
            estimated_at=now or timezone.now(),
        )


def replace(
    *, line: LoanLine, student: Person, came_back: str, by: Person, now: datetime.datetime
) -> LoanLine:
    """The line in whose place something is lent now: taken back as `came_back`, if it is still out.

    In the transaction of who lends, who holds its thing. Raises a `Refusal`.
    """
    if came_back and LoanLine.objects.filter(pk=line.pk, back_at__isnull=True).exists():
        take_back(loan=line.loan, outcomes={line.public_id: came_back}, by=by, now=now)
    found = LoanLine.objects.select_related("thing", "loan").get(pk=line.pk)
    is_replaced = found.replacements.filter(loan__isnull=False).exists()
    if refusal := rules.why_not_replace(found, student=student, is_replaced=is_replaced):
        raise refusal
    return found


def swap(
    *, line: LoanLine, other: LoanLine, by: Person, now: datetime.datetime | None = None
) -> None:
    """The two students have each other's thing: from now on each loan has the one that is there, and
    both receipts say so.

    The first line of each ends as exchanged. Sent twice is once. Holds the things, then the loans,
    until commit. Raises a `Refusal`.
    """
    now, pks = now or timezone.now(), [line.pk, other.pk]
    with transaction.atomic():
        pool.hold([line.thing_id, other.thing_id])
        held = Loan.objects.select_for_update().filter(pk__in=[line.loan_id, other.loan_id])
        held_loans = {loan.pk: loan for loan in held.order_by("pk")}
        found = LoanLine.objects.select_related("thing", "loan").in_bulk(pks)
        line, other = found[line.pk], found[other.pk]
        if line.outcome == other.outcome == LineOutcome.SWAPPED and line.back_at == other.back_at:
            return
        are_kin = with_a_common_guardian(line.loan).filter(student=other.loan.student_id).exists()
        if refusal := rules.why_not_swap(line, other, have_a_common_guardian=are_kin):
            raise refusal
        ended = LoanLine.objects.filter(pk__in=pks)
        ended.update(outcome=LineOutcome.SWAPPED, back_at=now, returned_to=by)
        for one, thing in ((line, other.thing), (other, line.thing)):
            LoanLine.objects.create(loan=one.loan, thing=thing)
            pool.put(thing, ItemState.LENT, by=by, now=now, loan=held_loans[one.loan_id])
            while_out.settle(line=one, now=now)
        for loan in held_loans.values():
            send_receipt(loan)


def send_receipt(loan: Loan) -> None:
    """Once for each time that something came back or was corrected."""
    back = loan.lines.filter(back_at__isnull=False).count()
    corrected = ReturnCorrection.objects.filter(line__loan=loan).count()
    for one in told_of(loan) if back or corrected else []:
        key = f"loan:{loan.pk}:receipt:{back}:{corrected}:{one.pk}"
        post(Letters.LOAN_BACK, about=loan, to=one, key=key)


def end_if_all_is_back(loan: Loan, now: datetime.datetime) -> Loan:
    """Or open it again, if something is out after all."""
    loan = Loan.objects.select_for_update().get(pk=loan.pk)
    is_out = loan.lines.filter(back_at__isnull=True).exists()
    if is_out == (loan.ended_at is not None):
        loan.ended_at = None if is_out else now
        loan.save(update_fields=["ended_at"])
    return loan
