"""Teachers whom a directory brought, when their school goes on with another one."""

import pytest

from courses.people.models import Membership, Teaching, Tutorship, today
from courses.people.services.identities import put_key
from courses.roster.enums import TeacherAnswer
from courses.roster.models import RosterImport
from courses.roster.services import other_directories
from tests.factories.bundles import a_class, a_pupil, an_enrolment, files_of, tables_of
from tests.factories.rosters import (
    UAI,
    a_student,
    a_teacher,
    apply,
    choose,
    of_key,
    packed,
    undo,
    with_staff,
)
from tests.factories.staff import a_school_with_subjects, schools_of, taught

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.at("2026-11-20T10:00"),
    pytest.mark.usefixtures("english"),
]
BUNDLE, AAF = f"oneroster:lvs:{UAI}", "aaf:70"
STUDENTS = (a_student("1", "Inès", "ABADIE"), a_student("2", "Tom", "BRUNET", "2DE2"))
PUPILS = (a_pupil("p1", "Inès", "ABADIE"), a_pupil("p2", "Tom", "BRUNET", "2DE2"))
CLAIRE = a_teacher(
    "T1", "Claire", "MOREL", ["2DE1$020700", "2DE2$061300"], tutor=["2DE1"], mail="claire.morel@lycee.example"
)  # fmt: skip
PAUL = a_teacher("T2", "Paul", "NEANT", ["2DE2$020700"])


@pytest.fixture
def school():
    return a_school_with_subjects()


def a_bundle_of_software() -> bytes:
    """Claire looks after 2DE1 and teaches French there, and nobody else teaches."""
    tables = tables_of(*PUPILS)
    tables["classes"].append(a_class("FR", "scheduled", subjects="Français"))
    tables["enrollments"] += [
        an_enrolment("teacher", "FR", role="teacher"),
        an_enrolment("p1", "FR"),
    ]
    return packed(files_of(tables))


def follow(client, leader, school):
    choose(client, leader, school, with_staff(UAI, CLAIRE, PAUL, students=STUDENTS))
    apply(client, leader)
    other_directories.choose_directory(school=school, namespace=BUNDLE, by=leader)


def rows() -> list:
    return [
        list(Membership.objects.order_by("pk").values("person", "role", "since", "until")),
        list(Teaching.objects.on(today()).order_by("pk").values("pk", "teacher", "until")),
        list(Tutorship.objects.on(today()).values("pk", "teacher")),
    ]


def test_a_teacher_goes_on_with_what_they_teach_and_who_is_not_named_leaves(client, school, leader):
    follow(client, leader, school)
    claire, paul = of_key("T1"), of_key("T2")
    french = Teaching.objects.on(today()).get(teacher=claire, subject__code="francais")
    tutors = list(Tutorship.objects.values("pk", "teacher", "until"))

    trial = choose(client, leader, school, a_bundle_of_software())
    apply(client, leader, same="yes", same_teachers=TeacherAnswer.YES)

    assert "MOREL Claire: is it the account" in trial.text
    assert "1 teacher of 2 would leave" in trial.text
    found = sorted(claire.identities.values_list("namespace", "value", "confirmed_at"))
    assert [one[:2] for one in found] == [(AAF, "T1"), (BUNDLE, "teacher")]
    assert found[1][2] is None  # opens the account once its password was typed
    assert taught(claire) == [("2DE1", "francais")]  # 2DE2 was the other directory's word
    assert Teaching.objects.on(today()).get(teacher=claire).pk == french.pk
    assert list(Tutorship.objects.values("pk", "teacher", "until")) == tutors
    assert schools_of(paul) == []
    again = choose(client, leader, school, a_bundle_of_software())
    assert "This is the very archive that came on" in again.text


def test_undone_the_teachers_of_the_directory_before_are_there_again(client, school, leader):
    follow(client, leader, school)
    before = rows()
    choose(client, leader, school, a_bundle_of_software())
    apply(client, leader, same="yes", same_teachers=TeacherAnswer.YES)

    undo(client, leader)

    assert [len(part) for part in rows()] == [len(part) for part in before]
    assert rows()[0] == before[0]
    assert taught(of_key("T1")) == [("2DE1", "francais"), ("2DE2", "maths")]
    assert schools_of(of_key("T2")) == [school.pk]
    assert [one.namespace for one in of_key("T1").identities.all()] == [AAF]


def test_whom_a_later_set_does_not_name_leaves_as_if_it_had_brought_them(client, school, leader):
    follow(client, leader, school)
    choose(client, leader, school, a_bundle_of_software())
    apply(client, leader, same="yes", same_teachers=TeacherAnswer.YES)
    tables = tables_of(*PUPILS)
    tables["users"][0] |= {"sourcedId": "other", "givenName": "Léo", "email": "leo@lycee.example"}
    tables["enrollments"] = [one for one in tables["enrollments"] if one["role"] == "student"]

    page = choose(client, leader, school, packed(files_of(tables)))

    assert "1 teacher of 1 would leave" in page.text


@pytest.mark.parametrize("answer", [TeacherAnswer.LATER, TeacherAnswer.NO])
def test_who_has_the_name_of_a_teacher_of_the_set_does_not_leave(client, school, leader, answer):
    follow(client, leader, school)
    choose(client, leader, school, a_bundle_of_software())

    apply(client, leader, same="yes", same_teachers=answer)

    assert schools_of(of_key("T1")) == [school.pk]
    assert list(RosterImport.objects.first().changes.filter(kind="t_left").values_list("key")) == [
        ("T2",)
    ]


def test_who_has_the_key_of_the_set_does_not_leave_by_another_name(client, school, leader):
    follow(client, leader, school)
    claire = of_key("T1")
    put_key(person=claire, namespace=BUNDLE, value="teacher", by=leader)
    claire.given_name, claire.family_name, claire.email = "Anne", "ROY", "anne.roy@lycee.example"
    claire.save()

    choose(client, leader, school, a_bundle_of_software())
    apply(client, leader, same="yes")

    assert schools_of(claire) == [school.pk]
