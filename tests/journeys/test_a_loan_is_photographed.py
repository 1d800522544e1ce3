"""The desk takes photos of what it lends, of what comes back, and of a sheet that was signed; the family
sees those of the things.
"""

import datetime
import io

import pytest
from django.core.files.storage import storages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image

from cms.register.services import erasing
from continuity.models import LoanPhoto
from courses.documents import services as documents
from courses.exceptions import Refusal
from tests.factories import equipment, pictures
from tests.factories.continuity import SchoolClassFactory, StudentFactory
from tests.factories.continuity_pages import address
from tests.factories.guardians import GuardianFactory, follows, linked

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-30T09:00")]

MOST_STATEMENTS = 12


@pytest.fixture
def student():
    return StudentFactory(in_class=SchoolClassFactory(name="2de 4"))


@pytest.fixture
def school(student):
    return student.class_memberships.get().school_class.school


@pytest.fixture
def laptop(school):
    return equipment.thing(school)


@pytest.fixture
def loan(student, laptop):
    return equipment.lent(student, laptop)


@pytest.fixture
def office(school, client):
    person = equipment.office_of(school)
    client.force_login(person)
    return person


@pytest.fixture(autouse=True)
def _no_photos_of_other_stories():
    for name in stored():
        storages["private"].delete(f"loan-photos/{name}")


def photograph(client, loan, shows, *photos):
    sent = [equipment.as_sent(one) for one in photos]
    return client.post(
        address("loan_photos", loan.public_id), {"shows": shows, "photos": sent}, follow=True
    )


def shown(client, loan) -> str:
    return client.get(address("loan_photos", loan.public_id)).text


def stored() -> list[str]:
    try:
        return storages["private"].listdir("loan-photos")[1]
    except FileNotFoundError:
        return []


def test_states_and_sheet_stand_beside_each_other(client, loan, laptop, office):
    photograph(client, loan, "handed", pictures.photo(seed=1), pictures.photo(seed=2))
    photograph(client, loan, "sheet", pictures.photo(seed=3))
    assert "The state at the return" not in shown(client, loan)
    equipment.back(loan, laptop)
    photograph(client, loan, "back", pictures.photo(seed=4))

    text = shown(client, loan)
    places = [
        text.index(f">{words}<")
        for words in (
            "The state at the hand-over",
            "The state at the return",
            "The sheet that was signed",
        )
    ]
    assert places == sorted(places)
    assert [one.shows for one in LoanPhoto.objects.all()] == ["handed", "handed", "sheet", "back"]
    assert {one.taken_by for one in LoanPhoto.objects.all()} == {office}
    for one in LoanPhoto.objects.all():
        assert address("loan_photo", one.public_id) in text
    thumb = client.get(address("loan_photo", one.public_id), {"small": ""})
    assert Image.open(io.BytesIO(thumb.content)).size[1] == 320


def test_a_photo_keeps_neither_place_nor_camera(client, loan, office):
    photograph(client, loan, "handed", pictures.photo())

    answer = client.get(address("loan_photo", LoanPhoto.objects.get().public_id))

    kept = Image.open(io.BytesIO(b"".join(answer.streaming_content)))
    assert (kept.format, dict(kept.getexif())) == ("JPEG", {})
    assert answer["Cache-Control"].startswith("private")


def test_the_same_photo_is_kept_once_and_four_are_enough(client, loan, office):
    one = pictures.photo()
    for _time in range(2):
        photograph(client, loan, "handed", one)
    assert LoanPhoto.objects.count() == 1

    three = [pictures.photo(seed=seed) for seed in (2, 3, 4)]
    page = photograph(client, loan, "handed", *three)
    assert "Add photos<span" in page.text  # of the sheet
    assert 'name="shows" value="handed"' not in page.text
    said = photograph(client, loan, "handed", pictures.photo(seed=5)).text
    assert "There are 4 photos at most here. Nothing was added." in said
    assert LoanPhoto.objects.count() == len(stored()) == 4


def test_more_than_fit_says_how_many_do(client, loan, office):
    two = [pictures.photo(seed=seed) for seed in (1, 2)]
    photograph(client, loan, "handed", *two)
    more = [pictures.photo(seed=seed) for seed in (3, 4, 5)]

    for sent in (more, [*two, *more]):  # also of more than are opened
        said = photograph(client, loan, "handed", *sent).text
        assert "Photos that can still be added here: 2 of 4. Nothing was added." in said
        assert "Choose fewer of them." in said
        assert "Remove one first." not in said
    assert LoanPhoto.objects.count() == 2
    photograph(client, loan, "handed", *two, *more[:2])  # two of them are there already
    assert LoanPhoto.objects.count() == 4


def test_what_is_refused_leaves_nothing(client, loan, laptop, office):
    cases = {
        "This file isn’t a photo.": ("handed", [pictures.photo(), b"%PDF-1.7"]),
        "Nothing of this loan is back yet": ("back", [pictures.photo()]),
        "Choose a photo first.": ("handed", []),
    }
    for words, (shows, photos) in cases.items():
        assert words in photograph(client, loan, shows, *photos).text
    equipment.back(loan, laptop)
    said = photograph(client, loan, "handed", pictures.photo()).text
    assert "Something of this loan is back" in said
    assert (LoanPhoto.objects.count(), stored()) == (0, [])


