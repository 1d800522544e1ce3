"""What is signed is what is handed over, to whom it was signed for: at the desk, in another window,
after a change, with another guardian looking on.
"""

import datetime
import subprocess
import uuid

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from continuity.equipment import rules
from continuity.equipment.exceptions import LoanTooLong
from continuity.equipment.queries.things import by_school
from continuity.equipment.services import agreements, loans, pool, while_out
from continuity.models import EquipmentItem, Loan, LoanAgreement, LoanReport
from continuity.writing.forms.days import TypedDayField
from courses.exceptions import Refusal
from courses.people.enums import GuardianQuality
from courses.people.models.classes import end_of_next_school_year
from courses.people.services import guardians
from tests.factories import equipment
from tests.factories.continuity import LeaderFactory, StudentFactory
from tests.factories.continuity_pages import address
from tests.factories.guardians import GuardianFactory, follows, linked
from tests.factories.people import RegistrarFactory
from tests.factories.worker import run_worker

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-30T09:00")]

SIGNED = {"do": "sign", "name": "Morgane Noisetier", "has_read": "on"}
NAME = "Morgane Noisetier"
A_QUARTER = datetime.timedelta(minutes=15)


@pytest.fixture
def office(school):
    return equipment.office_of(school)


@pytest.fixture
def student(school_class):
    return StudentFactory(in_class=school_class, given_name="Lilas", language="en")


@pytest.fixture
def other(school_class):
    return StudentFactory(in_class=school_class, given_name="Olivier")


@pytest.fixture
def laptop(school):
    return equipment.thing(school, number="0412", serial="5CD9", value_euros=420, model="Pro 14")


@pytest.fixture
def kept(student):
    return follows(GuardianFactory(language="en"), student)


@pytest.fixture
def agreement(student, office, laptop):
    return equipment.agreed(student, laptop, by=office)


def anew(found):
    return type(found).objects.get(pk=found.pk)


def signed_by(kept, agreement, name=NAME) -> LoanAgreement:
    return agreements.sign(
        agreement=agreement, way="link", signed_as="guardian", name=name, by=kept.guardian
    )


def chosen(student, *items, **more) -> dict:
    return {
        "key": uuid.uuid4(),
        "thing": [one.public_id for one in items],
        "student": student.public_id,
        "items": [one.public_id for one in items],
        "due_on": "2027-07-02",
        "signed_as": "guardian",
        "signed_by": "other",
    } | more


def at(day, hour=8):
    moment = datetime.datetime.combine(day, datetime.time(hour, 5))
    return time_machine.travel(timezone.make_aware(moment), tick=True)


# The desk takes what is reserved


@pytest.mark.parametrize("is_chosen", [True, False], ids=["student chosen", "thing first"])
def test_what_is_reserved_for_the_student_is_taken_and_says_for_whom(
    client, school, office, student, laptop, is_chosen
):
    equipment.decided(equipment.need_of(student), number="0412", by=office)
    client.force_login(office)
    before = {"student": student.public_id} if is_chosen else {}

    answer = client.get(address("desk", school.public_id), {"code": "0412"} | before, follow=True)

    assert "can’t be lent now" not in answer.text
    assert student.display_name in answer.text
    assert f'name="items" value="{laptop.public_id}" checked' in answer.text


def test_what_is_reserved_for_another_student_is_said_to_be(
    client, school, office, student, other, laptop
):
    equipment.decided(equipment.need_of(student), number="0412", by=office)
    client.force_login(office)

    answer = client.get(
        address("desk", school.public_id),
        {"code": "0412", "student": other.public_id},
        follow=True,
    )

    assert "Number 0412 is reserved for another student." in answer.text
    assert laptop.public_id not in answer.text


# One form, one agreement, one loan


