"""Somebody has nothing to work with: it is asked for, an order is proposed by published criteria, a
person decides, the family reads why, something is reserved and handed over.
"""

import datetime
import uuid

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cms.register.services import erasing
from continuity.enums import Criterion, NeedKind
from continuity.equipment.exceptions import WordsNeeded
from continuity.equipment.services import needs, pool
from continuity.equipment.values.criteria import DEFAULT_ORDER, proposed
from continuity.models import EquipmentItem, EquipmentNeed, LendingCriteria, Loan, NeedDecision
from courses.exceptions import Refusal
from courses.people.enums import GuardianQuality, Role
from tests.factories import equipment, survey
from tests.factories.continuity import (
    LeaderFactory,
    SchoolClassFactory,
    StudentFactory,
    tutor_of,
)
from tests.factories.continuity_pages import address, page
from tests.factories.guardians import GuardianFactory, follows, linked
from tests.factories.people import _member

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-30T09:00")]

MOST_STATEMENTS = 12
ASKED = {"wants": "device", "device": "shared", "shared_with": "3", "connection": "phone"}


@pytest.fixture
def leader(school):
    return LeaderFactory(leads=school)


@pytest.fixture
def student(school_class):
    return StudentFactory(in_class=school_class, given_name="Lilas")


def state_of(item) -> str:
    return EquipmentItem.objects.get(pk=item.pk).state


# Asking


def test_a_student_asks_reads_the_place_and_withdraws(client, school, student):
    client.force_login(student)

    client.post(address("ask_for_equipment"), ASKED)
    again = client.post(address("ask_for_equipment"), ASKED | {"device": "none", "shared_with": ""})

    need = EquipmentNeed.objects.get()
    assert (need.student, need.asked_by, need.asked_as) == (student, student, "student")
    assert (need.device, need.shared_with, need.connection) == ("shared", 3, "phone")
    assert again.status_code == 422
    assert "it is still open" in again.text
    assert "Place 1 on the waiting list" in page(client, "my_loans")
    client.post(address("withdraw_need", need.public_id))
    need.refresh_from_db()
    assert need.closed_at is not None
    assert "Withdrawn." in page(client, "my_loans")


def test_the_form_knows_what_the_student_answered_in_the_survey(client, school, student):
    survey.answered(survey.campaign_of(school), student, device="phone", connection="none")
    client.force_login(student)

    form = client.get(address("ask_for_equipment")).context["form"]

    assert (form.initial["device"], form.initial["connection"]) == ("phone", "none")


def test_a_guardian_asks_by_link_and_another_by_account_sees_it(client, school, student):
    mine, other = follows(GuardianFactory(), student), follows(GuardianFactory(), student)
    token = linked(mine)

    client.post(address("link_ask", token), ASKED)
    by_link = page(client, "link_equipment", token)
    client.force_login(other.guardian)
    by_account = page(client, "child_equipment", other.public_id)

    need = EquipmentNeed.objects.get()
    assert (need.asked_by, need.asked_as) == (mine.guardian, "guardian")
    assert "Withdraw this request" in by_link
    assert "Withdraw this request" not in by_account
    assert mine.guardian.display_name not in by_account
    stranger = client.post(address("child_withdraw_need", other.public_id, need.public_id))
    assert stranger.status_code == 404


def test_who_may_only_be_told_reads_and_doesn_t_ask(client, school, student):
    told = follows(GuardianFactory(), student, quality=GuardianQuality.INFORMED)
    equipment.need_of(student)
    client.force_login(told.guardian)

    text = page(client, "child_equipment", told.public_id)
    refused = client.post(address("child_ask", told.public_id), ASKED)

    assert "Ask for equipment" not in text
    assert refused.status_code == 404
    assert EquipmentNeed.objects.count() == 1


def test_a_class_tutor_asks_on_behalf(client, school, school_class, student):
    tutor = tutor_of(school_class)
    survey.answered(survey.campaign_of(school), student, device="phone")
    client.force_login(tutor)

    known = client.get(address("need_for", student.public_id)).context["form"].initial
    client.post(address("need_for", student.public_id), ASKED)

    need = EquipmentNeed.objects.get()
    assert known["device"] == "phone"
    assert (need.asked_by, need.asked_as) == (tutor, "staff")


