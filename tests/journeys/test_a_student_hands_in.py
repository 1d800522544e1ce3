"""A student hands in photos, a file or a text, with one form and no script; has a receipt; replaces it; says who reads it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from continuity.enums import HandInState
from continuity.models import HandIn
from tests.factories.continuity import StudentFactory, homework_item, part_of, teaching
from tests.factories.pictures import photo

pytestmark = pytest.mark.django_db


@pytest.fixture
def given(time_machine):
    of = teaching()
    item = homework_item(part_of(of))
    time_machine.move_to(item.assignment.due_at.replace(hour=9))
    return item.assignment


@pytest.fixture
def student(given, client):
    student = StudentFactory(in_class=given.teaching.school_class)
    client.force_login(student)
    return student


def sent(*contents: bytes, name="photo.jpg") -> list[SimpleUploadedFile]:
    return [SimpleUploadedFile(name, content) for content in contents]


def test_one_form_sends_all_photos_and_answers_with_a_receipt(given, student, client):
    address = reverse("continuity:hand_in", args=[given.public_id])
    key = client.get(address).context["form"]["receipt_key"].value()

    response = client.post(address, {"receipt_key": key, "photos": sent(photo(seed=1), photo(seed=2)), "text": "Voilà."})

    handin = HandIn.objects.get()
    assert (response.status_code, response.url) == (302, reverse("continuity:receipt", args=[handin.public_id]))
    assert (handin.state, handin.pages, handin.text, handin.is_late) == (HandInState.HANDED_IN, 2, "Voilà.", False)
    receipt = client.get(response.url).content.decode()
    assert handin.receipt_number in receipt
