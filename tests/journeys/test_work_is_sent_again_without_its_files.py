"""Work whose photos couldn't be kept: its text is sent again, and the words say what is handed in by then."""

import datetime
import html
import re
import uuid

import pytest

from continuity.enums import HandInState, Returns, Verdict
from continuity.handins.services import handins as services
from continuity.handins.values import TEXT_CHARACTERS
from continuity.models import HandIn
from courses.dates import day_and_hour
from tests.factories import handins
from tests.factories.answers import returned
from tests.factories.continuity import StudentFactory, teaching
from tests.factories.hand_in_forms import address, files, give, send, versions
from tests.factories.kept_texts import HERE, WORDS, handed_back

pytestmark = pytest.mark.django_db
NOTHING = "Nothing is handed in yet"
CHOOSE_AGAIN = "Files that had come with this text weren’t kept: choose them again, then hand in."
GENERAL = "Your text is saved, without the files"


@pytest.fixture
def given(time_machine):
    given = give(teaching())
    time_machine.move_to(given.due_at - datetime.timedelta(hours=9))
    return given


@pytest.fixture
def student(given, client):
    student = StudentFactory(in_class=given.teaching.school_class, language="en")
    client.force_login(student)
    return student


@pytest.fixture
def kept(given, student, client) -> dict[str, str]:
    """What the page of a login that has ended sends again."""
    client.logout()
    form = {"receipt_key": uuid.uuid4(), "replaces": "", "text": WORDS, "photos": files(b"a photo")}
    page = client.post(address(given), form, **HERE)
    client.force_login(student)
    return handed_back(page)


def again(client, given, fields):
    return client.post(address(given), fields, follow=True, **HERE)


@pytest.mark.parametrize("same_form", [True, False])
def test_work_that_was_handed_in_in_another_tab_is_said_to_be_handed_in(
    given, student, client, kept, same_form
):
    more = {"receipt_key": kept["receipt_key"]} if same_form else {}
    send(client, given, handins.a_photo(), text=WORDS, replaces="", **more)

    shown = again(client, given, kept)

    number = HandIn.objects.get().receipt_number
    assert shown.resolver_match.view_name == "continuity:receipt"
    assert f"This is handed in already: receipt no. {number}." in shown.text
    assert "Files that you had chosen beside your text aren’t added" in shown.text
    assert NOTHING not in shown.text
    assert GENERAL not in shown.text
    assert versions() == [(HandInState.HANDED_IN, WORDS, 1)]


def test_another_text_waits_beside_the_work_that_stands(given, student, client, kept):
    handins.handed_in(given, student, text="Un autre texte.")

    shown = again(client, given, kept)

    assert shown.resolver_match.view_name == "continuity:hand_in"
    moment = day_and_hour(HandIn.objects.get(state=HandInState.HANDED_IN).handed_in_at)
    said = f"What you handed in on {moment} counts. Your text waits as a new version, which isn’t"
    assert f"{said} handed in yet: choose your files again, then hand in." in shown.text
    assert NOTHING not in shown.text
    assert html.escape(WORDS) in shown.text
    assert [(state, text) for state, text, _parts in versions()] == [
        (HandInState.HANDED_IN, "Un autre texte."),
        (HandInState.COLLECTING, WORDS),
    ]


def test_a_version_that_was_begun_already_is_said_not_to_be_handed_in(given, student, client, kept):
    handins.handed_in(given, student, text=WORDS)
    services.begin_again(assignment=given, student=student)
    HandIn.objects.filter(state=HandInState.COLLECTING).update(text="Une suite.")

    shown = again(client, given, kept)

    assert "counts. A new version isn’t handed in yet: choose your files again" in shown.text
    assert "Your text waits" not in shown.text
    assert NOTHING not in shown.text


def test_work_to_be_done_again_is_led_to_its_form(given, student, client, kept):
    first = handins.handed_in(given, student, text=WORDS)
    returned(first, verdict=Verdict.AGAIN)

    shown = again(client, given, kept | {"text": ""})

    assert shown.resolver_match.view_name == "continuity:hand_in"
    assert "A new version isn’t handed in yet: choose your files again" in shown.text
    assert "This is handed in already" not in shown.text


@pytest.mark.parametrize("asked", [Returns.PHOTOS, Returns.TEXT])
def test_a_text_that_is_refused_asks_for_its_files_again(given, student, client, kept, asked):
    given.homework.returns = asked
    given.homework.save()
    too_long = kept | {"text": "a" * (TEXT_CHARACTERS + 1)}

    refused = again(client, given, too_long)
    too_long.pop("files_left_out")
    without_files = again(client, given, too_long)

    assert [page.status_code for page in (refused, without_files)] == [422, 422]
    assert (CHOOSE_AGAIN in refused.text) is (asked == Returns.PHOTOS)
    assert CHOOSE_AGAIN not in without_files.text


def test_work_that_takes_nothing_any_more_asks_for_no_files(
    given, student, client, kept, time_machine
):
    handins.handed_in(given, student)
    time_machine.move_to(given.due_at + datetime.timedelta(hours=1))
    client.force_login(student)

    refused = again(client, given, kept | {"text": "a" * (TEXT_CHARACTERS + 1)})

    assert refused.status_code == 422
    assert "It could be replaced until" in refused.text
    assert CHOOSE_AGAIN not in refused.text


def test_photos_alone_are_asked_for_again(given, student, client, kept):
    shown = again(client, given, kept | {"text": ""})

    assert f"{NOTHING}: choose your files again, then hand in." in shown.text
    assert "Your text is kept" not in shown.text
    assert not HandIn.objects.exists()


def test_photos_without_a_word_are_not_said_to_be_a_text(given, student, client):
    client.logout()
    form = {"receipt_key": uuid.uuid4(), "replaces": "", "text": "", "photos": files(b"a photo")}

    page = client.post(address(given), form, **HERE)

    assert page.status_code == 403
    assert "Your files aren’t sent yet" in page.text
    assert "Files can’t be kept: choose them again afterwards." in page.text
    assert not re.search(r"[Yy]our text|my text|the text", page.text.partition("<main")[2])
