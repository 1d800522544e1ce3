"""What the registrars and the schools are told of a set of the whole académie, and what the same
archive brings once more.
"""

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from courses.people.enums import Role
from courses.people.models import Membership
from courses.roster.enums import ImportState
from courses.roster.models import AcademySet, RosterImport
from courses.roster.services import academy, academy_pages, applying
from courses.roster.services import folder as folders
from tests.factories.academies import a_taker, an_academy_set, dropped, of_school
from tests.factories.bundles import a_bundle, a_pupil
from tests.factories.people import OrganisationFactory, PersonFactory
from tests.factories.rosters import a_set, apply, choose, undo
from tests.factories.school_pages import get, send
from tests.factories.worker import run_worker

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.at("2026-11-25T12:00"),
    pytest.mark.usefixtures("english"),
]

ONE, TWO = "0140004D", "0500025M"
SCHOOLS = {"3001": ONE, "3002": TWO}
STUDENTS = [
    *of_school("3001", ("1", "Inès", "ABADIE"), ("2", "Tom", "BRUNET")),
    *of_school("3002", ("3", "Zoé", "CARON"), school_class="2DE2"),
]
WHOLE = an_academy_set(SCHOOLS, *STUDENTS)
FUTURE = an_academy_set(SCHOOLS, *STUDENTS, day="20261201")
REFUSED = "A set of the whole académie was refused"
OF_ANOTHER = "This set comes from another directory (aaf:70)"
OF_ONEROSTER = a_bundle(a_pupil("k1", "Inès", "ABADIE", "2DE1"), uai=ONE, classes=("2DE1",))


@pytest.fixture
def folder(settings, tmp_path):
    settings.ROSTER_FOLDER = tmp_path
    return tmp_path


@pytest.fixture
def registrar():
    person = PersonFactory(language="en")
    place = OrganisationFactory(kind="academy", name="Académie")
    Membership.objects.create(person=person, organisation=place, role=Role.REGISTRAR)
    return person


def comes(folder, data: bytes = WHOLE, name: str = "academie.zip") -> None:
    dropped(folder, data, name=name)
    academy.take(timezone.now())


def lines() -> list[tuple[str, str]]:
    one = AcademySet.objects.get(refusal__isnull=True)
    return [(line.school.uai, line.words) for line in academy_pages.academy_lines(one)]


def letters(subject: str) -> list[list[str]]:
    run_worker()
    return [message.to for message in mail.outbox if message.subject == subject]


@pytest.mark.parametrize("with_guardians", [False, True])
def test_a_school_that_has_its_part_stands_once_on_the_page(client, folder, with_guardians):
    """Another one takes sets later, and the same archive comes again."""
    school = a_taker(ONE)
    school.with_guardians = with_guardians
    school.save()
    comes(folder)
    apply(client, school.leader)
    a_taker(TWO)

    comes(folder)

    assert lines() == [
        (ONE, "applied · 2 changes"),
        (TWO, "waits for the school’s yes · 1 change"),
    ]
    assert RosterImport.objects.count() == 2


def test_a_part_that_was_undone_comes_again_and_stands_once(client, folder):
    school = a_taker(ONE)
    comes(folder)
    apply(client, school.leader)
    undo(client, school.leader)

    comes(folder)

    assert [line[0] for line in lines()] == [ONE]
    assert RosterImport.objects.first().state == ImportState.WAITING


def test_a_part_whose_place_a_newer_set_took_says_so_alone(client, folder):
    school = a_taker(ONE)
    comes(folder)
    own = folder / ONE
    own.mkdir()
    dropped(own, a_set(ONE, STUDENTS[0], day="20261122"))
    folders.take(school.roster_folder.pk, timezone.now())

    comes(folder)

    assert lines() == [
        (
            ONE,
            "This set is of Friday 20 November 2026; a newer one of Sunday 22 November 2026 waits"
            " already. Choose the latest set.",
        )
    ]


def test_one_archive_is_one_set_also_where_two_read_it_at_once(folder):
    a_taker(ONE)
    comes(folder)
    digest = AcademySet.objects.get().digest

    with pytest.raises(IntegrityError), transaction.atomic():
        AcademySet.objects.create(file="again.zip", digest=digest)


def test_the_registrars_are_told_of_a_set_that_is_refused_once(client, folder, registrar):
    school = a_taker(ONE)

    for name in ("a.zip", "b.zip", "a.zip", "b.zip"):
        comes(folder, FUTURE, name)

    to = [f"{registrar} <{registrar.email}>"]
    assert letters(REFUSED) == [to, to]
    assert "(“a.zip”) isn’t taken: no school got its part of it." in mail.outbox[0].body
    assert "This set says that it is of Tuesday 1 December 2026" in mail.outbox[0].body
    assert AcademySet.objects.count() == 2
    one = AcademySet.objects.last()
    assert f"/roster/academy/{one.public_id}/" in "".join(message.body for message in mail.outbox)
    assert not [message for message in mail.outbox if school.leader.email in message.to[0]]


def test_after_a_set_that_was_read_the_same_reason_is_told_again(folder, registrar):
    a_taker(ONE)
    comes(folder, FUTURE)
    letters(REFUSED)
    comes(folder)
    comes(folder, FUTURE)

    assert len(letters(REFUSED)) == 2


