"""A loan's agreement: drawn up at the desk, read by the family, signed by link, with an account, at the
counter or on paper, or not signed; kept as it was signed.
"""

import datetime
import hashlib
import subprocess
import uuid

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from cms.register.services import erasing
from continuity.equipment.exceptions import AgreementSettled, SignedByAMinor, SignedForAnAdult
from continuity.equipment.queries.loans import who_signs
from continuity.equipment.services import agreements, loans
from continuity.equipment.values.terms import fingerprint
from continuity.models import EquipmentItem, Loan, LoanAgreement
from courses.exceptions import Refusal
from courses.people.enums import GuardianQuality
from courses.people.models import ComingOfAge, Guardianship
from tests.factories import equipment
from tests.factories.continuity import LeaderFactory, SchoolClassFactory, StudentFactory
from tests.factories.continuity_pages import address
from tests.factories.guardians import GuardianFactory, follows, linked
from tests.factories.worker import run_worker

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-30T09:00")]

MOST_STATEMENTS = 12
SIGNED = {"do": "sign", "name": "Morgane Noisetier", "has_read": "on"}


@pytest.fixture
def office(school):
    return equipment.office_of(school)


@pytest.fixture
def student(school_class):
    return StudentFactory(in_class=school_class, given_name="Lilas")


@pytest.fixture
def laptop(school):
    return equipment.thing(school, number="0412", serial="5CD9", value_euros=420, model="Pro 14")


@pytest.fixture
def kept(student):
    return follows(GuardianFactory(), student)


@pytest.fixture
def agreement(student, office, laptop):
    return equipment.agreed(student, laptop, by=office)


@pytest.fixture
def read_sheet(tmp_path):
    """Facts and words of the kept file, by poppler."""

    def read(agreement):
        path = tmp_path / "agreement.pdf"
        with LoanAgreement.objects.get(pk=agreement.pk).file.open() as file:
            path.write_bytes(file.read())
        told = subprocess.run(["pdfinfo", path], check=True, capture_output=True, text=True)
        facts = dict(line.split(":", 1) for line in told.stdout.splitlines() if ":" in line)
        said = subprocess.run(["pdftotext", path, "-"], check=True, capture_output=True, text=True)
        words = {name: value.strip() for name, value in facts.items()}
        return words, " ".join(said.stdout.split()), path.read_bytes()

    return read


def door_of(client, kept, way):
    """Addresses of one child's agreement, by account or by link."""
    if way == "link":
        token = linked(kept)
        return lambda page, *more: address(f"link_{page}", token, *more)
    client.force_login(kept.guardian)
    return lambda page, *more: address(f"child_{page}", kept.public_id, *more)


def chosen(student, *items):
    return {
        "key": uuid.uuid4(),
        "thing": [one.public_id for one in items],
        "student": student.public_id,
        "items": [one.public_id for one in items],
        "due_on": "2027-07-02",
        "signed_as": "guardian",
    }


def recipient(person) -> str:
    return f"{person.display_name} <{person.email}>"


def anew(agreement):
    return LoanAgreement.objects.get(pk=agreement.pk)


# The sheet


def test_the_sheet_says_who_what_until_when_in_french_and_english(agreement, read_sheet):
    run_worker()

    facts, words, content = read_sheet(agreement)
    assert facts["Tagged"] == "yes"
    for said in (
        "Convention de prêt", "Loan agreement", "Lilas", "0412", "5CD9", "Pro 14", "420 €",
        "2 juillet 2027", "2 July 2027", "perdu", "stolen",
    ):  # fmt: skip
        assert said in words, said
    assert fingerprint(anew(agreement).terms) in words.replace(" ", "")
    assert anew(agreement).checksum == hashlib.sha256(content).hexdigest()


def test_a_sheet_to_sign_by_hand_is_one_page_with_its_fingerprint(
    school, student, office, read_sheet
):
    """Of three things, the last in place of a broken one: as long as a sheet gets every day."""
    first = equipment.thing(school, number="0400", model="Pro 14", serial="5CD9400")
    loan = equipment.lent(student, first, by=office)
    things = [
        equipment.thing(school, number=f"041{n}", model="ProBook 440 G10", serial=f"5CD941{n}XYZ")
        for n in range(3)
    ]
    drawn = equipment.agreed(
        student, *things, by=office, replaces=equipment.line_of(loan, first), came_back="damaged"
    )
    run_worker()

    facts, words, _content = read_sheet(drawn)
    assert facts["Pages"] == "1"
    assert "in place of number 0400" in words
    assert words.index("SHA-256") < words.index("Signatures")


