"""A picture or document of pages is added, replaced or named while the database, the disk or the login
fails: the file that pages show stays, nothing half written does, and what was typed comes back.
"""

import contextlib
import datetime
import html
import os
import resource
from pathlib import Path

import pytest
from django.core.cache import caches
from django.core.files import uploadedfile
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import reverse
from django.utils import timezone
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import Collection

from courses.documents import services as documents
from courses.documents.gateways.s3 import PagesBucket
from courses.people.services import groups
from tests.factories.buckets import LISTED_AT_ONCE, bucket_at, s3_server
from tests.factories.guidance import block, guidance_page
from tests.factories.kept_texts import HERE, failing, handed_back
from tests.factories.people import AdviserFactory, RegistrarFactory
from tests.rules.test_uploads import photo

pytestmark = pytest.mark.django_db
AWAY = OperationalError("the server closed the connection")
MODELS = {"images": Image, "docs": Document}
MEGABYTE = 1024 * 1024
XHR = {"HTTP_X_REQUESTED_WITH": "XMLHttpRequest"}
AGAIN = "What you entered is on this page, and isn’t saved yet."
SCRIPT_S_ACCEPT = {"HTTP_ACCEPT": "text/html, */*; q=0.01"}  # as jQuery's `dataType: "html"` asks


