"""The desk reads whom it named as signing, and puts it right until everything is back: sheet, photo,
letters and copies of the data follow.
"""

import subprocess

import pytest
from django.test import Client

from continuity.equipment import tasks
from continuity.equipment.exceptions import LoanHasEnded, NotNamedByDesk
from continuity.equipment.services import agreements, loans, while_out
from continuity.models import Loan, LoanAgreement, SignatoryCorrection
from courses.people.enums import GuardianQuality
from courses.people.models import Guardianship
from courses.people.services import leaving
from tests.factories import equipment
from tests.factories.continuity import SchoolClassFactory, StudentFactory
from tests.factories.continuity_pages import address
from tests.factories.guardians import GuardianFactory, follows, linked
from tests.factories.worker import run_worker
from tests.journeys.test_a_signature_is_drawn import drawing
from tests.journeys.test_who_signed_is_named import files_in_copy_of

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-30T09:00")]

SIGNS = {"do": "sign", "name": "M. Noisetier", "has_read": "on"}
OTHER_ADULT = "The desk has named no guardian as signing"


@pytest.fixture
def student():
    return StudentFactory(in_class=SchoolClassFactory(name="2de 4"), given_name="Lilas")


@pytest.fixture
def school(student):
    return student.class_memberships.get().school_class.school


@pytest.fixture
def right(student):
    """Who signed."""
    return follows(GuardianFactory(family_name="Noisetier", language="en"), student)


@pytest.fixture
def wrong(student):
    return follows(GuardianFactory(given_name="Aure", family_name="Charme"), student)


@pytest.fixture
def office(school, client):
    person = equipment.office_of(school)
    client.force_login(person)
    return person


@pytest.fixture
def agreement(school, student, wrong, right, office):
    """Signed at the counter, drawn; the desk pressed the wrong name."""
    drawn = equipment.agreed(student, equipment.thing(school, number="0414"), by=office)
    agreements.sign(
        agreement=drawn, way="counter", signed_as="guardian", name=SIGNS["name"], by=wrong.guardian
    )
    return now(drawn)


@pytest.fixture
def loan(agreement, office):
    made = loans.hand_over(agreement=agreement, by=office)
    run_worker()
    return made


def now(agreement) -> LoanAgreement:
    return LoanAgreement.objects.get(pk=agreement.pk)


def page(client, name, row) -> str:
    return " ".join(client.get(address(name, row.public_id)).text.split())


def correct(client, loan, chosen):
    return client.post(address("correct_signatory", loan.public_id), {"signed_by": chosen})


def on_the_sheet(agreement) -> str:
    content = now(agreement).file.read()
    said = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=content, capture_output=True, check=True
    )
    return " ".join(said.stdout.decode().split())


def told(mailoutbox) -> list[str]:
    return [mail.to[0].partition("<")[2].strip(">") for mail in mailoutbox]


def test_the_desk_and_the_sheet_say_whom_the_desk_named(client, loan, wrong):
    named = f"Named by the desk as signing: <bdi>{wrong.guardian.display_name}</bdi>"

    shown = page(client, "loan", loan)
    assert named in shown
    assert "a photo of the signed sheet, the student and who signed." in shown
    own = page(client, "agreement", loan.agreement)
    assert named in own
    assert f"Name typed as a signature: <bdi>{SIGNS['name']}</bdi>" in own
    sheet = on_the_sheet(loan.agreement)
    assert SIGNS["name"] in sheet
    assert sheet.count(wrong.guardian.display_name) == 2  # in French and in English


def test_the_sheet_says_one_name_once(school, student, right, office):
    drawn = equipment.agreed(student, equipment.thing(school), by=office)
    name = right.guardian.display_name
    agreements.sign(
        agreement=drawn, way="counter", signed_as="guardian", name=name.upper(), by=right.guardian
    )
    run_worker()

    assert now(drawn).named_apart == ""
    sheet = on_the_sheet(drawn)
    assert "NOISETIER" in sheet  # as it was typed
    assert "Noisetier" not in sheet


def test_the_correction_is_kept_with_who_and_when(client, loan, right, wrong, office):
    text = page(client, "correct_signatory", loan)
    assert right.guardian.display_name in text
    assert "another adult who holds parental authority" in text

    correct(client, loan, right.guardian.public_id)
    correct(client, loan, right.guardian.public_id)  # pressed twice

    kept = SignatoryCorrection.objects.get()
    assert (kept.was, kept.signed_by, kept.corrected_by) == (
        wrong.guardian,
        right.guardian,
        office,
    )
    assert (now(loan.agreement).signed_by, now(loan.agreement).signed_name) == (
        right.guardian,
        SIGNS["name"],
    )
    own = page(client, "loan", loan)
    assert f"Named by the desk as signing: <bdi>{right.guardian.display_name}</bdi>" in own
    before = f"by {office.display_name}. Named before: <bdi>{wrong.guardian.display_name}</bdi>."
    assert before in own


