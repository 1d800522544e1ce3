"""A page of a delivery note is older than what a colleague did with the note: a press on it is refused
with who did what and when, so that no contest, judgement or answer is lost unread.
"""

import pytest
from django.urls import reverse
from wagtail.models import ModelLogEntry

from tests.factories.catalogue import ResourceFactory
from tests.factories.deliveries import NotePages, delivered, october_note, on
from tests.factories.markup import shows
from tests.factories.people import OfficerFactory, PlannerFactory, TeacherFactory, TrainerFactory
from training.enums import DeliveryState
from training.models import DeliveryNote
from training.services import deliveries

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-12T12:00")]


@pytest.fixture
def resource():
    return ResourceFactory()


@pytest.fixture
def trainer(resource):
    return TrainerFactory(works_for=resource.provider)


@pytest.fixture
def note(resource, trainer):
    return october_note(resource, trainer)


@pytest.fixture
def colleague():
    return OfficerFactory(given_name="Romane", family_name="Aubépine")


@pytest.fixture
def planner():
    return PlannerFactory(given_name="Paul", family_name="Noyer", language="en")


@pytest.fixture
def press(client, note):
    return NotePages(client, note)


def state_of(note) -> tuple[str, str, str]:
    note = DeliveryNote.objects.get(pk=note.pk)
    return note.state, note.reason, note.answer


CONTESTED = "Romane Aubépine contested this note in the meantime (Wednesday 4 November 2026, 09:00)"
FOUND_RIGHT = (
    "Romane Aubépine found this note right in the meantime (Wednesday 4 November 2026, 09:00)"
)
CONTESTED_FIRST = (
    "Nothing was changed. Where the note isn’t right, an officer of the Region contests it first."
)
ANSWERED = (
    "Paul Noyer answered the contest of this note in the meantime (Thursday 5 November 2026, 09:00)"
)


def test_right_pressed_on_an_older_page_leaves_the_contest_of_a_colleague(
    client, note, colleague, planner, press
):
    """The contest was gone from the planners' first page, and nobody had answered it."""
    officer = OfficerFactory(language="en")
    find_right = press(officer, "find_note_right")
    deliveries.contest(note=note, reason="13 October is missing.", by=colleague, now=on(4))

    refused = find_right()

    assert shows(refused.text, CONTESTED)
    assert shows(refused.text, "13 October is missing.")
    assert state_of(note) == (DeliveryState.CONTESTED, "13 October is missing.", "")
    client.force_login(planner)
    assert "13 October is missing." in client.get(reverse("today:home"), follow=True).text
    press.on(refused.text, officer, "find_note_right")()  # it has been read now
    assert state_of(note)[0] == DeliveryState.RIGHT


def test_a_contest_on_an_older_page_says_who_found_the_note_right_and_keeps_its_words(
    note, colleague, press
):
    officer = OfficerFactory(language="en")
    contest = press(officer, "contest_note", reason="An hour too many.")
    deliveries.find_right(note=note, by=colleague, now=on(4))

    refused = contest()

    assert refused.status_code == 409
    notice = refused.text.split('role="alert" tabindex="-1" autofocus')[1].split("</div>")[0]
    assert shows(notice, FOUND_RIGHT)
    assert 'href="#id_reason">What you wrote went to nobody: it is still in its box.' in notice
    assert "An hour too many." in refused.text.split('id="id_reason"')[1].split("</textarea>")[0]
    assert state_of(note) == (DeliveryState.RIGHT, "", "")
    press.on(refused.text, officer, "contest_note", reason="An hour too many.")()
    assert state_of(note) == (DeliveryState.CONTESTED, "An hour too many.", "")


def test_a_contest_on_an_older_page_does_not_replace_one_of_a_colleague(note, colleague, press):
    contest = press(OfficerFactory(language="en"), "contest_note", reason="An hour too many.")
    deliveries.contest(note=note, reason="13 October is missing.", by=colleague, now=on(4))

    refused = contest()

    assert shows(refused.text, CONTESTED)
    assert state_of(note) == (DeliveryState.CONTESTED, "13 October is missing.", "")


