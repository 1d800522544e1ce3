"""What was lent comes back: whole, damaged, late, without its charger, or not at all."""

import pytest

from continuity.models import EquipmentItem, ItemEvent, Loan
from courses.exceptions import Refusal
from tests.factories import equipment
from tests.factories.continuity import StudentFactory
from tests.factories.continuity_pages import address, page

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-30T09:00")]


@pytest.fixture
def office(school, client):
    person = equipment.office_of(school)
    client.force_login(person)
    return person


def state_of(item) -> str:
    return EquipmentItem.objects.get(pk=item.pk).state


def take_back(client, loan, **outcomes):
    """`outcomes`: by the item's number, with an underscore for its hyphen."""
    data = {}
    for number, said in outcomes.items():
        line = loan.lines.get(thing__number=number.removeprefix("n").replace("_", "-"))
        outcome, _sep, erased = said.partition(" ")
        data[f"line-{line.public_id}"] = outcome
        if erased:
            data[f"erased-{line.public_id}"] = "on"
    return client.post(address("take_back", loan.public_id), data)


# The return


def test_a_missing_charger_keeps_the_loan_open_for_the_charger_only(
    client, school, school_class, office
):
    laptop, charger = equipment.with_charger(school, number="0412")
    student = StudentFactory(in_class=school_class)
    loan = equipment.lent(student, laptop, charger)

    take_back(client, loan, n0412="back erased")

    loan.refresh_from_db()
    assert loan.ended_at is None
    assert (state_of(laptop), state_of(charger)) == ("available", "lent")
    assert "for the rest only" in page(client, "loan", loan.public_id)
    equipment.lent(StudentFactory(in_class=school_class), laptop)  # free for the next one
    take_back(client, loan, n0412_C="back")
    loan.refresh_from_db()
    assert loan.ended_at is not None
    assert state_of(charger) == "available"


def test_what_comes_back_damaged_is_never_free_before_somebody_looked(
    client, school, school_class, office
):
    laptop = equipment.thing(school, number="0412")
    loan = equipment.lent(StudentFactory(in_class=school_class), laptop)

    take_back(client, loan, n0412="damaged")

    assert state_of(laptop) == "to_inspect"
    with pytest.raises(Refusal, match="to inspect"):
        equipment.lent(StudentFactory(in_class=school_class), laptop)
    unsure = client.post(address("set_thing_state", laptop.public_id), {"state": "available"})
    assert unsure.status_code == 302
    assert state_of(laptop) == "to_inspect"  # its data weren't spoken of
    client.post(address("set_thing_state", laptop.public_id), {"state": "in_repair"})
    client.post(
        address("set_thing_state", laptop.public_id), {"state": "available", "is_erased": "on"}
    )
    assert state_of(laptop) == "in_repair"  # from repair it is inspected first
    client.post(address("set_thing_state", laptop.public_id), {"state": "to_inspect"})
    client.post(
        address("set_thing_state", laptop.public_id), {"state": "available", "is_erased": "on"}
    )
    assert state_of(laptop) == "available"
    history = page(client, "thing", laptop.public_id)
    assert history.count("in repair") >= 1
    assert loan.student.display_name in history


def test_what_isn_t_erased_is_to_inspect(client, school, school_class, office):
    laptop, charger = equipment.with_charger(school, number="0412")
    loan = equipment.lent(StudentFactory(in_class=school_class), laptop, charger)

    take_back(client, loan, n0412="back", n0412_C="back")

    assert (state_of(laptop), state_of(charger)) == ("to_inspect", "available")


def test_a_lost_thing_ends_the_loan_and_counts_as_lost(client, school, school_class, office):
    laptop = equipment.thing(school, number="0412")
    loan = equipment.lent(StudentFactory(in_class=school_class), laptop)

    take_back(client, loan, n0412="lost")

    loan.refresh_from_db()
    assert loan.ended_at is not None
    assert state_of(laptop) == "lost"


def test_a_return_is_possible_late_and_after_the_student_has_left(
    client, school, school_class, office
):
    laptop = equipment.thing(school, number="0412")
    student = StudentFactory(in_class=school_class)
    loan = equipment.lent(student, laptop)
    Loan.objects.update(due_on="2020-01-01")
    student.memberships.update(until="2020-09-02")

    assert "was due on" in page(client, "school_loans", school.public_id)
    answer = take_back(client, loan, n0412="back erased")

    assert answer.status_code == 302
    assert state_of(laptop) == "available"


def test_nothing_marked_takes_nothing_back(client, school, school_class, office):
    loan = equipment.lent(StudentFactory(in_class=school_class), equipment.thing(school))

    answer = client.post(address("take_back", loan.public_id), {})

    assert answer.status_code == 422
    assert "Say of at least one thing" in answer.text


def test_a_refused_return_keeps_what_was_marked(client, school, school_class, office):
    laptop, charger = equipment.with_charger(school)
    loan = equipment.lent(StudentFactory(in_class=school_class), laptop, charger)
    lines = [equipment.line_of(loan, one).public_id for one in (laptop, charger)]
    nothing = {f"erased-{lines[0]}": "on"}
    page = client.post(address("take_back", loan.public_id), nothing)
    assert page.status_code == 422
    assert f'name="erased-{lines[0]}" checked' in page.text

    equipment.back(loan, charger, "lost")  # a colleague was faster
    marked = {f"line-{lines[0]}": "damaged", f"line-{lines[1]}": "back"}
    page = client.post(address("take_back", loan.public_id), marked | nothing)

    assert page.status_code == 422
    assert f'name="line-{lines[0]}" value="damaged" checked' in page.text
    assert f'name="line-{lines[0]}" value="" checked' not in page.text
    assert f'name="erased-{lines[0]}" checked' in page.text
    assert f'name="line-{lines[1]}"' not in page.text


def test_a_return_sent_twice_is_once_and_another_outcome_is_refused(school, school_class):
    laptop = equipment.thing(school)
    loan = equipment.lent(StudentFactory(in_class=school_class), laptop)
    equipment.back(loan, laptop)
    events = ItemEvent.objects.count()

    equipment.back(loan, laptop)
    with pytest.raises(Refusal, match="isn’t out any more: back"):
        equipment.back(loan, laptop, "lost")

    assert ItemEvent.objects.count() == events


def test_a_second_press_on_a_loan_that_has_ended_says_so(client, school, school_class, office):
    laptop = equipment.thing(school, number="0412")
    loan = equipment.lent(StudentFactory(in_class=school_class), laptop)
    equipment.back(loan, laptop, "lost")

    answer = client.post(
        address("take_back", loan.public_id),
        {f"line-{equipment.line_of(loan, laptop).public_id}": "back"},
    )

    assert answer.status_code == 422
    assert "Number 0412 isn’t out any more: lost or stolen." in answer.text
