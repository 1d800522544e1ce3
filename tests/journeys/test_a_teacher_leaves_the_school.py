"""A teacher whose membership of a school has ended sees nothing of its classes, and no name of a
student, though they teach elsewhere.
"""

import datetime
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from continuity.models import HandIn, HelpRequest, Homework, Reply
from courses.people import services as people
from courses.people.enums import Role
from courses.people.models import Membership, Person, SchoolClass, Tutorship
from tests.factories.answers import returned
from tests.factories.continuity import (
    LAST_SUMMER,
    LeaderFactory,
    StudentFactory,
    assignment,
    handed_in,
    homework_item,
    part_of,
    teaching,
)
from tests.factories.leaving import leave_school
from tests.factories.people import MembershipFactory
from tests.factories.rolls import begun

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]

YESTERDAY, TODAY = datetime.date(2026, 11, 24), datetime.date(2026, 11, 25)


def test_who_teaches_at_another_school_now_reads_nothing_of_the_one_before(client):
    given = teaching()
    school_class, teacher = given.school_class, given.teacher
    student = StudentFactory(in_class=school_class)
    Tutorship.objects.create(school_class=school_class, teacher=teacher, since=LAST_SUMMER)
    handin = handed_in(assignment(given), student)
    rolled = begun(given)
    pages = [
        reverse("continuity:student", args=[student.public_id]),
        reverse("continuity:school_class", args=[school_class.public_id]),
        reverse("continuity:roll", args=[rolled.public_id]),
    ]
    MembershipFactory(person=teacher, role=Role.TEACHER)  # at another school, too

    def reads() -> list:
        client.force_login(teacher)
        person = Person.objects.get(pk=teacher.pk)
        handins, classes = HandIn.objects.visible_to(person), SchoolClass.objects.visible_to(person)
        visible = [handins.filter(pk=handin.pk), classes.filter(pk=school_class.pk)]
        return [client.get(page).status_code for page in pages] + [
            found.exists() for found in visible
        ]

    assert reads() == [200, 200, 200, True, True]
    people.leave(
        membership=Membership.objects.get(person=teacher, organisation=school_class.school),
        last_day=YESTERDAY,
    )

    assert reads() == [404, 404, 404, False, False]


def test_a_student_is_told_of_nobody_who_has_left_and_no_question_is_lost(client):
    given = teaching()
    student = StudentFactory(in_class=given.school_class, language="en")
    homework = homework_item(part_of(given), returns="text").assignment
    client.force_login(student)
    page = reverse("continuity:hand_in", args=[homework.public_id])
    question = {"teaching": given.public_id, "text": "Je bloque."}
    assert f"{given.teacher.display_name} can read it" in client.get(page).text

    people.leave(
        membership=Membership.objects.get(
            person=given.teacher, organisation=given.school_class.school
        ),
        last_day=YESTERDAY,
    )

    assert "Whoever takes over the class can read it." in client.get(page).text
    answer = client.post(reverse("continuity:help"), question)
    assert answer.status_code == 422
    assert "Nobody teaches" in answer.text
    assert "Je bloque." in answer.text
    assert not HelpRequest.objects.exists()


def test_a_message_under_an_answer_names_who_can_read_it(client):
    given = teaching()
    student = StudentFactory(in_class=given.school_class, language="en")
    handin = handed_in(assignment(given), student)
    returned(handin, by=given.teacher)
    client.force_login(student)
    page = reverse("continuity:reply", args=[handin.public_id])

    there = client.post(page, {"text": "Merci !", "key": uuid.uuid4()}, follow=True).text
    leave_school(given.teacher, given.school_class.school)
    gone = client.post(page, {"text": "Et la suite ?", "key": uuid.uuid4()}, follow=True).text

    assert f"Who can read it: {given.teacher.display_name}." in there
    assert "Whoever takes over the class can read it." in gone


def test_a_colleague_who_gives_the_same_subject_is_named_and_nobody_is_missing(client):
    given = teaching()
    student = StudentFactory(in_class=given.school_class, language="en")
    colleague = teaching(given.school_class, subject=given.subject)
    leave_school(given.teacher, given.school_class.school)
    client.force_login(student)

    assert "nobody at the moment" not in client.get(reverse("continuity:my_classes")).text
    help_page = client.get(reverse("continuity:help")).text
    assert "nobody teaches it" not in help_page
    assert colleague.public_id in help_page


def test_the_choice_of_a_subject_that_two_give_names_them(client):
    given = teaching()
    colleague = teaching(given.school_class, subject=given.subject)
    alone = teaching(given.school_class)
    client.force_login(StudentFactory(in_class=given.school_class, language="en"))

    page = client.get(reverse("continuity:help")).text

    for one in (given, colleague):
        assert f"({given.school_class}), {one.teacher.display_name}</option>" in page
    assert f"{alone.subject} ({alone.school_class})</option>" in page


def test_a_message_under_the_answer_to_a_deleted_homework_is_not_sent_and_kept(client):
    given = teaching()
    handin = handed_in(
        assignment(given), StudentFactory(in_class=given.school_class, language="en")
    )
    returned(handin, by=given.teacher)
    client.force_login(handin.student)
    Homework.objects.update(deleted_at=timezone.now())

    page = client.get(reverse("continuity:answer", args=[handin.public_id])).text
    sent = client.post(
        reverse("continuity:reply", args=[handin.public_id]),
        {"text": "Et la suite ?", "key": uuid.uuid4()},
    )

    assert "This homework was deleted" in page
    assert 'name="text"' not in page
    assert sent.status_code == 422
    assert "Et la suite ?" in sent.text
    assert not Reply.objects.exists()


def test_what_is_said_of_a_subject_whose_teacher_left_while_a_colleague_gives_it(client):
    given = teaching()
    school = given.school_class.school
    colleague = teaching(given.school_class, subject=given.subject).teacher
    client.force_login(LeaderFactory(leads=school, language="en"))
    leave_school(given.teacher, school)

    hand_over = reverse("continuity:hand_over", args=[given.public_id])
    refused = client.post(hand_over, {"teacher": colleague.public_id}).text
    ended = client.post(
        reverse("continuity:end_teaching", args=[given.public_id]), follow=True
    ).text

    assert f"{colleague.display_name} reads and answers what waits there already" in refused
    assert "from tomorrow on" not in refused
    assert "who is no longer at the school. What was written is kept." in ended
    assert "Today is the last day on which" not in ended


def test_a_question_goes_to_nobody_whom_the_student_did_not_choose(client):
    given = teaching()
    client.force_login(StudentFactory(in_class=given.school_class, language="en"))
    page = client.get(reverse("continuity:help")).text

    sent = client.post(reverse("continuity:help"), {"teaching": "", "text": ""})

    assert '<option value="" selected>Choose a subject</option>' in page
    assert sent.status_code == 422
    assert not HelpRequest.objects.exists()