def test_a_form_changed_after_back_says_what_is_saved_then_takes_its_place(
    client, school, office, student, laptop
):
    charger = equipment.thing(school, kind="charger", goes_with=laptop)
    client.force_login(office)
    url, form = address("draw_up_agreement", school.public_id), chosen(student, laptop, charger)
    client.post(url, form)
    changed = form | {"items": [laptop.public_id], "due_on": "2027-02-12"}

    refused = client.post(url, changed)
    again = client.post(url, changed | {"key": refused.context["form"].data["key"]})

    assert refused.status_code == 422
    assert "2 July 2027" in refused.text
    assert f'name="items" value="{charger.public_id}" checked' not in refused.text
    found = LoanAgreement.objects.standing().get()
    assert again.url == f"{address('agreement', found.public_id)}?signed_by=other"
    assert (found.due_on, found.named) == (datetime.date(2027, 2, 12), {laptop.public_id})


@pytest.mark.parametrize("change", ["thing", "day"])
def test_a_loan_s_form_changed_after_back_says_what_was_handed_over(
    client, school, office, student, laptop, change
):
    another = equipment.thing(school, number="0999")
    client.force_login(office)
    url, form = address("lend", school.public_id), chosen(student, laptop)
    client.post(url, form)
    chose = {"thing": [another.public_id], "items": [another.public_id]}

    answer = client.post(url, form | (chose if change == "thing" else {"due_on": "2027-01-29"}))

    assert answer.status_code == 422
    assert "what is saved is 0412, until Friday 2 July 2027" in answer.text
    assert Loan.objects.count() == 1
    assert client.post(url, form).status_code == 302


def test_back_and_the_same_once_more_is_the_same_agreement(client, school, office, student, laptop):
    client.force_login(office)
    url = address("draw_up_agreement", school.public_id)

    first = client.post(url, chosen(student, laptop))
    again = client.post(url, chosen(student, laptop))

    assert first.url == again.url
    assert LoanAgreement.objects.count() == 1


def test_a_loan_settles_the_student_s_other_agreements_on_it(kept, office, student, laptop):
    first = equipment.agreed(student, laptop, by=office)
    other_text = equipment.agreed(student, laptop, by=office, due_on=datetime.date(2027, 2, 12))
    assert anew(first).taken_off_at
    elsewhere = equipment.agreed(student, equipment.thing(laptop.school), by=office)

    loans.hand_over(agreement=signed_by(kept, other_text), by=office)

    assert list(LoanAgreement.objects.standing()) == [elsewhere]


# A signature holds


def test_what_one_family_signed_isn_t_lent_to_another_until_it_is_off_the_list(
    client, school, office, kept, student, other, laptop, agreement
):
    signed_by(kept, agreement)
    client.force_login(office)
    desk, form = address("desk", school.public_id), chosen(other, laptop)

    scanned = client.get(desk, {"code": "0412", "student": other.public_id}, follow=True)
    refused = client.post(address("lend", school.public_id), form)
    drawn = client.post(address("draw_up_agreement", school.public_id), chosen(other, laptop))
    with pytest.raises(Refusal, match="signed agreement"):
        equipment.decided(equipment.need_of(other), number="0412", by=office)

    for answer in (scanned, refused, drawn):
        assert "Another student has a signed agreement on number 0412." in answer.text
    assert address("agreement", agreement.public_id) in refused.text
    assert not Loan.objects.exists()
    client.post(address("take_agreement_off", agreement.public_id))
    client.post(address("lend", school.public_id), form)
    assert Loan.objects.get().student == other


def test_its_own_student_is_handed_it_as_it_was_signed(
    client, school, office, kept, student, laptop, agreement
):
    signed_by(kept, agreement)
    client.force_login(office)
    desk = address("desk", school.public_id)

    scanned = client.get(desk, {"code": "0412"}, follow=True)
    refused = client.post(address("lend", school.public_id), chosen(student, laptop))

    assert "signed. Hand over what it says" in scanned.text
    assert address("agreement", agreement.public_id) in scanned.text
    assert "has a signed agreement on this" in refused.text
    client.post(address("hand_over_agreed", agreement.public_id))
    assert Loan.objects.get().agreement == agreement


