"""Two schools apply sets with the same names, or the same keys, at the same instant: everybody has an
account and a login of their own, and a key opens one account.
"""

import pytest

from courses.people.enums import Role
from courses.people.models import Person
from courses.roster.models import RosterChange, RosterImport
from courses.roster.services import applying, receiving
from tests.concurrency.threads import all_at_once
from tests.factories.continuity import LeaderFactory, SchoolClassFactory
from tests.factories.rosters import a_set, a_student

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.at("2026-11-25T12:00")]

EACH = 30


def waiting(uai: str, order: int, key: str) -> RosterImport:
    school = SchoolClassFactory(name="2DE1").school
    school.uai = uai
    school.save()
    leader = LeaderFactory(leads=school)
    records = [a_student(f"{key}{n}", "Inès", f"ABADIE {'ABC'[n % 3]}") for n in range(EACH)]
    one = receiving.receive(school=school, data=a_set(uai, *records[::order]), by=leader)
    return applying.say_yes(one, by=leader, they_are_the_same=True)  # of nobody


def apply(one: RosterImport) -> None:
    while applying.apply_piece(one.pk):
        pass


def test_two_sets_with_the_same_names_give_each_student_a_login():
    sets = [waiting("0140001A", 1, "A"), waiting("0140002B", -1, "B")]

    answers = all_at_once([lambda one=one: apply(one) for one in sets])

    assert answers == [None, None]
    assert set(RosterChange.objects.values_list("state", flat=True)) == {"applied"}
    logins = Person.objects.filter(identities__isnull=False).values_list("login", flat=True)
    assert sorted(logins) == sorted(
        f"ines.abadie-{letter}{number or ''}"
        for letter in "abc"
        for number in [0, *range(2, 2 * EACH // 3 + 1)]
    )


def test_a_key_that_two_schools_name_opens_one_account():
    sets = [waiting("0140001A", 1, "A"), waiting("0140002B", -1, "A")]

    answers = all_at_once([lambda one=one: apply(one) for one in sets])

    assert answers == [None, None]
    states = [(one.state, one.person_id is None) for one in RosterChange.objects.all()]
    assert sorted(states) == [("applied", False)] * EACH + [("refused", True)] * EACH
    students = Person.objects.filter(memberships__role=Role.STUDENT)
    assert students.filter(identities__isnull=False).count() == students.count() == EACH
