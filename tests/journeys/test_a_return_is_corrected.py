"""What was noted of a return is corrected with a trace, estimated for the accountant, and the device's
data are erased by somebody with a name.
"""

import datetime

import pytest

from continuity.equipment.services import pool, returns
from continuity.models import EquipmentItem, ItemEvent, Loan, LossEstimate, ReturnCorrection
from courses.exceptions import Refusal
from tests.factories import equipment
from tests.factories.continuity import LeaderFactory, SchoolClassFactory, StudentFactory
from tests.factories.continuity_pages import address
from tests.factories.guardians import GuardianFactory, follows, linked
from tests.factories.worker import run_worker

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-30T09:00")]

REPLACES = "This receipt replaces the earlier ones for this loan"


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
    """Of a laptop worth 400 € with its charger."""
    laptop, charger = equipment.with_charger(school, number="0412")
    pool.correct(item=laptop, by=office, value_euros=400)
    return equipment.lent(student, laptop, charger, by=office)


def line(loan, number="0412"):
    return loan.lines.get(thing__number=number)


def state(number="0412") -> str:
    return EquipmentItem.objects.get(number=number).state


def correct(client, loan, outcome, number="0412", **more):
    return client.post(
        address("correct_return", line(loan, number).public_id), {"outcome": outcome} | more
    )


# Corrected


def test_lost_by_mistake_is_back_and_everybody_reads_what_had_been_noted(
    client, loan, student, office, mailoutbox
):
    colleague = equipment.office_of(loan.school)
    equipment.back(loan, line(loan).thing, "lost", by=colleague, erased=False)
    equipment.back(loan, line(loan, "0412-C").thing, by=colleague)
    run_worker()
    mailoutbox.clear()
    assert REPLACES not in client.get(address("loan_receipt", loan.public_id)).text

    for _press in range(2):
        answer = correct(client, loan, "back", is_erased="on")
        assert answer.url == address("loan", loan.public_id)
    run_worker()

    assert (state(), line(loan).outcome, line(loan).is_erased) == ("available", "back", True)
    trace = ReturnCorrection.objects.get()
    assert (trace.was, trace.was_returned_to, trace.corrected_by) == ("lost", colleague, office)
    noted = (
        f"Noted before: lost or stolen, on Monday 30 November 2026, by {colleague.display_name}."
    )
    for page in ("loan", "loan_receipt"):
        text = " ".join(client.get(address(page, loan.public_id)).text.split())
        assert f"by {office.display_name}. {noted}" in text
    (mail,) = mailoutbox
    assert REPLACES in mail.body
    assert "0412: back, on" in mail.body
    history = [one.state for one in ItemEvent.objects.filter(item=line(loan).thing)]
    assert history == ["available", "lost", "lent", "available"]
    client.force_login(student)
    assert REPLACES in client.get(address("my_receipt", loan.public_id)).text


def test_the_wrong_thing_ticked_is_out_after_all_and_the_loan_open_again(
    client, loan, office, mailoutbox
):
    for number in ("0412", "0412-C"):
        equipment.back(loan, line(loan, number).thing, by=office)
    assert Loan.objects.get().ended_at
    run_worker()
    mailoutbox.clear()

    correct(client, loan, "out", "0412-C")

    assert Loan.objects.get().ended_at is None
    assert state("0412-C") == "lent"
    text = client.get(address("loan", loan.public_id)).text
    assert "Part of it is back" in text
    assert "Noted before: back" in " ".join(text.split())
    equipment.back(loan, line(loan, "0412-C").thing, by=office)
    run_worker()
    assert len(mailoutbox) == 2, "a receipt of the correction, and one of what came back then"
    assert Loan.objects.get().ended_at


def test_damaged_and_back_mixed_up(client, loan, office):
    equipment.back(loan, line(loan).thing, by=office)
    assert state() == "available"

    correct(client, loan, "damaged")
    assert state() == "to_inspect"
    correct(client, loan, "back")
    assert state() == "to_inspect", "nobody has said that its data are erased"
    correct(client, loan, "back", is_erased="on")
    assert state() == "available"
    assert [one.was for one in ReturnCorrection.objects.order_by("pk")] == [
        "back",
        "damaged",
        "back",
    ]


def test_what_is_lent_again_stays_where_it_is(client, loan, office, school_class):
    equipment.back(loan, line(loan).thing, by=office)
    other = equipment.lent(StudentFactory(in_class=school_class), line(loan).thing, by=office)

    gone = correct(client, loan, "out")
    kept = correct(client, loan, "damaged")

    assert gone.status_code == 422
    assert "Number 0412 has gone on since (lent)" in gone.text
    assert kept.status_code == 302
    assert state() == "lent"
    assert EquipmentItem.objects.get(number="0412").open_loan == other
    assert line(loan).outcome == "damaged"


def test_nothing_is_corrected_while_it_is_out(client, loan):
    out = line(loan)

    assert client.get(address("correct_return", out.public_id)).url == address(
        "loan", loan.public_id
    )
    with pytest.raises(Refusal, match="is still out: take it back first"):
        returns.correct(line=out, outcome="lost", by=loan.lent_by)
    assert not ReturnCorrection.objects.exists()


def test_another_school_s_return_isn_t_there(client, loan, office):
    equipment.back(loan, line(loan).thing, "damaged", by=office)
    client.force_login(LeaderFactory(leads=SchoolClassFactory().school))

    assert client.get(address("correct_return", line(loan).public_id)).status_code == 404
    assert correct(client, loan, "lost").status_code == 404
    assert (
        client.post(
            address("estimate_loss", line(loan).public_id), {"euros": 1, "reason": "screen"}
        ).status_code
        == 404
    )
    assert client.get(address("loan_receipt", loan.public_id)).status_code == 404


