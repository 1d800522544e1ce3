"""Who may enter continuity: role × address × own/other school and class, over every address of the app.

What isn't yours isn't there (404); another role's page says no (403); a visitor is sent to log in. Each row is asked by
everybody below. Nobody sees a student's things from another school, or from a class that isn't theirs.
"""

import datetime
from types import SimpleNamespace

import pytest
from django.db import transaction
from django.utils import timezone

from continuity.models import SchoolSettings
from courses.agenda.queries import monday_of
from courses.people import services as people
from courses.people.models import StandIn
from tests.factories.continuity import (
    LeaderFactory,
    SchoolClassFactory,
    StudentFactory,
    homework_item,
    lesson_item,
    part_of,
    teaching,
    tutor_of,
)
from tests.factories.doors import LOGIN, Row, answer_to, names_of_ours, outcome, post, without_variants  # noqa: F401
from tests.factories.people import AdviserFactory, TeacherFactory, TrainerFactory

pytestmark = pytest.mark.django_db

STUDENTS = ["student", "classmate", "student_elsewhere", "student_of_another_school"]
TEACHERS = ["teacher", "stand_in", "tutor", "colleague", "teacher_of_another_school"]
LEADERS = ["leader", "leader_of_another_school"]
OTHERS = ["trainer", "adviser"]
ACTORS = ["visitor", *STUDENTS, *TEACHERS, *LEADERS, *OTHERS]
STAFF = [*TEACHERS, *LEADERS]


def only(status: int, *actors: str, roles=(), otherwise: int = 403) -> dict:
    """These get the status; others of `roles` don't find it (404); everybody else is refused; a visitor logs in."""
    answers = dict.fromkeys(ACTORS, otherwise) | {"visitor": LOGIN}
    return answers | dict.fromkeys(roles, 404) | dict.fromkeys(actors, status)


def every_student(status: int) -> dict:
    """A page of one's own: each sees only their own things on it."""
    return only(status, *STUDENTS)


def every_teacher(status: int) -> dict:
    return only(status, *TEACHERS)


def its_teachers(status: int, *more: str) -> dict:
    """Whoever teaches there, or stands in today. For other staff it isn't there."""
    return only(status, "teacher", "stand_in", *more, roles=STAFF)


# Each owner of a part of continuity adds its rows under its heading. `w` is what `made` returns.
TABLE: dict[str, Row] = {
    # Classes and people
    # The planner
    # Lessons and files
    # Homework
    # The student's week
    # Hand-ins
    # Answers
    # Video classes and roll calls
    # Covers
    "continuity:covers": Row(only(200, *STAFF)),
    "continuity:release_item": post(only(302, "teacher", "stand_in", roles=TEACHERS), lambda w: [w.lesson_item.public_id]),
}


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """Made once: each test's own transaction lies inside this one, and is undone."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield made()
        transaction.set_rollback(True)


def made() -> SimpleNamespace:
    """One class with its people, of which `student` is in the story; beside it another class, and another school."""
    w = SimpleNamespace(visitor=None)
    w.today = timezone.localdate()
    w.monday = monday_of(w.today)
    w.school_class = SchoolClassFactory(name="2de 4")
    w.school = w.school_class.school
    w.class_elsewhere = SchoolClassFactory(school=w.school, name="2de 5")
    w.class_of_another_school = SchoolClassFactory()
    w.student, w.classmate = StudentFactory(in_class=w.school_class), StudentFactory(in_class=w.school_class)
    w.student_elsewhere = StudentFactory(in_class=w.class_elsewhere)
    w.student_of_another_school = StudentFactory(in_class=w.class_of_another_school)
    w.teaching = teaching(w.school_class)
    w.teacher = w.teaching.teacher
    w.stand_in = TeacherFactory(works_at=w.school)
    StandIn.objects.create(teaching=w.teaching, teacher=w.stand_in, first_day=w.today, last_day=w.today)
    w.tutor = tutor_of(w.school_class)
    w.colleague = teaching(w.class_elsewhere).teacher
    w.teacher_of_another_school = teaching(w.class_of_another_school).teacher
    w.leader = LeaderFactory(leads=w.school)
    w.leader_of_another_school = LeaderFactory(leads=w.class_of_another_school.school)
    w.trainer, w.adviser = TrainerFactory(), AdviserFactory()
    for actor in ACTORS[1:]:
        people.derive_groups(getattr(w, actor))
    SchoolSettings.objects.create(school=w.school)
    w.part = part_of(w.teaching, w.monday)
    w.lesson_item = lesson_item(w.part, w.today)
    w.homework_item = homework_item(w.part, due_at=timezone.now() + datetime.timedelta(days=2))
    w.assignment = w.homework_item.assignment
    return w


@pytest.mark.parametrize("name", TABLE)
def test_who_may_enter(world, name):
    row, answers = TABLE[name], {}
    for actor in ACTORS:
        with transaction.atomic():  # what one does isn't there for the next
            answers[actor] = outcome(answer_to(actor, name, row, world))
            transaction.set_rollback(True)

    assert answers == row.statuses


def test_every_address_of_continuity_has_its_row_and_no_row_is_left_over():
    assert without_variants(TABLE) == {name for name in names_of_ours() if name.startswith("continuity")}