def test_of_two_families_the_first_signature_holds_it(client, kept, office, other, laptop):
    second = follows(GuardianFactory(language="en"), other)
    theirs = equipment.agreed(other, laptop, by=office)
    mine = equipment.agreed(kept.student, laptop, by=office)
    signed_by(kept, mine)
    url = address("link_agreement", linked(second), theirs.public_id)

    text = client.get(url).text
    answer = client.post(url, SIGNED)

    assert "Not free any more: 0412" in text
    assert 'name="has_read"' not in text
    assert answer.status_code == 422
    assert anew(theirs).signed_at is None


def test_after_its_last_day_a_signature_holds_nothing(kept, office, student, other, laptop):
    short = equipment.agreed(student, laptop, by=office, due_on=datetime.date(2026, 12, 4))
    signed_by(kept, short)

    with at(datetime.date(2026, 12, 5)):
        assert equipment.lent(other, laptop, by=office)


def test_what_was_lent_elsewhere_is_neither_mailed_nor_signed_nor_handed_over(
    client, school, office, kept, student, other, laptop, agreement, mailoutbox
):
    client.force_login(office)
    desk = client.get(
        address("desk", school.public_id),
        {"student": other.public_id, "thing": laptop.public_id},
    ).text
    assert "to be signed. If these things are lent now" in desk
    client.post(address("lend", school.public_id), chosen(other, laptop))
    run_worker()
    mailoutbox.clear()

    with time_machine.travel(timezone.now() + A_QUARTER, tick=True):
        run_worker()

    assert not mailoutbox
    assert "not free any more: 0412" in client.get(address("desk", school.public_id)).text
    page = client.get(address("agreement", agreement.public_id)).text
    assert "Not free any more: 0412" in page
    assert address("hand_over_agreed", agreement.public_id) not in page
    token = linked(kept)
    family = client.get(address("link_equipment", token)).text
    assert "Not free any more: 0412" in family
    assert "To be signed before" not in family
    assert (
        'name="has_read"'
        not in client.get(address("link_agreement", token, agreement.public_id)).text
    )


def test_lent_on_paper_from_the_same_form_there_is_nothing_left_to_sign(
    client, school, kept, office, student, laptop, mailoutbox
):
    client.force_login(office)
    form = chosen(student, laptop)
    client.post(address("draw_up_agreement", school.public_id), form)
    client.post(address("lend", school.public_id), form)
    run_worker()
    mailoutbox.clear()

    with time_machine.travel(timezone.now() + A_QUARTER, tick=True):
        run_worker()

    assert not [mail for mail in mailoutbox if "To sign" in mail.subject]
    assert not LoanAgreement.objects.standing().exists()


def test_what_was_corrected_since_it_was_signed_isn_t_handed_over(
    client, office, kept, laptop, agreement
):
    signed_by(kept, agreement)
    pool.correct(item=laptop, by=office, serial="OTHER")
    client.force_login(office)

    answer = client.post(address("hand_over_agreed", agreement.public_id), follow=True)

    assert "Corrected since this was drawn up: 0412." in answer.text
    assert not Loan.objects.exists()


def test_whose_authority_has_ended_no_longer_lends_by_their_signature(
    client, office, kept, agreement
):
    signed_by(kept, agreement)
    guardians.end(guardianship=kept, by=None)
    client.force_login(office)

    answer = client.post(address("hand_over_agreed", agreement.public_id), follow=True)

    assert "no longer holds parental authority" in answer.text
    assert not Loan.objects.exists()


def test_a_sheet_isn_t_signed_on_paper_where_nothing_is_handed_over(
    client, office, other, agreement, laptop
):
    equipment.lent(other, laptop, by=office)
    client.force_login(office)

    client.post(address("hand_over_agreed", agreement.public_id), {"paper": "on"})

    assert anew(agreement).signed_at is None


# What the sheet says


def words_of(file, tmp_path) -> str:
    path = tmp_path / "agreement.pdf"
    path.write_bytes(file)
    said = subprocess.run(["pdftotext", path, "-"], check=True, capture_output=True, text=True)
    return " ".join(said.stdout.split())