def test_the_office_asks_on_behalf_without_reading_the_survey(client, school, student):
    survey.answered(survey.campaign_of(school), student, device="phone")
    client.force_login(equipment.office_of(school))

    form = client.get(address("need_for", student.public_id)).context["form"]
    listed = page(client, "needs", school.public_id)

    assert form.initial == {}
    assert "Said so in the survey" not in listed


def test_somebody_without_a_class_asks_too(client, school, student):
    student.class_memberships.update(until=timezone.localdate() - datetime.timedelta(days=1))
    client.force_login(student)

    client.post(address("ask_for_equipment"), ASKED)

    assert EquipmentNeed.objects.get().school == school


def test_a_leader_sees_who_said_so_in_the_survey(client, school, school_class, leader, student):
    campaign = survey.campaign_of(school, by=leader)
    asked, lent, fine = StudentFactory.create_batch(3, in_class=school_class)
    for one in (student, asked, lent):
        survey.answered(campaign, one, device="phone")
    survey.answered(campaign, fine, device="own")
    equipment.lent(lent, equipment.thing(school))
    equipment.need_of(asked)
    refused = StudentFactory(in_class=school_class)
    survey.answered(campaign, refused, device="phone")
    equipment.decided(equipment.need_of(refused), "no", "has_one", by=leader)
    client.force_login(leader)

    said = client.get(address("needs", school.public_id)).context["said"]

    assert said == [student]


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


def test_a_closed_request_is_found_again_with_what_became_of_it(
    client, school, school_class, leader, student
):
    served, refused, withdrawn = StudentFactory.create_batch(3, in_class=school_class)
    equipment.need_of(student)
    equipment.decided(equipment.need_of(refused), "no", "has_one", by=leader)
    taken_back = equipment.need_of(withdrawn)
    needs.withdraw(need=taken_back)
    equipment.need_of(served)
    equipment.lent(served, equipment.thing(school), by=leader, words="Before others.")
    client.force_login(leader)

    page = client.get(address("needs", school.public_id))
    text = " ".join(page.text.split("<summary>")[1].split())

    assert [one.student for one in page.context["closed"]] == [served, withdrawn, refused]
    assert student.display_name not in text
    for one, became in (
        (served, "Served by a loan"),
        (withdrawn, "Withdrawn"),
        (refused, "Refused"),
    ):
        row = text[text.index(one.display_name) :].split("</li>")[0]
        assert became in row
        assert address("need", EquipmentNeed.objects.get(student=one).public_id) in text


def test_who_decides_reads_when_words_are_needed(client, school, school_class, leader, student):
    first = equipment.need_of(student, device="none")
    second = equipment.need_of(StudentFactory(in_class=school_class), device="own")
    client.force_login(leader)

    said = "Needed for a yes before others"
    assert said not in client.get(address("need", first.public_id)).text
    assert said in client.get(address("need", second.public_id)).text


def test_what_is_closed_stands_below_what_is_lent(client, school, student, leader):
    equipment.decided(equipment.need_of(student), "no", "has_one", by=leader)
    equipment.lent(student, equipment.thing(school), by=leader)
    equipment.need_of(student, wants="connection", connection="none")
    client.force_login(student)

    text = client.get(address("my_loans")).text

    order = ["Request: a connection", "To be given back by", "Request: a computer"]
    places = [text.find(one) for one in order]
    assert -1 not in places
    assert places == sorted(places)


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


# The decision


def decide(client, need, **data):
    return client.post(address("need", need.public_id), data)


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


def lend(client, school, student, *items, **data):
    return client.post(
        address("lend", school.public_id),
        {
            "key": uuid.uuid4(),
            "thing": [one.public_id for one in items],
            "items": [one.public_id for one in items],
            "student": student.public_id,
            "due_on": "2027-07-02",
            "signed_as": "guardian",
            "signed_by": "other",
        }
        | data,
    )


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


