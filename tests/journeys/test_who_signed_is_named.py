"""Before a signature at the school, the desk says which guardian it is: they read their sheet, and have it
by email; another guardian doesn't.
"""

import re
import zipfile

import pytest
from django.utils import timezone

from cms.register.documents import export
from continuity.models import Loan, LoanAgreement
from courses.people.models import ComingOfAge
from tests.factories import equipment
from tests.factories.continuity import SchoolClassFactory, StudentFactory
from tests.factories.continuity_pages import address
from tests.factories.guardians import GuardianFactory, follows, linked
from tests.factories.worker import run_worker
from tests.journeys.test_a_signature_is_drawn import drawing

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-30T09:00")]

SIGNS = {"do": "sign", "name": "M. Noisetier", "has_read": "on"}  # not as the account's name


@pytest.fixture
def student():
    return StudentFactory(in_class=SchoolClassFactory(name="2de 4"), given_name="Lilas")


@pytest.fixture
def school(student):
    return student.class_memberships.get().school_class.school


@pytest.fixture
def laptop(school):
    return equipment.thing(school)


@pytest.fixture
def kept(student):
    return follows(GuardianFactory(family_name="Noisetier"), student)


@pytest.fixture
def other(student):
    return follows(GuardianFactory(given_name="Aure", family_name="Charme"), student)


@pytest.fixture
def agreement(student, laptop):
    return equipment.agreed(student, laptop)


@pytest.fixture
def office(school, client):
    person = equipment.office_of(school)
    client.force_login(person)
    return person


def now(agreement) -> LoanAgreement:
    return LoanAgreement.objects.get(pk=agreement.pk)


def files_in_copy_of(person) -> str:
    with export(person, by=person, now=timezone.now()) as file, zipfile.ZipFile(file) as archive:
        return " ".join(archive.namelist())


def signed_at_the_counter(client, agreement, guardian):
    given = client.post(
        address("give_agreement", agreement.public_id), {"signed_by": guardian.public_id}
    )
    text = client.get(given.url).text
    client.post(given.url, SIGNS | {"drawn": drawing()})
    return text


def test_the_desk_names_who_signs_at_the_counter(client, kept, other, agreement, office):
    page = client.get(address("agreement", agreement.public_id)).text
    for one in (kept, other):
        assert one.guardian.display_name in page

    text = signed_at_the_counter(client, agreement, kept.guardian)

    assert kept.guardian.display_name in text
    assert other.guardian.display_name not in text
    signed = now(agreement)
    assert (signed.way, signed.signed_by) == ("counter", kept.guardian)


def test_they_alone_of_the_guardians_have_the_sheet_and_the_drawing(
    client, kept, other, student, agreement, office, mailoutbox
):
    signed_at_the_counter(client, agreement, kept.guardian)
    client.post(address("hand_over_agreed", agreement.public_id))
    run_worker()

    assert [mail.to for mail in mailoutbox] == [
        [f"{kept.guardian.display_name} <{kept.guardian.email}>"]
    ]
    for one, status in ((kept, 200), (other, 404)):
        token = linked(one)
        sheet = address("link_agreement_file", token, agreement.public_id)
        assert client.get(sheet).status_code == status
    assert "-signature.png" in files_in_copy_of(kept.guardian)
    copy = files_in_copy_of(student)
    assert "-file.pdf" in copy
    assert "-signature.png" not in copy


def test_nobody_is_named_by_default_and_another_adult_can_sign(client, kept, agreement, office):
    give = address("give_agreement", agreement.public_id)
    assert "Say first who signs." in client.post(give, follow=True).text
    given = client.post(give, {"signed_by": "other"})

    client.post(given.url, SIGNS)

    assert (now(agreement).signed_name, now(agreement).signed_by) == ("M. Noisetier", None)
    assert kept.guardian.public_id not in given.url


def test_another_adult_is_still_chosen_after_not_now(client, kept, agreement, office):
    given = client.post(address("give_agreement", agreement.public_id), {"signed_by": "other"})
    page = client.get(given.url).text
    back = re.search(r'href="([^"]+)">\s*<svg.*?Not now: give', page, re.DOTALL)

    text = client.get(back[1].replace("&amp;", "&")).text

    chosen = re.search(r'<input[^>]*value="other"[^>]*>', text)
    assert "checked" in chosen[0]


def test_words_that_are_cleared_do_not_come_back(client, kept, student, agreement, office):
    others_wait(student)
    give = address("give_agreement", agreement.public_id)
    who = {"signed_by": kept.guardian.public_id}

    client.post(give, who | {"words": "Concours demain."})
    client.post(give, who | {"words": ""})

    assert "Concours" not in client.get(address("agreement", agreement.public_id)).text


def test_nobody_but_a_guardian_of_the_student_can_be_named(client, agreement, office):
    stranger = follows(GuardianFactory(), StudentFactory(in_class=SchoolClassFactory()))
    url = address("sign_agreement", agreement.public_id, stranger.guardian.public_id)
    assert client.get(url).status_code == 404


def test_a_student_of_age_who_signs_at_the_counter_has_the_sheet_by_email(
    client, student, agreement, office, mailoutbox
):
    ComingOfAge.objects.create(student=student)
    student.email = "lilas@lycee.test"
    student.save()
    given = client.post(address("give_agreement", agreement.public_id))
    client.post(given.url, SIGNS)
    client.post(address("hand_over_agreed", agreement.public_id))
    run_worker()

    assert now(agreement).signed_by == student
    (mail,) = mailoutbox
    assert mail.to == [f"{student.display_name} <{student.email}>"]
    assert "Ce qui vous est remis\N{NO-BREAK SPACE}: ordinateur portable" in mail.body
    assert student.display_name not in mail.subject


