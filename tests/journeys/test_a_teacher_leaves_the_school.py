"""A teacher whose membership of a school has ended sees nothing of its classes, and no name of a student, though they teach elsewhere."""

import datetime

import pytest
from django.urls import reverse

from continuity.models import HandIn, HelpRequest
from courses.people import services as people
from courses.people.enums import Role
from courses.people.models import Membership, Person, SchoolClass, Tutorship
from tests.factories.continuity import LAST_SUMMER, StudentFactory, assignment, handed_in, homework_item, part_of, teaching
from tests.factories.people import MembershipFactory

pytestmark = pytest.mark.django_db

YESTERDAY = datetime.date(2026, 11, 24)


def test_who_teaches_at_another_school_now_reads_nothing_of_the_one_before(client):
    given = teaching()
    school_class, teacher = given.school_class, given.teacher
    student = StudentFactory(in_class=school_class)
    Tutorship.objects.create(school_class=school_class, teacher=teacher, since=LAST_SUMMER)
    handin = handed_in(assignment(given), student)
    pages = [reverse("continuity:student", args=[student.public_id]), reverse("continuity:school_class", args=[school_class.public_id])]
    MembershipFactory(person=teacher, role=Role.TEACHER)  # at another school, too

    def reads() -> list:
        client.force_login(teacher)
        person = Person.objects.get(pk=teacher.pk)
        handins, classes = HandIn.objects.visible_to(person), SchoolClass.objects.visible_to(person)
        visible = [handins.filter(pk=handin.pk), classes.filter(pk=school_class.pk)]
        return [client.get(page).status_code for page in pages] + [found.exists() for found in visible]

    assert reads() == [200, 200, True, True]
    people.leave(membership=Membership.objects.get(person=teacher, organisation=school_class.school), last_day=YESTERDAY)

    assert reads() == [404, 404, False, False]


def test_a_student_is_told_of_nobody_who_has_left_and_no_question_is_lost(client):
    given = teaching()
    student = StudentFactory(in_class=given.school_class, language="en")
    homework = homework_item(part_of(given), returns="text").assignment
    client.force_login(student)
    page = reverse("continuity:hand_in", args=[homework.public_id])
    question = {"teaching": given.public_id, "text": "Je bloque."}
    assert f"{given.teacher.display_name} can read it" in client.get(page).text

    people.leave(membership=Membership.objects.get(person=given.teacher, organisation=given.school_class.school), last_day=YESTERDAY)

    assert "Whoever takes over the class can read it." in client.get(page).text
    answer = client.post(reverse("continuity:help"), question)
    assert answer.status_code == 422
    assert "Nobody teaches" in answer.text
    assert "Je bloque." in answer.text
    assert not HelpRequest.objects.exists()
