"""Twenty desks lend the same ten things at one instant; one thing is taken back twice at once."""

import uuid

import pytest
from django.utils import timezone

from continuity.enums import ItemState
from continuity.equipment.exceptions import ItemNotFree
from continuity.equipment.services import loans
from continuity.models import EquipmentItem, ItemEvent, Loan, LoanLine
from tests.concurrency.threads import all_at_once, errors, refusals
from tests.factories import equipment
from tests.factories.continuity import SchoolClassFactory, StudentFactory

pytestmark = pytest.mark.django_db(transaction=True)

THINGS, DESKS = 10, 20


def lending(school, student, items, by):
    return lambda: loans.lend(
        school=school,
        student=student,
        items=items,
        due_on=timezone.localdate(),
        signed_as="guardian",
        by=by,
        key=uuid.uuid4(),
        words="Asked for by the class council.",
    )


def test_ten_loans_come_of_twenty_desks_and_everybody_is_told():
    school_class = SchoolClassFactory()
    school, by = school_class.school, equipment.OfficeFactory()
    things = [equipment.thing(school, by=by) for _number in range(THINGS)]
    students = StudentFactory.create_batch(DESKS, in_class=school_class)

    found = all_at_once(
        [lending(school, student, [things[n % THINGS]], by) for n, student in enumerate(students)]
    )

    assert errors(found) == []
    assert len(refusals(found)) == DESKS - THINGS
    assert {type(refusal) for refusal in refusals(found)} == {ItemNotFree}
    assert Loan.objects.count() == LoanLine.objects.count() == THINGS
    assert set(EquipmentItem.objects.values_list("state", flat=True)) == {ItemState.LENT}
    assert ItemEvent.objects.filter(state=ItemState.LENT).count() == THINGS


def test_desks_that_take_the_same_things_in_another_order_do_not_block_each_other():
    school_class = SchoolClassFactory()
    school, by = school_class.school, equipment.OfficeFactory()
    things = [equipment.thing(school, by=by) for _number in range(4)]
    students = StudentFactory.create_batch(6, in_class=school_class)

    found = all_at_once(
        [
            lending(school, student, things if n % 2 else things[::-1], by)
            for n, student in enumerate(students)
        ]
    )

    assert errors(found) == []
    assert len(refusals(found)) == 5
    assert Loan.objects.count() == 1


def test_two_things_of_a_loan_taken_back_at_two_desks_end_it_once():
    school_class = SchoolClassFactory()
    by = equipment.OfficeFactory()
    laptop, charger = equipment.with_charger(school_class.school, by=by)
    loan = equipment.lent(StudentFactory(in_class=school_class), laptop, charger, by=by)

    found = all_at_once(
        [lambda item=item: equipment.back(loan, item, by=by) for item in (laptop, charger) * 2]
    )

    assert errors(found) == refusals(found) == []
    loan.refresh_from_db()
    assert loan.ended_at is not None
    assert ItemEvent.objects.filter(loan=loan).count() == 4  # out and back, each once
    assert set(EquipmentItem.objects.values_list("state", flat=True)) == {ItemState.AVAILABLE}


def test_a_decision_and_a_loan_to_one_student_at_once_do_not_block_each_other():
    school_class = SchoolClassFactory()
    school, by = school_class.school, equipment.OfficeFactory()
    students = [
        StudentFactory(in_class=school_class, email=f"s{n}@example.org") for n in range(THINGS)
    ]
    found = [(equipment.need_of(one), equipment.thing(school, by=by)) for one in students]

    answers = all_at_once(
        [
            act
            for need, item in found
            for act in (
                lambda need=need: equipment.decided(need, "later", "none_free", by=by),
                lending(school, need.student, [item], by),
            )
        ]
    )

    assert errors(answers) == []
    assert Loan.objects.count() == THINGS