def test_the_desk_reads_who_is_told_by_email(client, kept, other, agreement, office):
    other.guardian.email = None
    other.guardian.save()
    linked(other)

    text = client.get(address("agreement", agreement.public_id)).text

    told = text.split("Told by email, ten minutes after")[1].split("</bdi>")[0]
    assert kept.guardian.display_name in told
    assert other.guardian.display_name not in told


def test_a_held_thing_says_what_another_state_does(client, kept, laptop, agreement, office):
    page = address("thing", laptop.public_id)
    said = "In another state, the signed agreement on it is void"
    assert said not in client.get(page).text
    client.post(address("sign_agreement", agreement.public_id, kept.guardian.public_id), SIGNS)
    assert said in client.get(page).text


@pytest.mark.parametrize("sheet", ["printed", "their own"])
def test_who_signed_on_paper_sees_the_photo_of_the_sheet(
    client, kept, other, school, student, laptop, office, sheet
):
    chosen = {"signed_by": kept.guardian.public_id}
    if sheet == "printed":
        drawn = equipment.agreed(student, laptop)
        url = address("hand_over_agreed", drawn.public_id)
        client.post(url, {"paper": "on"})
        assert not Loan.objects.exists()
        client.post(url, {"paper": "on"} | chosen)
    else:
        form = {
            "key": "5f1a3d52-6c1e-4a5b-9d7a-0a8a2f0b7c13",
            "thing": laptop.public_id,
            "items": laptop.public_id,
            "student": student.public_id,
            "due_on": "2027-07-02",
            "signed_as": "guardian",
        }
        assert client.post(address("lend", school.public_id), form).status_code == 422
        client.post(address("lend", school.public_id), form | chosen)
    photo = equipment.photographed(Loan.objects.get(), "sheet").public_id

    for one, status in ((kept, 200), (other, 404)):
        client.force_login(one.guardian)
        assert client.get(address("child_photo", one.public_id, photo)).status_code == status
        page = client.get(address("child_equipment", one.public_id)).text
        assert (photo in page) == (status == 200)


def is_chosen(page: str, guardian) -> bool:
    return bool(re.search(rf'value="{guardian.public_id}"[^>]* checked', page))


def others_wait(student) -> None:
    equipment.need_of(StudentFactory(in_class=student.class_memberships.get().school_class))


def test_whom_and_why_the_desk_has_said_already_isn_t_asked_again(
    client, kept, other, school, student, laptop, office
):
    others_wait(student)
    form = {
        "key": "5f1a3d52-6c1e-4a5b-9d7a-0a8a2f0b7c13",
        "thing": laptop.public_id,
        "items": laptop.public_id,
        "student": student.public_id,
        "due_on": "2027-07-02",
        "signed_as": "guardian",
        "signed_by": kept.guardian.public_id,
        "words": "Concours demain.",
    }
    drawn_up = client.post(address("draw_up_agreement", school.public_id), form)
    at_the_desk = client.get(drawn_up.url).text
    made = LoanAgreement.objects.get()
    given = client.post(
        address("give_agreement", made.public_id),
        {"signed_by": other.guardian.public_id, "words": "Concours lundi."},
    )
    back = re.search(r'href="([^"]+signed_by=[^"]+)"', client.get(given.url).text)[1]
    not_now = client.get(back).text
    client.post(given.url, SIGNS)
    signed = client.get(address("agreement", made.public_id)).text

    assert is_chosen(at_the_desk, kept.guardian)
    assert is_chosen(not_now, other.guardian)
    for page, words in ((at_the_desk, "demain"), (not_now, "lundi"), (signed, "lundi")):
        assert f"Concours {words}." in page
    assert "Concours" not in drawn_up.url + given.url + back
    url = address("hand_over_agreed", made.public_id)
    assert client.post(url, {"words": "Concours lundi."}).status_code == 302
    assert "Concours" not in str(dict(client.session))


def test_a_refused_hand_over_keeps_who_signs_and_why(client, kept, student, agreement, office):
    others_wait(student)
    url, give = (
        address(way, agreement.public_id) for way in ("hand_over_agreed", "give_agreement")
    )
    who, why = {"signed_by": kept.guardian.public_id}, {"words": "Concours demain."}

    nobody, unsaid, not_given = (
        client.post(url, {"paper": "on"} | why),
        client.post(url, {"paper": "on"} | who),
        client.post(give, why),
    )

    assert not Loan.objects.exists()
    assert [page.status_code for page in (nobody, unsaid, not_given)] == [422] * 3
    for page in (nobody, not_given):
        assert "Say first who signs." in page.text
        assert "Concours demain." in page.text
    assert is_chosen(unsaid.text, kept.guardian)
    other_language = client.get(unsaid.context["other_language"].url)
    assert is_chosen(other_language.text, kept.guardian)


def test_what_is_drawn_up_names_nobody_yet(client, kept, school, student, laptop, office):
    client.post(
        address("draw_up_agreement", school.public_id),
        {
            "key": "5f1a3d52-6c1e-4a5b-9d7a-0a8a2f0b7c13",
            "thing": laptop.public_id,
            "items": laptop.public_id,
            "student": student.public_id,
            "due_on": "2027-07-02",
            "signed_as": "guardian",
        },
    )
    assert LoanAgreement.objects.get().signed_by is None


def test_not_now_settles_nothing(client, kept, agreement, office):
    page = client.get(address("sign_agreement", agreement.public_id)).text
    back = f'href="{address("agreement", agreement.public_id)}"'
    before, _after = page.split("Not now: give the device back")

    assert back in before
    assert now(agreement).is_open
    client.post(address("sign_agreement", agreement.public_id), {"do": "refuse"})
    said = client.get(address("sign_agreement", agreement.public_id)).text
    assert "calls" not in said
    assert "Give the device back to the school." in said
