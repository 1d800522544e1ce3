"""A form whose end never arrived is no form: nothing of it is kept, and the page says so."""

import io
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import reverse

from continuity.models import HandIn
from tests.factories import handins
from tests.factories.continuity import StudentFactory, homework_item, part_of, teaching

pytestmark = pytest.mark.django_db


@pytest.fixture
def given():
    return homework_item(part_of(teaching())).assignment


@pytest.fixture
def address(given, client):
    client.force_login(StudentFactory(in_class=given.teaching.school_class))
    return reverse("continuity:hand_in", args=[given.public_id])


def two_photos_to_go_on_later(boundary: str = BOUNDARY) -> bytes:
    photos = [SimpleUploadedFile(f"{n}.jpg", handins.a_photo(n), "image/jpeg") for n in (1, 2)]
    form = {
        "receipt_key": uuid.uuid4(),
        "photos": photos,
        "text": "La fin manque encore.",
        "add": "1",
    }
    return encode_multipart(boundary, form)


@pytest.mark.parametrize(
    "announced", [True, False], ids=["the head says more", "a proxy has put the head right"]
)
@pytest.mark.parametrize("share", [0.2, 0.6, 0.9, 0.999])
def test_a_form_with_photos_that_was_cut_keeps_nothing_and_hands_nothing_in(
    client, address, share, announced
):
    body = two_photos_to_go_on_later()
    cut = body[: int(len(body) * share)]

    answer = client.generic(
        "POST",
        address,
        cut,
        content_type=MULTIPART_CONTENT,
        **({"CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(cut)} if announced else {}),
    )

    assert (answer.status_code, "arrived incomplete" in answer.content.decode()) == (400, True)
    assert not HandIn.objects.exists()


@pytest.mark.parametrize(
    ("typed", "said", "in_french"),
    [
        ({"text": "a" * (3 * 1024 * 1024)}, "holds 3 MB of text at most", "3 Mo de texte"),
        ({f"field-{n}": "a" for n in range(10_001)}, "10,000 fields at most", "10 000 champs"),
        (
            {"photos": [SimpleUploadedFile(f"{n}.jpg", b"a") for n in range(101)]},
            "These are too many files for one form.",
            "trop de fichiers",
        ),
    ],
    ids=["a text of 3 MB", "10,001 fields", "101 files"],
)
def test_a_form_that_is_too_large_says_so_in_both_languages(
    client, address, typed, said, in_french
):
    answer = client.post(address, typed)

    assert answer.status_code == 413
    assert "What you sent is too large" in answer.text
    assert said in answer.text
    assert in_french in answer.text.replace("\u202f", " ").replace("\xa0", " ")
    assert "Nothing of it was kept; what had arrived before is still there." in answer.text
    assert "ce qui était déjà arrivé est conservé." in answer.text
    assert not HandIn.objects.exists()


def test_a_text_of_almost_three_megabytes_is_read(client, address):
    answer = client.post(address, {"text": "a" * 3_000_000})

    assert answer.status_code == 422  # by the form's own limit, in words


@pytest.mark.parametrize("boundary", [BOUNDARY, "-" * 54 + "0123456789abcdef"])
def test_the_same_form_whole_is_kept(client, address, boundary):
    """A boundary has 70 characters at most (RFC 2046 §5.1.1); browsers' are longer than Django's."""
    answer = client.generic(
        "POST",
        address,
        two_photos_to_go_on_later(boundary),
        content_type=f"multipart/form-data; boundary={boundary}",
    )

    assert answer.status_code == 302
    handin = HandIn.objects.get()
    assert (handin.state, handin.parts.count(), handin.text) == (
        "collecting",
        2,
        "La fin manque encore.",
    )


def test_a_text_that_was_cut_is_not_kept(client, address):
    body = b"receipt_key=" + str(uuid.uuid4()).encode() + b"&add=1&text=Un+texte+qui+est+long"
    cut = body[:-8]

    answer = client.generic(
        "POST",
        address,
        cut,
        content_type="application/x-www-form-urlencoded",
        **{"CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(cut)},
    )

    assert (answer.status_code, HandIn.objects.exists()) == (400, False)


def test_what_was_cut_is_told_in_both_languages(client, address):
    body = two_photos_to_go_on_later()

    french = client.generic(
        "POST", address.replace("/en/", "/fr/"), body[:-30], content_type=MULTIPART_CONTENT
    ).content.decode()

    assert "Votre envoi est arrivé incomplet" in french
