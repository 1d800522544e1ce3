"""A form of more than 2.5 MB whose files can't be taken: its text comes back, and nothing of it is saved."""

import datetime
import io
from typing import IO

import pytest
from django.conf import settings as site
from django.core.files import uploadedfile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import InterfaceError, OperationalError, close_old_connections, connection
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import reverse

from cms.guidance.views.kept_text import server_error
from continuity.models import HandIn, HandInPart, Lesson
from tests.factories.continuity import StudentFactory, homework_item, part_of, teaching
from tests.factories.kept_texts import HERE, WORDS, a_lesson, failing, handed_back
from tests.factories.people import PlannerFactory
from tests.factories.pictures import photo

pytestmark = pytest.mark.django_db
TINY = b"\xff\xd8"  # stays in the file's buffer until that is closed
LARGE = b"\xff\xd8" + b"\0" * 3_000_000
AGAIN = "Files can’t be kept: choose them again afterwards."
AWAY = OperationalError("the server closed the connection")


@pytest.fixture
def part(time_machine):
    part = part_of(teaching())
    time_machine.move_to(datetime.datetime.combine(part.plan.monday, datetime.time(12)))
    return part


@pytest.fixture
def student(part):
    return StudentFactory(in_class=part.teaching.school_class)


@pytest.fixture
def lesson(part, client):
    """The address of a new lesson, and what its teacher typed."""
    teacher, address, typed = a_lesson(part, None)
    client.force_login(teacher)
    client.raise_request_exception = False
    return address, typed | {
        "minutes": "25",
        "day": part.plan.monday.isoformat(),
        "key": "abcde12345",
    }


def uploads(*contents: bytes) -> list[SimpleUploadedFile]:
    return [SimpleUploadedFile(f"{n}.jpg", content) for n, content in enumerate(contents)]


