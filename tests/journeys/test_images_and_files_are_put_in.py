"""An adviser puts in images and files: what may be is told before, refusals keep the form, readers
get files that do nothing.
"""

import io
import struct
import zlib
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image as Pillow
from PIL import ImageFile
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import Collection

from courses.people.services import groups
from tests.factories.markup import shows
from tests.factories.people import AdviserFactory
from tests.rules.test_uploads import HTML, SVG, TAKEN, chunk, photo

pytestmark = pytest.mark.django_db
PDF = TAKEN["plan.pdf"]


@pytest.fixture
def adviser(client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    person = AdviserFactory(language="en", is_superuser=True)
    groups.derive_groups(person)
    client.force_login(person)
    return person


def put_in(client, kind: str, file, title="Le plan"):
    collection = Collection.get_first_root_node().pk
    return client.post(
        reverse(f"wagtail{kind}:add"),
        {"title": title, "file": file, "collection": collection, "tags": ""},
    )


def test_which_files_may_be_is_told_before_one_is_sent(client, adviser):
    assert "PDF, ODT, ODS" in client.get(reverse("wagtaildocs:add")).text
    assert "50 MB at most" in client.get(reverse("wagtaildocs:add")).text
    pictures = client.get(reverse("wagtailimages:add")).text
    assert "JPG, JPEG, PNG, WEBP, GIF" in pictures
    assert "SVG" not in pictures


def test_a_photo_is_kept_without_where_it_was_taken(client, adviser):
    assert put_in(client, "images", photo("JPEG")).status_code == 302

    kept = Image.objects.get()
    with kept.file.open() as file, Pillow.open(file) as picture:
        assert picture.getexif().get_ifd(0x8825) == {}
    assert b"Zoe" not in kept.file.open().read()
    assert (kept.width, kept.height) == (64, 48)
    assert kept.get_rendition("width-32").file.name.endswith(".webp")


def test_a_photo_that_replaces_one_of_the_same_name_has_another_address(
    client, adviser, django_capture_on_commit_callbacks
):
    """Browsers keep the picture of an address for a month."""
    put_in(client, "images", photo("PNG"))
    first = Image.objects.get()
    shown = first.get_rendition("width-32").url
    sent = {"title": "Le plan", "collection": first.collection_id, "tags": ""}

    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("wagtailimages:edit", args=[first.pk]), sent | {"file": photo("PNG")})

    second = Image.objects.get()
    assert second.filename == first.filename
    assert second.get_rendition("width-32").url != shown
    assert not Path(first.file.path).parent.exists()


def test_several_photos_at_once_lose_it_too(client, adviser):
    answer = client.post(
        reverse("wagtailimages:add_multiple"),
        {
            "title": "Photo",
            "files[]": photo("JPEG"),
            "collection": Collection.get_first_root_node().pk,
        },
        headers={"X-Requested-With": "XMLHttpRequest"},
    )

    assert answer.json()["success"] is True
    assert b"Zoe" not in Image.objects.get().file.open().read()


def test_a_photo_put_in_while_writing_loses_it_too_and_one_in_disguise_is_refused(client, adviser):
    """In the window that opens from a block."""
    sent = {
        "image-chooser-upload-title": "Le tableau",
        "image-chooser-upload-collection": Collection.get_first_root_node().pk,
        "image-chooser-upload-tags": "",
    }

    refused = client.post(
        reverse("wagtailimages_chooser:create"),
        sent | {"image-chooser-upload-file": SimpleUploadedFile("page.png", HTML)},
    )
    client.post(
        reverse("wagtailimages_chooser:create"), sent | {"image-chooser-upload-file": photo("JPEG")}
    )

    assert "Le tableau" in refused.json()["htmlFragment"]
    assert b"Zoe" not in Image.objects.get().file.open().read()