def test_sheet_and_photo_are_the_right_ones_and_no_more_the_wrong_ones(client, loan, right, wrong):
    photo = equipment.photographed(loan, "sheet").public_id
    keys = [(right, linked(right)), (wrong, linked(wrong))]

    def doors() -> list[tuple[int, int]]:
        found = []
        for kept, token in keys:
            client.force_login(kept.guardian)
            seen = client.get(address("child_photo", kept.public_id, photo)).status_code
            file = address("link_agreement_file", token, loan.agreement.public_id)
            found.append((seen, client.get(file).status_code))
        return found

    before = doors()
    client.force_login(loan.lent_by)
    correct(client, loan, right.guardian.public_id)
    run_worker()

    assert before == [(404, 404), (200, 200)]
    assert doors() == [(200, 200), (404, 404)]
    sheet = on_the_sheet(loan.agreement)
    assert right.guardian.display_name in sheet
    assert wrong.guardian.display_name not in sheet


def test_our_copy_of_a_sheet_signed_on_paper_is_for_who_is_named(
    client, student, school, right, wrong, office
):
    loan = equipment.lent(student, equipment.thing(school), by=office, signed_by=wrong.guardian)
    files = [
        address("link_agreement_file", linked(kept), loan.agreement.public_id)
        for kept in (right, wrong)
    ]
    run_worker()
    assert [client.get(one).status_code for one in files] == [404, 200]

    correct(client, loan, right.guardian.public_id)
    run_worker()

    assert [client.get(one).status_code for one in files] == [200, 404]


def test_letters_go_to_who_is_named_now(client, loan, right, wrong, mailoutbox):
    mailoutbox.clear()
    correct(client, loan, right.guardian.public_id)
    run_worker()

    (mail,) = mailoutbox
    assert told(mailoutbox) == [right.guardian.email]
    assert mail.subject == f"The loan to {loan.student.display_name}: the signed agreement"
    assert now(loan.agreement).checksum in mail.body
    mailoutbox.clear()
    for item in loan.lines.all():
        equipment.back(loan, item.thing)
    run_worker()
    assert told(mailoutbox) == [right.guardian.email]


def test_a_letter_on_its_way_to_the_wrong_one_does_not_go(client, loan, right, mailoutbox):
    mailoutbox.clear()
    while_out.prolong(loan=loan, due_on=loan.due_on.replace(day=1))  # told to the wrong one
    correct(client, loan, right.guardian.public_id)
    run_worker()

    assert told(mailoutbox) == [right.guardian.email]
    assert "the signed agreement" in mailoutbox[0].subject


def test_named_again_they_have_the_new_sheet(client, loan, right, wrong, mailoutbox):
    for kept in (right, wrong):
        correct(client, loan, kept.guardian.public_id)
        run_worker()

    assert told(mailoutbox) == [wrong.guardian.email, right.guardian.email, wrong.guardian.email]


def test_the_drawing_goes_into_the_copy_of_who_is_named_now(
    client, school, student, right, wrong, office
):
    drawn = equipment.agreed(student, equipment.thing(school), by=office)
    client.post(
        address("sign_agreement", drawn.public_id, wrong.guardian.public_id),
        SIGNS | {"drawn": drawing()},
    )
    client.post(address("hand_over_agreed", drawn.public_id))
    correct(client, Loan.objects.get(), right.guardian.public_id)
    run_worker()

    assert "-signature.png" in files_in_copy_of(right.guardian)
    assert "-signature.png" not in files_in_copy_of(wrong.guardian)


def test_another_adult_is_a_choice_also_where_nobody_is_entered(client, loan, right, wrong):
    Guardianship.objects.update(until=loan.lent_at.date())
    text = page(client, "correct_signatory", loan)
    assert right.guardian.display_name not in text

    assert correct(client, loan, right.guardian.public_id).status_code == 422
    correct(client, loan, "other")

    assert now(loan.agreement).signed_by is None
    assert OTHER_ADULT in page(client, "loan", loan)


def test_of_another_adult_it_can_be_said_who_it_was(client, student, school, right, office):
    loan = equipment.lent(student, equipment.thing(school), by=office)
    assert OTHER_ADULT in page(client, "loan", loan)

    correct(client, loan, right.guardian.public_id)

    assert SignatoryCorrection.objects.get().was is None
    assert "Named before: no guardian." in page(client, "loan", loan)


