"""What a page of one person sends is refused while another one is logged in, in the same browser."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from continuity.handins.services import handins as services
from continuity.models import HandIn, Tick
from tests.factories import handins
from tests.factories.continuity import StudentFactory, homework_item, part_of, teaching
from tests.factories.people import TeacherFactory

pytestmark = pytest.mark.django_db
JSON = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def item():
    return homework_item(part_of(teaching()))


@pytest.fixture
def student(item, client):
    student = StudentFactory(in_class=item.assignment.teaching.school_class, language="en")
    client.force_login(student)
    return student


@pytest.fixture
def other(item):
    return StudentFactory(in_class=item.assignment.teaching.school_class)


def a_photo(item):
    address = reverse("continuity_open:add_photo", args=[item.assignment.public_id])
    return address, {
        "key": uuid.uuid4(),
        "photo": SimpleUploadedFile("photo", handins.a_photo()),
    }


def a_press(item):
    address = reverse("continuity:hand_in", args=[item.assignment.public_id])
    return address, {"receipt_key": uuid.uuid4(), "text": "Un."}


def a_tick(item):
    return reverse("continuity:tick"), {"done": item.public_id}


def taken() -> int:
    return HandIn.objects.count() + Tick.objects.count()


WAYS = pytest.mark.parametrize("sent", [a_photo, a_press, a_tick])


@WAYS
def test_a_script_is_told_that_somebody_else_is_logged_in(item, student, other, client, sent):
    address, fields = sent(item)

    answer = client.post(address, fields, HTTP_X_LOGGED_IN_AS=other.device_key, **JSON)

    assert (answer.status_code, answer.json()) == (403, {"another": True})
    assert taken() == 0


@WAYS
def test_so_it_is_where_the_other_one_may_not_send_it(item, student, client, sent):
    address, fields = sent(item)
    client.force_login(TeacherFactory())

    answer = client.post(address, fields, HTTP_X_LOGGED_IN_AS=student.device_key, **JSON)

    assert (answer.status_code, answer.json()) == (403, {"another": True})


@WAYS
def test_a_script_of_a_page_that_names_nobody_is_told_so_too(item, student, client, sent):
    """A visitor's page, or one that has lost whose it is."""
    address, fields = sent(item)

    answer = client.post(address, fields, HTTP_X_LOGGED_IN_AS="", **JSON)

    assert (answer.status_code, answer.json()) == (403, {"another": True})
    assert taken() == 0


@WAYS
def test_what_its_own_page_sends_is_taken(item, student, client, sent):
    address, fields = sent(item)

    answer = client.post(address, fields, HTTP_X_LOGGED_IN_AS=student.device_key, **JSON)

    assert answer.status_code in {200, 201}
    assert taken() == 1


def test_a_form_with_words_comes_back_with_them(item, student, other, client):
    address, fields = a_press(item)

    answer = client.post(address, fields | {"logged_in_as": other.device_key})

    assert answer.status_code == 403
    assert f"You are logged in as {student.display_name}, and this text comes from" in answer.text
    assert '<input type="hidden" name="text" value="Un.">' in answer.text
    assert f'name="logged_in_as" value="{other.device_key}"' in answer.text
    assert not HandIn.objects.exists()


def test_a_stale_form_of_another_does_not_say_that_its_owner_is_back(item, student, other):
    client = Client(enforce_csrf_checks=True)
    client.force_login(student)
    address, fields = a_press(item)

    answer = client.post(
        address, fields | {"logged_in_as": other.device_key}, HTTP_ORIGIN="http://testserver"
    )

    assert answer.status_code == 403
    assert "this text comes from somebody else’s page" in answer.text


@pytest.mark.parametrize("address", ["continuity:drop_handin", "continuity:hand_in_again"])
def test_a_button_changes_nothing_and_the_page_says_why(item, student, other, client, address):
    handins.hand_in(item.assignment, student, text="Un.")
    if address.endswith("drop_handin"):
        services.begin_again(assignment=item.assignment, student=student)
    before = HandIn.objects.count()

    answer = client.post(
        reverse(address, args=[item.assignment.public_id]), {"logged_in_as": other.device_key}
    )

    assert answer.status_code == 403
    assert f"You are logged in as {student.display_name}, and what was sent" in answer.text
    assert HandIn.objects.count() == before


def test_a_page_of_the_hand_in_names_its_reader_without_a_script(item, student, client):
    page = client.get(reverse("continuity:hand_in", args=[item.assignment.public_id])).text

    assert f'<input type="hidden" name="logged_in_as" value="{student.device_key}">' in page