BOMB = (
    b"\x89PNG\r\n\x1a\n"
    + chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0))
    + chunk(b"IDAT", zlib.compress(b"0"))
)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("dessin.svg", SVG),
        ("dessin.png", SVG),
        ("page.png", HTML),
        ("page.jpg", HTML),
        ("bombe.png", BOMB),
        ("photo.png", photo("JPEG").read()),
        ("coupée.jpg", photo("JPEG").read()[:900]),
        ("photo.bmp", b"BM" + b"\x00" * 60),
    ],
)
@pytest.mark.parametrize(
    "fills", [False, True], ids=["a fresh process", "after a PDF was drawn in this process"]
)
def test_what_is_no_picture_that_we_keep_is_refused_and_the_form_keeps_its_words(
    client, adviser, monkeypatch, fills, name, content
):
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", fills)  # as WeasyPrint sets it
    answer = put_in(
        client,
        "images",
        SimpleUploadedFile(name, content, "image/png"),
        title="Une photo de la classe",
    )

    assert (answer.status_code, Image.objects.count()) == (200, 0)
    assert 'value="Une photo de la classe"' in answer.text
    assert answer.context["form"].errors["file"]


def test_a_picture_that_is_too_heavy_is_refused(client, adviser):
    out = io.BytesIO()
    Pillow.effect_noise((2400, 2400), 100).convert("RGB").save(out, "PNG")
    assert len(out.getvalue()) > 10 * 1024 * 1024

    answer = put_in(client, "images", SimpleUploadedFile("photo.png", out.getvalue()))

    assert "This file is too big" in answer.text
    assert Image.objects.count() == 0


def test_a_file_in_disguise_is_refused_with_the_reason_and_the_form_keeps_its_words(
    client, adviser
):
    answer = put_in(
        client,
        "docs",
        SimpleUploadedFile("plan.pdf", HTML, "application/pdf"),
        title="Le plan de la semaine",
    )

    assert (answer.status_code, Document.objects.count()) == (200, 0)
    assert 'value="Le plan de la semaine"' in answer.text
    assert answer.context["form"].errors["file"] == [
        "This isn’t a PDF file, whatever its name says: its content is text/html. Save it again in"
        " the program that made it."
    ]


@pytest.mark.parametrize(
    "name", ["page.html", "dessin.svg", "programme.exe", "sans_fin", "archive.zip"]
)
def test_an_ending_that_is_not_in_the_list_is_refused_with_one_reason(client, adviser, name):
    answer = put_in(client, "docs", SimpleUploadedFile(name, HTML))

    assert Document.objects.count() == 0
    assert len(answer.context["form"].errors["file"]) == 1


def test_a_file_of_several_in_disguise_is_refused_too(client, adviser):
    answer = client.post(
        reverse("wagtaildocs:add_multiple"),
        {
            "title": "Plan",
            "files[]": SimpleUploadedFile("plan.pdf", HTML),
            "collection": Collection.get_first_root_node().pk,
        },
        headers={"X-Requested-With": "XMLHttpRequest"},
    )

    assert answer.json()["success"] is False
    assert "This isn’t a PDF file" in answer.json()["error_message"]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/plan.pdf", "plan.pdf"),
        ("<script>alert(1)</script>.pdf", "script.pdf"),
        ('a" onload="alert(1).pdf', "a_onloadalert1.pdf"),
        ("fdp.\u202efdp.pdf", "fdp.fdp.pdf"),
        ("emploi du temps\u00a0n°\u202f3.pdf", "emploi_du_tempsn3.pdf"),
    ],
)
def test_names_of_files_are_made_safe(client, adviser, sent, kept):
    put_in(client, "docs", SimpleUploadedFile(sent, TAKEN["plan.pdf"]))

    name = Document.objects.get().filename
    assert not set(name) & set("<>\"'/\\&\u202e\u00a0 ")
    assert name.endswith(".pdf")


LESSON = "M. Dupont en classe virtuelle avec les élèves de seconde du lycée Malherbe à Caen"
LONG_NAMES = {
    "a dot near its beginning": LESSON,
    "two hundred characters": f"Plan. {'a' * 190}",
    "bytes": f"Plan. {'\N{LINEAR B IDEOGRAM B100 MAN}' * 81}",  # 4 each; 255 fit a disk
}
long_names = pytest.mark.parametrize("name", LONG_NAMES.values(), ids=LONG_NAMES)


