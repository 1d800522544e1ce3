"""Two students with a common guardian have each other's laptop: found at the desk, put right by one
press, with both receipts.
"""

import pytest
from django.utils import timezone

from continuity.equipment.services import returns
from continuity.models import EquipmentItem, ItemEvent, Loan
from courses.exceptions import Refusal
from courses.people.models import Guardianship
from tests.factories import equipment
from tests.factories.continuity import LeaderFactory, SchoolClassFactory, StudentFactory
from tests.factories.continuity_pages import address
from tests.factories.guardians import GuardianFactory, follows
from tests.factories.worker import run_worker

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-30T09:00")]


@pytest.fixture
def office(school_class, client):
    person = equipment.office_of(school_class.school)
    client.force_login(person)
    return person


@pytest.fixture
def lilas(school_class):
    return StudentFactory(
        in_class=school_class, given_name="Lilas", language="en", email="l@example.org"
    )


@pytest.fixture
def tom(school_class):
    return StudentFactory(
        in_class=school_class, given_name="Tom", language="en", email="t@example.org"
    )


@pytest.fixture
def guardian(lilas, tom):
    person = GuardianFactory()
    follows(person, lilas)
    follows(person, tom)
    return person


@pytest.fixture
def hers(lilas, office):
    laptop, charger = equipment.with_charger(lilas.places_as("student")[0], number="0412")
    return equipment.lent(lilas, laptop, charger, by=office)


@pytest.fixture
def his(tom, office):
    laptop = equipment.thing(tom.places_as("student")[0], number="0413")
    return equipment.lent(tom, laptop, by=office)


def line(loan, number):
    return loan.lines.get(thing__number=number)


def out(loan) -> list[str]:
    found = loan.lines.filter(back_at=None).values_list("thing__number", flat=True)
    return sorted(found)


def swap(client, hers, his):
    return client.post(
        address("swap_things", line(hers, "0412").public_id),
        {"other": line(his, "0413").public_id},
    )


def test_one_press_puts_both_loans_right_and_both_receipts_say_so(
    client, school_class, office, guardian, hers, his, mailoutbox
):
    desk = address("desk", school_class.school.public_id)
    scanned = client.get(desk, {"code": "0412"})  # Tom brings it
    shown = " ".join(client.get(scanned.url).text.split())
    assert f"0412 was exchanged for 0413, lent to {his.student.display_name}" in shown
    mailoutbox.clear()

    for _press in range(2):
        answer = swap(client, hers, his)
    run_worker()

    assert answer.url == address("loan", his.public_id)
    assert (out(hers), out(his)) == (["0412-C", "0413"], ["0412"])
    owners = dict(EquipmentItem.objects.values_list("number", "open_loan"))
    assert (owners["0412"], owners["0413"]) == (his.pk, hers.pk)
    assert {mail.to[0].split("<")[-1].strip("<>") for mail in mailoutbox} == {
        "l@example.org",
        "t@example.org",
    }
    assert len(mailoutbox) == 2
    assert "Part of it is back" not in client.get(address("loan", hers.public_id)).text
    assert any("0412: exchanged, on" in mail.body for mail in mailoutbox)
    for loan in (hers, his):
        assert "Exchanged" in client.get(address("loan_receipt", loan.public_id)).text
    history = [one.loan_id for one in ItemEvent.objects.filter(item__number="0412")]
    assert history == [his.pk, hers.pk, None]
    # Tom's page is open: what he brought is taken back there.
    equipment.back(his, line(his, "0412").thing, by=office)
    assert Loan.objects.get(pk=his.pk).ended_at
    assert Loan.objects.get(pk=hers.pk).ended_at is None


def test_exchanged_once_more_each_has_the_first_again(client, guardian, hers, his):
    swap(client, hers, his)

    answer = client.post(
        address("swap_things", line(hers, "0413").public_id),
        {"other": line(his, "0412").public_id},
    )

    assert answer.status_code == 302
    assert (out(hers), out(his)) == (["0412", "0412-C"], ["0413"])


def test_without_a_guardian_in_common_nothing_is_offered_nor_exchanged(client, hers, his):
    follows(GuardianFactory(), hers.student)
    follows(GuardianFactory(), his.student)

    assert "exchanged for" not in client.get(address("loan", hers.public_id)).text
    with pytest.raises(Refusal, match="can’t be exchanged for each other"):
        returns.swap(line=line(hers, "0412"), other=line(his, "0413"), by=hers.lent_by)
    swap(client, hers, his)
    assert (out(hers), out(his)) == (["0412", "0412-C"], ["0413"])


def test_a_right_that_has_ended_connects_nobody(client, guardian, hers, his):
    Guardianship.objects.filter(student=his.student).update(until=timezone.localdate())

    assert "exchanged for" not in client.get(address("loan", hers.public_id)).text


def test_only_what_is_out_and_of_one_kind(client, guardian, hers, his):
    with pytest.raises(Refusal):
        returns.swap(line=line(hers, "0412-C"), other=line(his, "0413"), by=hers.lent_by)
    equipment.back(his, line(his, "0413").thing)

    assert "exchanged for" not in client.get(address("loan", hers.public_id)).text
    swap(client, hers, his)
    assert out(hers) == ["0412", "0412-C"]


def test_another_school_s_things_aren_t_there(client, guardian, hers, his):
    client.force_login(LeaderFactory(leads=SchoolClassFactory().school))

    assert swap(client, hers, his).status_code == 404


def test_what_was_exchanged_isn_t_corrected(client, guardian, hers, his):
    swap(client, hers, his)
    ended = hers.lines.get(thing__number="0412")

    answer = client.post(address("correct_return", ended.public_id), {"outcome": "out"})

    assert answer.status_code == 422
    assert out(hers) == ["0412-C", "0413"]
