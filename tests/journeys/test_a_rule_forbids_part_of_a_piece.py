"""Between a yes and the worker something happens to a student: of the changes that are written
together, theirs alone stays out, whole, and with its reason.
"""

import datetime

import pytest

from courses.people.enums import GuardianQuality, Role
from courses.people.models import ClassMembership, SchoolClass
from courses.people.services import guardians, leaving, memberships
from courses.roster.models import RosterImport
from tests.factories.continuity import SchoolClassFactory
from tests.factories.people import OrganisationFactory, PersonFactory
from tests.factories.rosters import (
    UAI,
    a_set,
    a_student,
    apply,
    choose,
    follow,
    of_key,
    places,
    undo,
)

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.at("2026-11-20T10:00"),
    pytest.mark.usefixtures("english"),
]

INES, TOM, ZOE = NAMES = ("1", "Inès", "ABADIE"), ("2", "Tom", "BRUNET"), ("3", "Zoé", "CARON")


@pytest.fixture
def school():
    school = SchoolClassFactory(name="2DE1").school
    school.uai, school.with_guardians = UAI, True
    school.save()
    return school


def comes_into_a_class_elsewhere(student) -> SchoolClass:
    """Of another school: until somebody ends that, the rules refuse a class here."""
    elsewhere = SchoolClassFactory(school=OrganisationFactory(name="Ailleurs"))
    ClassMembership.objects.create(student=student, school_class=elsewhere)
    return elsewhere


def answers() -> dict[str, str]:
    """Of the last import, by key."""
    return dict(RosterImport.objects.first().changes.values_list("key", "state"))


def test_no_class_is_opened_for_who_is_refused_and_others_come_into_theirs(client, school, leader):
    follow(client, leader, school, *(a_student(*who) for who in NAMES))
    moved = a_student(*INES, "2DE8"), a_student(*TOM, "2DE9"), a_student(*ZOE, "2DE8")
    choose(client, leader, school, a_set(UAI, *moved, day="20261120", classes=["2DE8", "2DE9"]))
    elsewhere = [comes_into_a_class_elsewhere(of_key(key)).name for key in "12"]

    page = apply(client, leader)

    assert answers() == {"1": "refused", "2": "refused", "3": "applied"}
    assert page.text.count("a class of another school") == 2
    assert [places(of_key(key)) for key in "123"] == [
        sorted(["2DE1", elsewhere[0]]),
        sorted(["2DE1", elsewhere[1]]),
        ["2DE8"],
    ]
    assert sorted(school.classes.values_list("name", flat=True)) == ["2DE1", "2DE8"]
    assert ClassMembership.objects.filter(school_class__name="2DE8").count() == 1


def test_who_is_back_and_in_a_class_elsewhere_stays_closed(client, school, leader, time_machine):
    follow(client, leader, school, *(a_student(*who) for who in NAMES))
    follow(client, leader, school, a_student(*ZOE), day="20261120")
    time_machine.move_to("2026-11-23T10:00+01:00")
    back = [a_student(*who) for who in NAMES]
    choose(client, leader, school, a_set(UAI, *back, day="20261123"))
    elsewhere = comes_into_a_class_elsewhere(of_key("1"))

    page = apply(client, leader)

    assert answers() == {"1": "refused", "2": "applied"}
    assert "a class of another school" in page.text
    assert [of_key(key).is_active for key in "12"] == [False, True]
    assert not of_key("1").memberships.current().exists()
    assert [places(of_key(key)) for key in "12"] == [[elsewhere.name], ["2DE1"]]


def test_class_and_groups_are_taken_back_both_or_neither(client, school, leader, time_machine):
    """Whom a person had opened again before the set did: the group of before can't be joined."""
    before = [a_student(*who, "", groups=["LATIN"]) for who in (INES, TOM)]
    follow(client, leader, school, *before, a_student(*ZOE))
    time_machine.move_to("2026-11-23T10:00+01:00")
    follow(client, leader, school, a_student(*ZOE), day="20261123")
    for key in "12":
        leaving.reopen_student(student=of_key(key), school=school, by=leader)
    after = [a_student(*who, "2DE1", groups=["GREC"]) for who in (INES, TOM)]
    follow(client, leader, school, *after, a_student(*ZOE), day="20261123")
    applied = [places(of_key(key)) for key in "12"]
    time_machine.move_to("2026-11-24T10:00+01:00")
    [held] = of_key("1").memberships.all()
    memberships.leave(membership=held, last_day=datetime.date(2026, 11, 23), by=None)

    page = undo(client, leader)

    assert applied == [["2DE1", "GREC"]] * 2
    assert [places(of_key(key)) for key in "12"] == [["2DE1", "GREC"], ["LATIN"]]
    assert answers() == {"1": "stayed", "2": "undone"}
    assert "isn’t a student" in page.text


def test_whom_the_set_brought_back_is_suspended_again_unless_guarded_since(client, school, leader):
    everybody = [a_student(*who) for who in NAMES]
    follow(client, leader, school, *everybody)
    follow(client, leader, school, everybody[2], day="20261120")
    follow(client, leader, school, *everybody, day="20261120")
    ines, tom = of_key("1"), of_key("2")
    open_again = (ines.is_active, tom.is_active)
    guardians.guard(
        guardian=PersonFactory(),
        student=ines,
        school=school,
        quality=GuardianQuality.AUTHORITY,
        by=leader,
    )

    undo(client, leader)

    ines.refresh_from_db()
    tom.refresh_from_db()
    assert open_again == (True, True)
    assert (ines.is_active, tom.is_active) == (True, False)
    assert answers() == {"1": "stayed", "2": "undone"}
    assert ines.memberships.current().get().role == Role.STUDENT
    assert not tom.class_memberships.filter(until=None).exists()
