"""An error of ours hands back what was typed, and a draft on the device goes once it is saved."""

import contextlib
import html
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.urls import reverse

from continuity.enums import HandInState
from continuity.models import HandIn, HelpRequest, Lesson
from tests.factories.answers import waiting
from tests.factories.continuity import StudentFactory, homework_item, part_of, teaching
from tests.factories.kept_texts import HERE, WORDS, a_lesson, failing, handed_back
from tests.factories.people import PlannerFactory
from tests.factories.pictures import photo
from tests.factories.rolls import begun, nine
from tests.factories.training import SessionFactory

pytestmark = pytest.mark.django_db


def a_homework(part, _student):
    return (
        part.teaching.teacher,
        reverse("continuity:new_homework", args=[part.public_id]),
        {"title": "Un schéma", "body": WORDS},
    )


def a_note(part, _student):
    return (
        part.teaching.teacher,
        reverse("continuity:new_note", args=[part.public_id]),
        {"note": WORDS},
    )


def an_answer(part, student):
    handin = waiting(part.teaching, student)
    return (
        part.teaching.teacher,
        reverse("continuity:write_answer", args=[handin.public_id]),
        {"comment": WORDS},
    )


def a_roll(part, student):
    roll = begun(part.teaching, nine())
    line = roll.lines.get(student=student)
    address = reverse("continuity:close_roll", args=[roll.public_id])
    return (
        part.teaching.teacher,
        address,
        {"revision": "0", f"status-{line.public_id}": "absent", f"reason-{line.public_id}": WORDS},
    )


def a_question(part, student):
    return student, reverse("continuity:help"), {"teaching": part.teaching.public_id, "text": WORDS}


def a_text(part, student):
    given = homework_item(part, returns="text").assignment
    return (
        student,
        reverse("continuity:hand_in", args=[given.public_id]),
        {"receipt_key": "", "text": WORDS},
    )


def a_message(_part, _student):
    address = reverse("training:message_people", args=[SessionFactory().public_id])
    return PlannerFactory(), address, {"subject": "Demain", "body": WORDS, "step": "send"}


def a_training(_part, _student):
    return PlannerFactory(), reverse("trainings:add"), {"title_fr": "Volcans", "summary_fr": WORDS}


FORMS = [
    a_lesson, a_homework, a_note, an_answer, a_roll, a_question, a_text, a_message, a_training
]  # fmt: skip


@pytest.fixture
def part():
    return part_of(teaching())


@pytest.fixture
def student(part):
    return StudentFactory(in_class=part.teaching.school_class)


def post(client, form, error: Exception | None = None, **headers):
    person, address, typed = form
    client.force_login(person)
    client.raise_request_exception = False
    with failing(error) if error else contextlib.nullcontext():
        return client.post(address, typed, **(headers or HERE))


@pytest.mark.parametrize("make", FORMS)
@pytest.mark.parametrize(
    ("error", "status"),
    [(OperationalError("database is locked"), 503), (RuntimeError("a fault"), 500)],
    ids=str,
)
def test_an_error_hands_back_what_was_typed(client, part, student, make, error, status):
    form = make(part, student)
    _person, address, typed = form

    answer = post(client, form, error)

    assert (answer.status_code, handed_back(answer)) == (status, typed)
    assert f'action="{address}"' in answer.text
    assert ("Retry-After" in answer.headers) == (status == 503)


@pytest.mark.parametrize(
    ("error", "code"),
    [(OperationalError("database is locked"), 503), (RuntimeError("a fault"), 500)],
    ids=str,
)
def test_an_error_page_says_the_same_in_both_languages(client, part, student, error, code):
    page = post(client, a_question(part, student), error).text

    assert {*re.findall(r"\((err\w+ \d+)\)", page)} == {f"error {code}", f"erreur {code}"}
    assert "What you entered is on this page, and isn’t saved yet." in page
    assert "Ce que vous avez saisi est sur cette page, et n’est pas encore enregistré." in page
    assert "hreflang" not in page  # no way home beside the words


def test_a_page_of_503_keeps_the_theme_and_says_that_what_is_there_can_be_read(
    client, part, student
):
    client.cookies["theme"] = "dark"
    readable = "ce qui s’y trouve reste lisible (erreur 503)"

    read_only = post(
        client,
        a_question(part, student),
        OperationalError("attempt to write a readonly database"),
    ).text
    away = post(client, a_question(part, student), OperationalError("gone")).text

    for page in (read_only, away):
        assert 'data-theme="dark"' in page
    assert readable in read_only
    assert "can be read (error 503)" in read_only
    assert readable not in away
    assert "Our database doesn’t answer for the moment (error 503)." in away


def test_what_was_handed_back_is_saved_once_the_database_answers(client, part, student):
    form = a_lesson(part, student)
    answer = post(client, form, OperationalError("gone"))

    saved = client.post(
        form[1],
        handed_back(answer)
        | {
            "minutes": "25",
            "day": part.plan.monday.isoformat(),
            "key": "abcde12345",
        },
        **HERE,
    )

    assert saved.status_code == 302
    assert WORDS in Lesson.objects.get().body


