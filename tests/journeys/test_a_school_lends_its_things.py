"""A school keeps its pool and lends from it: entered by hand or by a table, labelled, handed over at
the desk, taken back thing by thing.
"""

import datetime
import uuid

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.register.services import erasing
from continuity.enums import EquipmentKind
from continuity.equipment.services import loans
from continuity.models import EquipmentItem, ItemEvent, Loan, LoanLine
from courses.exceptions import Refusal
from courses.people.models import ComingOfAge
from tests.factories import equipment
from tests.factories.continuity import LeaderFactory, SchoolClassFactory, StudentFactory
from tests.factories.continuity_pages import address, page

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-30T09:00")]


MOST_STATEMENTS = 12


@pytest.fixture
def office(school, client):
    person = equipment.office_of(school)
    client.force_login(person)
    return person


def hand_over(client, school, student, *items, along=None, **more):
    """The last step of the desk."""
    data = {
        "key": uuid.uuid4(),
        "thing": [one.public_id for one in items],
        "student": student.public_id,
        "items": [one.public_id for one in (along or items)],
        "due_on": "2027-07-02",
        "signed_as": "guardian",
    }
    return client.post(address("lend", school.public_id), data | more)


# The desk


def test_ten_loans_follow_each_other_on_one_page(client, school, school_class, office):
    students = StudentFactory.create_batch(10, in_class=school_class)
    desk = address("desk", school.public_id)
    for number, student in enumerate(students):
        laptop, charger = equipment.with_charger(school, number=f"L{number}")
        typed = client.get(desk, {"code": laptop.number.lower()}, follow=True)
        found = client.get(
            desk, {"thing": laptop.public_id, "name": student.family_name}, follow=True
        )
        chosen = client.get(desk, {"thing": laptop.public_id, "student": student.public_id})

        answer = hand_over(client, school, student, laptop, along=[laptop, charger])

        assert laptop.number in typed.text
        assert student.display_name in found.text
        assert charger.number in chosen.text
        assert answer.url == desk  # free for the next one
    assert Loan.objects.count() == 10
    assert LoanLine.objects.count() == 20
    assert set(EquipmentItem.objects.values_list("state", flat=True)) == {"lent"}
    assert "10 loans made today." in page(client, "desk", school.public_id)


def test_a_label_s_address_is_read_as_its_number(client, school, office):
    laptop = equipment.thing(school)

    answer = client.get(
        address("desk", school.public_id),
        {"code": f"https://passerelle.example/fr/x/items/{laptop.public_id}/"},
    )

    assert answer.url.endswith(f"?thing={laptop.public_id}")


def test_a_thing_that_is_out_leads_to_its_loan(client, school, school_class, office):
    laptop = equipment.thing(school)
    loan = equipment.lent(StudentFactory(in_class=school_class), laptop)

    answer = client.get(address("desk", school.public_id), {"code": laptop.number})

    assert answer.url == address("loan", loan.public_id)


def test_only_a_student_of_age_signs_alone(client, school, school_class, office):
    laptop, student = equipment.thing(school), StudentFactory(in_class=school_class)

    minor = hand_over(client, school, student, laptop, signed_as="student")
    nobody = hand_over(client, school, student, laptop, signed_as="")
    with pytest.raises(Refusal, match="isn’t entered as being of age"):
        equipment.lent(student, laptop, signed_as="student")
    ComingOfAge.objects.create(student=student)
    for_an_adult = hand_over(client, school, student, laptop, signed_as="guardian")
    with pytest.raises(Refusal, match="is of age: nobody else signs"):
        equipment.lent(student, laptop)
    chosen = {"thing": laptop.public_id, "student": student.public_id}
    offered = page(client, "desk", school.public_id, **chosen)
    of_age = hand_over(client, school, student, laptop, signed_as="student")

    assert "the student, of age" in offered
    assert 'value="guardian"' not in offered
    assert for_an_adult.status_code == 422
    assert minor.status_code == nobody.status_code == 422
    assert of_age.status_code == 302
    assert Loan.objects.get().signed_as == "student"


def test_the_form_sent_twice_is_one_loan(client, school, school_class, office):
    laptop, student, key = (
        equipment.thing(school),
        StudentFactory(in_class=school_class),
        uuid.uuid4(),
    )

    for _press in range(2):
        answer = hand_over(client, school, student, laptop, key=key)
        assert answer.status_code == 302

    assert Loan.objects.count() == 1