@pytest.mark.parametrize("way", ["account", "link"])
def test_family_and_student_read_it_and_another_school_doesn_t(
    client, kept, student, agreement, way
):
    run_worker()
    door = door_of(client, kept, way)

    assert door("agreement", agreement.public_id) in client.get(door("equipment")).text
    assert client.get(door("agreement", agreement.public_id)).status_code == 200
    assert client.get(door("agreement_file", agreement.public_id)).status_code == 200
    stranger = follows(GuardianFactory(), StudentFactory(in_class=SchoolClassFactory()))
    theirs = door_of(client, stranger, way)
    assert client.get(theirs("agreement", agreement.public_id)).status_code == 404
    assert client.get(theirs("agreement_file", agreement.public_id)).status_code == 404

    client.force_login(student)
    text = client.get(address("my_loans")).text
    assert address("my_agreement", agreement.public_id) in text
    assert client.get(address("my_agreement_file", agreement.public_id)).status_code == 200
    client.force_login(LeaderFactory(leads=SchoolClassFactory().school))
    assert client.get(address("agreement", agreement.public_id)).status_code == 404
    assert client.get(address("agreement_file", agreement.public_id)).status_code == 404


# Signed


@pytest.mark.parametrize("way", ["account", "link"])
def test_a_guardian_signs_and_the_desk_hands_over(
    client, kept, office, student, agreement, laptop, read_sheet, way
):
    door = door_of(client, kept, way)

    client.post(door("agreement", agreement.public_id), SIGNED)
    client.force_login(office)
    client.post(address("hand_over_agreed", agreement.public_id))
    run_worker()

    found, loan = anew(agreement), Loan.objects.get()
    assert (found.way, found.signed_as, found.signed_by) == (way, "guardian", kept.guardian)
    assert (found.loan, loan.student, loan.lent_by) == (loan, student, office)
    assert EquipmentItem.objects.get(pk=laptop.pk).state == "lent"
    _facts, words, _content = read_sheet(agreement)
    assert "Morgane Noisetier" in words
    assert office.display_name in words


def test_at_the_counter_the_same_page_is_handed_over(client, school, office, student, laptop):
    client.force_login(office)

    drawn = client.post(address("draw_up_agreement", school.public_id), chosen(student, laptop))
    assert EquipmentItem.objects.get(pk=laptop.pk).state == "available"
    give = address("give_agreement", LoanAgreement.objects.get().public_id)
    assert give in client.get(drawn.url).text
    counter = client.post(give).url
    assert 'name="has_read"' not in client.get(drawn.url).text
    client.post(counter, SIGNED)
    client.post(address("hand_over_agreed", LoanAgreement.objects.get().public_id))

    found = LoanAgreement.objects.get()
    assert (found.way, found.signed_name, found.signed_by) == (
        "counter", "Morgane Noisetier", None,
    )  # fmt: skip
    assert found.loan == Loan.objects.get()


def test_the_desk_s_form_sent_both_ways_is_one_loan_with_nothing_left_to_sign(
    client, school, office, student, laptop
):
    client.force_login(office)
    form = chosen(student, laptop)

    first = client.post(address("draw_up_agreement", school.public_id), form)
    again = client.post(address("draw_up_agreement", school.public_id), form)
    client.post(address("lend", school.public_id), form)

    assert first.url == again.url
    assert LoanAgreement.objects.get(loan=None).taken_off_at
    assert Loan.objects.count() == 1


def test_a_sheet_printed_and_signed_is_confirmed_by_the_desk(client, office, agreement):
    client.force_login(office)

    client.post(address("hand_over_agreed", agreement.public_id), {"paper": "on"})

    assert (anew(agreement).way, Loan.objects.count()) == ("paper", 1)