@pytest.mark.parametrize(
    ("name", "typed"),
    [("find_note_right", {}), ("contest_note", {"reason": "Which one?"})],
    ids=["right", "contested again"],
)
def test_an_answer_is_read_before_the_note_is_judged_again(
    note, colleague, planner, press, name, typed
):
    deliveries.contest(note=note, reason="13 October is missing.", by=colleague, now=on(4))
    judge = press(OfficerFactory(language="en"), name, **typed)
    deliveries.answer(note=note, words="It fell out.", by=planner, now=on(5))

    refused = judge()

    assert shows(refused.text, ANSWERED)
    assert state_of(note) == (DeliveryState.CONTESTED, "13 October is missing.", "It fell out.")


def test_an_answer_is_given_to_the_contest_that_the_planner_read(note, colleague, planner, press):
    deliveries.contest(note=note, reason="An hour too many.", by=colleague, now=on(3))
    answer = press(planner, "answer_note", answer="It is 90 minutes.")
    deliveries.contest(note=note, reason="13 October is missing.", by=colleague, now=on(4))

    refused = answer()

    assert refused.status_code == 409
    assert shows(refused.text, CONTESTED)
    assert "It is 90 minutes." in refused.text.split("<textarea")[1].split("</textarea>")[0]
    assert state_of(note) == (DeliveryState.CONTESTED, "13 October is missing.", "")
    press.on(refused.text, planner, "answer_note", answer="It fell out.")()
    assert state_of(note)[2] == "It fell out."


def quoted(page: str) -> str:
    return page.split("went to nobody")[1].split("</blockquote>")[0]


def test_an_answer_to_a_note_found_right_meanwhile_is_shown_to_be_copied(
    note, colleague, planner, press
):
    deliveries.contest(note=note, reason="13 October is missing.", by=colleague, now=on(3))
    answer = press(planner, "answer_note", answer="It fell out.")
    deliveries.find_right(note=note, by=colleague, now=on(4))

    refused = answer()

    assert refused.status_code == 409
    assert shows(refused.text, f"{FOUND_RIGHT}. {CONTESTED_FIRST}")
    assert "It fell out." in quoted(refused.text)
    assert state_of(note)[2] == ""


def test_a_judgement_after_an_answer_names_who_judged(note, colleague, planner, press):
    deliveries.contest(note=note, reason="13 October is missing.", by=colleague, now=on(3))
    deliveries.answer(note=note, words="It fell out.", by=planner, now=on(3))
    contest = press(OfficerFactory(language="en"), "contest_note", reason="An hour too many.")
    deliveries.find_right(note=note, by=colleague, now=on(4))

    assert shows(contest().text, FOUND_RIGHT)


@pytest.fixture
def with_another_date(note, resource, trainer):
    """Closed since, so that a corrected note would say something else."""
    delivered(resource, trainer, "2026-10-13", present=TeacherFactory.create_batch(6))


def test_a_contest_is_read_before_a_corrected_note_ends_it(
    note, with_another_date, colleague, planner, press
):
    correct = press(planner, "correct_note")
    deliveries.contest(note=note, reason="An hour too many.", by=colleague, now=on(4))

    refused = correct()

    assert shows(refused.text, CONTESTED)
    assert DeliveryNote.objects.get() == note
    press.on(refused.text, planner, "correct_note")()
    assert DeliveryNote.objects.count() == 2


def test_a_contest_of_a_note_replaced_meanwhile_is_shown_to_be_copied(
    note, with_another_date, planner, press
):
    contest = press(OfficerFactory(language="en"), "contest_note", reason="13 October is missing.")
    deliveries.correct(note=note, by=planner, now=on(4))

    refused = contest()

    assert refused.status_code == 409
    assert shows(refused.text, "was replaced by no. 2026-0002")
    assert "13 October is missing." in quoted(refused.text)


