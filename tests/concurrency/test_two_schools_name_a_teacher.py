"""Two schools apply sets that name the same new teachers at the same instant, a leader presses yes
twice, a worker is killed in the middle: each teacher has one account, one key, one invitation.
"""

import pytest
from django.db import transaction

from courses.exceptions import Refusal
from courses.mail.models import Letter
from courses.people.enums import Letters, Role
from courses.people.models import Identity, Membership, Person
from courses.roster.enums import ImportState
from courses.roster.exceptions import NotWaiting
from courses.roster.models import RosterChange, RosterImport
from courses.roster.services import applying, receiving
from tests.concurrency.threads import all_at_once
from tests.factories.continuity import LeaderFactory, SchoolClassFactory
from tests.factories.rosters import a_student, a_teacher, with_staff

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.at("2026-11-25T12:00")]

EACH = 25  # more than are written one by one


def waiting(uai: str, order: int) -> RosterImport:
    school = SchoolClassFactory(name="2DE1").school
    school.uai = uai
    school.save()
    staff = [a_teacher(f"T{n:02}", "Anne", f"ABEL {'ABCDE'[n % 5]}") for n in range(EACH)]
    data = with_staff(uai, *staff[::order], students=[a_student(f"{uai}", "Inès", "ABADIE")])
    return receiving.receive(school=school, data=data, by=LeaderFactory(leads=school))


def apply(one: RosterImport) -> None:
    while applying.apply_piece(one.pk):
        pass


class Killed(Exception):
    """Stands for the end of a worker's process."""


def apply_and_die(one: RosterImport) -> None:
    with transaction.atomic():
        applying.apply_piece(one.pk)
        raise Killed


def test_a_teacher_whom_two_schools_name_has_one_account():
    sets = [waiting("0140001A", 1), waiting("0140002B", -1)]
    for one in sets:
        applying.say_yes(one, by=one.by)

    answers = all_at_once([lambda one=one: apply(one) for one in sets])

    assert answers == [None, None]
    assert set(RosterChange.objects.values_list("state", flat=True)) == {"applied"}
    teachers = Person.objects.filter(identities__value__startswith="T")
    assert teachers.count() == EACH
    assert Membership.objects.filter(person__in=teachers, role=Role.TEACHER).count() == 2 * EACH
    assert Letter.objects.filter(kind=Letters.INVITATION, to__in=teachers).count() == EACH


def test_of_two_leaders_who_press_yes_one_is_told_that_it_waits_no_more():
    one = waiting("0140001A", 1)
    other = LeaderFactory(leads=one.school)

    def press(by: Person) -> str:
        try:
            applying.say_yes(one, by=by)
        except Refusal as refusal:
            return type(refusal).__name__
        return "yes"

    answers = all_at_once([lambda by=by: press(by) for by in (one.by, other)])
    apply(one)

    assert sorted(map(str, answers)) == sorted([NotWaiting.__name__, "yes"])
    assert Identity.objects.filter(value__startswith="T").count() == EACH
    assert Letter.objects.filter(kind=Letters.INVITATION).count() == EACH


def test_a_worker_killed_in_the_middle_goes_on_where_it_was():
    one = waiting("0140001A", 1)
    applying.say_yes(one, by=one.by)
    assert 0 < applying.apply_piece(one.pk) < EACH

    with pytest.raises(Killed):
        apply_and_die(one)
    apply(one)

    one.refresh_from_db()
    assert one.state == ImportState.APPLIED
    assert Identity.objects.filter(value__startswith="T").count() == EACH
    assert Letter.objects.filter(kind=Letters.INVITATION).count() == EACH
