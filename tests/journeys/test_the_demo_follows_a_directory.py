"""The demo's school follows a directory, and a visitor chooses its next set."""

import types

import pytest

from courses.people.enums import ClassKind, GuardianQuality
from courses.people.models import Guardianship, Identity, today
from courses.people.models.classes import school_year
from courses.roster import demo
from courses.roster.enums import ImportState
from courses.roster.models import RosterImport
from tests.factories.continuity import LeaderFactory, SchoolClassFactory, StudentFactory
from tests.factories.guardians import GuardianFactory, follows
from tests.factories.people import SubjectFactory, TeacherFactory
from tests.factories.rosters import UAI, apply, choose, of_key, places
from tests.factories.school_pages import get
from tests.factories.staff import taught

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.at("2026-11-25T12:00"),
    pytest.mark.usefixtures("english"),
]
STUDENTS = 12


@pytest.fixture
def school(settings):
    """Of the demo, with its leader and two classes, followed from today."""
    settings.ONE_CLICK_LOGINS = True
    year = school_year(today())
    first = SchoolClassFactory(name="2de 3", school_year=year)
    first.school.uai = UAI
    first.school.save()
    second = SchoolClassFactory(name="2de 4", school=first.school, school_year=year)
    group = SchoolClassFactory(
        name="Anglais G1", school=first.school, school_year=year, kind=ClassKind.GROUP
    )
    LeaderFactory(leads=first.school, language="en")
    for n in range(2 * STUDENTS):
        student = StudentFactory(
            in_class=second if n % 2 else first,
            given_name=f"Prénom{'abcdefghijkl'[n // 2]}",
            family_name="Lévêque-Noël",
        )
        if n < STUDENTS:
            group.memberships.create(student=student, since=student.class_memberships.get().since)
    demo.load(types.SimpleNamespace(pilots=[first.school], today=today()), lambda said: None)
    return first.school


def a_student_of(school, name):
    return school.classes.get(name=name).memberships.order_by("pk")[0].student


def test_its_students_keep_their_accounts_and_get_keys(school):
    assert RosterImport.objects.get().state == ImportState.APPLIED
    assert Identity.objects.count() == 2 * STUDENTS
    assert school.classes.count() == 3


def test_the_next_set_changes_a_little(client, school):
    leader = RosterImport.objects.get().by
    SubjectFactory(code="anglais")
    teacher = TeacherFactory(works_at=school)

    page = get(client, leader, "roster:school", school.public_id)
    data = b"".join(get(client, leader, "roster:practice", school.public_id))
    trial = choose(client, leader, school, data)
    applied = apply(client, leader, same_teachers="yes")
    new_teachers = [of_key("T1"), of_key("T2")]

    assert "Download the set, then choose it above" in page.text
    for words in ("2 change class", "1 leaves", "1 is new"):
        assert words in trial.text
    assert "Paused" not in trial.text
    assert "2 teachers are new in the directory" in trial.text
    assert [taught(person) for person in new_teachers] == [[("2de 3", "anglais")], []]
    assert new_teachers[1] == teacher
    assert "couldn’t be applied" not in applied.text
    moved = RosterImport.objects.first().changes.filter(kind="moved")
    assert ["2de 4" in places(change.person) for change in moved] == [True, True]


def test_there_is_always_a_next_set(client, school):
    leader = RosterImport.objects.get().by
    for _day in range(3):
        choose(
            client,
            leader,
            school,
            b"".join(get(client, leader, "roster:practice", school.public_id)),
        )
        assert "couldn’t be applied" not in apply(client, leader).text


def test_a_school_that_follows_another_directory_has_none(client, school):
    leader = RosterImport.objects.get().by
    Identity.objects.update(namespace=f"oneroster:lvs:{UAI}")

    page = get(client, leader, "roster:school", school.public_id)

    assert "Download the set" not in page.text
    assert get(client, leader, "roster:practice", school.public_id).status_code == 404


def test_a_site_that_is_no_demo_offers_none(client, school, settings):
    settings.ONE_CLICK_LOGINS = False
    leader = RosterImport.objects.get().by

    page = get(client, leader, "roster:school", school.public_id)

    assert "Download the set" not in page.text
    assert get(client, leader, "roster:practice", school.public_id).status_code == 404


def test_the_next_set_names_two_guardians_of_a_school_that_has_them(client, school):
    leader = RosterImport.objects.get().by
    SubjectFactory(code="anglais")
    known = follows(GuardianFactory(family_name="Abadie"), a_student_of(school, "2de 4"))

    data = b"".join(get(client, leader, "roster:practice", school.public_id))
    trial = choose(client, leader, school, data)
    apply(client, leader, same_guardians="yes")

    assert "2 guardians are new, each for a student" in trial.text
    assert "A guardian of this name is entered for the student already." in trial.text
    running = Guardianship.objects.running()
    assert known in running
    assert [one.quality for one in running.exclude(pk=known.pk)] == [GuardianQuality.INFORMED]

    data = b"".join(get(client, leader, "roster:practice", school.public_id))
    trial = choose(client, leader, school, data)
    assert not RosterImport.objects.first().changes_of_families.exists()