def test_nothing_is_handed_over_unsigned(client, office, agreement):
    client.force_login(office)

    answer = client.post(address("hand_over_agreed", agreement.public_id), follow=True)

    assert "isn’t signed yet" in answer.text
    assert not Loan.objects.exists()


@pytest.mark.parametrize("missing", ["name", "has_read"])
def test_name_and_box_are_both_needed(client, kept, agreement, missing):
    door = door_of(client, kept, "link")

    answer = client.post(
        door("agreement", agreement.public_id), {k: v for k, v in SIGNED.items() if k != missing}
    )

    assert answer.status_code == 422
    assert anew(agreement).signed_at is None


def test_a_minor_reads_and_doesn_t_sign(client, student, agreement):
    client.force_login(student)

    text = client.get(address("my_agreement", agreement.public_id)).text
    client.post(address("my_agreement", agreement.public_id), SIGNED)

    assert 'name="has_read"' not in text
    assert anew(agreement).signed_at is None


def test_of_age_the_student_signs_alone(client, kept, student, agreement):
    ComingOfAge.objects.create(student=student, shares=True)
    door = door_of(client, kept, "account")
    assert 'name="has_read"' not in client.get(door("agreement", agreement.public_id)).text
    client.post(door("agreement", agreement.public_id), SIGNED)
    assert anew(agreement).signed_at is None
    client.force_login(student)

    client.post(address("my_agreement", agreement.public_id), SIGNED | {"name": "Lilas"})

    found = anew(agreement)
    assert (found.signed_as, found.signed_by, found.way) == ("student", student, "account")


def test_who_may_only_be_told_reads_and_doesn_t_sign(client, student, agreement):
    told = follows(GuardianFactory(), student, quality=GuardianQuality.INFORMED)
    door = door_of(client, told, "link")

    assert 'name="has_read"' not in client.get(door("agreement", agreement.public_id)).text
    client.post(door("agreement", agreement.public_id), SIGNED)

    assert anew(agreement).signed_at is None


def test_signed_twice_or_by_two_is_once(client, kept, student, agreement):
    first, second = door_of(client, kept, "link"), linked(follows(GuardianFactory(), student))

    client.post(first("agreement", agreement.public_id), SIGNED)
    again = client.post(first("agreement", agreement.public_id), SIGNED)
    other = client.post(
        address("link_agreement", second, agreement.public_id), SIGNED | {"name": "Another"}
    )

    assert again.status_code == 302
    assert other.status_code == 422
    assert anew(agreement).signed_name == "Morgane Noisetier"


def test_where_others_wait_the_desk_says_why_when_it_hands_over(
    client, kept, office, school_class, student, agreement
):
    equipment.need_of(StudentFactory(in_class=school_class))
    client.post(door_of(client, kept, "link")("agreement", agreement.public_id), SIGNED)
    client.force_login(office)
    url = address("hand_over_agreed", agreement.public_id)

    client.post(url)
    assert not Loan.objects.exists()
    assert 'name="words"' in client.get(address("agreement", agreement.public_id)).text
    client.post(url, {"words": "Broken at home today"})

    assert Loan.objects.get().student == student
    assert student.needs.get().decisions.get().words == "Broken at home today"


# Told


def test_who_signs_is_told_in_ten_minutes_unless_it_is_signed_by_then(
    kept, student, office, laptop, agreement, mailoutbox
):
    told = follows(GuardianFactory(), student, quality=GuardianQuality.INFORMED)
    run_worker()
    assert not mailoutbox

    with time_machine.travel(timezone.now() + agreements.WAITS_FOR_THE_COUNTER, tick=True):
        run_worker()

    assert [mail.to for mail in mailoutbox] == [[recipient(kept.guardian)]]
    assert told.guardian.email not in str(mailoutbox[0].to)
    assert "0412" in mailoutbox[0].body
    mailoutbox.clear()
    second = equipment.agreed(student, equipment.thing(laptop.school), by=office)
    agreements.sign(agreement=second, way="counter", signed_as="guardian", name="M")
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=30), tick=True):
        run_worker()
    assert not mailoutbox


