"""An order of requests is proposed by published criteria, a person decides, the family reads why, and
nobody is passed without words.
"""

import datetime

import pytest
import time_machine
from django.utils import timezone

from cms.register.services import erasing
from continuity.enums import Criterion, NeedKind
from continuity.equipment.exceptions import WordsNeeded
from continuity.equipment.services import needs, pool
from continuity.equipment.values.criteria import DEFAULT_ORDER, proposed
from continuity.models import EquipmentNeed, LendingCriteria, Loan, NeedDecision
from tests.factories import equipment, survey
from tests.factories.continuity import (
    SchoolClassFactory,
    StudentFactory,
)
from tests.factories.continuity_pages import address, page
from tests.factories.guardians import GuardianFactory, follows
from tests.factories.needs import decide, leader, lend, student

__all__ = ["leader", "student"]  # fixtures

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-30T09:00")]


def test_who_asked_for_something_else_or_had_one_before_is_not_passed_in_silence(
    client, school, school_class, leader, student
):
    """A connection was asked for; a router is out; a laptop was asked for and came back before."""
    online, router, before = StudentFactory.create_batch(3, in_class=school_class)
    equipment.lent(router, equipment.thing(school, kind="router"))
    equipment.need_of(online, wants="connection", connection="none")
    need, laptop = equipment.need_of(before), equipment.thing(school)
    equipment.back(equipment.lent(before, laptop), laptop)
    need.refresh_from_db()
    assert need.closed_at
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=1)):
        campaign = survey.campaign_of(school, by=leader)
        for one in (student, online, router, before):
            survey.answered(campaign, one, device="phone")
    client.force_login(leader)

    page = client.get(address("needs", school.public_id))

    assert set(page.context["said"]) == {student, online, router, before}
    assert "and no device asked for since" in page.text


def test_who_decides_reads_when_words_are_needed(client, school, school_class, leader, student):
    first = equipment.need_of(student, device="none")
    second = equipment.need_of(StudentFactory(in_class=school_class), device="own")
    client.force_login(leader)

    said = "Needed for a yes before others"
    assert said not in client.get(address("need", first.public_id)).text
    assert said in client.get(address("need", second.public_id)).text


# The order


ORDERED = [
    ("none", None, [Criterion.NO_DEVICE]),
    ("phone", None, [Criterion.PHONE_ONLY]),
    ("shared", 3, [Criterion.SHARED_MANY]),
    ("shared", 2, [Criterion.SHARED]),
    ("own", None, []),
]


def a_need(pk, device, shared_with=None, wants=NeedKind.DEVICE, connection="home", minutes=0):
    asked_at = timezone.now() - datetime.timedelta(minutes=minutes)
    return EquipmentNeed(
        pk=pk,
        device=device,
        shared_with=shared_with,
        wants=wants,
        connection=connection,
        asked_at=asked_at,
    )


def test_the_order_goes_by_the_first_criterion_met_and_then_by_the_day_of_asking():
    rows = [a_need(n, device, shared) for n, (device, shared, _met) in enumerate(ORDERED)]
    earlier = a_need(9, "phone", minutes=5)

    found = proposed([*rows[::-1], earlier], DEFAULT_ORDER)

    assert [one.need.pk for one in found] == [0, 9, 1, 2, 3, 4]
    assert [one.place for one in found] == [1, 2, 3, 4, 5, 6]
    assert [list(one.met) for one in found if one.need.pk != 9] == [met for *_row, met in ORDERED]


def test_of_a_connection_only_what_is_said_of_connections_counts():
    none = a_need(1, "none", wants=NeedKind.CONNECTION)
    offline = a_need(2, "own", wants=NeedKind.CONNECTION, connection="none")

    found = proposed([none, offline], DEFAULT_ORDER)

    assert [(one.need.pk, list(one.met)) for one in found] == [
        (2, [Criterion.NO_CONNECTION]),
        (1, []),
    ]


def test_a_school_publishes_its_own_order_and_anybody_reads_it(client, school, leader, student):
    other = StudentFactory(in_class=SchoolClassFactory(school=school))
    equipment.need_of(student, device="phone")
    equipment.need_of(other, device="none")
    client.force_login(leader)

    def first_of():
        return client.get(address("needs", school.public_id)).context["waiting"][0].need.student

    by_default = first_of()
    order = ["phone_only", *(one for one in DEFAULT_ORDER if one != "phone_only")]

    twice = dict.fromkeys(Criterion.values, "1")
    refused = client.post(address("publish_criteria", school.public_id), twice)
    places = {code: str(n) for n, code in enumerate(order, start=1)}
    client.post(address("publish_criteria", school.public_id), places)
    client.post(address("publish_criteria", school.public_id), places)  # sent twice
    by_own_order = first_of()
    client.logout()
    read = page(client, "lending_criteria", school.public_id)

    assert by_default == other
    assert refused.status_code == 422
    assert by_own_order == student
    assert LendingCriteria.objects.count() == 1
    assert read.index("Only a phone") < read.index("No device at all at home")


def test_a_decision_is_a_line_that_the_family_reads(client, school, leader, student):
    need = equipment.need_of(student, device="phone")
    kept = follows(GuardianFactory(), student)
    client.force_login(leader)
    decide(client, need, verdict="later", reason="none_free", words="Mardi, on en reçoit.")

    client.force_login(student)
    own = page(client, "my_loans")
    client.force_login(kept.guardian)
    family = page(client, "child_equipment", kept.public_id)

    for text in (own, family):
        assert "later, nothing is free at the moment" in text
        assert leader.display_name in text
        assert "Mardi, on en reçoit." in text
        assert "Place 1 by the published order, because of:" in text
        assert "L311-3-1" in text
        assert "two months" in text
        assert address("lending_criteria", school.public_id) in text
    decision = NeedDecision.objects.get()
    assert (decision.place, decision.met) == (1, "phone_only")