def test_a_correction_of_a_note_found_right_meanwhile_says_by_whom(
    note, with_another_date, colleague, planner, press
):
    correct = press(planner, "correct_note")
    deliveries.find_right(note=note, by=colleague, now=on(4))

    assert shows(correct().text, f"{FOUND_RIGHT}. {CONTESTED_FIRST}")


@pytest.mark.parametrize(
    ("name", "typed", "quotes"),
    [("answer_note", {"answer": "It fell out."}, True), ("correct_note", {}, False)],
)
def test_a_note_contested_and_replaced_meanwhile_leads_to_the_one_that_replaces_it(
    note, with_another_date, colleague, planner, press, name, typed, quotes
):
    """It read that a colleague had contested the note, which is over."""
    deliveries.contest(note=note, reason="An hour too many.", by=colleague, now=on(3))
    old = press(planner, name, **typed)
    deliveries.contest(note=note, reason="13 October is missing.", by=colleague, now=on(4))
    deliveries.correct(note=note, by=colleague, now=on(4))

    refused = old()

    replaced = "This note was replaced by no. 2026-0002. Go on with the note that replaces it."
    assert shows(refused.text, replaced)
    assert "in the meantime" not in refused.text
    assert ("It fell out." in refused.text) is quotes


@pytest.mark.parametrize(
    ("does", "name", "words"),
    [
        ("contest", "find_note_right", "You contested this note in the meantime"),
        ("find_right", "contest_note", "You found this note right in the meantime"),
        ("answer", "answer_note", "You answered the contest of this note in the meantime"),
    ],
)
def test_what_one_did_in_another_tab_is_told_to_oneself(
    note, colleague, planner, press, does, name, words
):
    """ "Romane Aubépine contested this note" read Romane Aubépine."""
    who = planner if does == "answer" else OfficerFactory(language="en")
    if does == "answer":
        deliveries.contest(note=note, reason="An hour too many.", by=colleague, now=on(3))
    older_tab = press(who, name, reason="One more.", answer="It stays.")
    said = {"contest": {"reason": "A date is missing."}, "answer": {"words": "It fell out."}}
    getattr(deliveries, does)(note=note, by=who, now=on(4), **said.get(does, {}))

    refused = older_tab()

    assert shows(refused.text, f"{words} (Wednesday 4 November 2026, 09:00)")
    assert shows(refused.text, "then press again if it still holds")


@pytest.mark.parametrize(
    ("name", "typed"),
    [("find_note_right", {}), ("contest_note", {"reason": "One more."}), ("correct_note", {})],
)
def test_a_press_that_says_nothing_of_its_page_leaves_a_contest(
    client, note, with_another_date, colleague, name, typed
):
    """A page that was open before the release that sends it."""
    deliveries.contest(note=note, reason="An hour too many.", by=colleague, now=on(4))
    client.force_login(OfficerFactory(language="en"))

    refused = client.post(reverse(f"training:{name}", args=[note.public_id]), typed, follow=True)

    assert shows(refused.text, CONTESTED)
    assert state_of(note) == (DeliveryState.CONTESTED, "An hour too many.", "")


def test_a_press_of_a_page_of_the_release_before_is_taken_where_nobody_judged(client, note):
    client.force_login(OfficerFactory())

    client.post(reverse("training:find_note_right", args=[note.public_id]))

    assert state_of(note)[0] == DeliveryState.RIGHT


def test_a_double_press_is_taken_once_and_logged_once(note, planner, press):
    """The second form is as old as the first."""
    officer, said = OfficerFactory(language="en"), []
    for person, name, typed in (
        (officer, "contest_note", {"reason": "13 October is missing."}),
        (planner, "answer_note", {"answer": "It fell out."}),
        (officer, "find_note_right", {}),
    ):
        button = press(person, name, **typed)
        said.append([("in the meantime" in button().text) for _press in range(2)])

    entries = ModelLogEntry.objects.get_for_model(DeliveryNote).order_by("pk")
    assert said == [[False, False]] * 3
    assert list(entries.values_list("action", flat=True)) == [
        "training.check_delivery_note",
        "training.answer_delivery_note",
        "training.check_delivery_note",
    ]
