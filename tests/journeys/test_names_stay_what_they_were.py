"""Names: a student's is the school's, an adult's changes with a trace, and what is closed keeps the
name it was closed with.
"""

import csv
import datetime
import io

import pytest
from django.urls import reverse
from django.utils import timezone

from continuity.models import HandIn
from courses.people import services
from courses.people.exceptions import AddressIsTheSchools, NameIsTheSchools
from courses.people.models import Person
from tests.factories import handins, rolls
from tests.factories.continuity import (
    LeaderFactory,
    SchoolClassFactory,
    StudentFactory,
    homework_item,
    part_of,
    teaching,
    tutor_of,
)
from tests.factories.people import RegistrarFactory, TeacherFactory

pytestmark = pytest.mark.django_db

OTHER_NAME = {"given_name": "Camille", "family_name": "Martin", "usage_name": "", "language": "fr"}


@pytest.fixture
def school_class():
    return SchoolClassFactory()


@pytest.fixture
def student(school_class):
    return StudentFactory(in_class=school_class, given_name="Lou", family_name="Bellanger")


def test_a_student_cannot_rename_herself(client, student):
    client.force_login(student)

    client.post(reverse("people:profile"), OTHER_NAME)

    student.refresh_from_db()
    assert (student.given_name, student.family_name, student.language) == ("Lou", "Bellanger", "fr")
    with pytest.raises(NameIsTheSchools):
        services.change_account(person=student, by=student, given_name="Camille")


def test_a_students_profile_says_whom_to_ask_and_offers_no_address(client, student):
    client.force_login(student)

    page = client.get(reverse("people:profile"), headers={"accept-language": "en"})

    assert "tell the management or the office of your school" in page.text
    assert 'name="email"' not in page.text
    assert 'name="given_name"' not in page.text
    with pytest.raises(AddressIsTheSchools):
        services.ask_for_address(person=student, address="lou@private.example")


def test_the_leader_corrects_a_students_name_with_a_trace(client, school_class, student):
    leader = LeaderFactory(leads=school_class.school)
    client.force_login(leader)

    client.post(
        reverse("people:student", args=[student.public_id]),
        {"given_name": "Louise", "family_name": "Bellanger"},
    )

    change = student.account_changes.get()
    assert (change.was, change.now, change.by) == ("Lou Bellanger", "Louise Bellanger", leader)


def test_an_adults_new_name_leaves_a_trace_for_herself_the_registrar_and_the_leader(client):
    teacher = TeacherFactory(given_name="Ada", family_name="Durand")
    client.force_login(teacher)

    client.post(reverse("people:profile"), {**OTHER_NAME, "family_name": "Directeur de l’académie"})

    change = teacher.account_changes.get()
    assert (change.was, change.now, change.by) == (
        "Ada Durand",
        "Camille Directeur de l’académie",
        teacher,
    )
    readers = [
        (teacher, reverse("people:profile")),
        (RegistrarFactory(), reverse("people:person_letters", args=[teacher.public_id])),
        (
            LeaderFactory(leads=teacher.schools[0]),
            reverse("people:office", args=[teacher.schools[0].public_id]),
        ),
    ]
    for reader, address in readers:
        client.force_login(reader)
        assert "Ada Durand" in client.get(address).text


def test_the_same_profile_saved_again_leaves_no_trace(client):
    teacher = TeacherFactory(given_name="Camille", family_name="Martin", language="fr")
    client.force_login(teacher)

    client.post(reverse("people:profile"), OTHER_NAME)

    assert teacher.account_changes.count() == 0


@pytest.mark.at("2026-11-25T12:00")
def test_a_closed_roll_and_the_register_keep_the_name_of_its_day(client, school_class, student):
    given = teaching(school_class)
    today = timezone.localdate()
    closed = rolls.closed(rolls.begun(given, rolls.nine(today, 7)))
    rename(student, by=LeaderFactory(leads=school_class.school))
    Person.objects.filter(pk=closed.closed_by_id).update(family_name="Autrement")
    client.force_login(tutor_of(school_class))

    days = {"first": today - datetime.timedelta(days=14), "last": today}
    lines = list(
        csv.reader(
            io.StringIO(
                client.get(reverse("continuity:export_rolls"), days).content.decode("utf-8-sig")
            ),
            delimiter=";",
        )
    )

    assert [line[6:8] for line in lines[1:]] == [["Bellanger", "Lou"]]
    assert "Autrement" not in lines[1][5]
    assert closed.lines.get().shown_name == "Lou Bellanger"


def test_a_receipt_keeps_the_name_of_its_day(client, school_class, student):
    assignment = homework_item(part_of(teaching(school_class))).assignment
    handin = handins.handed_in(assignment, student)
    rename(student, by=LeaderFactory(leads=school_class.school))
    client.force_login(student)

    page = client.get(reverse("continuity:receipt", args=[handin.public_id]))

    assert HandIn.objects.get().student_name == "Lou Bellanger"
    assert "Lou Bellanger" in page.text


def rename(student, *, by):
    services.change_account(person=student, by=by, given_name="Camille", family_name="Martin")
