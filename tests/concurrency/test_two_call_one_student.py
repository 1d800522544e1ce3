"""Two people press at once: one takes the call, one note is kept, a week is opened once.

On both databases.
"""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.utils import timezone

from continuity.contact.exceptions import CalledByAnother
from continuity.contact.services import calls, papers
from continuity.enums import CallResult
from continuity.models import Call, PaperHandover, WeekOpening
from continuity.plans.services import opening
from courses.exceptions import Refusal
from tests.factories.continuity import StudentFactory
from tests.factories.people import TeacherFactory

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(work, items) -> list:
    """What each answered, or its refusal's class."""

    def alone(item):
        try:
            return work(item)
        except Refusal as refusal:
            return type(refusal)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as threads:
        return list(threads.map(alone, items))


def test_of_six_who_take_the_call_one_has_it_and_the_others_are_told():
    student, people = StudentFactory(), TeacherFactory.create_batch(6)

    answers = at_once(lambda one: calls.take(student=student, by=one), people)

    taken = Call.objects.get()
    assert answers.count(CalledByAnother) == 5
    assert taken in answers


def test_a_call_noted_six_times_with_one_key_is_one():
    student, teacher, key = StudentFactory(), TeacherFactory(), uuid.uuid4()

    answers = at_once(
        lambda result: calls.note(student=student, by=teacher, result=result, key=key),
        [CallResult.MESSAGE] * 6,
    )

    assert answers == [Call.objects.get()] * 6


def test_who_notes_while_another_takes_is_refused_or_comes_first():
    student, people = StudentFactory(), TeacherFactory.create_batch(2)
    first, second = people

    answers = at_once(
        lambda one: (
            calls.take(student=student, by=one)
            if one == first
            else calls.note(student=student, by=one, result=CallResult.NOBODY, key=uuid.uuid4())
        ),
        people,
    )

    assert answers[0] == Call.objects.open().get()  # what is noted keeps nobody from calling
    is_noted = Call.objects.noted().filter(caller=second).exists()
    assert (answers[1] == CalledByAnother) is not is_noted


def test_a_week_is_opened_and_handed_over_once_a_day():
    student, teacher, today = StudentFactory(), TeacherFactory(), timezone.localdate()

    at_once(lambda _nth: opening.note(student=student, day=today), range(6))
    at_once(lambda _nth: papers.hand_over(student=student, by=teacher, day=today), range(6))

    assert WeekOpening.objects.get().day == today
    assert PaperHandover.objects.get().handed_on == today
