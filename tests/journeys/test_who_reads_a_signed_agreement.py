"""What guardians and the desk read of a signature: whose sheet it is, who signed, on whose paper."""

import datetime
import subprocess

import pytest
from django.urls import reverse
from django.utils import timezone

from continuity.equipment.services import agreements, loans, while_out
from continuity.models import Loan, LoanAgreement, LoanReport
from courses.people.enums import GuardianQuality
from courses.people.services import guardians
from tests.factories import equipment
from tests.factories.agreements import (
    NAME,
    agreement,
    anew,
    at,
    chosen,
    kept,
    laptop,
    office,
    other,
    signed_by,
    student,
)
from tests.factories.continuity import LeaderFactory, StudentFactory
from tests.factories.continuity_pages import address
from tests.factories.guardians import GuardianFactory, follows, linked
from tests.factories.worker import run_worker

__all__ = ["agreement", "kept", "laptop", "office", "other", "student"]  # fixtures

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-30T09:00")]

SIGNED = {"do": "sign", "name": "Morgane Noisetier", "has_read": "on"}


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