def test_a_loan_on_the_school_s_own_paper_claims_no_text_of_ours(
    client, school, office, kept, student, laptop, tmp_path
):
    client.force_login(office)

    client.post(address("lend", school.public_id), chosen(student, laptop))

    run_worker()
    made = LoanAgreement.objects.get()
    words = words_of(made.file.read(), tmp_path)
    assert "Signature sur papier, constatée à l’établissement le" in words
    for claimed in ("Signé par", "articles 1875", "Empreinte", "9 h 00"):
        assert claimed not in words, claimed
    page = client.get(address("loan", Loan.objects.get().public_id)).text
    assert "on paper, which the school keeps" in page
    family = client.get(address("link_agreement", linked(kept), made.public_id)).text
    assert "The agreement was signed on paper: the school keeps it." in family
    assert "Fingerprint" not in family


def test_of_our_sheet_signed_on_paper_it_says_who_saw_it_and_no_hour(
    client, office, kept, agreement, tmp_path
):
    client.force_login(office)
    client.post(
        address("hand_over_agreed", agreement.public_id), {"paper": "on", "signed_by": "other"}
    )
    run_worker()

    words = words_of(anew(agreement).file.read(), tmp_path)

    assert "Signature sur papier, constatée à l’établissement le" in words
    assert "Signé par" not in words
    assert "9 h 00" not in words
    assert office.display_name in words
    page = client.get(address("link_agreement", linked(kept), agreement.public_id)).text
    assert "who saw the sheet signed on paper" in page


@pytest.mark.parametrize("quality", [GuardianQuality.AUTHORITY, GuardianQuality.INFORMED])
def test_another_guardian_never_reads_who_signed(client, kept, student, office, agreement, quality):
    loans.hand_over(agreement=signed_by(kept, agreement), by=office)
    run_worker()
    other = linked(follows(GuardianFactory(language="en"), student, quality=quality))
    mine = linked(kept)

    page = client.get(address("link_agreement", other, agreement.public_id))
    file = client.get(address("link_agreement_file", other, agreement.public_id))

    assert NAME not in page.text
    assert address("link_agreement_file", other, agreement.public_id) not in page.text
    assert file.status_code == 404
    assert client.get(address("link_agreement_file", mine, agreement.public_id)).status_code == 200
    assert NAME in client.get(address("link_agreement", mine, agreement.public_id)).text


def test_at_the_counter_the_name_says_whose_sheet_it_is(client, kept, student, office, agreement):
    signer = kept.guardian
    agreements.sign(
        agreement=agreement, way="counter", signed_as="guardian", name=signer.display_name.upper()
    )
    run_worker()
    another = linked(follows(GuardianFactory(given_name="Zoé", family_name="Autre"), student))

    mine = client.get(address("link_agreement_file", linked(kept), agreement.public_id))
    theirs = client.get(address("link_agreement_file", another, agreement.public_id))

    assert (mine.status_code, theirs.status_code) == (200, 404)
    client.force_login(office)
    desk = client.get(address("agreement", agreement.public_id)).text
    assert signer.display_name.upper() in desk


# Who says what, after it is signed


def test_a_no_after_the_yes_is_answered(client, kept, agreement):
    signed_by(kept, agreement)
    client.force_login(kept.guardian)
    url = address("child_agreement", kept.public_id, agreement.public_id)

    answer = client.post(url, {"do": "refuse"})

    assert answer.status_code == 422
    assert "This agreement is signed already" in answer.text
    assert "call the school" in answer.text
    assert anew(agreement).refused_at is None


def test_a_second_guardian_of_the_same_name_isn_t_told_that_it_is_theirs(
    client, kept, student, agreement
):
    signed_by(kept, agreement)
    second = linked(follows(GuardianFactory(language="en"), student))

    answer = client.post(address("link_agreement", second, agreement.public_id), SIGNED)

    assert answer.status_code == 422
    assert "signed already" in answer.text