def test_a_refusal_is_told_no_more_once_a_set_was_read(folder, registrar):
    a_taker(ONE)
    comes(folder, FUTURE)
    comes(folder)

    assert letters(REFUSED) == []


def test_who_is_no_registrar_any_more_isnt_told(folder, registrar):
    a_taker(ONE)
    comes(folder, FUTURE)
    registrar.memberships.all().delete()

    assert letters(REFUSED) == []


def test_a_school_of_another_directory_is_told_once_and_goes_on_with_the_academys(client, folder):
    """The académie's archive isn't one that somebody at the school could choose."""
    school = a_taker(ONE)
    choose(client, school.leader, school, OF_ONEROSTER)
    apply(client, school.leader)
    for day in ("20261120", "20261121"):
        comes(folder, an_academy_set(SCHOOLS, *STUDENTS, day=day))
    assert letters("A set of the directory was refused") == [
        [f"{school.leader} <{school.leader.email}>"]
    ]

    page = get(client, school.leader, "roster:school", school.public_id).text

    assert "Your school’s part of the académie’s set “academie.zip” was refused on" in page
    assert OF_ANOTHER in page
    said = {"namespace": "aaf:70", "is_so": "on"}
    saved = send(client, school.leader, "roster:directory", school.public_id, **said).text
    assert "or wait for the next one: nothing is applied yet." in saved
    assert "Go on with this directory" not in saved

    comes(folder, an_academy_set(SCHOOLS, *STUDENTS, day="20261121"))  # the same archive

    waiting = RosterImport.objects.get(school=school, state=ImportState.WAITING)
    assert waiting.namespace == "aaf:70"
    assert waiting.former.startswith("oneroster:")


def test_the_page_says_what_the_school_was_told_and_of_its_own_set_what_it_waits_for(
    client, folder, registrar
):
    one, two = a_taker(ONE), a_taker(TWO)
    two.name = f"Z {two.name}"
    two.save()
    choose(client, one.leader, one, a_set(ONE, STUDENTS[0]))
    many = [
        student
        for n in range(601)
        for student in of_school("3002", (f"9{n}", "Inès", "ABADIE"), school_class=f"2DE{n}")
    ]
    comes(folder, an_academy_set(SCHOOLS, *many, *STUDENTS[:2], each=1_000))

    page = get(client, registrar, "roster:academy").text

    assert "Another set of the school waits for a yes, or is being applied or undone" in page
    assert "The school was told: This set holds more than 600 classes and groups." in page
    assert "waits for your yes" not in page
    assert page.index(str(two)) < page.index(str(one))  # what needs a hand is first
    applying.set_aside(RosterImport.objects.get(school=one), by=one.leader)
    own = get(client, two.leader, "roster:school", two.public_id).text
    assert "Your school’s part of the académie’s set “academie.zip” was refused on" in own
    assert "The file “academie.zip” was refused on" not in own


def test_a_set_that_no_school_has_yet_says_so(client, folder, registrar):
    a_taker(ONE)
    comes(folder)
    RosterImport.objects.all().delete()
    AcademySet.objects.update(closed_at=None)

    page = get(client, registrar, "roster:academy").text

    assert "No school has its part yet." in page
    RosterImport.objects.create(
        school=OrganisationFactory(kind="school", uai=TWO),
        namespace="aaf:70",
        day=timezone.localdate(),
        academy_set=AcademySet.objects.get(),
    )
    page = get(client, registrar, "roster:academy").text
    assert "The set names 2 schools." in page
    assert "took no sets" not in page
    RosterImport.objects.all().delete()
    AcademySet.objects.update(closed_at=timezone.now())
    assert "No school took sets by itself." in get(client, registrar, "roster:academy").text


def test_a_hundred_schools_stand_on_a_page(client, folder, registrar):
    schools = {f"3{n:03}": f"014{n:04}X" for n in range(101)}
    for uai in schools.values():
        a_taker(uai)
    comes(folder, an_academy_set(schools, *STUDENTS))

    first = get(client, registrar, "roster:academy").text
    second = client.get(client.get("/en/roster/academy/").request["PATH_INFO"], {"page": 2}).text

    assert first.count('<th scope="row">') == 100
    assert second.count('<th scope="row">') == 1
    for page in (first, second):
        assert "The set names 101 schools." in page
        assert "took no sets" not in page


@pytest.mark.parametrize(
    ("with_guardians", "of_guardians", "of_the_part"),
    [
        (
            True,
            "Where a set names guardians",
            "This set says nothing of guardians: who is entered stays",
        ),
        (
            False,
            "Nothing is read of guardians: your school hasn’t switched them on.",
            "Nothing is read of guardians: your school hasn’t switched them on",
        ),
    ],
)
def test_a_school_reads_what_is_read_of_its_students_and_guardians(
    client, folder, with_guardians, of_guardians, of_the_part
):
    """The date of birth is read: it says who is of age."""
    school = a_taker(ONE)
    school.with_guardians = with_guardians
    school.save()
    comes(folder)

    page = get(client, school.leader, "roster:school", school.public_id).text
    never = page[page.index("Never read of") :]

    assert "An AAF set says when students were born." in page
    assert "birth" not in never[: never.index("Who was in the last set")]
    assert of_guardians in " ".join(page.split())
    one = RosterImport.objects.get()
    assert of_the_part in get(client, school.leader, "roster:import", one.public_id).text