@pytest.fixture
def one_connection():
    """A request closes no connection, as with Django's test client."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def by_wsgi(client, address, form, **more) -> tuple[str, dict[str, str], str]:
    """Status, headers and page, as a server of WSGI gets them: an exception that leaves the handler
    fails the story.
    """
    body = encode_multipart(BOUNDARY, form)
    answer = {}

    def start_response(status, headers, exc_info=None):
        answer.update(status=status, headers=dict(headers))

    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": address,
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "CONTENT_TYPE": MULTIPART_CONTENT,
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_COOKIE": f"{site.SESSION_COOKIE_NAME}={client.cookies[site.SESSION_COOKIE_NAME].value}",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.url_scheme": "http",
        **HERE,
        **more,
    }
    content = b"".join(WSGIHandler()(environ, start_response))
    return answer["status"], answer["headers"], content.decode()


@pytest.mark.usefixtures("one_connection")
@pytest.mark.parametrize("error", [AWAY, InterfaceError("connection already closed")])
def test_a_large_photo_while_the_database_is_away_does_not_cost_the_text(client, lesson, error):
    address, typed = lesson

    with failing(error):
        status, headers, page = by_wsgi(client, address, typed | {"uploads": uploads(LARGE)})

    assert (status, headers["Retry-After"]) == ("503 Service Unavailable", "30")
    assert handed_back(page) == typed | {"files_left_out": "1"}
    assert "Our database doesn’t answer for the moment (error 503)." in page
    assert AGAIN in page


LATIN = "application/x-www-form-urlencoded; charset=latin-1"


@pytest.mark.usefixtures("one_connection")
def test_an_accept_that_cannot_be_read_costs_no_text(client, lesson):
    address, typed = lesson

    with failing(AWAY):
        status, _headers, page = by_wsgi(
            client, address, typed, HTTP_ACCEPT="text/html; q*=bogus''%80"
        )

    assert (status, handed_back(page)) == ("503 Service Unavailable", typed)


def test_a_text_whose_fields_cannot_be_read_is_said_to_be_left_in_the_browser(client, caplog):
    client.force_login(PlannerFactory())
    client.raise_request_exception = False

    with failing(AWAY):
        answer = client.generic(
            "POST", reverse("trainings:add"), "summary_fr=Volcans", content_type=LATIN, **HERE
        )

    assert answer.status_code == 503
    assert "What you sent isn’t saved, and can’t be kept on this page." in answer.text
    assert "Ce que vous avez envoyé n’est pas enregistré" in answer.text
    logged = [one.message for one in caplog.records]
    assert logged.count("What was typed can't be read for the page of an error") == 1


def test_a_text_that_is_longer_than_a_page_holds_is_said_to_be_left_in_the_browser(client, lesson):
    address, typed = lesson

    with failing(AWAY):
        answer = client.post(address, typed | {"body": "a" * 2_000_000}, **HERE)

    assert (answer.status_code, handed_back(answer)) == (503, {})
    assert "What you sent isn’t saved, and can’t be kept on this page." in answer.text


def test_a_page_of_an_error_comes_for_a_host_that_is_not_ours(rf):
    request = rf.post(
        "/fr/logout/", HTTP_HOST="ailleurs.example", HTTP_ORIGIN="http://ailleurs.example"
    )

    assert server_error(request).status_code == 500


def test_a_photo_is_not_left_out_in_silence_where_the_database_comes_back_meanwhile(client, lesson):
    address, typed = lesson
    asked = []

    def first_fails(execute, sql, params, many, context):
        asked.append(sql)
        if len(asked) == 1:
            raise AWAY
        return execute(sql, params, many, context)

    with connection.execute_wrapper(first_fails):
        answer = client.post(address, typed | {"uploads": uploads(LARGE)}, **HERE)

    assert answer.status_code == 503
    assert handed_back(answer) == typed | {"files_left_out": "1"}
    assert not Lesson.objects.exists()


def on_a_full_disk(folder, monkeypatch) -> list[IO[bytes]]:
    """Each temporary file is /dev/full, by a link of its own: what is written to it is ENOSPC. Gives those
    that were opened.
    """
    opened: list[IO[bytes]] = []

    def full(**_named):
        link = folder / f"{len(opened)}.upload"
        link.symlink_to("/dev/full")
        opened.append(open(link, "w+b"))  # noqa: SIM115  the upload handler closes it
        return opened[-1]

    monkeypatch.setattr(uploadedfile.tempfile, "NamedTemporaryFile", full)
    return opened


def in_a_folder_that_is_not_there(folder, monkeypatch) -> list[IO[bytes]]:
    monkeypatch.setattr(site, "FILE_UPLOAD_TEMP_DIR", folder / "gone")
    return []


NO_ROOM = {
    on_a_full_disk: "We have no room left for files for the moment (error 503).",
    in_a_folder_that_is_not_there: "We can’t take files for the moment (error 503).",
}


@pytest.mark.parametrize("make", NO_ROOM)
@pytest.mark.parametrize(
    "contents",
    [(LARGE,), (LARGE, photo()), (photo(), LARGE), (TINY, LARGE, photo()), (TINY,) * 3 + (LARGE,)],
    ids=["large", "a small one last", "a small one first", "one that fits a buffer", "three"],
)
def test_a_text_comes_back_where_its_files_find_no_room(
    client, lesson, tmp_path, monkeypatch, make, contents
):
    address, typed = lesson
    opened = make(tmp_path, monkeypatch)

    form = {"title": typed.pop("title"), "uploads": uploads(*contents), **typed}
    answer = client.post(address, form, **HERE)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert handed_back(answer) == typed | {"title": form["title"], "files_left_out": "1"}
    assert NO_ROOM[make] in answer.text
    assert AGAIN in answer.text
    assert not Lesson.objects.exists()
    assert len(opened) == (make is on_a_full_disk)  # no other file was tried
    assert all(file.closed for file in opened)
    monkeypatch.undo()

    sent = client.post(address, handed_back(answer), follow=True, **HERE)

    assert "Your text is saved, without the files that came with it: add them again." in sent.text
    assert WORDS in Lesson.objects.get().body


def test_work_whose_photos_find_no_room_is_not_begun_and_its_text_comes_back(
    client, part, student, tmp_path, monkeypatch
):
    given = homework_item(part).assignment
    address = reverse("continuity:hand_in", args=[given.public_id])
    typed = {"receipt_key": "6d5f0c7e-93f4-4a53-9a52-0f6e8f4f7d10", "text": WORDS}
    client.force_login(student)
    client.raise_request_exception = False
    on_a_full_disk(tmp_path, monkeypatch)

    answer = client.post(address, typed | {"photos": uploads(photo(), LARGE)}, **HERE)

    assert answer.status_code == 503
    assert handed_back(answer) == typed | {"files_left_out": "1"}
    assert not HandIn.objects.exists()
    assert not HandInPart.objects.exists()


def test_large_files_that_find_room_are_saved(client, lesson):
    address, typed = lesson

    answer = client.post(address, typed | {"uploads": uploads(photo(), photo(1200, 900))}, **HERE)

    assert answer.status_code == 302
    assert Lesson.objects.get().attachments.count() == 2
