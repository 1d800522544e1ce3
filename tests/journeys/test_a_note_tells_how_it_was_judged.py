"""The history of a delivery note: each contest, answer and judgement once, as it was, by whom and when."""

import html
import re

import pytest
from django.urls import reverse
from wagtail.models import ModelLogEntry

from tests.factories.deliveries import NotePages, october_note, on
from tests.factories.markup import shows, tidy
from tests.factories.people import OfficerFactory, PlannerFactory
from training.models import Sheet
from training.services import deliveries

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-12T12:00")]


@pytest.fixture
def note():
    return october_note()


@pytest.fixture
def officer():
    return OfficerFactory(given_name="Romane", family_name="Aubépine")


@pytest.fixture
def planner():
    return PlannerFactory(given_name="Paul", family_name="Noyer")


def told(client, note) -> tuple[list[str], list[str]]:
    """Versions, acts with who and when, and quotes: beside the state, and under *How it came about*."""
    client.force_login(OfficerFactory(language="en"))
    page = tidy(client.get(reverse("training:delivery_note", args=[note.public_id])).text)
    found = []
    for name in ("check", "history"):
        part = page.split(f'aria-labelledby="{name}"')[1].split("</section>")[0].split("<form")[0]
        parts = re.findall(r"<(?:h3|blockquote|p)\b[^>]*>(.*?)</(?:h3|blockquote|p)>", part)
        words = [" ".join(re.sub("<[^>]*>", " ", one).split()) for one in parts]
        found.append([html.unescape(one) for one in words if not re.search(IS_ABOUT_A_NOTE, one)])
    beside, history = found
    return beside, history


IS_ABOUT_A_NOTE = "doesn’t change any more|corrected note"
RIGHT_ON_6 = ["Right", "Romane Aubépine, 6 November 2026"]
CONTEST = ["Contested Romane Aubépine, 4 November 2026", "13 October is missing."]
ANSWER = ["Answer of the training planners Paul Noyer, 5 November 2026", "It fell out."]


@pytest.mark.parametrize("is_answered", [True, False])
def test_a_note_found_right_after_a_contest_tells_who_did_each_and_when(
    client, note, officer, planner, is_answered
):
    """The judgement took the place of the contest's name and day; of one without an answer the words were
    gone with the log.
    """
    deliveries.contest(note=note, reason="13 October is missing.", by=officer, now=on(4))
    if is_answered:
        deliveries.answer(note=note, words="It fell out.", by=planner, now=on(5))
    contested = told(client, note)
    deliveries.find_right(note=note, by=officer, now=on(6))

    right = told(client, note)
    ModelLogEntry.objects.all().delete()  # after a year

    answer = ANSWER if is_answered else []
    state = "Contested, an answer to read" if is_answered else "Contested"
    assert contested == ([state, "Romane Aubépine, 4 November 2026", CONTEST[1], *answer], [])
    assert right == ([*RIGHT_ON_6, *CONTEST, *answer], [])
    assert told(client, note) == ([*RIGHT_ON_6, "Contested", CONTEST[1], *answer], [])


@pytest.mark.parametrize("is_answered", [True, False])
def test_a_note_contested_again_tells_one_contest_and_that_it_was_found_right(
    client, note, officer, planner, is_answered
):
    deliveries.contest(note=note, reason="13 October is missing.", by=officer, now=on(4))
    if is_answered:
        deliveries.answer(note=note, words="It fell out.", by=planner, now=on(5))
    deliveries.find_right(note=note, by=officer, now=on(6))
    while_right = told(client, note)

    deliveries.contest(note=note, reason="Its sheet is closed now.", by=planner, now=on(7))

    version, answer = f"Version 1, no. {note.number}", ANSWER if is_answered else []
    assert told(client, note) == (
        ["Contested", "Paul Noyer, 7 November 2026", "Its sheet is closed now."],
        [version, *CONTEST, *answer, "Found right Romane Aubépine, 6 November 2026"],
    )
    assert while_right == ([*RIGHT_ON_6, *CONTEST, *answer], [])


def test_an_answer_that_another_one_replaces_is_told_in_the_history(client, note, officer, planner):
    deliveries.contest(note=note, reason="13 October is missing.", by=officer, now=on(4))
    for words in ("It fell out.", "It fell out, the trainer was ill."):
        deliveries.answer(note=note, words=words, by=planner, now=on(5))
    _beside, contested = told(client, note)
    deliveries.find_right(note=note, by=officer, now=on(6))

    _beside, right = told(client, note)

    assert contested == right == [f"Version 1, no. {note.number}", *ANSWER]


