"""A yes reserves a thing for who asked: nobody else gets it, and it serves the request once it is
handed over.
"""

import datetime
import uuid

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from continuity.equipment.services import needs
from continuity.models import EquipmentItem, NeedDecision
from courses.exceptions import Refusal
from courses.people.enums import Role
from tests.factories import equipment
from tests.factories.continuity import (
    SchoolClassFactory,
    StudentFactory,
)
from tests.factories.continuity_pages import address, page
from tests.factories.needs import decide, leader, student
from tests.factories.people import _member

__all__ = ["leader", "student"]  # fixtures

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-30T09:00")]


def state_of(item) -> str:
    return EquipmentItem.objects.get(pk=item.pk).state


def test_a_reserved_thing_goes_to_nobody_else_and_serves_the_need(client, school, leader, student):
    laptop, charger = equipment.with_charger(school, number="0412")
    need = equipment.need_of(student)
    other = StudentFactory(in_class=SchoolClassFactory(school=school))
    client.force_login(leader)

    decide(client, need, verdict="yes", reason="in_turn", number="0412")

    assert state_of(laptop) == "reserved"
    with pytest.raises(Refusal, match="reserved for another"):
        equipment.lent(other, laptop)
    assert "reserved: 0412" in page(client, "needs", school.public_id)
    desk = client.get(
        address("desk", school.public_id),
        {"thing": laptop.public_id, "student": student.public_id},
    )
    assert [is_free for *_row, is_free in desk.context["rows"]] == [True, True]
    others = client.get(
        address("desk", school.public_id), {"thing": laptop.public_id, "student": other.public_id}
    )
    assert [is_free for *_row, is_free in others.context["rows"]] == [False, True]
    handed = client.post(
        address("lend", school.public_id),
        {
            "key": uuid.uuid4(),
            "thing": laptop.public_id,
            "student": student.public_id,
            "items": [laptop.public_id, charger.public_id],
            "due_on": "2027-07-02",
            "signed_as": "guardian",
        },
    )
    assert handed.status_code == 302
    need.refresh_from_db()
    assert need.loan is not None
    assert need.closed_at is not None
    assert state_of(laptop) == "lent"


def test_a_number_added_to_a_yes_at_once_is_reserved(client, school, leader, student):
    thing = equipment.thing(school, number="A")
    need = equipment.need_of(student)
    client.force_login(leader)

    for number in ("", "a", "a", ""):
        decide(client, need, verdict="yes", reason="in_turn", number=number)

    assert EquipmentItem.objects.get(pk=thing.pk).reserved_for == need
    assert need.decisions.count() == 2  # the form sent again is no other decision


@pytest.mark.parametrize(("verdict", "reason"), [("later", "to_check"), ("no", "has_one")])
def test_only_a_yes_keeps_a_thing_reserved(client, school, leader, student, verdict, reason):
    thing = equipment.thing(school, number="A")
    need = equipment.need_of(student)
    equipment.decided(need, number="A")
    client.force_login(leader)

    typed = decide(client, need, verdict=verdict, reason=reason, number="A")
    decide(client, need, verdict=verdict, reason=reason)

    assert typed.status_code == 422
    assert "A thing is reserved with a yes only." in typed.text
    assert state_of(thing) == "available"


def test_another_thing_lent_instead_frees_the_reserved_one(school, student):
    reserved, taken = equipment.thing(school, number="A"), equipment.thing(school, number="B")
    equipment.decided(equipment.need_of(student), number="A")

    equipment.lent(student, taken)

    assert (state_of(reserved), state_of(taken)) == ("available", "lent")


@pytest.mark.parametrize("way", ["later", "no", "withdrawn", "left", "other"])
def test_what_was_reserved_is_free_again(school, student, way):
    thing = equipment.thing(school, number="A")
    equipment.thing(school, number="B")
    need = equipment.need_of(student)
    equipment.decided(need, number="a")
    assert state_of(thing) == "reserved"

    if way == "later":
        equipment.decided(need, "later", "to_check")
    elif way == "no":
        equipment.decided(need, "no", "has_one")
    elif way == "withdrawn":
        needs.withdraw(need=need)
    elif way == "other":
        equipment.decided(need, words="Plutôt celui-ci.", number="B")
    else:
        yesterday = timezone.localdate() - datetime.timedelta(days=1)
        student.memberships.update(until=yesterday)
        assert needs.close_those_of_leavers(timezone.now()) == 1

    assert state_of(thing) == "available"
    with pytest.raises(IntegrityError), transaction.atomic():
        EquipmentItem.objects.filter(pk=thing.pk).update(state="reserved")


def test_who_leaves_one_of_two_schools_keeps_requests_in_the_other(client, school, leader, student):
    other = SchoolClassFactory().school
    _member(student, other, Role.STUDENT)
    thing = equipment.thing(school, number="A")
    left = equipment.need_of(student, school=school, device="none")
    kept = equipment.need_of(student, school=other, device="none")
    equipment.decided(left, number="A", by=leader)
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    student.memberships.filter(organisation=school).update(until=yesterday)

    assert needs.close_those_of_leavers(timezone.now()) == 1

    left.refresh_from_db()
    kept.refresh_from_db()
    assert (left.closed_at is None, kept.closed_at is None) == (False, True)
    assert left.withdrawn_at is None
    assert state_of(thing) == "available"
    assert thing.events.order_by("pk").last().by == leader  # whose yes it was, nobody of the family
    client.force_login(student)
    own = page(client, "my_loans")
    client.force_login(leader)
    staff = page(client, "need", left.public_id)
    for text in (own, staff):
        assert "Closed: the student has left this school." in text
        assert "Withdrawn" not in text
        assert "Refused" not in text


@pytest.mark.parametrize(("wants", "kind"), [("device", "bag"), ("connection", "laptop")])
def test_only_what_was_asked_for_is_reserved(client, leader, school, student, wants, kind):
    thing = equipment.thing(school, number="C-12", kind=kind)
    need = equipment.need_of(student, wants=wants)
    client.force_login(leader)

    answer = decide(client, need, verdict="yes", reason="in_turn", number="C-12")

    assert answer.status_code == 422
    assert "isn’t what was asked for" in answer.text
    assert state_of(thing) == "available"
    assert not NeedDecision.objects.exists()


def test_the_page_of_a_reserved_thing_says_for_whom_and_leads_on(client, school, leader, student):
    thing = equipment.thing(school, number="A")
    need = equipment.need_of(student)
    equipment.decided(need, number="A")
    client.force_login(leader)

    text = page(client, "thing", thing.public_id)

    assert f"Reserved for {student.display_name}." in text
    assert f'href="{address("need", need.public_id)}"' in text
    desk = f"{address('desk', school.public_id)}?thing={thing.public_id}"
    assert f"{desk}&amp;student={student.public_id}" in text


def test_what_isn_t_free_can_t_be_reserved(school, student):
    thing = equipment.thing(school, number="A")
    other = StudentFactory(in_class=SchoolClassFactory(school=school))
    equipment.lent(other, thing)
    need = equipment.need_of(student)

    for number in ("A", "Z"):
        with pytest.raises(Refusal, match="nothing with the number"):
            equipment.decided(need, number=number)
    assert not NeedDecision.objects.exists()