def test_who_reads_loans_and_requests_is_said_to_students_and_leaders(client, school, student):
    equipment.lent(student, equipment.thing(school, number="H-1"))
    decision = {"verdict": "later", "reason": "none_free", "words": "Mardi, on en reçoit."}
    equipment.decided(equipment.need_of(student, wants="connection"), **decision)
    told = follows(GuardianFactory(), student, quality=GuardianQuality.INFORMED)

    by_link = page(client, "link_equipment", linked(told))
    client.force_login(student)
    own, who = page(client, "my_loans"), page(client, "who_reads")
    client.force_login(LeaderFactory(leads=school, language="en"))
    leaders = client.get(reverse("people:guardians", args=[school.public_id])).text

    assert "H-1" in by_link
    assert "Mardi, on en reçoit." in by_link
    assert "and guardians who follow your week see what your school lends you" in own
    assert "what the school lends you, and what was asked for and decided" in who
    assert "and what is lent, asked for and decided" in leaders
    assert "They change nothing." not in leaders


def test_the_order_that_holds_and_the_last_state_are_kept_for_good(school, leader):
    first, second = list(DEFAULT_ORDER), list(DEFAULT_ORDER)[::-1]
    thing = equipment.thing(school)
    pool.move(item=thing, state="to_inspect", by=leader)
    for order in (first, second):
        needs.publish(school=school, codes=order, by=leader)

    erasing.erase_what_is_over(timezone.now() + datetime.timedelta(days=365 * 12))

    assert [one.order for one in LendingCriteria.objects.all()] == [second]
    assert [event.state for event in thing.events.all()] == ["to_inspect"]


def test_what_isn_t_free_can_t_be_reserved(school, student):
    thing = equipment.thing(school, number="A")
    other = StudentFactory(in_class=SchoolClassFactory(school=school))
    equipment.lent(other, thing)
    need = equipment.need_of(student)

    for number in ("A", "Z"):
        with pytest.raises(Refusal, match="nothing with the number"):
            equipment.decided(need, number=number)
    assert not NeedDecision.objects.exists()


def test_a_closed_request_isn_t_decided_and_can_be_made_anew(school, student):
    need = equipment.need_of(student)
    equipment.decided(need, "no", "has_one")

    with pytest.raises(Refusal, match="is closed"):
        equipment.decided(need, words="Encore")
    again = equipment.need_of(student)

    assert again.pk != need.pk
    with pytest.raises(Refusal, match="is closed"):
        needs.withdraw(need=need)


def test_a_closed_request_is_erased_after_the_school_year_and_an_open_one_stays(school, student):
    closed = equipment.need_of(student)
    equipment.decided(closed, "no", "has_one")
    still_open = equipment.need_of(student, wants="connection")

    erasing.erase_what_is_over(timezone.now() + datetime.timedelta(days=300))

    assert list(EquipmentNeed.objects.all()) == [still_open]
    assert not NeedDecision.objects.exists()


@pytest.mark.parametrize("number", [5, 30, 200])
def test_the_list_costs_the_same_whatever_the_size(client, school, school_class, leader, number):
    campaign = survey.campaign_of(school, by=leader)
    students = StudentFactory.create_batch(number, in_class=school_class)
    EquipmentNeed.objects.bulk_create(
        EquipmentNeed(
            school=school,
            student=one,
            asked_by=one,
            asked_as="student",
            wants="device",
            device="phone",
        )
        for one in students
    )
    survey.answered(campaign, StudentFactory(in_class=school_class), device="phone")
    need = EquipmentNeed.objects.first()
    equipment.decided(need, "later", "none_free")
    client.force_login(leader)

    for named, of in (("needs", school), ("need", need)):
        with CaptureQueriesContext(connection) as asked:
            page(client, named, of.public_id)
        assert len(asked) <= MOST_STATEMENTS, (named, len(asked))
    client.force_login(need.student)
    with CaptureQueriesContext(connection) as asked:
        page(client, "my_loans")
    assert len(asked) <= MOST_STATEMENTS
