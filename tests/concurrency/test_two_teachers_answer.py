"""Two teachers at one hand-in, and two taps of one: nothing is overwritten, nothing leaves twice."""

import datetime
import uuid

import pytest
from django.utils import timezone
from wagtail.models import ModelLogEntry

from continuity.answers.exceptions import AnswerReturned, HelpAlreadyAnswered, StaleAnswer
from continuity.answers.services import feedback as answers
from continuity.answers.services import help as help_answers
from continuity.answers.values import Answer, PinDraft
from continuity.models import Feedback, Pin, Reply
from courses.people.models import StandIn
from tests.concurrency.threads import all_at_once
from tests.factories.answers import asks_for_help, draft, returned
from tests.factories.continuity import StudentFactory, assignment, handed_in, teaching
from tests.factories.people import TeacherFactory

pytestmark = pytest.mark.django_db(transaction=True)


def two_teachers():
    maths = teaching()
    other = TeacherFactory(works_at=maths.school_class.school)
    today = timezone.localdate()
    StandIn.objects.create(
        teaching=maths, teacher=other, first_day=today, last_day=today + datetime.timedelta(days=1)
    )
    handin = handed_in(
        assignment(maths), StudentFactory(in_class=maths.school_class), timezone.now()
    )
    return handin, maths.teacher, other


def answer(text: str) -> Answer:
    return Answer(text, "", (PinDraft(1, 100, 100, text),))


def test_of_two_who_save_at_once_one_is_kept_and_the_other_told():
    handin, first, second = two_teachers()

    said = all_at_once(
        [
            lambda by=by: (
                answers.write(handin=handin, answer=answer(by.login), revision=0, by=by).comment
            )
            for by in (first, second)
        ]
    )

    (kept,) = [one for one in said if isinstance(one, str)]
    assert [type(one) for one in said if not isinstance(one, str)] == [StaleAnswer]
    assert Feedback.objects.values_list("comment", "revision").get() == (kept, 1)
    assert list(Pin.objects.values_list("text", flat=True)) == [kept]


def test_two_taps_on_save_are_one_save():
    handin, teacher, _other = two_teachers()

    said = all_at_once(
        [
            lambda: (
                answers.write(
                    handin=handin, answer=answer("Bien."), revision=0, by=teacher
                ).revision
            )
        ]
        * 4
    )

    assert said == [1] * 4
    assert Pin.objects.count() == 1


def test_two_taps_on_return_are_one_return():
    handin, teacher, _other = two_teachers()
    draft(handin, by=teacher)

    said = all_at_once(
        [
            lambda: (
                answers.return_(
                    handin=handin, revision=1, by=teacher, answer=answer("Bien.")
                ).returned_at
            )
            for _ in range(4)
        ]
    )

    assert len(set(said)) == 1
    assert said[0] is not None
    assert ModelLogEntry.objects.filter(action="continuity.return_answer").count() == 1


def test_of_two_who_return_at_once_one_does_and_the_other_is_told():
    handin, first, second = two_teachers()

    said = all_at_once(
        [
            lambda by=by: (
                answers.return_(handin=handin, revision=0, by=by, answer=answer(by.login)).comment
            )
            for by in (first, second)
        ]
    )

    (kept,) = [one for one in said if isinstance(one, str)]
    assert [type(one) for one in said if not isinstance(one, str)] == [AnswerReturned]
    assert Feedback.objects.values_list("comment", "returned_by__login").get() == (kept, kept)


def test_an_answer_that_is_opened_while_it_is_taken_back_is_read_or_gone_never_both():
    handin, teacher, _other = two_teachers()
    feedback = returned(handin, by=teacher)

    all_at_once(
        [
            lambda: answers.take_back(handin=handin, by=teacher),
            lambda: answers.opened(feedback=feedback, by=handin.student),
        ]
    )

    feedback.refresh_from_db()
    assert bool(feedback.returned_at) == bool(feedback.read_at)


def test_one_word_sent_twice_is_one_word():
    handin, teacher, _other = two_teachers()
    feedback = returned(handin, by=teacher)
    key = uuid.uuid4()

    all_at_once(
        [lambda: answers.reply(feedback=feedback, by=handin.student, text="Merci.", key=key)] * 4
    )

    assert Reply.objects.count() == 1


def test_of_two_who_answer_a_question_one_does_and_the_other_is_told():
    handin, first, second = two_teachers()
    asked = asks_for_help(handin.assignment.teaching, handin.student)

    said = all_at_once(
        [
            lambda by=by: help_answers.answer(asked=asked, text=by.login, by=by).answer
            for by in (first, second)
        ]
    )

    asked.refresh_from_db()
    assert asked.answer in said
    assert [type(one) for one in said if not isinstance(one, str)] == [HelpAlreadyAnswered]