def assert_put_in_as(kept, ending: str):
    """By the names that a reader's computer and the database see."""
    assert kept.filename.startswith(("M._Dupont_en_classe", "Plan._"))
    assert kept.filename.endswith(ending)
    assert kept.filename.count(".") == 2
    assert len(kept.file.name) <= 100
    assert kept.file.storage.exists(kept.file.name)


@long_names
def test_a_long_name_of_a_picture_is_cut_before_its_ending(client, adviser, name):
    answer = put_in(client, "images", SimpleUploadedFile(f"{name}.png", photo("PNG").read()))

    assert answer.status_code == 302
    assert_put_in_as(Image.objects.get(), ".png")
    assert Image.objects.get().get_rendition("width-32").file.name.endswith(".webp")


@long_names
@pytest.mark.parametrize("kind", ["images", "docs"])
def test_a_long_name_of_several_at_once_is_cut_before_its_ending(client, adviser, kind, name):
    content, ending = (photo("PNG").read(), ".png") if kind == "images" else (PDF, ".pdf")
    answer = client.post(
        reverse(f"wagtail{kind}:add_multiple"),
        {
            "title": "Le cours",
            "files[]": SimpleUploadedFile(f"{name}{ending}", content),
            "collection": Collection.get_first_root_node().pk,
        },
        headers={"X-Requested-With": "XMLHttpRequest"},
    )

    assert answer.json()["success"] is True
    assert_put_in_as((Image if kind == "images" else Document).objects.get(), ending)


@long_names
def test_a_long_name_of_a_document_is_cut_before_its_ending(client, adviser, name):
    answer = put_in(client, "docs", SimpleUploadedFile(f"{name}.odt", TAKEN["plan.odt"]))

    assert answer.status_code == 302
    kept = Document.objects.get()
    assert_put_in_as(kept, ".odt")
    downloaded = client.get(kept.url).headers["Content-Disposition"]
    assert unquote(downloaded).rstrip('"').endswith(kept.filename)


def test_a_deleted_document_takes_its_folder_along_and_no_other(client, adviser):
    put_in(client, "docs", SimpleUploadedFile("plan.pdf", PDF))
    put_in(client, "docs", SimpleUploadedFile("plan.pdf", PDF))
    first, second = Document.objects.order_by("pk")
    beside = Path(first.file.path).with_name(
        ".nfs0001"
    )  # of a file that is deleted while it is read

    beside.touch()
    first.file.storage.delete_now(first.file.name)
    assert [one.name for one in Path(first.file.path).parent.iterdir()] == [beside.name]
    beside.unlink()
    for _again in range(2):
        first.file.storage.delete_now(first.file.name)

    assert not Path(first.file.path).parent.exists()
    assert second.file.read() == PDF


@pytest.mark.parametrize(
    ("name", "disposition", "kind"),
    [
        ("plan.pdf", "inline", "application/pdf"),
        (
            "plan.docx",
            "attachment",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        ("lisez-moi.txt", "attachment", "text/plain"),
        ("élèves.csv", "attachment", "text/csv"),
        ("film.webm", "inline", "video/webm"),
        ("film.vtt", "inline", "text/vtt"),
    ],
)
def test_readers_get_files_that_do_nothing(client, adviser, name, disposition, kind):
    put_in(client, "docs", SimpleUploadedFile(name, TAKEN[name]))

    answer = client.get(Document.objects.get().url)

    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Type"].partition(";")[0] == kind
    assert answer.headers.get("Content-Disposition", "inline").startswith(disposition)
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'"


def test_a_title_never_becomes_a_tag(client, adviser):
    document = Document.objects.create(
        title="<img src=x onerror=alert(1)>", file=ContentFile(TAKEN["plan.pdf"], "plan.pdf")
    )

    for address in (reverse("wagtaildocs:index"), reverse("wagtaildocs:edit", args=[document.pk])):
        assert not shows(client.get(address).text, "<img src=x")