def test_what_another_desk_lent_meanwhile_is_said(client, school, school_class, office):
    laptop = equipment.thing(school, number="0412")
    equipment.lent(StudentFactory(in_class=school_class), laptop)

    answer = hand_over(client, school, StudentFactory(in_class=school_class), laptop)

    assert answer.status_code == 422
    assert "0412" in answer.text
    assert Loan.objects.count() == 1


def test_a_thing_of_another_school_is_never_lent(client, school, school_class, office):
    foreign = equipment.thing(SchoolClassFactory().school)

    answer = hand_over(client, school, StudentFactory(in_class=school_class), foreign)

    assert answer.status_code == 302
    assert not Loan.objects.exists()
    with pytest.raises(Refusal):
        loans.lend(
            school=school,
            student=StudentFactory(in_class=school_class),
            items=[foreign],
            due_on=timezone.localdate(),
            signed_as="guardian",
            by=office,
            key=uuid.uuid4(),
        )


# Who sees it


def test_the_student_sees_what_is_lent_and_nobody_else_s(client, school, school_class):
    laptop = equipment.thing(school, number="0412")
    student, other = StudentFactory.create_batch(2, in_class=school_class)
    equipment.lent(student, laptop)

    client.force_login(student)
    own = page(client, "my_loans")
    client.force_login(other)
    others = page(client, "my_loans")

    assert "0412" in own
    assert "0412" not in others
    assert "Nothing is lent to you" in others


def test_a_leader_of_two_schools_reads_each_pool_apart(client, school):
    leader = LeaderFactory(leads=school)
    second = SchoolClassFactory().school
    equipment.works_in(leader, second)
    equipment.thing(school, number="HERE")
    equipment.thing(second, number="THERE")
    client.force_login(leader)

    text = page(client, "pool", school.public_id)

    assert "HERE" in text
    assert "THERE" not in text
    assert second.name in text


# The database keeps the rules, too


def test_a_thing_can_t_be_in_two_open_loans(school, school_class):
    laptop = equipment.thing(school)
    loan = equipment.lent(StudentFactory(in_class=school_class), laptop)
    other = equipment.lent(StudentFactory(in_class=school_class), equipment.thing(school))

    with pytest.raises(IntegrityError), transaction.atomic():
        LoanLine.objects.create(loan=other, thing=laptop)
    for state, kept in (("available", loan), ("lent", None)):
        with pytest.raises(IntegrityError), transaction.atomic():
            EquipmentItem.objects.filter(pk=laptop.pk).update(state=state, open_loan=kept)


def test_a_loan_is_erased_one_year_after_its_end_and_the_thing_keeps_its_history(
    school, school_class
):
    laptop = equipment.thing(school)
    ended = equipment.lent(StudentFactory(in_class=school_class), laptop)
    equipment.back(ended, laptop)
    still_open = equipment.lent(StudentFactory(in_class=school_class), equipment.thing(school))
    now = timezone.now()

    erasing.erase_what_is_over(now + datetime.timedelta(days=364))
    assert Loan.objects.count() == 2
    erasing.erase_what_is_over(now + datetime.timedelta(days=367))

    assert list(Loan.objects.all()) == [still_open]
    assert laptop.events.count() == 3
    assert not laptop.events.filter(loan__isnull=False).exists()


@pytest.mark.parametrize("number", [5, 30, 200])
def test_lists_cost_the_same_whatever_the_size(client, school, school_class, office, number):
    students = StudentFactory.create_batch(5, in_class=school_class)
    things = EquipmentItem.objects.bulk_create(
        EquipmentItem(school=school, kind=EquipmentKind.LAPTOP, number=f"{n:04}")
        for n in range(number)
    )
    for n, one in enumerate(things):
        ItemEvent.objects.create(item=one, state="available", by=office)
        if n % 2:
            equipment.lent(students[n % 5], one)
    loan = Loan.objects.first()

    for named, of, query in (
        ("pool", school, {}),
        ("school_loans", school, {}),
        ("desk", school, {"thing": things[0].public_id, "name": "a"}),
        ("desk", school, {"thing": things[0].public_id, "student": students[0].public_id}),
        ("loan", loan, {}),
        ("thing", things[1], {}),
    ):
        with CaptureQueriesContext(connection) as asked:
            page(client, named, of.public_id, **query)
        assert len(asked) <= MOST_STATEMENTS, (named, len(asked))