# Estimated


def estimate(client, loan, euros, reason="screen"):
    return client.post(
        address("estimate_loss", line(loan).public_id), {"euros": euros, "reason": reason}
    )


def test_a_damage_is_estimated_with_its_reason_and_is_no_bill(
    client, loan, student, office, mailoutbox
):
    equipment.back(loan, line(loan).thing, "damaged", by=office)
    page = client.get(address("correct_return", line(loan).public_id)).text
    assert "the school’s accountant decides about money" in page

    estimate(client, loan, 120, "case")
    for _press in range(2):
        estimate(client, loan, 80)

    assert [(one.euros, one.reason) for one in LossEstimate.objects.all()] == [
        (80, "screen"),
        (120, "case"),
    ]
    said = "It is no bill: the school’s accountant decides about money."
    for who, name in ((office, "loan"), (student, "my_receipt")):
        client.force_login(who)
        text = " ".join(client.get(address(name, loan.public_id)).text.split())
        assert (
            f"Estimate: 80 € (the screen), by {office.display_name} on Monday 30 November 2026. {said}"
            in (text)
        )
        assert "120 €" not in text
    mailoutbox.clear()
    equipment.back(loan, line(loan, "0412-C").thing, by=office)
    run_worker()
    assert f"Estimate: 80 € (the screen). {said}" in " ".join(mailoutbox[-1].body.split())


def test_an_estimate_comes_first_and_what_is_wrong_of_it_stands_beside_it(client, loan, office):
    equipment.back(loan, line(loan).thing, "damaged", by=office)
    page = client.get(address("correct_return", line(loan).public_id)).text
    refused = estimate(client, loan, 401)
    corrected = correct(client, loan, "nonsense").text

    for text, first in ((page, True), (refused.text, True), (corrected, False)):
        assert text.count('id="estimate"') == text.count('id="right"') == 1
        assert (text.index('id="estimate"') < text.index('id="right"')) == first
    assert "The whole thing is worth 400" in str(refused.context["estimate"]["euros"].errors)
    assert client.get(refused.context["other_language"].url).status_code == 200


@pytest.mark.parametrize(("euros", "reason"), [(401, "whole"), (0, "whole"), (40, "their fault")])
def test_an_estimate_is_at_most_the_thing_s_value_and_has_a_reason_of_the_list(
    client, loan, office, euros, reason
):
    equipment.back(loan, line(loan).thing, "lost", by=office, erased=False)

    assert estimate(client, loan, euros, reason).status_code == 422

    assert not LossEstimate.objects.exists()


def test_what_came_back_whole_isn_t_estimated_and_an_estimate_ends_with_the_damage(
    client, loan, office
):
    equipment.back(loan, line(loan).thing, by=office)
    page = client.get(address("correct_return", line(loan).public_id)).text
    assert "Estimate of the damage or loss" not in page
    assert estimate(client, loan, 80).status_code == 422

    correct(client, loan, "damaged")
    estimate(client, loan, 80)
    correct(client, loan, "back", is_erased="on")

    assert "80 €" not in client.get(address("loan_receipt", loan.public_id)).text


# Erased


def test_who_erased_the_data_stands_on_the_receipt(client, loan, office):
    def receipt() -> str:
        return " ".join(client.get(address("loan_receipt", loan.public_id)).text.split())

    equipment.back(loan, line(loan).thing, "damaged", by=office, erased=False)
    assert "Personal data on it: not erased yet" in receipt()

    item = EquipmentItem.objects.get(number="0412")
    colleague = equipment.office_of(loan.school)
    with pytest.raises(Refusal, match="no data of its borrower"):
        pool.move(item=item, state="available", by=colleague)
    pool.move(item=item, state="available", by=colleague, is_erased=True)

    erased = (
        f"Personal data on it: {colleague.display_name} erased them on Monday 30 November 2026."
    )
    assert erased in receipt()
    assert "data erased" in client.get(address("thing", item.public_id)).text


def test_a_missing_charger_stays_open_alone(client, loan, office):
    equipment.back(loan, line(loan).thing, by=office)

    text = client.get(address("loan", loan.public_id)).text

    assert "Part of it is back: the loan stays open for the rest only" in text
    assert f'name="line-{line(loan, "0412-C").public_id}"' in text
    assert f'name="line-{line(loan).public_id}"' not in text
    assert Loan.objects.get().ended_at is None
    assert Loan.objects.get().due_on >= datetime.date(2026, 11, 30)


@pytest.mark.parametrize("number", [5, 30])
def test_the_loan_s_page_and_receipt_ask_little(
    client, school, student, office, django_assert_max_num_queries, number
):
    items = [equipment.thing(school, by=office) for _n in range(number)]
    loan = equipment.lent(student, *items, by=office)
    for item in items[1:]:
        equipment.back(loan, item, "damaged", by=office, erased=False)
        found = loan.lines.get(thing=item)
        returns.estimate(line=found, euros=10, reason="screen", by=office)
        returns.correct(line=found, outcome="lost", by=office)
    client.get(address("loan", loan.public_id))
    kept = follows(GuardianFactory(), student)

    with django_assert_max_num_queries(12):
        client.get(address("loan", loan.public_id))
    with django_assert_max_num_queries(12):
        client.get(address("loan_receipt", loan.public_id))
    with django_assert_max_num_queries(12):
        client.get(address("correct_return", loan.lines.last().public_id))
    token = linked(kept)
    with django_assert_max_num_queries(12):
        assert client.get(address("link_receipt", token, loan.public_id)).status_code == 200
