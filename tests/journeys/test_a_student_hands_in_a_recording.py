"""Where the homework asks for a recording, one is handed in, heard by its teacher and its student,
and by nobody else.
"""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from continuity.enums import Returns
from continuity.models import HandIn, HandInPart
from courses.documents import services as documents
from tests.factories import sounds
from tests.factories.continuity import StudentFactory, homework_item, part_of, teaching
from tests.factories.handins import a_photo
from tests.factories.worker import run_worker

pytestmark = pytest.mark.django_db
TRACES = b"Maison de Zoe, 49.18 N"
TAKEN = {
    "m4a": (lambda: sounds.m4a(told=TRACES), "audio/mp4"),
    "mp3": (lambda: sounds.mp3(told=TRACES), "audio/mpeg"),
    "ogg": (sounds.ogg, "audio/ogg"),
}


def asked(returns: str = Returns.SOUND):
    given = homework_item(part_of(teaching())).assignment
    given.homework.returns = returns
    given.homework.save()
    return given


def send(client, given, content: bytes):
    form = {"receipt_key": uuid.uuid4(), "photos": [SimpleUploadedFile("x", content)], "text": ""}
    return client.post(reverse("continuity:hand_in", args=[given.public_id]), form)


@pytest.fixture
def given():
    return asked()


@pytest.fixture
def student(given, client):
    student = StudentFactory(in_class=given.teaching.school_class)
    client.force_login(student)
    return student


@pytest.mark.parametrize("ending", TAKEN)
def test_a_recording_is_handed_in_and_heard_by_its_teacher_and_its_student(
    given, student, client, ending
):
    make, media_type = TAKEN[ending]

    receipt = send(client, given, make())
    run_worker()

    part = HandInPart.objects.get()
    assert (part.kind, part.ending, part.seconds in (61, 62), part.pages) == (
        "sound",
        ending,
        True,
        0,
    )
    shown = client.get(receipt.url).content.decode()
    address = reverse("continuity:page_picture", args=[part.public_id])
    assert [
        f'<audio class="recording" controls preload="none" src="{address}"' in shown,
        "being bound" in shown,
    ] == [True, False]
    client.force_login(given.teaching.teacher)
    assert (
        address
        in client.get(
            reverse("continuity:write_answer", args=[part.handin.public_id])
        ).content.decode()
    )
    assert "Recording" in client.get(reverse("continuity:queue")).content.decode()
    heard = client.get(address, headers={"range": "bytes=0-99"})
    content = b"".join(heard.streaming_content)
    assert (heard.status_code, heard["Content-Type"], len(content)) == (206, media_type, 100)
    assert (
        heard["X-Content-Type-Options"],
        "default-src 'none'" in heard["Content-Security-Policy"],
    ) == ("nosniff", True)
    assert heard["Content-Disposition"].startswith("inline")
    client.force_login(StudentFactory(in_class=given.teaching.school_class))
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("ending", ["m4a", "mp3"])
def test_a_recording_loses_where_and_by_whom_it_was_made(given, student, client, ending):
    sent = TAKEN[ending][0]()
    assert TRACES in sent

    send(client, given, sent)

    with HandInPart.objects.get().file.open("rb") as file:
        kept = file.read()
    assert TRACES not in kept
    assert documents.sound(kept, most_minutes=10).seconds in (61, 62)


REFUSED = {
    "a film": (lambda: sounds.m4a(tracks=(b"soun", b"vide")), "a film"),
    "eleven minutes": (lambda: sounds.mp3(660), "lasts 11 minutes"),
    "an m4a that is cut off": (lambda: sounds.m4a()[:-100], "cut off or broken"),
    "an ogg that is cut off": (lambda: sounds.ogg()[:-100], "cut off or broken"),
    "a film in ogg": (lambda: sounds.ogg(head=b"\x80theora" + bytes(35)), "a film"),
    "a wave": (
        lambda: b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(200),
        "kind of recording isn’t taken",
    ),
    "a page that calls itself sound": (
        lambda: b"ID3\x04\x00\x00\x00\x00\x00\x00<script>alert(1)</script>",
        "cut off or broken",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_recording_is_refused_with_what_to_do_instead(given, student, client, name):
    make, why = REFUSED[name]

    refused = send(client, given, make())

    assert (refused.status_code, why in refused.content.decode()) == (422, True)
    assert not HandInPart.objects.exists()


MB = 1_000_000
NOT_AS_ASKED = {
    "an m4a of 30 MB": (lambda: sounds.m4a() + bytes(30 * MB), ["31 MB. At most 20 MB", "shorter"]),
    "an mp3 of 23 MB": (lambda: sounds.mp3() + bytes(23 * MB), ["MB. At most 20 MB", "shorter"]),
    "a text": (lambda: b"Bonjour", ["neither a recording nor a photo nor a PDF", "recorder"]),
    "a text of 30 MB": (lambda: b"Bonjour " * 4 * MB, ["neither a recording", "recorder"]),
    "a film": (lambda: sounds.m4a(tracks=(b"soun", b"vide")), ["the sound alone", "recorder"]),
}


@pytest.mark.parametrize("name", NOT_AS_ASKED)
@pytest.mark.parametrize("by_script", [False, True], ids=["form", "script"])
def test_a_refusal_speaks_of_recordings_where_one_is_asked(given, student, client, name, by_script):
    make, words = NOT_AS_ASKED[name]

    if by_script:
        address = reverse("continuity_open:add_photo", args=[given.public_id])
        photo = SimpleUploadedFile("x", make())
        form = {"key": uuid.uuid4(), "photo": photo, "language": "en"}
        refused = client.post(address, form, headers={"accept": "application/json"})
        said = " ".join((refused.json()["refused"], refused.json()["advice"]))
    else:
        refused = send(client, given, make())
        said = refused.content.decode().partition("data-refusal")[2].partition("</div>")[0]

    assert refused.status_code == 422
    assert [one for one in words if one not in said] == []
    assert "photo of each page" not in said


@pytest.mark.parametrize("returns", [Returns.PHOTOS, Returns.FILE])
def test_where_no_recording_is_asked_none_is_taken(client, returns):
    given = asked(returns)
    client.force_login(StudentFactory(in_class=given.teaching.school_class))

    page = client.get(reverse("continuity:hand_in", args=[given.public_id])).content.decode()

    assert ("audio/*" in page, "choose “Save as” or “Export”" in page) == (False, True)
    assert send(client, given, sounds.mp3()).status_code == 422


def test_a_recording_and_a_photo_are_one_hand_in(given, student, client):
    form = {
        "receipt_key": uuid.uuid4(),
        "photos": [SimpleUploadedFile("a", sounds.mp3()), SimpleUploadedFile("b", a_photo())],
    }
    client.post(reverse("continuity:hand_in", args=[given.public_id]), form)
    run_worker()

    handin = HandIn.objects.get()
    assert ([part.kind for part in handin.parts.all()], handin.pages, bool(handin.pdf)) == (
        ["sound", "photo"],
        1,
        True,
    )


def test_the_form_of_the_homework_asks_for_a_recording(given, client):
    client.force_login(given.teaching.teacher)

    page = client.get(
        reverse("continuity:edit_homework", args=[given.homework.public_id])
    ).content.decode()

    assert 'value="sound"' in page