def test_who_signed_what_the_desk_takes_back_reads_that_it_isn_t_valid(
    client, kept, office, agreement
):
    signed_by(kept, agreement)
    client.force_login(office)
    client.post(address("take_agreement_off", agreement.public_id))
    client.logout()

    text = client.get(address("link_agreement", linked(kept), agreement.public_id)).text

    assert "it isn’t valid" in text
    assert 'name="has_read"' not in text


@pytest.mark.parametrize(
    ("name", "said"), [("\u200b\u200b", "in letters"), ("M" * 81, "at most 80 characters")]
)
def test_a_name_is_read_and_never_cut(client, kept, agreement, name, said):
    url = address("link_agreement", linked(kept), agreement.public_id)

    assert 'maxlength="80"' not in client.get(url).text
    answer = client.post(url, SIGNED | {"name": name})

    assert answer.status_code == 422
    assert said in answer.text
    assert anew(agreement).signed_at is None


# After it


def test_another_last_day_is_said_above_the_signed_text(client, kept, office, agreement):
    loan = loans.hand_over(agreement=signed_by(kept, agreement), by=office)
    url = address("link_agreement", linked(kept), agreement.public_id)
    assert "changed the last day" not in client.get(url).text

    while_out.prolong(loan=loan, due_on=datetime.date(2027, 2, 12))

    assert "it is now 12 February 2027" in client.get(url).text
    client.force_login(office)
    page = client.get(address("loan", loan.public_id)).text
    assert "The agreement was signed until 2 July 2027." in page


@pytest.mark.parametrize(
    ("day", "said"),
    [("31/12/9999", "31 August 2028"), ("1/12/2028", "31 August 2028"), ("x", "valid date")],
)
def test_a_last_day_too_far_is_refused_for_what_it_is(client, office, student, laptop, day, said):
    loan = equipment.lent(student, laptop, by=office)
    client.force_login(office)

    answer = client.post(address("prolong_loan", loan.public_id), {"due_on": day}, follow=True)

    assert said in answer.text
    assert "This is no day." not in answer.text


def test_a_guardian_with_another_account_goes_on_being_told(
    student, school, office, mailoutbox, laptop
):
    first = GuardianFactory(given_name="Séraphine", family_name="Peuplier", email=None)
    kept = follows(first, student)
    due = datetime.date(2027, 1, 29)
    drawn = equipment.agreed(student, laptop, by=office, due_on=due)
    loan = loans.hand_over(agreement=signed_by(kept, drawn), by=office)
    while_out.report(line=loan.lines.get(), kind="broken", by=first)
    known = GuardianFactory(given_name="Séraphine", family_name="Peuplier", email="s.p@example.org")

    guardians.give_address(
        guardianship=kept, address="s.p@example.org", by=LeaderFactory(leads=school), invited=False
    )
    run_worker()
    mailoutbox.clear()
    with at(due):
        while_out.post_reminders(timezone.now())
        run_worker()

    assert any("s.p@example.org" in mail.to[0] for mail in mailoutbox)
    assert LoanReport.objects.get().reported_by == known


@pytest.mark.parametrize(("kind", "letters"), [("stolen", 0), ("lost", 0), ("broken", 1)])
def test_what_is_reported_gone_isn_t_asked_for(
    school_class, office, laptop, mailoutbox, kind, letters
):
    student = StudentFactory(in_class=school_class, email="l@example.org")
    loan = equipment.lent(student, laptop, by=office, due_on=datetime.date(2027, 1, 29))
    while_out.report(line=loan.lines.get(), kind=kind, by=student)
    run_worker()
    mailoutbox.clear()

    with at(datetime.date(2027, 2, 5)):
        while_out.post_reminders(timezone.now())
        run_worker()

    assert len(mailoutbox) == letters


def test_where_others_wait_the_words_are_marked_as_needed(
    client, school, office, student, other, laptop
):
    equipment.need_of(other)
    client.force_login(office)

    answer = client.get(
        address("desk", school.public_id),
        {"student": student.public_id, "thing": laptop.public_id},
    )

    assert answer.context["form"].fields["words"].required
    assert "formnovalidate" in answer.text


