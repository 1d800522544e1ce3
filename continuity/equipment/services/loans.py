"""Loans: things handed to a student, and taken back."""

import datetime
import uuid
from collections.abc import Collection, Mapping

from django.db import transaction
from django.utils import timezone

from continuity.enums import NEED_OF, ItemState
from continuity.equipment import rules
from continuity.equipment.services import pool
from continuity.models import EquipmentItem, EquipmentNeed, Loan, LoanLine
from courses.people.enums import Role
from courses.people.models import ComingOfAge, Membership, Organisation, Person


def lend(
    *,
    school: Organisation,
    student: Person,
    items: Collection[EquipmentItem],
    due_on: datetime.date,
    signed_as: str,
    by: Person,
    key: uuid.UUID,
    now: datetime.datetime | None = None,
) -> Loan:
    """Hand these things to the student; their agreement is signed. All of them, or none.

    Holds the items' rows until commit: of two desks with the same thing one is refused. The same key
    is the same loan. Raises a `Refusal`.
    """
    now = now or timezone.now()
    with transaction.atomic():
        wanted = {item.pk for item in items if item.school_id == school.pk}
        reserved = school.equipment.filter(reserved_for__student=student)
        held_all = pool.hold(wanted | set(reserved.values_list("pk", flat=True)))
        held = [item for item in held_all if item.pk in wanted]
        if already := Loan.objects.filter(key=key, school=school).first():
            return already
        if refusal := rules.why_not_lend(
            held,
            student=student,
            is_here=_is_here(student, school),
            is_of_age=ComingOfAge.objects.filter(student=student).exists(),
            signed_as=signed_as,
            due_on=due_on,
            today=timezone.localdate(now),
        ):
            raise refusal
        loan = Loan.objects.create(
            key=key,
            school=school,
            student=student,
            lent_by=by,
            lent_at=now,
            due_on=due_on,
            signed_as=signed_as,
        )
        LoanLine.objects.bulk_create(LoanLine(loan=loan, thing=item) for item in held)
        for item in held:
            pool.put(item, ItemState.LENT, by=by, now=now, loan=loan)
        _serve(student, loan, held, [item for item in held_all if item.pk not in wanted])
    return loan


def _serve(
    student: Person, loan: Loan, lent: list[EquipmentItem], others: list[EquipmentItem]
) -> None:
    """The student's open needs of this kind are served; what was reserved for them besides is free
    again.
    """
    kinds = {need for kind, need in NEED_OF.items() if any(item.kind == kind for item in lent)}
    open_needs = EquipmentNeed.objects.open().filter(school=loan.school, student=student)
    served = list(open_needs.select_for_update().filter(wants__in=kinds).order_by("pk"))
    for item in others:
        if item.reserved_for in served:
            pool.put(item, ItemState.AVAILABLE, by=loan.lent_by, now=loan.lent_at)
    for need in served:
        need.loan, need.closed_at = loan, loan.lent_at
        need.save(update_fields=["loan", "closed_at"])


def _is_here(student: Person, school: Organisation) -> bool:
    here = Membership.objects.current().filter(organisation=school, role=Role.STUDENT)
    return here.filter(person=student).exists()


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
            pool.put(line.thing, state, by=by, now=now, loan=loan)
        return _end_if_all_is_back(loan, now)


def _end_if_all_is_back(loan: Loan, now: datetime.datetime) -> Loan:
    loan = Loan.objects.select_for_update().get(pk=loan.pk)
    is_out = loan.lines.filter(back_at__isnull=True).exists()
    if not is_out and loan.ended_at is None:
        loan.ended_at = now
        loan.save(update_fields=["ended_at"])
    return loan