def test_who_signed_has_the_kept_sheet_by_email(kept, office, agreement, mailoutbox, read_sheet):
    signed = agreements.sign(
        agreement=agreement, way="link", signed_as="guardian", name="M", by=kept.guardian
    )
    loans.hand_over(agreement=signed, by=office)

    run_worker()
    run_worker()

    (mail,) = mailoutbox
    assert mail.to == [recipient(kept.guardian)]
    (attached,) = mail.attachments
    _facts, _words, content = read_sheet(agreement)
    assert attached[1] == content
    assert anew(agreement).checksum in mail.body


# Not signed


@pytest.mark.parametrize("way", ["account", "link"])
def test_a_family_says_no_and_the_school_calls(client, kept, school, office, student, laptop, way):
    need = equipment.need_of(student)
    equipment.decided(need, number="0412", by=office)
    agreement = equipment.agreed(student, laptop, by=office)
    door = door_of(client, kept, way)

    client.post(door("agreement", agreement.public_id), {"do": "refuse"})
    client.post(door("agreement", agreement.public_id), SIGNED)

    found = anew(agreement)
    assert found.refused_at
    assert (found.signed_at, found.signed_by) == (None, None)
    assert EquipmentItem.objects.get(pk=laptop.pk).state == "available"
    need.refresh_from_db()
    assert (need.closed_at, need.verdict) == (None, "yes")
    client.force_login(office)
    assert "to call" in client.get(address("desk", school.public_id)).text
    client.post(address("take_agreement_off", agreement.public_id))
    assert "to call" not in client.get(address("desk", school.public_id)).text


# Kept


def test_after_the_hand_over_the_file_is_never_drawn_again(
    kept, office, agreement, django_capture_on_commit_callbacks
):
    signed = agreements.sign(
        agreement=agreement, way="link", signed_as="guardian", name="M", by=kept.guardian
    )
    run_worker()
    before = anew(agreement)
    loans.hand_over(agreement=signed, by=office)
    with django_capture_on_commit_callbacks(execute=True):
        run_worker()
    kept_as = anew(agreement)

    agreements.draw(kept_as)
    run_worker()

    assert (before.drawn_as, kept_as.drawn_as) == ("signed", "lent")
    assert not before.file.storage.exists(before.file.name)
    assert (anew(agreement).file.name, anew(agreement).checksum) == (
        kept_as.file.name, kept_as.checksum,
    )  # fmt: skip


def test_a_sheet_left_out_by_a_killed_worker_is_drawn_by_the_sweep(agreement):
    DBTaskResult.objects.all().delete()

    now = timezone.now()
    assert agreements.draw_what_is_missing(now) == 0
    assert agreements.draw_what_is_missing(now + 2 * agreements.DRAWN_BY_NOW) == 1
    run_worker()
    assert anew(agreement).file


def test_it_goes_a_year_after_the_loan_or_after_it_came_to_nothing(
    student, office, laptop, agreement, django_capture_on_commit_callbacks
):
    second = equipment.agreed(student, equipment.thing(laptop.school), by=office)
    loan = loans.hand_over(agreement=second, by=office, paper_of="guardian")
    run_worker()
    files, now = [one.file for one in LoanAgreement.objects.all()], timezone.now()
    equipment.back(loan, loan.lines.get().thing)

    erasing.erase_what_is_over(now + datetime.timedelta(days=364))
    assert LoanAgreement.objects.count() == 2
    with django_capture_on_commit_callbacks(execute=True):
        erasing.erase_what_is_over(now + datetime.timedelta(days=367))

    assert not LoanAgreement.objects.exists()
    assert len(files) == 2
    assert not any(one.storage.exists(one.name) for one in files)


