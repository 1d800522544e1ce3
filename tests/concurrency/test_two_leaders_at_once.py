"""Two people keep the same student, or the same class, at the same instant: one membership, one
stand-in, one first class.
"""

import datetime
import threading
import time

import pytest
from django.db import transaction
from django.utils import timezone

from courses.people.enums import ClassKind
from courses.people.models import Person, StandIn
from courses.people.services import classes, teachings
from courses.people.services.students import StudentsImport
from courses.tables.services.imports import fingerprint
from courses.tables.values import FileRow
from tests.concurrency.threads import all_at_once, at_once, errors, refusals
from tests.factories.continuity import SchoolClassFactory, StudentFactory, teaching
from tests.factories.people import TeacherFactory

pytestmark = pytest.mark.django_db(transaction=True)

A_WEEK = datetime.timedelta(days=6)


def test_a_student_moved_to_two_classes_at_once_is_in_one_and_has_one_period_in_the_old_one():
    old, *targets = SchoolClassFactory.create_batch(3, school=SchoolClassFactory().school)
    student = StudentFactory(in_class=old)

    answers = all_at_once(
        [lambda to=to: classes.change_class(student=student, to=to) for to in targets]
    )

    assert errors(answers) == []
    today = timezone.localdate()
    open_ones = student.class_memberships.filter(until__isnull=True)
    assert open_ones.count() == 1
    assert open_ones.get().school_class in targets
    assert list(
        student.class_memberships.filter(school_class=old).values_list("until", flat=True)
    ) == [today]


def test_a_student_put_into_two_classes_at_once_is_in_the_first_and_the_other_is_refused():
    group = SchoolClassFactory(kind=ClassKind.GROUP)
    targets = SchoolClassFactory.create_batch(2, school=group.school)
    student = StudentFactory(in_class=group)

    answers = all_at_once(
        [lambda to=to: classes.join_class(student=student, school_class=to) for to in targets]
    )

    assert errors(answers) == []
    assert len(refusals(answers)) == 1
    assert student.class_memberships.filter(school_class__in=targets).count() == 1


def test_the_same_student_joining_twice_at_once_is_one_membership():
    school_class = SchoolClassFactory()
    student = StudentFactory(
        in_class=SchoolClassFactory(kind=ClassKind.GROUP, school=school_class.school)
    )

    answers = all_at_once(
        [lambda: classes.join_class(student=student, school_class=school_class)] * 4
    )

    assert errors(answers) == []
    assert len({answer.pk for answer in answers}) == 1


def test_a_table_holds_students_in_the_order_in_which_an_edit_of_dates_does():
    """The last of the class stands first in the table; the edit holds the first one already."""
    old = SchoolClassFactory()
    new = SchoolClassFactory(school=old.school)
    first, last = sorted(StudentFactory.create_batch(2, in_class=old), key=lambda one: one.pk)
    rows = [
        FileRow(2 + n, {"login": one.login, "school_class": new.name})
        for n, one in enumerate([last, first])
    ]
    plan, is_held = StudentsImport(old.school), threading.Event()

    def edit():
        with transaction.atomic():
            Person.objects.select_for_update().get(pk=first.pk)
            is_held.set()
            time.sleep(0.5)
            Person.objects.select_for_update(nowait=True).get(pk=last.pk)

    def write():
        is_held.wait(10)
        plan.apply(rows, by=None, shown=fingerprint(plan.plan(rows)))

    at_once(edit, write)

    assert new.memberships.count() == len(rows)


def test_of_two_stand_ins_for_the_same_days_one_is_named():
    given = teaching()
    today = timezone.localdate()
    teachers = TeacherFactory.create_batch(2, works_at=given.school_class.school)

    answers = all_at_once(
        [
            lambda who=who: teachings.stand_in(
                teaching=given, teacher=who, first_day=today, last_day=today + A_WEEK
            )
            for who in teachers
        ]
    )

    assert errors(answers) == []
    assert len(refusals(answers)) == 1
    assert StandIn.objects.filter(teaching=given).count() == 1