def test_nobody_is_passed_without_words(client, school, leader, student):
    first = equipment.need_of(
        StudentFactory(in_class=SchoolClassFactory(school=school)), device="none"
    )
    second = equipment.need_of(student, device="phone")
    client.force_login(leader)

    in_turn = decide(client, second, verdict="yes", reason="in_turn")
    silent = decide(client, second, verdict="yes", reason="out_of_turn")
    said = decide(client, second, verdict="yes", reason="out_of_turn", words="Concours demain.")
    also = decide(client, first, verdict="yes", reason="in_turn")

    assert in_turn.status_code == silent.status_code == 422
    assert "Others stand before this one" in silent.text
    assert said.status_code == also.status_code == 302
    assert list(NeedDecision.objects.order_by("pk").values_list("place", flat=True)) == [2, 1]


def at_the_desk(client, school, student, *items) -> str:
    things = [one.public_id for one in items]
    return page(client, "desk", school.public_id, thing=things, student=student.public_id)


@pytest.fixture
def waits(school):
    """Somebody who has nothing, and asked before."""
    return equipment.need_of(
        StudentFactory(in_class=SchoolClassFactory(school=school)), device="none"
    )


@pytest.mark.parametrize("asked", [False, True])
def test_the_desk_passes_nobody_without_words(client, school, leader, student, waits, asked):
    laptop, kept = equipment.thing(school), follows(GuardianFactory(), student)
    if asked:
        equipment.need_of(student, device="phone")
    client.force_login(leader)

    offered = at_the_desk(client, school, student, laptop)
    silent = lend(client, school, student, laptop, words=" ")
    refused_all = not Loan.objects.exists()
    said = lend(client, school, student, laptop, words="Concours demain.")

    assert 'name="words"' in offered
    assert silent.status_code == 422
    assert "Others stand before this one" in silent.text
    assert refused_all
    assert said.status_code == 302
    need = EquipmentNeed.objects.get(student=student)
    decision = need.decisions.get()
    assert (decision.verdict, decision.reason) == ("yes", "out_of_turn")
    assert (decision.place, decision.words) == (2, "Concours demain.")
    assert decision.decided_by == leader
    assert need.loan == Loan.objects.get()
    assert need.closed_at == need.loan.lent_at
    waits.refresh_from_db()
    assert waits.closed_at is None
    assert waits.verdict == ""
    client.force_login(kept.guardian)
    family = page(client, "child_equipment", kept.public_id)
    assert "before others, for the reason written beside" in family
    assert "Concours demain." in family
    text = page(client, "lending_criteria", school.public_id)
    assert "At the school’s desk, too, nobody who waits is passed in silence" in text


def test_who_is_served_in_turn_gets_a_yes_with_the_loan(client, school, leader, student, waits):
    equipment.need_of(student, device="phone")
    client.force_login(leader)
    laptop = equipment.thing(school)

    offered = at_the_desk(client, school, waits.student, laptop)
    answer = lend(client, school, waits.student, laptop)

    assert 'name="words"' not in offered
    assert answer.status_code == 302
    decision = waits.decisions.get()
    assert (decision.verdict, decision.reason, decision.place) == ("yes", "in_turn", 1)
    waits.refresh_from_db()
    assert waits.loan == Loan.objects.get()


def test_after_a_yes_the_desk_asks_for_nothing_more(client, school, leader, student, waits):
    need = equipment.need_of(student, device="phone")
    equipment.decided(need, reason="out_of_turn", words="Concours demain.")
    client.force_login(leader)

    assert lend(client, school, student, equipment.thing(school)).status_code == 302

    assert need.decisions.count() == 1


def test_a_yes_without_a_thing_reserved_is_passed_with_words_only(school, student, waits):
    equipment.thing(school, number="A")
    equipment.decided(waits)

    with pytest.raises(WordsNeeded):
        equipment.lent(student, equipment.thing(school))
    equipment.decided(waits, number="A")
    equipment.lent(student, equipment.thing(school))

    assert not EquipmentNeed.objects.filter(student=student).exists()


def test_what_serves_no_need_of_others_asks_for_nothing(school, student, waits):
    for kind in ("charger", "router"):
        equipment.lent(student, equipment.thing(school, kind=kind))

    assert EquipmentNeed.objects.get() == waits
    assert not NeedDecision.objects.exists()


@pytest.mark.parametrize(
    ("verdict", "reason"), [("yes", "none_free"), ("no", "in_turn"), ("later", "has_one")]
)
def test_a_reason_fits_its_verdict(client, leader, student, verdict, reason):
    need = equipment.need_of(student)
    client.force_login(leader)

    answer = decide(client, need, verdict=verdict, reason=reason)

    assert answer.status_code == 422
    assert "This reason doesn’t fit the decision." in answer.text


def test_the_order_that_holds_and_the_last_state_are_kept_for_good(school, leader):
    first, second = list(DEFAULT_ORDER), list(DEFAULT_ORDER)[::-1]
    thing = equipment.thing(school)
    pool.move(item=thing, state="to_inspect", by=leader)
    for order in (first, second):
        needs.publish(school=school, codes=order, by=leader)

    erasing.erase_what_is_over(timezone.now() + datetime.timedelta(days=365 * 12))

    assert [one.order for one in LendingCriteria.objects.all()] == [second]
    assert [event.state for event in thing.events.all()] == ["to_inspect"]
