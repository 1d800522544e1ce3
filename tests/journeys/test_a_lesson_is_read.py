"""Who reads a lesson: long after its week, from another class, as a draft."""

import io

import pytest
from django.urls import reverse

from continuity.storage import private
from tests.factories.continuity import (
    MONDAY,
    StudentFactory,
    class_hour,
    lesson_item,
    part_of,
    teaching,
)
from tests.factories.people import TeacherFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def part():
    return part_of(teaching(), published=False)


def test_a_student_reads_it_long_after_the_week_with_formulas_room_and_files(client):
    part = part_of(teaching())
    item = lesson_item(
        part, title="Les puissances", body=r"<p>On a \( x^2 &lt; 4 \).</p>", minutes=35
    )
    item.class_hour = class_hour(part.teaching, place="B204")
    item.save()
    student = StudentFactory(in_class=part.teaching.school_class)
    client.force_login(student)

    answer = client.get(reverse("continuity:lesson", args=[item.lesson.public_id]))

    assert "<msup><mi>x</mi><mn>2</mn></msup><mo>&lt;</mo><mn>4</mn>" in answer.text
    assert "Room: B204" in answer.text
    assert "35\u00a0min" in answer.text
    assert "Change this lesson" not in answer.text


def test_who_changes_class_keeps_the_lessons_of_the_old_one_and_no_later_ones(client):
    part = part_of(teaching())
    before, after = (
        lesson_item(part, MONDAY, title="Avant"),
        lesson_item(part, MONDAY.replace(day=1, month=12), title="Après"),
    )
    student = StudentFactory(in_class=part.teaching.school_class)
    student.class_memberships.update(until=MONDAY.replace(day=1, month=12))
    client.force_login(student)

    read = [
        client.get(reverse("continuity:lesson", args=[item.lesson.public_id])).status_code
        for item in (before, after)
    ]

    assert read == [200, 404]


def test_a_draft_is_read_by_its_teacher_alone(client):
    part = part_of(teaching(), published=False)
    item = lesson_item(part)
    stored = private().save("attachments/x", io.BytesIO(b"%PDF-1.4"))
    item.lesson.attachments.create(
        owner=item.lesson.author,
        file=stored,
        name="a.pdf",
        media_type="application/pdf",
        size_bytes=1,
    )
    pages = [
        reverse("continuity:lesson", args=[item.lesson.public_id]),
        reverse("continuity:attachment", args=[item.lesson.attachments.get().public_id]),
    ]
    answers = {}

    for person in (
        part.teaching.teacher,
        StudentFactory(in_class=part.teaching.school_class),
        TeacherFactory(),
    ):
        client.force_login(person)
        answers[person] = [client.get(page).status_code for page in pages]

    assert list(answers.values()) == [[200, 200], [404, 404], [404, 404]]


@pytest.mark.parametrize("files", [1, 12])
def test_a_lesson_is_read_with_as_many_queries_whatever_it_holds(
    client, files, django_assert_num_queries
):
    part = part_of(teaching())
    item = lesson_item(part, body="<p>x</p>" * files)
    for number in range(files):
        item.lesson.attachments.create(
            owner=item.lesson.author,
            file="attachments/x",
            name="a",
            media_type="image/jpeg",
            size_bytes=1,
            is_picture=True,
            number=number,
        )
    client.force_login(StudentFactory(in_class=part.teaching.school_class))
    page = reverse("continuity:lesson", args=[item.lesson.public_id])
    client.get(page)

    with django_assert_num_queries(15):
        client.get(page)
