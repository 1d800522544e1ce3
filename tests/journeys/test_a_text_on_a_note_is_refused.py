"""A contest or an answer that is too long: nothing is sent, and the page says so where it begins, with
all that was typed.
"""

import re

import pytest
from django.urls import reverse
from django.utils import translation

from tests.factories.deliveries import NotePages, october_note, on
from tests.factories.markup import shows, tidy
from tests.factories.people import OfficerFactory, PlannerFactory
from training.models import Sheet
from training.services import deliveries

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-12T12:00")]

TOO_LONG = "The invoice says something else. " * 16 + "The end."
BOTH = pytest.mark.parametrize(
    ("door", "field", "writes"),
    [("contest_note", "reason", OfficerFactory), ("answer_note", "answer", PlannerFactory)],
    ids=["a contest", "an answer"],
)


@pytest.fixture
def note():
    return october_note()


@pytest.fixture
def colleague():
    return OfficerFactory(given_name="Romane", family_name="Aubépine")


@pytest.fixture
def press(client, note):
    return NotePages(client, note)


@BOTH
def test_words_that_are_too_long_come_back_whole_and_the_page_says_so_first(
    note, colleague, press, door, field, writes
):
    """The error stood below the table, two screens of a phone further down; a browser cut what was pasted
    at 500, silently.
    """
    deliveries.contest(note=note, reason="Too long", by=colleague, now=on(4))

    refused = press(writes(language="en"), door, **{field: TOO_LONG})()

    assert refused.status_code == 422
    assert TOO_LONG in refused.text
    assert "maxlength" not in refused.text.split(f'name="{field}"')[1].split(">")[0]
    (warning,) = re.findall(r'<div class="notice is-warn".*?</div>', tidy(refused.text))
    assert 'tabindex="-1" autofocus' in warning
    assert "Nothing was sent: correct this first." in warning
    assert f'<a href="#id_{field}">' in warning
    assert f"Your text has {len(TOO_LONG)} characters; at most 500." in warning
    assert refused.text.index("Nothing was sent") < refused.text.index("Dates that were held")


def test_in_french_the_page_says_how_long_the_text_is(note, press):
    with translation.override("fr"):
        refused = press(OfficerFactory(language="fr"), "contest_note", reason="x" * 501)()

    assert "Votre texte a 501 caractères\N{NARROW NO-BREAK SPACE}; 500 au plus." in refused.text


def notice_of(page: str) -> str:
    return page.split('role="alert" tabindex="-1" autofocus')[1].split("</div>")[0]


def copied(page: str) -> str:
    return notice_of(page).split("went to nobody")[1].split("</blockquote>")[0]


def test_a_long_contest_of_a_note_replaced_meanwhile_is_shown_to_be_copied(note, press):
    contest = press(OfficerFactory(language="en"), "contest_note", reason=TOO_LONG)
    Sheet.objects.update(real_minutes=80)
    deliveries.correct(note=note, by=PlannerFactory(), now=on(4))

    refused = contest()

    assert refused.status_code == 409
    notice = notice_of(refused.text)
    assert shows(notice, "This note was replaced by no. 2026-0002.")
    assert (
        f'href="{reverse("training:delivery_note", args=[note.replacement.public_id])}"' in notice
    )
    assert TOO_LONG in copied(refused.text)
    assert "Nothing was sent" not in refused.text


def test_a_long_answer_to_a_note_found_right_meanwhile_says_by_whom(note, colleague, press):
    deliveries.contest(note=note, reason="Too long", by=colleague, now=on(4))
    answer = press(PlannerFactory(language="en"), "answer_note", answer=TOO_LONG)
    deliveries.find_right(note=note, by=colleague, now=on(5))

    refused = answer()

    assert refused.status_code == 409
    assert shows(refused.text, "Romane Aubépine found this note right in the meantime")
    assert TOO_LONG in copied(refused.text)
    assert "Nothing was sent" not in refused.text


def test_a_text_that_is_too_long_is_not_taken_as_if_typed_on_a_newer_page(note, colleague, press):
    officer = OfficerFactory(language="en")
    contest = press(officer, "contest_note", reason=TOO_LONG)
    deliveries.contest(note=note, reason="13 October is missing.", by=colleague, now=on(4))
    too_long = contest()
    assert too_long.status_code == 422

    refused = press.on(too_long.text, officer, "contest_note", reason="An hour too many.")()

    assert shows(refused.text, "Romane Aubépine contested this note in the meantime")
    note.refresh_from_db()
    assert note.reason == "13 October is missing."


@pytest.mark.parametrize("name", ["find_note_right", "contest_note", "answer_note", "correct_note"])
def test_an_address_of_a_note_s_form_leads_back_to_the_note(client, note, name):
    """A refusal is shown there: its other language, and *Discard* of a draft, were an empty 405."""
    client.force_login(OfficerFactory(language="en"))
    with translation.override("fr"):
        address = reverse(f"training:{name}", args=[note.public_id])
        page = reverse("training:delivery_note", args=[note.public_id])

    answer = client.get(address)

    assert (answer.status_code, answer.url) == (302, page)
    assert client.delete(address).status_code == 405