def test_the_database_takes_no_half_signature(agreement):
    for change in (
        {"signed_as": "guardian"},
        {"signed_name": "X"},
        {"way": "paper"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            LoanAgreement.objects.filter(pk=agreement.pk).update(**change)


def test_after_its_last_day_it_isn_t_signed(agreement):
    later = timezone.now() + datetime.timedelta(days=300)

    with pytest.raises(Refusal):
        agreements.sign(agreement=agreement, way="link", signed_as="guardian", name="M", now=later)


@pytest.mark.parametrize("number", [5, 30])
def test_the_pages_cost_the_same_whatever_the_size(
    client, school, school_class, office, kept, student, number
):
    for _ in range(number):
        equipment.agreed(student, equipment.thing(school), by=office)
        equipment.lent(student, equipment.thing(school), by=office)
    client.force_login(office)
    pages = [
        address("desk", school.public_id),
        address("agreement", LoanAgreement.objects.first().public_id),
        address("school_loans", school.public_id),
    ]
    for url in pages:
        client.get(url)
        with CaptureQueriesContext(connection) as found:
            assert client.get(url).status_code == 200
        assert len(found) <= MOST_STATEMENTS, (url, len(found))
    door = door_of(client, kept, "account")
    for url in (door("equipment"), door("agreement", LoanAgreement.objects.first().public_id)):
        client.get(url)
        with CaptureQueriesContext(connection) as found:
            assert client.get(url).status_code == 200
        assert len(found) <= MOST_STATEMENTS, (url, len(found))


# What the services refuse, whatever page was pressed


@pytest.mark.parametrize("of_age", [True, False])
def test_the_service_takes_no_signature_of_who_may_not_sign(student, agreement, of_age):
    if of_age:
        ComingOfAge.objects.create(student=student)

    with pytest.raises(SignedForAnAdult if of_age else SignedByAMinor):
        agreements.sign(
            agreement=agreement,
            way="account",
            signed_as="guardian" if of_age else "student",
            name="M",
        )

    assert anew(agreement).signed_at is None


def test_saying_no_frees_nothing_of_others(
    school, school_class, student, office, laptop, agreement
):
    """The thing is reserved for another student, or lent, by the time the family says no."""
    other = StudentFactory(in_class=school_class)
    equipment.decided(equipment.need_of(other), number=laptop.number, by=office)
    lent = equipment.thing(school)
    drawn = equipment.agreed(student, lent, by=office)
    equipment.lent(StudentFactory(in_class=school_class), lent, by=office, words="Before others.")

    agreements.refuse(agreement=agreement)
    agreements.refuse(agreement=drawn)

    states = EquipmentItem.objects.filter(pk__in=[laptop.pk, lent.pk]).order_by("pk")
    assert [one.state for one in states] == ["reserved", "lent"]


def test_what_was_taken_off_isn_t_handed_over_nor_a_loan_taken_off(kept, office, agreement):
    signed = agreements.sign(
        agreement=agreement, way="link", signed_as="guardian", name="M", by=kept.guardian
    )
    agreements.take_off(agreement=signed)

    with pytest.raises(AgreementSettled):
        loans.hand_over(agreement=signed, by=office)
    with pytest.raises(AgreementSettled):
        loans.hand_over(agreement=signed, by=office, paper_of="guardian")
    assert not Loan.objects.exists()


def test_what_is_handed_over_isn_t_taken_off(kept, office, agreement):
    signed = agreements.sign(
        agreement=agreement, way="link", signed_as="guardian", name="M", by=kept.guardian
    )
    loans.hand_over(agreement=signed, by=office)

    agreements.take_off(agreement=signed)

    assert anew(agreement).taken_off_at is None


def test_the_kept_sheet_isn_t_mailed_once_the_right_is_over(kept, office, agreement, mailoutbox):
    signed = agreements.sign(
        agreement=agreement, way="link", signed_as="guardian", name="M", by=kept.guardian
    )
    loans.hand_over(agreement=signed, by=office)
    Guardianship.objects.filter(pk=kept.pk).update(until=timezone.localdate())

    run_worker()
    run_worker()

    assert not mailoutbox


def test_a_closed_account_isn_t_asked_to_sign(kept, student, agreement):
    assert who_signs(agreement) == [kept.guardian]
    ComingOfAge.objects.create(student=student)
    student.email = "lilas@example.org"
    student.is_active = False
    student.save()

    assert who_signs(agreement) == []


def test_a_signed_sheet_left_out_by_a_killed_worker_is_drawn_by_the_sweep(kept, agreement):
    run_worker()
    agreements.sign(
        agreement=agreement, way="link", signed_as="guardian", name="M", by=kept.guardian
    )
    DBTaskResult.objects.all().delete()

    agreements.draw_what_is_missing(timezone.now() + datetime.timedelta(minutes=6))
    run_worker()

    assert anew(agreement).drawn_as == "signed"
