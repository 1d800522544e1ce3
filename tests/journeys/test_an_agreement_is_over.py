"""After its last day an agreement can't be signed, nothing is handed over by it, and no list or letter
asks for it.
"""

import datetime

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from continuity.equipment.queries.things import by_school
from continuity.equipment.services import agreements, loans
from continuity.models import LoanAgreement
from tests.factories import equipment
from tests.factories.agreements import (
    agreement,
    anew,
    at,
    kept,
    laptop,
    office,
    other,
    signed_by,
    student,
)
from tests.factories.continuity_pages import address
from tests.factories.worker import run_worker

__all__ = ["agreement", "kept", "laptop", "office", "other", "student"]  # fixtures

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-30T09:00")]

SIGNED = {"do": "sign", "name": "Morgane Noisetier", "has_read": "on"}


@pytest.mark.parametrize("ends", ["handed over", "taken off", "last day"])
def test_a_hold_of_the_past_stays_in_the_numbers_of_its_days(office, kept, agreement, laptop, ends):
    signed_by(kept, agreement)
    with at(datetime.date(2026, 12, 3)):
        if ends == "handed over":
            loans.hand_over(agreement=anew(agreement), by=office)
        elif ends == "taken off":
            agreements.take_off(agreement=anew(agreement))

    def state(day):
        (counted,) = by_school([laptop.school], day).values()
        return "".join(counted)

    over = datetime.date(2027, 7, 3) if ends == "last day" else datetime.date(2026, 12, 3)
    after = "lent" if ends == "handed over" else "available"
    assert state(datetime.date(2026, 11, 30)) == "reserved"
    assert state(over - datetime.timedelta(days=1)) == "reserved"
    assert state(over) == after


# What is over


@pytest.mark.parametrize("stage", ["drawn", "signed", "refused"])
@pytest.mark.parametrize("why", ["left", "last day"])
def test_an_agreement_that_is_over_leaves_the_desk_s_list(
    client, office, student, other, kept, laptop, agreement, stage, why
):
    stays = equipment.agreed(other, equipment.thing(laptop.school), by=office)
    if stage == "signed":
        signed_by(kept, agreement)
    elif stage == "refused":
        agreements.refuse(agreement=agreement)
    due = agreement.due_on
    assert agreements.take_off_what_is_over(timezone.now()) == 0
    if why == "left":
        yesterday = timezone.localdate() - datetime.timedelta(days=1)
        student.memberships.update(until=yesterday)
        now = timezone.now()
    else:
        LoanAgreement.objects.filter(pk=stays.pk).update(
            terms=stays.terms | {"due_on": "2027-08-31"}
        )
        now = timezone.make_aware(datetime.datetime.combine(due, datetime.time(23)))
        assert agreements.take_off_what_is_over(now) == 0
        now += datetime.timedelta(hours=2)

    assert agreements.take_off_what_is_over(now) == 1

    client.force_login(office)
    listed = client.get(address("desk", laptop.school.public_id)).context["agreements"]
    assert [one for one, *_rest in listed] == [anew(stays)]


def test_what_was_handed_over_stays_valid_when_its_day_is_over(office, kept, agreement):
    signed_by(kept, agreement)
    loans.hand_over(agreement=anew(agreement), by=office)

    assert agreements.take_off_what_is_over(timezone.now() + datetime.timedelta(days=600)) == 0
    assert anew(agreement).taken_off_at is None


def test_after_its_last_day_nothing_can_be_signed_and_no_list_says_so(
    client, student, office, laptop, kept
):
    """Before the hourly tick takes it off the desk."""
    agreement = equipment.agreed(student, laptop, by=office, due_on=datetime.date(2026, 12, 1))
    pages = [("child_equipment", kept.public_id), ("child_agreement", kept.public_id)]
    pages[1] += (agreement.public_id,)
    desk = Client(headers={"Accept-Language": "en"})
    desk.force_login(office)
    client.force_login(kept.guardian)

    def told():
        return [client.get(address(*page)).text for page in pages]

    before = told()
    with time_machine.travel(timezone.now() + datetime.timedelta(days=2)):
        after = told()
        pressed = client.post(address(*pages[1]), SIGNED).status_code
        at_the_desk = desk.get(address("agreement", agreement.public_id)).text

    assert [address(*pages[1]) in page[0] for page in (before, after)] == [True, False]
    assert ["Sign the agreement" in page[1] for page in (before, after)] == [True, False]
    assert "Its last day has passed: nothing is signed or handed over by it" in after[1]
    assert "Its last day has passed" in at_the_desk
    assert address("hand_over_agreed", agreement.public_id) not in at_the_desk
    assert (pressed, LoanAgreement.objects.get().signed_at) == (422, None)


@pytest.mark.parametrize(
    ("is_signed", "before"), [(False, "to be signed"), (True, "signed, to be handed over")]
)
def test_after_its_last_day_the_desk_hands_nothing_over_and_its_list_says_so(
    client, student, office, laptop, kept, is_signed, before
):
    """Signed or not, before the hourly tick takes it off."""
    agreement = equipment.agreed(student, laptop, by=office, due_on=datetime.date(2026, 12, 1))
    if is_signed:
        signed_by(kept, agreement)
    client.force_login(office)
    last_day = datetime.datetime(2026, 12, 1, 9, tzinfo=datetime.UTC)
    listed, page = [], []
    for day in (0, 1):
        with time_machine.travel(last_day + datetime.timedelta(days=day)):
            listed.append(client.get(address("desk", laptop.school.public_id)).text)
            page.append(client.get(address("agreement", agreement.public_id)).text)

    assert [before in one for one in listed] == [True, False]
    assert ["last day has passed" in one for one in listed] == [False, True]
    assert ["Its last day has passed" in one for one in page] == [False, True]
    assert ["it can be handed over" in one for one in page] == [is_signed, False]
    assert [address("hand_over_agreed", agreement.public_id) in one for one in page] == [
        True,
        False,
    ]


@pytest.mark.parametrize(("day", "letters"), [(1, 1), (2, 0)])
def test_a_letter_that_comes_late_asks_nobody_to_sign_after_the_last_day(
    student, office, laptop, kept, mailoutbox, day, letters
):
    equipment.agreed(student, laptop, by=office, due_on=datetime.date(2026, 12, 1))

    with at(datetime.date(2026, 12, day)):
        run_worker()

    assert len([mail for mail in mailoutbox if "To sign" in mail.subject]) == letters