@pytest.mark.parametrize(
    "origin", ["https://ailleurs.example", "https://testserver", "null", "http://[", None]
)
def test_an_error_page_shows_no_words_from_another_site(client, part, student, origin):
    headers = {"HTTP_ORIGIN": origin} if origin else {"HTTP_ACCEPT": "text/html"}

    answer = post(client, a_question(part, student), OperationalError("gone"), **headers)

    assert (answer.status_code, handed_back(answer)) == (503, {})


def test_an_error_of_a_form_without_words_is_the_plain_page(client):
    client.raise_request_exception = False
    with failing(OperationalError("gone")):
        answer = client.post(
            reverse("people:login"), {"username": "a.b", "password": "secret"}, **HERE
        )

    assert answer.status_code == 503
    assert "secret" not in answer.text


def test_work_without_its_photos_is_not_handed_in_until_they_are_chosen_again(
    client, part, student
):
    given = homework_item(part).assignment
    address = reverse("continuity:hand_in", args=[given.public_id])
    key = "6d5f0c7e-93f4-4a53-9a52-0f6e8f4f7d10"
    typed = {"receipt_key": key, "text": WORDS, "photos": SimpleUploadedFile("a.jpg", photo())}
    page = post(client, (student, address, typed), OperationalError("gone"))
    again = post(client, (student, address, handed_back(page)), OperationalError("gone"))

    sent = client.post(address, handed_back(again), follow=True, **HERE)

    for shown in (page, again):
        assert handed_back(shown) == {"receipt_key": key, "text": WORDS, "files_left_out": "1"}
        assert "Files can’t be kept: choose them again afterwards." in shown.text
    assert sent.redirect_chain == [(address, 302)]
    assert "Nothing is handed in yet: choose your files again, then hand in." in sent.text
    assert html.escape(WORDS) in sent.text
    assert [one.state for one in HandIn.objects.all()] == [HandInState.COLLECTING]

    client.post(address, typed | {"photos": SimpleUploadedFile("a.jpg", photo())}, **HERE)

    assert [one.state for one in HandIn.objects.all()] == [HandInState.HANDED_IN]


def test_a_lesson_without_its_files_says_so_once_it_is_saved(client, part, student):
    teacher, address, typed = a_lesson(part, student)
    typed |= {"minutes": "25", "day": part.plan.monday.isoformat(), "key": "abcde12345"}
    files = [{"uploads": SimpleUploadedFile("a.jpg", photo())} for _ in range(2)]
    page = post(client, (teacher, address, typed | files[0]), OperationalError("gone"))

    saved = client.post(address, handed_back(page), follow=True, **HERE)
    whole = client.post(address, typed | files[1] | {"key": "fghij67890"}, follow=True, **HERE)

    lessons = Lesson.objects.order_by("pk")
    assert all(WORDS in one.body for one in lessons)
    assert [one.attachments.count() for one in lessons] == [0, 1]
    said = "Your text is saved, without the files that came with it: add them again."
    assert said in saved.text
    assert said not in whole.text


def test_that_files_are_missing_is_said_beside_another_warning(client, part, student):
    _teacher, address, typed = form = a_lesson(part, student)
    typed |= {"minutes": "25", "day": part.plan.monday.isoformat(), "key": "abcde12345"}
    typed["body"] += r" \(\frac{1\)"
    file = {"uploads": SimpleUploadedFile("a.jpg", photo())}
    page = post(client, (form[0], address, typed | file), OperationalError("gone"))

    saved = client.post(address, handed_back(page), follow=True, **HERE)

    assert "Some formulas can’t be read: they are shown as you typed them." in saved.text
    assert "Your text is saved, without the files that came with it: add them again." in saved.text


def cookies_after(client, form, **more) -> list[str]:
    person, address, typed = form
    if person:
        client.force_login(person)
    client.post(address, typed | {"draft": "abc123"} | more, **HERE)
    return [name for name in client.cookies if name.startswith("saved-")]


def test_a_saved_form_names_its_draft_and_a_refused_one_does_not(client, part, student):
    _person, address, typed = a_question(part, student)

    assert cookies_after(client, (student, address, {"teaching": "nobody", "text": WORDS})) == []
    assert cookies_after(client, (student, address, typed)) == ["saved-abc123"]
    assert HelpRequest.objects.get().text == WORDS


def test_a_draft_of_somebody_who_is_not_logged_in_stays(client, part, student):
    assert cookies_after(client, (None, reverse("continuity:tick"), {"done": "nothing"})) == []


@pytest.mark.parametrize("name", ["", "x" * 40, "a;b", "Ab cd", "../x"])
def test_nothing_but_the_name_of_a_draft_comes_into_a_cookie(client, part, student, name):
    assert cookies_after(client, a_question(part, student), draft=name) == []


def test_marks_of_a_roll_come_back_after_a_login_that_expired(client, part, student):
    _person, address, typed = a_roll(part, student)

    answer = client.post(address, typed, **HERE)

    assert (answer.status_code, handed_back(answer)) == (403, typed)


def test_a_message_to_participants_comes_back_after_a_login_that_expired(client, part, student):
    _person, address, typed = a_message(part, student)

    answer = client.post(address, typed, **HERE)

    assert (answer.status_code, handed_back(answer)) == (403, typed)