def test_nothing_is_held_before_it_is_signed(agreement, other, office, laptop):
    equipment.lent(other, laptop, by=office)

    assert EquipmentItem.objects.get(pk=laptop.pk).state == "lent"


# In whose hands


def test_who_signs_at_the_counter_holds_a_page_with_nothing_but_the_agreement(
    client, office, other, laptop, agreement
):
    equipment.agreed(other, equipment.thing(laptop.school), by=office)
    client.force_login(office)
    counter = address("sign_agreement", agreement.public_id)

    text = client.get(counter).text
    signed = client.post(counter, SIGNED, follow=True).text

    for page in (text, signed):
        assert other.display_name not in page
        assert office.display_name not in page
        for way in ("hand_over_agreed", "take_agreement_off"):
            assert address(way, agreement.public_id) not in page
        assert address("desk", laptop.school.public_id) not in page
        assert reverse("people:logout") not in page
    assert 'autocomplete="off"' in text
    back = f'href="{address("agreement", agreement.public_id)}"'
    assert text.count(back) == 1  # "not now"
    assert "Give the device back" in signed
    assert anew(agreement).way == "counter"


def test_the_desk_reads_who_can_sign_from_home(client, student, office, agreement):
    client.force_login(office)
    page = address("agreement", agreement.public_id)
    assert "Nobody can sign it from home" in client.get(page).text

    kept = follows(GuardianFactory(given_name="Morgane"), student)
    follows(GuardianFactory(given_name="Zoé"), student, quality=GuardianQuality.INFORMED)

    text = client.get(page).text
    assert kept.guardian.display_name in text
    assert "Zoé" not in text


def test_what_a_signature_holds_is_reserved_in_the_pool_and_for_the_region(
    client, student, office, kept, agreement, laptop
):
    free = equipment.thing(laptop.school, by=office)
    client.force_login(office)
    before = client.get(address("pool", laptop.school.public_id))
    signed_by(kept, agreement)

    pool = client.get(address("pool", laptop.school.public_id))
    of_state = {
        state: client.get(address("pool", laptop.school.public_id), {"state": state})
        for state in ("available", "reserved")
    }
    thing = client.get(address("thing", laptop.public_id)).text
    client.force_login(RegistrarFactory())
    region = client.get(reverse("continuity:region_things"))

    def numbers(answer):
        return {value: number for *_look, number, value in answer.context["numbers"]}

    (line,) = [line for line, *_rest in region.context["rows"]]
    assert numbers(before) == {"available": 2}
    assert numbers(pool) == {"available": 1, "reserved": 1}
    assert +line.numbers == numbers(pool)
    assert [item for item, _look in of_state["available"].context["rows"]] == [free]
    assert [item for item, _look in of_state["reserved"].context["rows"]] == [laptop]
    assert f"A signed agreement holds it for {student.display_name}." in thing
    assert address("agreement", agreement.public_id) in thing


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


@pytest.mark.parametrize("today", ["2026-11-30", "2027-08-01"])
def test_no_loan_is_longer_than_the_end_of_the_next_school_year(today, student, laptop, office):
    """By one rule for the field that is typed, a new loan, and a later last day."""
    with time_machine.travel(f"{today}T09:00+00:00"):
        last = end_of_next_school_year(timezone.localdate())
        too_long = last + datetime.timedelta(days=1)
        assert TypedDayField().clean(str(last)) == last
        with pytest.raises(ValidationError):
            TypedDayField().clean(str(too_long))
        with pytest.raises(LoanTooLong):
            equipment.lent(student, laptop, by=office, due_on=too_long)
        loan = equipment.lent(student, laptop, by=office, due_on=last)
        assert isinstance(
            rules.why_not_prolong(loan, too_long, today=timezone.localdate()), LoanTooLong
        )
        assert rules.why_not_prolong(loan, last, today=timezone.localdate()) is None