@pytest.fixture(autouse=True)
def media(settings, tmp_path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def adviser(client):
    person = AdviserFactory(language="en", is_superuser=True)
    client.force_login(person)
    client.raise_request_exception = False
    return client


@pytest.fixture(params=MODELS)
def kind(request) -> str:
    return request.param


def a_file(kind: str, name: str = "pont") -> SimpleUploadedFile:
    if kind == "images":
        return SimpleUploadedFile(f"{name}.png", photo("PNG").read(), "image/png")
    return SimpleUploadedFile(f"{name}.pdf", b"%PDF-1.7", "application/pdf")


@pytest.fixture
def kept(kind):
    """A picture or document that is stored."""
    file = a_file(kind)
    return MODELS[kind].objects.create(title="Le pont", file=ContentFile(file.read(), file.name))


def typed(**more) -> dict:
    collection = str(Collection.get_first_root_node().pk)
    return {"title": "L’arche", "collection": collection, "tags": "Caen"} | more


def address_of(kept, name: str = "edit") -> str:
    kind = "images" if isinstance(kept, Image) else "docs"
    return reverse(f"wagtail{kind}:{name}", args=[kept.pk])


def stored(media: Path) -> set[str]:
    """Files and empty folders."""
    return {
        str(path.relative_to(media))
        for path in media.rglob("*")
        if path.is_file() or not any(path.iterdir())
    }


@contextlib.contextmanager
def without_a_table(name: str):
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {name} RENAME TO elsewhere")
        yield
        cursor.execute(f"ALTER TABLE elsewhere RENAME TO {name}")


def test_the_stored_file_stays_where_the_transaction_that_replaces_it_fails(
    adviser, kind, kept, media, django_capture_on_commit_callbacks
):
    """The change is logged behind the file, in the same transaction."""
    before = stored(media)

    with (
        django_capture_on_commit_callbacks(execute=True),
        without_a_table("wagtailcore_modellogentry"),
    ):
        failed = adviser.post(address_of(kept), typed(file=a_file(kind)), **HERE)
    again = adviser.post(address_of(kept), handed_back(failed), **HERE)

    row = MODELS[kind].objects.get()
    assert failed.status_code >= 500
    assert again.status_code == 302
    assert (row.title, row.file.name) == ("L’arche", kept.file.name)
    assert before <= stored(media)


def test_the_replaced_file_goes_with_the_commit(
    adviser, kind, kept, media, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        adviser.post(address_of(kept), typed(file=a_file(kind, "arche")))

    assert stored(media) == {MODELS[kind].objects.get().file.name}


def test_files_of_pages_that_no_row_names_go_after_a_day_and_all_others_stay(
    kind, kept, media, django_capture_on_commit_callbacks
):
    now = timezone.now()
    if kind == "images":
        kept.get_rendition("width-32")
    named = stored(media)
    folder = kept.file.name.split("/")[0]
    left = {
        name: default_storage.save(f"{name}/a1B2c3D4/{age}.pdf", ContentFile(b"half"))
        for name, age in ((folder, "orphan"), ("wagtail_uploads", "orphan"), ("ours", "orphan"))
    }
    young = default_storage.save(f"{folder}/e5F6g7H8/young.pdf", ContentFile(b"half"))
    long_ago = (now - datetime.timedelta(hours=25)).timestamp()
    for name in {*named, *left.values()}:
        os.utime(media / name, (long_ago, long_ago))
    os.utime(media / young, (now.timestamp(),) * 2)

    with django_capture_on_commit_callbacks(execute=True):
        documents.remove_orphans(now)

    assert stored(media) == {*named, young, left["ours"], "wagtail_uploads"}


def test_a_bucket_is_asked_a_thousand_names_at_a_time_for_files_that_no_row_names(
    monkeypatch, django_capture_on_commit_callbacks
):
    """Not once for the folder of each file."""
    with s3_server() as server:
        server.names = [f"documents/{number:08}/plan.pdf" for number in range(LISTED_AT_ONCE)]
        server.names += ["original_images/a1B2c3D4/pont.png", "ours/a1B2c3D4/plan.pdf"]
        root = Collection.get_first_root_node()
        Document.objects.bulk_create(
            Document(title="Le plan", file=name, collection=root)
            for name in server.names[1:LISTED_AT_ONCE]
        )
        monkeypatch.setattr(default_storage, "_wrapped", bucket_at(server.server_port, PagesBucket))

        with django_capture_on_commit_callbacks(execute=True):
            removed = documents.remove_orphans(timezone.now())

    orphans = [server.names[0], server.names[LISTED_AT_ONCE]]
    assert removed == 2
    assert [one for one in server.asked if one.startswith("DELETE")] == [
        f"DELETE /people/{name}" for name in orphans
    ]
    assert server.asked.count("list") <= 10


def test_a_lost_file_is_said_on_its_form_which_saves_a_title_and_mends_it(
    adviser, kind, kept, media
):
    default_storage.delete_now(kept.file.name)
    lost = f"The file of “{kept.title}” is lost: choose a new one, and pages show that."

    shown = adviser.get(address_of(kept))
    named = adviser.post(address_of(kept), typed(title=kept.title), follow=True)
    mended = adviser.post(address_of(kept), typed(file=a_file(kind)), follow=True)

    assert [html.unescape(page.text).count(lost) for page in (shown, named, mended)] == [1, 1, 0]
    assert "could not be found" not in shown.text
    row = MODELS[kind].objects.get()
    assert (row.title, row.tags.get().name) == ("L’arche", "Caen")
    assert default_storage.exists(row.file.name)


@contextlib.contextmanager
def files_of_one_megabyte_at_most():
    """For this process: the write that passes it fails (EFBIG), and what was written before is there."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (MEGABYTE, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_of_a_file_that_finds_no_room_no_half_is_left(adviser, media):
    file = SimpleUploadedFile("plan.pdf", b"%PDF-1.7" + bytes(2 * MEGABYTE), "application/pdf")

    with files_of_one_megabyte_at_most():
        answer = adviser.post(reverse("wagtaildocs:add"), typed(file=file), **HERE)

    assert answer.status_code == 500
    assert handed_back(answer) == typed(files_left_out="1")
    assert not Document.objects.exists()
    assert stored(media) == {"documents"}


def test_title_and_tags_of_a_new_file_come_back_while_the_database_is_away(adviser, kind):
    address, form = reverse(f"wagtail{kind}:add"), typed()

    with failing(AWAY):
        answer = adviser.post(address, form | {"file": a_file(kind)}, **HERE)
    again = adviser.post(address, handed_back(answer), **HERE)

    assert (answer.status_code, handed_back(answer)) == (503, form | {"files_left_out": "1"})
    assert ("L’arche" in again.text, "Caen" in again.text) == (True, True)
    assert not MODELS[kind].objects.exists()


def test_title_and_tags_of_a_new_file_come_back_where_the_login_has_ended(client, kind):
    form = typed()

    answer = client.post(reverse(f"wagtail{kind}:add"), form | {"file": a_file(kind)}, **HERE)

    assert answer.status_code == 403
    assert form.items() <= handed_back(answer).items()


def a_database_that_is_away(client, address, form, monkeypatch):
    with failing(AWAY):
        return client.post(address, form, **XHR, **SCRIPT_S_ACCEPT, **HERE)


def a_full_disk(client, address, form, monkeypatch):
    full = lambda **_: open("/dev/full", "r+b")  # noqa: E731, SIM115  the upload handler closes it
    monkeypatch.setattr(uploadedfile.tempfile, "NamedTemporaryFile", full)
    large = SimpleUploadedFile("pont.pdf", bytes(3 * MEGABYTE))
    return client.post(address, form | {"files[]": large}, **XHR, **SCRIPT_S_ACCEPT, **HERE)


def a_cut_line(client, address, form, monkeypatch):
    body = encode_multipart(BOUNDARY, form)[:-30]
    return client.generic(
        "POST", address, body, content_type=MULTIPART_CONTENT, **XHR, **SCRIPT_S_ACCEPT
    )


def an_ended_login(client, address, form, monkeypatch):
    client.logout()
    return client.post(address, form, **XHR, **SCRIPT_S_ACCEPT, **HERE)


def a_right_that_is_gone(client, address, form, monkeypatch):
    person = RegistrarFactory(language="en")  # enters the admin, for other things
    groups.derive_groups(person)
    client.force_login(person)
    return client.post(address, form, **XHR, **SCRIPT_S_ACCEPT, **HERE)


MAY_NOT = "You aren’t allowed to do this. Nothing was changed."
LOGIN = "Your login has ended or changed: log in again in another tab, then try again here."
FAILURES = {
    a_database_that_is_away: (503, "Our database doesn’t answer for the moment (error 503)."),
    a_full_disk: (503, "We have no room left for files for the moment (error 503)."),
    a_cut_line: (400, "The connection was lost on the way."),
    an_ended_login: (403, LOGIN),
    a_right_that_is_gone: (403, MAY_NOT),
}


@pytest.mark.parametrize("fail", FAILURES, ids=lambda fail: fail.__name__)
def test_one_of_several_files_that_fails_says_why_to_the_script_and_the_log_has_the_error(
    adviser, kind, media, monkeypatch, caplog, fail
):
    """The script shows a message of JSON of 200 alone."""
    status, message = FAILURES[fail]
    caplog.set_level("INFO", logger="cms.requests")
    adviser.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    form = typed() | {"files[]": a_file(kind)}

    answer = fail(adviser, reverse(f"wagtail{kind}:add_multiple"), form, monkeypatch)

    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    assert int(answer["Content-Length"]) == len(answer.content)
    assert answer.json()["success"] is False
    assert answer.json()["error_message"].startswith(message)
    assert [one.status for one in caplog.records if one.name == "cms.requests"] == [status]
    assert not MODELS[kind].objects.exists()


@pytest.mark.parametrize("fail", [a_database_that_is_away, an_ended_login])
def test_the_title_of_one_of_several_files_comes_back_in_a_form_that_sends_it_again(
    adviser, kept, monkeypatch, fail
):
    adviser.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    address = address_of(kept, "edit_multiple")
    prefix = "image" if isinstance(kept, Image) else "doc"
    form = {f"{prefix}-{kept.pk}-{name}": value for name, value in typed().items()}

    failed = fail(adviser, address, form, monkeypatch)
    again = failed.json()["form"]
    adviser.force_login(AdviserFactory(is_superuser=True))
    saved = adviser.post(address, handed_back(again), **XHR, **HERE)

    assert (failed.status_code, failed.json()["success"]) == (200, False)
    assert f'action="{address}"' in again
    assert 'name="csrfmiddlewaretoken"' in again
    assert FAILURES[fail][1] in again
    assert AGAIN in again
    assert saved.json()["success"] is True
    kept.refresh_from_db()
    assert (kept.title, kept.tags.get().name) == ("L’arche", "Caen")


@pytest.mark.parametrize("fail", FAILURES, ids=lambda fail: fail.__name__)
def test_a_file_sent_in_the_window_in_which_one_is_chosen_says_why_it_fails(
    adviser, kind, media, monkeypatch, fail
):
    adviser.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    prefix = "image" if kind == "images" else "document"
    form = typed() | {f"{prefix}-chooser-upload-file": a_file(kind)}

    answer = fail(adviser, reverse(f"wagtail{kind}_chooser:create"), form, monkeypatch)

    assert answer.status_code == 200
    assert answer.json()["notice"].startswith(FAILURES[fail][1])
    assert not MODELS[kind].objects.exists()


@pytest.mark.parametrize("fail", [a_database_that_is_away, an_ended_login, a_right_that_is_gone])
def test_one_of_several_files_that_is_not_deleted_says_why(adviser, kept, monkeypatch, fail):
    adviser.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"

    answer = fail(adviser, address_of(kept, "delete_multiple"), {}, monkeypatch)

    assert (answer.status_code, answer.json()["success"]) == (200, False)
    assert answer.json()["notice"].startswith(FAILURES[fail][1])
    assert type(kept).objects.exists()


def test_one_of_several_files_that_a_page_uses_is_not_deleted_and_says_why(adviser):
    kept = Document.objects.create(title="Le plan", file=ContentFile(b"%PDF-1.7", "plan.pdf"))
    guidance_page(body=[block("file", {"file": kept.pk, "says": ""})])

    answer = adviser.post(address_of(kept, "delete_multiple"), **XHR)

    assert answer.json()["notice"] == "A page uses this file: it isn’t deleted."


def test_one_of_several_files_that_is_gone_says_so_under_its_title_and_counts_as_deleted(
    adviser, kept
):
    addresses = [address_of(kept, name) for name in ("edit_multiple", "delete_multiple")]
    kept.delete()

    named, deleted = [adviser.post(one, typed(), **XHR, **HERE).json() for one in addresses]

    assert "This file isn’t there any more: it was deleted meanwhile." in named["form"]
    assert (named["success"], "<button" in named["form"]) == (False, False)
    assert deleted == {"success": True}


def test_a_title_of_one_of_several_files_that_may_not_be_given_is_not_sent_again(
    adviser, kept, monkeypatch
):
    answer = a_right_that_is_gone(adviser, address_of(kept, "edit_multiple"), typed(), monkeypatch)

    assert MAY_NOT in answer.json()["form"]
    assert "<button" not in answer.json()["form"]


def test_a_cached_page_shows_the_title_given_to_one_of_several_documents(
    adviser, settings, django_capture_on_commit_callbacks
):
    settings.CACHES = settings.KEEP_PAGES
    for cache in caches.all():
        cache.clear()
    kept = Document.objects.create(title="Le plan", file=ContentFile(b"%PDF-1.7", "plan.pdf"))
    page = guidance_page(body=[block("file", {"file": kept.pk, "says": ""})])
    before = Client().get(page.url).text

    with django_capture_on_commit_callbacks(execute=True):
        form = {f"doc-{kept.pk}-{name}": value for name, value in typed().items()}
        adviser.post(address_of(kept, "edit_multiple"), form, **XHR)

    assert "L’arche" not in before
    assert "L’arche" in Client().get(page.url).text
