"""Homework for the same classes at the same instant: nobody waits for who waits for them, and each
stands in the plans once.
"""

import datetime
import threading
import time

import pytest
from django.db import transaction

from continuity.homework.exceptions import StaleHomework
from continuity.homework.services import extensions
from continuity.homework.services import homework as homeworks
from continuity.homework.values import DueDate, HomeworkText
from continuity.models import Assignment, ContinuityPlan, Extension, Homework, PlanItem
from tests.concurrency.threads import all_at_once, at_once
from tests.factories.continuity import (
    MONDAY,
    SchoolClassFactory,
    at,
    handed_in,
    homework_item,
    part_of,
    teaching,
)
from tests.factories.continuity import StudentFactory as Student

pytestmark = pytest.mark.django_db(transaction=True)

NOW = at(MONDAY, 7)
FRIDAY = at(MONDAY + datetime.timedelta(days=4), 18)
TEXT = HomeworkText(title="Un travail", body="<p>Faire.</p>", minutes=30)


def test_two_teachers_give_the_same_two_classes_homework_in_opposite_orders():
    first_class = SchoolClassFactory()
    classes = first_class, SchoolClassFactory(school=first_class.school)
    pairs = [[teaching(school_class) for school_class in classes] for _teacher in range(4)]
    for first, second in pairs:
        second.subject, second.teacher = first.subject, first.teacher
        second.save()

    def giving(teachings):
        dates = {of: DueDate(FRIDAY, day=MONDAY) for of in teachings}
        return lambda: homeworks.give(
            by=teachings[0].teacher, subject=teachings[0].subject, text=TEXT, classes=dates, now=NOW
        )

    answers = all_at_once([giving(pair if n % 2 else pair[::-1]) for n, pair in enumerate(pairs)])

    assert [type(answer) for answer in answers] == [Homework] * len(pairs)
    assert Assignment.objects.count() == PlanItem.objects.count() == 2 * len(pairs)
    assert ContinuityPlan.objects.count() == 2


def test_deleted_and_edited_at_the_same_instant_one_of_them_is_told():
    """Either order leaves it deleted, or the edit came first and was deleted with it; no half of
    either.
    """
    given = homework_item(part_of(teaching(), MONDAY), due_at=FRIDAY).assignment
    handed_in(given, Student(in_class=given.teaching.school_class))
    by, homework = given.teaching.teacher, given.homework

    answers = all_at_once(
        [
            lambda: homeworks.delete(homework=homework, by=by, now=NOW),
            lambda: homeworks.edit(
                homework=homework,
                revision=1,
                by=by,
                text=HomeworkText("Autre", "<p>Autre.</p>", 45),
                now=NOW,
            ),
        ]
    )

    homework.refresh_from_db()
    assert homework.deleted_at == NOW.astimezone(datetime.UTC)
    edited = isinstance(answers[1], Homework)
    assert (homework.title, homework.revision, homework.edits.count()) == (
        ("Autre", 2, 1) if edited else ("Un travail", 1, 0)
    )


def test_a_moved_date_and_more_time_for_a_student_dont_wait_for_each_other():
    given = homework_item(part_of(teaching(), MONDAY), due_at=FRIDAY).assignment
    student = Student(in_class=given.teaching.school_class)
    by, homework = given.teaching.teacher, given.homework
    later = FRIDAY + datetime.timedelta(days=7)

    def move():
        dates = {given.teaching: DueDate(FRIDAY + datetime.timedelta(days=1), day=MONDAY)}
        return homeworks.edit(
            homework=homework, revision=1, by=by, text=TEXT, classes=dates, now=NOW
        )

    for _time in range(3):
        answers = all_at_once(
            [
                move,
                lambda: extensions.extend(
                    assignment=given, student=student, due_at=later, by=by, now=NOW
                ),
            ]
        )
        assert [type(answer) for answer in answers][1] is Extension
        assert isinstance(answers[0], Homework | StaleHomework)


def test_more_time_that_is_taken_back_waits_for_plans_before_it_holds_anything():
    """As it is given, and as a class is taken from a homework: who holds the plans goes on."""
    given = homework_item(part_of(teaching(), MONDAY), due_at=FRIDAY).assignment
    student, by = Student(in_class=given.teaching.school_class), given.teaching.teacher
    later, is_held = FRIDAY + datetime.timedelta(days=7), threading.Event()
    more = extensions.extend(assignment=given, student=student, due_at=later, by=by, now=NOW)

    def edit():
        with transaction.atomic():
            list(ContinuityPlan.objects.select_for_update().order_by("pk"))
            is_held.set()
            time.sleep(0.5)
            Extension.objects.select_for_update(nowait=True).get(pk=more.pk)

    def withdraw():
        is_held.wait(10)
        extensions.withdraw(extension=more, by=by, now=NOW)

    at_once(edit, withdraw)

    assert not Extension.objects.standing().exists()