def test_who_is_only_informed_or_of_another_child_can_t_be_named(client, loan, student):
    informed = follows(GuardianFactory(), student, quality=GuardianQuality.INFORMED)
    stranger = follows(GuardianFactory(), StudentFactory(in_class=SchoolClassFactory()))

    for kept in (informed, stranger):
        assert correct(client, loan, kept.guardian.public_id).status_code == 422
    assert not SignatoryCorrection.objects.exists()


def test_the_one_who_stood_there_changes_nothing(client, loan, right, wrong):
    def pressed(chosen) -> str:
        data = {"signed_by": chosen}
        address_of = address("correct_signatory", loan.public_id)
        return " ".join(client.post(address_of, data, follow=True).text.split())

    assert "Nothing has changed." in pressed(wrong.guardian.public_id)
    assert "It is corrected, and the sheet is drawn anew." in pressed("other")
    assert "It is corrected" not in pressed("other")
    assert SignatoryCorrection.objects.count() == 1


def test_the_page_says_who_reads_as_long_as_the_student_is_here(client, loan, student, office):
    assert "A guardian named now reads the sheet" in page(client, "correct_signatory", loan)

    leaving.close_student(student=student, school=loan.school, by=office)

    said = page(client, "correct_signatory", loan)
    assert "The student has left: guardians read nothing here any more." in said
    assert "reads the sheet" not in said


def test_a_sheet_that_was_drawn_anew_is_not_said_to_be_kept_as_it_is(client, loan, right, student):
    pages = [
        (student, address("my_agreement", loan.agreement.public_id)),
        (right.guardian, address("child_agreement", right.public_id, loan.agreement.public_id)),
    ]

    def read() -> list[str]:
        run_worker()
        texts = []
        for person, path in pages:
            reader = Client()
            reader.force_login(person)
            texts.append(reader.get(path).text)
        return texts

    assert all("Kept as it is. Its SHA-256:" in text for text in read())
    correct(client, loan, right.guardian.public_id)
    for text in read():
        assert "Kept as it is" not in text
        assert now(loan.agreement).checksum not in text
        assert "this sheet takes the place of an earlier one" in text


def test_once_everything_is_back_it_stands(client, loan, right, wrong, office):
    for item in loan.lines.all():
        equipment.back(loan, item.thing)

    assert "Correct who signed" not in page(client, "loan", loan)
    assert client.get(address("correct_signatory", loan.public_id)).status_code == 302
    assert correct(client, loan, right.guardian.public_id).status_code == 422
    with pytest.raises(LoanHasEnded):
        agreements.correct_signatory(loan=loan, signed_by=right.guardian, by=office)
    assert now(loan.agreement).signed_by == wrong.guardian


def test_who_signed_by_link_is_not_the_desk_s_to_say(client, student, school, right, wrong, office):
    drawn = equipment.agreed(student, equipment.thing(school), by=office)
    agreements.sign(agreement=drawn, way="link", signed_as="guardian", name="M", by=right.guardian)
    loan = loans.hand_over(agreement=now(drawn), by=office)

    assert "Correct who signed" not in page(client, "loan", loan)
    with pytest.raises(NotNamedByDesk):
        agreements.correct_signatory(loan=loan, signed_by=wrong.guardian, by=office)


def test_a_sheet_drawn_of_the_wrong_one_meanwhile_is_thrown_away(
    loan, right, wrong, office, monkeypatch
):
    LoanAgreement.objects.update(drawn_as="")
    drawing_sheet = tasks.sheet

    def corrected_meanwhile(agreement):
        content = drawing_sheet(agreement)
        agreements.correct_signatory(loan=loan, signed_by=right.guardian, by=office)
        return content

    monkeypatch.setattr(tasks, "sheet", corrected_meanwhile)
    tasks.draw_agreement.func(loan.agreement.pk)
    monkeypatch.setattr(tasks, "sheet", drawing_sheet)
    run_worker()

    assert now(loan.agreement).is_final
    assert wrong.guardian.display_name not in on_the_sheet(loan.agreement)


def test_another_account_of_the_same_guardian_is_named_everywhere(loan, right, wrong, office):
    agreements.correct_signatory(loan=loan, signed_by=right.guardian, by=office)
    other = GuardianFactory()
    facts = (loan.school_id, loan.student_id)
    agreements.pass_on(*facts, before_id=right.guardian_id, after_id=other.pk)
    agreements.pass_on(*facts, before_id=wrong.guardian_id, after_id=other.pk)

    kept = SignatoryCorrection.objects.get()
    assert (now(loan.agreement).signed_by, kept.was, kept.signed_by) == (other, other, other)