def test_a_replaced_version_tells_both_answers_after_the_contest(client, note, officer, planner):
    deliveries.contest(note=note, reason="13 October is missing.", by=officer, now=on(4))
    deliveries.answer(note=note, words="I ask.", by=planner, now=on(5))
    deliveries.answer(note=note, words="It fell out.", by=planner, now=on(6))
    Sheet.objects.update(real_minutes=80)
    second = deliveries.correct(note=note, by=planner, now=on(7))

    _beside, history = told(client, second)

    words = [line for line in history if line in (CONTEST[1], "I ask.", "It fell out.")]
    assert words == [CONTEST[1], "I ask.", "It fell out."]


def test_a_note_that_nobody_judged_or_that_is_right_has_no_history(client, note, officer):
    untouched = told(client, note)
    deliveries.find_right(note=note, by=officer, now=on(6))

    assert untouched == (["To check"], [])
    assert told(client, note) == (RIGHT_ON_6, [])


def test_what_is_pressed_twice_is_told_once(client, note, officer, planner):
    """A form may arrive twice: "found right" stood there as the state and as history."""
    for day in (4, 5):
        deliveries.contest(note=note, reason="13 October is missing.", by=officer, now=on(day))
    for day in (5, 6):
        deliveries.answer(note=note, words="It fell out.", by=planner, now=on(day))
    once = told(client, note)
    deliveries.contest(note=note, reason="13 October is missing.", by=officer, now=on(6))
    for day in (6, 7):
        deliveries.find_right(note=note, by=officer, now=on(day))

    state = ["Contested, an answer to read", "Romane Aubépine, 4 November 2026", CONTEST[1]]
    assert once == ([*state, *ANSWER], [])
    again = ["Contested Romane Aubépine, 6 November 2026", CONTEST[1]]
    history = [f"Version 1, no. {note.number}", *CONTEST, *ANSWER]
    assert told(client, note) == ([*RIGHT_ON_6, *again], history)


def test_a_corrected_note_tells_contests_under_the_version_they_were_of(
    client, note, officer, planner
):
    """Those of two notes stood under one heading."""
    deliveries.contest(note=note, reason="13 October is missing.", by=officer, now=on(4))
    deliveries.answer(note=note, words="It fell out.", by=planner, now=on(5))
    Sheet.objects.update(real_minutes=80)
    second = deliveries.correct(note=note, by=planner, now=on(6))
    deliveries.contest(note=second, reason="80 minutes?", by=officer, now=on(7))
    deliveries.find_right(note=second, by=officer, now=on(8))
    deliveries.contest(note=second, reason="Still 80?", by=officer, now=on(9))
    Sheet.objects.update(real_minutes=90)
    third = deliveries.correct(note=second, by=planner, now=on(10))

    beside, history = told(client, third)

    of_first = [f"Version 1, no. {note.number}", "Made on 3 November 2026", *CONTEST, *ANSWER]
    of_second = [
        *(f"Version 2, no. {second.number}", "Made on 6 November 2026"),
        *("Contested Romane Aubépine, 7 November 2026", "80 minutes?"),
        "Found right Romane Aubépine, 8 November 2026",
        *("Contested Romane Aubépine, 9 November 2026", "Still 80?"),
    ]
    assert (beside, history) == (["To check"], [*of_first, *of_second])
    replaced, before = told(client, note)
    state = [f"Replaced by no. {second.number}", "Before it was replaced", "Contested"]
    assert (replaced, before) == (
        [*state, "Romane Aubépine, 4 November 2026", CONTEST[1], *ANSWER],
        [],
    )


def test_the_head_of_a_contested_note_says_by_whom_and_when(client, note, officer, planner):
    """Printed, the page has no column at its side; a contested note looked like one to be paid."""

    def head() -> str:
        page = NotePages(client, note).open(OfficerFactory(language="en"))
        return page.split("<h1")[1].split("<aside")[0]

    contested = "Contested by Romane Aubépine on 4 November 2026."
    to_check = head()
    deliveries.contest(note=note, reason="13 October is missing.", by=officer, now=on(4))
    waits = head()
    Sheet.objects.update(real_minutes=80)
    deliveries.correct(note=note, by=planner, now=on(5))

    assert [shows(one, contested) for one in (to_check, waits, head())] == [False, True, False]
