"""The script of the page hands in, and a form that arrives twice or late loses nothing."""

import uuid

import pytest
from django.urls import reverse

from continuity.enums import HandInState
from continuity.handins.services import handins as services
from continuity.homework.services import homework as homeworks
from continuity.models import HandIn, HandInPart
from tests.factories import handins
from tests.factories.continuity import StudentFactory, teaching
from tests.factories.hand_in_forms import HOUR, address, as_script, files, give, send, versions

pytestmark = pytest.mark.django_db


@pytest.fixture
def given(time_machine):
    given = give(teaching())
    time_machine.move_to(given.due_at - 9 * HOUR)
    return given


@pytest.fixture
def student(given, client):
    student = StudentFactory(in_class=given.teaching.school_class)
    client.force_login(student)
    return student


def test_the_same_form_again_is_the_same_hand_in(given, student, client):
    key = uuid.uuid4()

    first, second = (
        send(client, given, handins.a_photo(1), receipt_key=key, text="Voilà.") for _n in range(2)
    )

    assert first.url == second.url
    assert (HandIn.objects.count(), HandInPart.objects.count()) == (1, 1)


def test_what_is_written_on_after_a_lost_answer_is_kept_and_said(given, student, client):
    """The press had arrived, its answer hadn't, and the page went on to be written on."""
    key = uuid.uuid4()
    send(client, given, handins.a_photo(1), receipt_key=key, text="Un.")
    first = HandIn.objects.get()

    sent = [send(client, given, receipt_key=key, text="Un. Deux.") for _n in range(2)]
    page = client.get(address(given))

    assert [answer.url for answer in sent] == [address(given)] * 2
    assert f"You are replacing what you handed in (receipt no. {first.receipt_number})" in page.text
    assert "What is below isn’t handed in yet" in page.text
    assert page.context["form"]["text"].value() == "Un. Deux."
    assert versions() == [("handed_in", "Un.", 1), ("collecting", "Un. Deux.", 1)]
    new = page.context["form"]["receipt_key"].value()
    send(client, given, receipt_key=new, text="Un. Deux.")
    assert versions() == [("replaced", "Un.", 1), ("handed_in", "Un. Deux.", 1)]


def test_the_script_is_led_to_what_was_written_on(given, student, client):
    key = uuid.uuid4()
    send(client, given, handins.a_photo(1), receipt_key=key, text="Un.")
    number = HandIn.objects.get().receipt_number

    said = [as_script(client, given, receipt_key=key, text=text) for text in ("Un.", "Un. Deux.")]

    receipt = reverse("continuity:receipt", args=[HandIn.objects.get(version=1).public_id])
    assert [(answer.status_code, answer.json()["then"]) for answer in said] == [
        (201, receipt),
        (201, address(given)),
    ]
    told = {(answer.json()["receipt"], answer.json()["number"]) for answer in said}
    assert told == {(receipt, number)}


def test_two_presses_of_one_form_at_the_same_instant_lose_nothing(given, student):
    """Both texts are kept before the first of them is handed in."""
    work = {"assignment": given, "student": student, "receipt_key": uuid.uuid4()}
    for text in ("Un.", "Un. Deux."):
        services.keep_text(**work, text=text)

    services.hand_in(**work, text="Un.")
    with pytest.raises(services.WrittenSince):
        services.hand_in(**work, text="Un. Deux.")

    assert versions() == [("handed_in", "Un.", 0), ("collecting", "Un. Deux.", 0)]


@pytest.mark.parametrize("has_arrived", [True, False])
def test_a_page_chosen_after_the_press_comes_to_those_of_that_form(
    given, student, client, has_arrived
):
    key = uuid.uuid4()
    handins.put_together(given, student, photos=1)
    if has_arrived:
        as_script(client, given, receipt_key=key, expected=1, text="Un mot.")

    added = client.post(
        reverse("continuity_open:add_photo", args=[given.public_id]),
        {"key": uuid.uuid4(), "receipt_key": key, "photo": files(handins.a_photo(2))[0]},
    ).json()
    said = as_script(client, given, receipt_key=key, expected=2, text="Un mot.").json()

    assert added["arrived"] == 2
    assert (said["then"] == address(given)) is has_arrived
    before = [("handed_in", "Un mot.", 1)] if has_arrived else []
    assert versions() == [*before, ("collecting" if has_arrived else "handed_in", "Un mot.", 2)]


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("has_arrived", [True, False])
def test_a_page_taken_again_after_the_press_stands_in_its_place(
    given, student, client, has_arrived, times
):
    """The page still shows those that were handed in; the photo may come twice, too."""
    key = uuid.uuid4()
    first, second = handins.put_together(given, student, photos=2).parts.all()
    if has_arrived:
        as_script(client, given, receipt_key=key, expected=2, text="Un mot.")

    photo = {"key": uuid.uuid4(), "receipt_key": key, "instead_of": first.public_id}
    sent = [
        client.post(
            reverse("continuity_open:add_photo", args=[given.public_id]),
            photo | {"photo": files(handins.a_photo(3))[0]},
        )
        for _n in range(times)
    ]

    assert [(one.status_code, one.json()["arrived"]) for one in sent] == [(200, 2)] * times
    again, other = HandIn.objects.get(state=HandInState.COLLECTING).parts.all()
    assert (again.key, other.checksum) == (photo["key"], second.checksum)
    if has_arrived:
        assert list(HandIn.objects.get(version=1).parts.all()) == [first, second]
        assert first.file.storage.exists(first.file.name)


def test_the_script_is_answered_with_the_key_and_the_receipt(given, student, client):
    handins.put_together(given, student, photos=1)
    key = str(uuid.uuid4())

    answer = as_script(client, given, receipt_key=key, expected=1)

    handin = HandIn.objects.get()
    receipt = reverse("continuity:receipt", args=[handin.public_id])
    assert (answer.status_code, answer.json()) == (
        201,
        {"key": key, "receipt": receipt, "then": receipt, "number": handin.receipt_number},
    )


def test_the_script_is_told_what_is_missing_with_the_key(given, student, client):
    key = str(uuid.uuid4())

    answer = as_script(client, given, receipt_key=key)

    assert (answer.status_code, answer.json()["key"], answer.json()["refused"]) == (
        422,
        key,
        "There is nothing to hand in yet.",
    )


def test_of_a_withdrawn_homework_the_script_learns_that_it_is_gone(given, student, client):
    homeworks.delete(homework=given.homework, by=given.teaching.teacher)
    key = str(uuid.uuid4())

    page = client.get(address(given))
    pressed = as_script(client, given, receipt_key=key)
    photo = client.post(
        reverse("continuity_open:add_photo", args=[given.public_id]),
        {"key": key, "photo": files(handins.a_photo(1))[0]},
    )

    assert [(answer.status_code, answer.json()["key"]) for answer in (pressed, photo)] == [
        (410, key),
        (410, key),
    ]
    assert (page.status_code, "Your teacher has withdrawn this homework" in page.text) == (
        410,
        True,
    )


def test_the_form_of_a_second_tab_leads_to_the_receipt_that_is_there(given, student, client):
    send(client, given, handins.a_photo(1), text="Voilà.")
    first = HandIn.objects.get()

    for text in ("", "Voilà."):
        again = send(client, given, text=text)

        assert (again.status_code, again.url) == (
            302,
            reverse("continuity:receipt", args=[first.public_id]),
        )
    assert (
        f"This is handed in already: receipt no. {first.receipt_number}."
        in client.get(again.url).text
    )
    assert HandIn.objects.count() == 1