def test_a_photo_is_deleted_with_its_file(client, loan, office, django_capture_on_commit_callbacks):
    made = equipment.photographed(loan)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(address("remove_loan_photo", made.public_id))

    gone = LoanPhoto.objects.get()
    assert (gone.file.name, gone.checksum, stored()) == ("", "", [])
    assert (gone.removed_by, timezone.localdate(gone.removed_at)) == (office, timezone.localdate())
    client.post(address("remove_loan_photo", made.public_id))  # tapped twice
    text = shown(client, loan)
    assert f"Deleted by <bdi>{office.display_name}</bdi> on" in text
    assert client.get(address("loan_photo", made.public_id)).status_code == 404
    client.force_login(loan.student)
    text = client.get(address("my_loans")).text
    assert "the state at the hand-over (deleted by the school)" in text.lower()
    assert client.get(address("my_photo", made.public_id)).status_code == 404


def test_desk_and_family_read_how_many_there_are_of_each(client, loan, laptop, office):
    for seed in (1, 2):
        equipment.photographed(loan, seed=seed)
    equipment.back(loan, laptop)
    equipment.photographed(loan, "back", seed=3)
    gone = equipment.photographed(loan, "sheet", seed=4)
    client.post(address("remove_loan_photo", gone.public_id))

    assert "Photos of the loan (3)" in client.get(address("loan", loan.public_id)).text
    desk = client.get(address("desk", loan.school.public_id)).text
    assert address("loan_photos", loan.public_id) in desk
    client.force_login(loan.student)
    text = client.get(address("my_loans")).text.lower()
    for one in ("hand-over (1)", "hand-over (2)", "return (1)", "signed (deleted by the school)"):
        assert one in text, one


def test_a_photo_deleted_by_mistake_can_be_added_again(client, loan, office):
    for _time in range(2):
        made = equipment.photographed(loan)
        client.post(address("remove_loan_photo", made.public_id))
    equipment.photographed(loan)
    assert LoanPhoto.objects.filter(removed_at=None).count() == 1


def test_the_family_sees_the_things_and_another_gets_404(client, loan, student, school):
    state, sheet = equipment.photographed(loan), equipment.photographed(loan, "sheet", seed=2)
    kept = follows(GuardianFactory(), student, school)
    other = follows(GuardianFactory(), StudentFactory(), school)
    token = linked(kept)

    client.force_login(student)
    text = client.get(address("my_loans")).text
    for one in (state, sheet):
        assert address("my_photo", one.public_id) in text
        assert client.get(address("my_photo", one.public_id)).status_code == 200
    client.force_login(kept.guardian)
    text = client.get(address("child_equipment", kept.public_id)).text
    assert address("child_photo", kept.public_id, state.public_id) in text
    assert sheet.public_id not in text
    for status, args in {
        200: ("child_photo", kept.public_id, state.public_id),
        404: ("child_photo", kept.public_id, sheet.public_id),
    }.items():
        assert client.get(address(*args)).status_code == status
    client.force_login(other.guardian)
    for one in (state, sheet):
        answer = client.get(address("child_photo", other.public_id, one.public_id))
        assert answer.status_code == 404
    client.logout()
    assert client.get(address("link_photo", token, state.public_id)).status_code == 200
    assert client.get(address("link_photo", token, sheet.public_id)).status_code == 404
    client.force_login(StudentFactory())
    assert client.get(address("my_photo", state.public_id)).status_code == 404
    client.force_login(equipment.office_of(SchoolClassFactory().school))
    assert client.get(address("loan_photo", state.public_id)).status_code == 404


def test_photos_go_with_their_loan(loan, laptop, django_capture_on_commit_callbacks):
    equipment.photographed(loan)
    equipment.back(loan, laptop)
    assert len(stored()) == 1

    with django_capture_on_commit_callbacks(execute=True):
        erasing.erase_what_is_over(timezone.now() + datetime.timedelta(days=364))
        assert LoanPhoto.objects.count() == 1
        erasing.erase_what_is_over(timezone.now() + datetime.timedelta(days=367))

    assert (LoanPhoto.objects.count(), stored()) == (0, [])


def test_a_file_without_a_row_is_swept(loan):
    made = equipment.photographed(loan)
    LoanPhoto.objects.filter(pk=made.pk).delete()

    documents.remove_orphans(timezone.now() + datetime.timedelta(days=3650))

    assert stored() == []


def test_what_is_refused_by_the_state_takes_nothing_along(loan):
    made = equipment.photographed(loan)
    with pytest.raises(Refusal):
        equipment.photographed(loan, "back")
    assert stored() == [made.file.name.rpartition("/")[2]]


def test_many_photos_cost_no_query_each(client, loan, laptop, office, student):
    for seed in range(4):
        equipment.photographed(loan, seed=seed)
    equipment.back(loan, laptop)
    equipment.photographed(loan, "back", seed=5)
    for person, page in (
        (office, address("loan_photos", loan.public_id)),
        (student, address("my_loans")),
    ):
        client.force_login(person)
        client.get(page)
        with CaptureQueriesContext(
            connection,
        ) as told:
            client.get(page)
        assert len(told) <= MOST_STATEMENTS, [one["sql"][:90] for one in told]
