"""A student asks for help from the week, and finds the answer beside it."""

import datetime

import pytest
import time_machine
from django.urls import reverse

from continuity.answers.services import help as help_answers
from continuity.enums import HandInState
from continuity.models import Feedback, HandIn, HelpRequest
from tests.factories.continuity import (
    MONDAY,
    SchoolClassFactory,
    StudentFactory,
    at,
    homework_item,
    lesson_item,
    part_of,
)
from tests.factories.weeks import page, teaching

pytestmark = pytest.mark.django_db
TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (MONDAY + datetime.timedelta(days=n) for n in (1, 2, 3, 4))


@pytest.fixture
def part():
    return part_of(teaching(SchoolClassFactory(name="2de 4")))


@pytest.fixture
def student(part, client):
    student = StudentFactory(in_class=part.teaching.school_class)
    client.force_login(student)
    return student


def test_the_same_question_sent_twice_is_one_and_its_answer_comes_back(client, student, part):
    item = homework_item(part, day=MONDAY, due_at=at(TUESDAY, 20))
    with time_machine.travel(at(WEDNESDAY, 8), tick=False):
        for text in ("Je bloque.", "Je bloque.", ""):
            assert (
                client.post(
                    reverse("continuity:help"), {"item": item.public_id, "text": text}
                ).status_code
                == 302
            )
        asked = page(client)
        request = HelpRequest.objects.get()
        help_answers.answer(asked=request, text="Relisez l’exemple.", by=part.teaching.teacher)
        answered = page(client)

    assert (request.teaching, request.item, request.text) == (part.teaching, item, "Je bloque.")
    assert "You asked for help: the answer will appear here." in asked
    assert "Relisez l’exemple." in answered


@pytest.mark.parametrize("about_an_item", [True, False])
def test_a_second_question_leaves_the_first_as_it_is(client, student, part, about_an_item):
    about = (
        {"item": homework_item(part).public_id}
        if about_an_item
        else {"teaching": part.teaching.public_id}
    )
    for text in ("Je bloque à la question 2.", "Et la carte, sur quelle feuille ?"):
        client.post(reverse("continuity:help"), {**about, "text": text})

    shown = client.get(reverse("continuity:help"), about).text

    assert list(HelpRequest.objects.values_list("text", flat=True)) == [
        "Je bloque à la question 2.",
        "Et la carte, sur quelle feuille ?",
    ]
    assert shown.count("You asked already:") == 2


def test_after_a_question_the_student_is_back_where_they_were(client, student, part):
    item = homework_item(part)
    here = reverse("continuity:to_hand_in")
    shown = client.get(
        reverse("continuity:help"),
        {"item": item.public_id},
        headers={"Referer": f"http://testserver{here}"},
    )
    elsewhere = client.get(
        reverse("continuity:help"), headers={"Referer": "https://evil.example/fr/week/"}
    )

    assert (shown.context["back"], elsewhere.context["back"]) == (here, "")
    sent = client.post(
        reverse("continuity:help"), {"item": item.public_id, "text": "?", "back": here}
    )
    assert sent.url == f"{here}#i-{item.public_id}"
    for other in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        sent = client.post(
            reverse("continuity:help"), {"item": item.public_id, "text": "??", "back": other}
        )
        assert (
            sent.url
            == f"{reverse('continuity:week_of', args=[part.plan.monday.isoformat()])}#i-{item.public_id}"
        )


def test_help_about_a_subject_goes_to_its_teacher_and_to_no_other(client, student, part):
    elsewhere = teaching()
    address = reverse("continuity:help")

    assert client.post(address, {"teaching": elsewhere.public_id, "text": "?"}).status_code == 422
    client.post(address, {"teaching": part.teaching.public_id, "text": "Un mot"})

    assert [(asked.teaching, asked.item) for asked in HelpRequest.objects.all()] == [
        (part.teaching, None)
    ]


def test_what_came_back_stands_beside_and_only_once_it_is_returned(client, student, part):
    item = homework_item(part, day=MONDAY, title="Le schéma")
    handin = HandIn.objects.create(
        assignment=item.assignment,
        student=student,
        state=HandInState.HANDED_IN,
        handed_in_at=at(MONDAY, 9),
        receipt_number="R1",
    )
    feedback = Feedback.objects.create(
        handin=handin, comment="Bien vu.", written_by=part.teaching.teacher
    )

    with time_machine.travel(at(MONDAY, 10), tick=False):
        before = page(client)
        feedback.returned_at = at(MONDAY, 10)
        feedback.save()
        after = page(client)

    assert "Bien vu." not in before
    assert "Answers received" in after
    assert "Bien vu." in after
    assert reverse("continuity:answer", args=[handin.public_id]) in after


@pytest.mark.parametrize("kind", ["lesson", "homework"])
def test_tick_help_and_what_comes_next_stand_on_the_page_of_the_thing(client, student, part, kind):
    first = lesson_item(part, MONDAY, title="La première")
    item = (
        lesson_item(part, TUESDAY, title="La leçon")
        if kind == "lesson"
        else homework_item(part, day=TUESDAY, title="Le travail")
    )
    last = lesson_item(part, FRIDAY + datetime.timedelta(days=3), title="La dernière")
    about = item.lesson or item.assignment
    address = reverse(f"continuity:{kind}", args=[about.public_id])

    with time_machine.travel(at(TUESDAY, 8), tick=False):
        shown = client.get(address).text
        ticked = client.post(reverse("continuity:tick"), {"done": item.public_id, "here": "1"})
        asked = client.post(
            reverse("continuity:help"),
            {"item": item.public_id, "back": address, "text": "Je bloque."},
        )
        after = client.get(address).text

    for neighbour in (first, last):
        assert reverse("continuity:lesson", args=[neighbour.lesson.public_id]) in shown
    assert f"{reverse('continuity:help')}?item={item.public_id}" in shown
    assert (ticked.url, asked.url.partition("#")[0]) == (address, address)
    assert 'aria-pressed="true"' in after
    assert "You asked for help: the answer will appear on your week." in after
