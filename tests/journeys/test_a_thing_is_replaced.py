"""A broken, lost or stolen thing is replaced at the desk in one step: both loans name each other, and
the new one has its own agreement.
"""

import uuid

import pytest

from continuity.equipment.services import agreements, loans, while_out
from continuity.models import EquipmentItem, Loan, LoanAgreement
from courses.exceptions import Refusal
from tests.factories import equipment
from tests.factories.continuity import StudentFactory
from tests.factories.continuity_pages import address
from tests.factories.guardians import GuardianFactory, follows
from tests.factories.worker import run_worker

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-30T09:00")]


@pytest.fixture
def student(school_class):
    return StudentFactory(
        in_class=school_class, given_name="Lilas", language="en", email="l@example.org"
    )


@pytest.fixture
def office(school, client):
    person = equipment.office_of(school)
    client.force_login(person)
    return person


@pytest.fixture
def loan(school, student, office):
    return equipment.lent(student, *equipment.with_charger(school, number="0412"), by=office)


@pytest.fixture
def other(school, office):
    return equipment.thing(school, number="0415", by=office)


def line(loan, number="0412"):
    return loan.lines.get(thing__number=number)


def state(number) -> str:
    return EquipmentItem.objects.get(number=number).state


def chosen(first, thing, **more) -> dict:
    """What the desk's form sends."""
    return {
        "key": uuid.uuid4(),
        "thing": thing.public_id,
        "student": first.loan.student.public_id,
        "items": [thing.public_id],
        "due_on": "2027-07-02",
        "signed_as": "guardian",
        "replaces": first.public_id,
    } | more


def test_one_step_takes_the_first_back_and_hands_over_the_second(
    client, school, loan, student, office, other, mailoutbox
):
    first = line(loan)
    while_out.report(line=first, kind="broken", by=student)
    desk = f"{address('desk', school.public_id)}?student={student.public_id}"
    desk = f"{desk}&replaces={first.public_id}"
    assert desk.replace("&", "&amp;") in client.get(address("loan", loan.public_id)).text

    scanned = client.get(
        desk, {"student": student.public_id, "replaces": first.public_id, "code": "0415"}
    )
    shown = client.get(scanned.url).text
    answer = client.post(
        address("lend", school.public_id), chosen(first, other, came_back="damaged")
    )
    run_worker()

    assert "In place of the laptop 0412." in shown
    assert 'name="came_back"' in shown
    assert f'value="{loan.due_on.isoformat()}"' in shown
    assert answer.url == address("desk", school.public_id)
    assert (state("0412"), state("0412-C"), state("0415")) == ("to_inspect", "lent", "lent")
    new = Loan.objects.exclude(pk=loan.pk).get()
    assert new.agreement.replaces == first
    assert not first.reports.filter(settled_at=None).exists()
    pages = {one: client.get(address("loan", one.public_id)).text for one in (loan, new)}
    assert address("loan", new.public_id) in pages[loan]
    assert address("loan", loan.public_id) in pages[new]
    assert "Lent in place of the laptop 0412" in pages[new]
    client.force_login(student)
    mine = client.get(address("my_loans")).text
    assert "In its place: 0415" in mine
    assert "Lent in place of the laptop 0412" in mine
    assert any("Lent in its place: 0415." in mail.body for mail in mailoutbox)


def test_the_new_agreement_says_so_and_is_signed_first(
    client, school, loan, student, office, other
):
    first, kept = line(loan), follows(GuardianFactory(), student)

    client.post(
        address("draw_up_agreement", school.public_id), chosen(first, other, came_back="lost")
    )

    drawn = LoanAgreement.objects.get(loan=None)
    assert (state("0412"), state("0415")) == ("lost", "available")
    assert "in place of number 0412" in client.get(address("agreement", drawn.public_id)).text
    signed = agreements.sign(
        agreement=drawn, way="link", signed_as="guardian", name="M", by=kept.guardian
    )
    new = loans.hand_over(agreement=signed, by=office)
    assert new.agreement.replaces == first
    assert state("0415") == "lent"


def test_what_is_back_damaged_is_replaced_later_and_only_once(client, school, loan, office, other):
    first = line(loan)
    equipment.back(loan, first.thing, "damaged", by=office, erased=False)
    text = client.get(address("loan", loan.public_id)).text
    assert f"replaces={first.public_id}" in text

    client.post(address("lend", school.public_id), chosen(first, other))

    assert Loan.objects.count() == 2
    assert f"replaces={first.public_id}" not in client.get(address("loan", loan.public_id)).text
    with pytest.raises(Refusal, match="In place of number 0412 something was lent already"):
        equipment.lent(
            loan.student, equipment.thing(school), by=office, replaces=first, came_back="lost"
        )
    assert Loan.objects.count() == 2


def test_nothing_is_taken_back_if_the_second_can_t_be_lent(
    client, school_class, school, loan, office, other
):
    equipment.lent(StudentFactory(in_class=school_class), other, by=office)

    answer = client.post(
        address("lend", school.public_id), chosen(line(loan), other, came_back="lost")
    )

    assert answer.status_code == 422
    assert "In place of the laptop 0412." in answer.text
    assert state("0412") == "lent"


def test_what_came_back_whole_and_another_student_s_thing_aren_t_replaced(
    school_class, loan, office, other
):
    equipment.back(loan, line(loan).thing, by=office)
    with pytest.raises(Refusal, match="neither broken nor lost"):
        equipment.lent(loan.student, other, by=office, replaces=line(loan))

    stranger = StudentFactory(in_class=school_class)
    with pytest.raises(Refusal, match="neither broken nor lost"):
        equipment.lent(stranger, other, by=office, replaces=line(loan, "0412-C"), came_back="lost")
    assert state("0412-C") == "lent"


def test_the_form_sent_twice_replaces_once(client, school, loan, other):
    data = chosen(line(loan), other, came_back="damaged")

    for _press in range(2):
        assert client.post(address("lend", school.public_id), data).status_code == 302

    assert Loan.objects.count() == 2
