"""While a piece of a set is written, rows that refer to its students and to its school are, too."""

import threading

import pytest
from django.db import connection, transaction

from continuity.models import Tick
from continuity.week.services import week
from courses.people.enums import Role
from courses.people.models import Person
from courses.people.services import join
from courses.roster.services import applying, receiving
from tests.factories.continuity import (
    LeaderFactory,
    SchoolClassFactory,
    homework_item,
    part_of,
    teaching,
)
from tests.factories.people import PersonFactory
from tests.factories.rosters import UAI, a_set, a_student

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.at("2026-11-25T12:00")]


def test_its_students_tick_and_a_teacher_joins_the_school_meanwhile():
    """Not on SQLite, where the whole file is held."""
    school_class = SchoolClassFactory(name="2DE1")
    school = school_class.school
    school.uai = UAI
    school.save()
    leader, teacher = LeaderFactory(leads=school), PersonFactory()

    def waiting(day: str, *records: str):
        data = a_set(UAI, *records, day=day)
        one = receiving.receive(school=school, data=data, by=leader)
        return applying.say_yes(one, by=leader).pk

    first = [a_student(f"{n}", "Zoé", name) for n, name in enumerate(["ABADIE", "BRUNET", "CARON"])]
    applying.apply_piece(waiting("20261123", *first))
    students = list(Person.objects.filter(identities__isnull=False))
    item = homework_item(part_of(teaching(school_class)))
    renamed = a_student("0", "Zoé", "NOUVEAU")
    in_a_group = a_student("1", "Zoé", "BRUNET", groups=["LATIN"])
    second = waiting("20261124", renamed, in_a_group)  # and one has left

    def meanwhile() -> None:
        try:
            for student in students:
                week.tick(item=item, student=student)
            join(person=teacher, organisation=school, role=Role.TEACHER)
        finally:
            connection.close()

    others = threading.Thread(target=meanwhile)
    with transaction.atomic():
        assert applying.apply_piece(second) == 3
        others.start()
        others.join(1 if connection.vendor == "sqlite" else 30)
        waits = others.is_alive()
    others.join(30)

    assert waits == (connection.vendor == "sqlite")
    assert Tick.objects.count() == 3
    assert teacher.memberships.filter(organisation=school).exists()
