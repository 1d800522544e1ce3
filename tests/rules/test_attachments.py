"""What may stand beside a lesson or homework: told by its content, never by its name; what isn't
taken is refused in words.
"""

import io
import zipfile

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageFile

from continuity.writing import services as attachments
from courses.exceptions import Refusal
from tests.factories.continuity import lesson_item, part_of, teaching

pytestmark = pytest.mark.django_db


@pytest.fixture
def lesson():
    return lesson_item(part_of(teaching())).lesson


def picture(format: str, size=(640, 480), mode="RGB", **more) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size).save(out, format, **more)
    return out.getvalue()


def packed(*names: str, kind: str = "", content: bytes = b"x") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        if kind:
            archive.writestr(zipfile.ZipInfo("mimetype"), kind)
        for name in names:
            archive.writestr(name, content)
    return out.getvalue()


def pdf(**more) -> bytes:
    out, made = io.BytesIO(), pikepdf.new()
    made.add_blank_page()
    for name, value in more.items():
        made.Root[f"/{name}"] = value
    made.save(out)
    return out.getvalue()


def locked() -> bytes:
    out, made = io.BytesIO(), pikepdf.new()
    made.add_blank_page()
    made.save(out, encryption=pikepdf.Encryption(owner="a", user="b"))
    return out.getvalue()


DOCX = ("[Content_Types].xml", "_rels/.rels", "word/document.xml")
TAKEN = {
    "a JPEG": (picture("JPEG"), "plan.JPG", "plan.jpg", "image/jpeg"),
    "a PNG becomes a JPEG": (picture("PNG", mode="RGBA"), "plan.png", "plan.jpg", "image/jpeg"),
    "a WebP": (picture("WEBP"), "plan.webp", "plan.jpg", "image/jpeg"),
    "a GIF, its first picture": (picture("GIF", mode="P"), "plan.gif", "plan.jpg", "image/jpeg"),
    "a picture that calls itself a page": (picture("PNG"), "plan.html", "plan.jpg", "image/jpeg"),
    "a PDF": (pdf(), "fiche.pdf", "fiche.pdf", "application/pdf"),
    "a PDF without an ending": (pdf(), "fiche", "fiche.pdf", "application/pdf"),
    "a LibreOffice text": (
        packed("content.xml", kind="application/vnd.oasis.opendocument.text"), "a.odt", "a.odt", "application/vnd.oasis.opendocument.text",
    ),
    "a Word text": (packed(*DOCX), "a.docx", "a.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "a GeoGebra figure": (packed("geogebra.xml"), "a.ggb", "a.ggb", "application/vnd.geogebra.file"),
    "words": (b"Lire la page 12.\n", "a.txt", "a.txt", "text/plain"),
    "a program to read": (b"#!/usr/bin/env python3\nimport math\n\n\ndef f(x):\n    return x\n", "a.py", "a.py", "text/plain"),
}  # fmt: skip


@pytest.mark.parametrize("name", TAKEN)
def test_what_is_taken_and_what_it_is_called(lesson, name):
    content, called, kept_as, media_type = TAKEN[name]

    kept = attachments.add(to=lesson, sent=SimpleUploadedFile(called, content), by=lesson.author)

    assert (kept.name, kept.media_type, kept.is_picture) == (
        kept_as,
        media_type,
        media_type == "image/jpeg",
    )
    assert kept.file.size == kept.size_bytes
    assert "plan" not in kept.file.name


@pytest.fixture
def _weasyprint_is_there(monkeypatch):
    """Once imported, it lets Pillow fill what was cut off with grey, in the whole process."""
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)


NOT_TAKEN = {
    "nothing": (b"", "This kind of file isn’t taken."),
    "a program": (b"MZ\x90\x00" + b"\x00" * 300, "This kind of file isn’t taken."),
    "a program for Linux": (b"\x7fELF\x02\x01\x01" + b"\x00" * 300, "This kind of file isn’t taken."),
    "a page": (b"<!DOCTYPE html><html><script>ran()</script></html>", "This kind of file isn’t taken."),
    "a drawing with a script": (
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="ran()"></svg>', "This file is neither a photo nor a PDF.",
    ),
    "an archive": (packed("a.exe"), "This kind of file isn’t taken."),
    "an archive that unpacks to a flood": (packed("word/document.xml", content=b"\0" * 310_000_000), "This kind of file isn’t taken."),
    "an archive of very many parts": (packed(*DOCX, *map(str, range(10_000))), "This kind of file isn’t taken."),
    "an archive that is broken": (packed(*DOCX)[:-40], "This kind of file isn’t taken."),
    "a text with a program": (packed(*DOCX, "word/vbaProject.bin"), "It holds a program (macros)."),
    "a LibreOffice text with a program": (
        packed("content.xml", "Basic/Standard/Module1.xml", kind="application/vnd.oasis.opendocument.text"), "It holds a program (macros).",
    ),
    "a PDF that runs": (
        pdf(OpenAction=pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")),
        "This PDF holds something that runs, or other files inside it.",
    ),
    "a PDF behind a password": (locked(), "This file is locked by a password."),
    "a PDF that is cut off": (pdf()[:80], "This PDF is broken: it can’t be opened."),
    "a picture that is cut off": (picture("PNG", size=(900, 900))[:200], "This photo is cut off or broken."),
    "a picture of very many pixels": (
        picture("PNG", size=(9_000, 9_000), mode="1"), "This picture has 81 million pixels. At most 40 million are taken.",
    ),
}  # fmt: skip


@pytest.mark.usefixtures("_weasyprint_is_there")
@pytest.mark.parametrize("name", NOT_TAKEN)
def test_what_is_not_taken_is_refused_in_words_and_leaves_nothing(lesson, name):
    content, why = NOT_TAKEN[name]

    with pytest.raises(Refusal) as refused:
        attachments.add(to=lesson, sent=SimpleUploadedFile("fiche.pdf", content), by=lesson.author)

    assert refused.value.reason == why
    assert refused.value.advice
    assert not lesson.attachments.exists()


def test_what_is_too_heavy_is_refused_before_it_is_read(lesson):
    sent = SimpleUploadedFile("film.mp4", b"")
    sent.size = 20_000_001

    with pytest.raises(Refusal) as refused:
        attachments.add(to=lesson, sent=sent, by=lesson.author)

    assert refused.value.reason == "It is too heavy: 21 MB. At most 20 MB are taken."


@pytest.mark.parametrize(
    "content",
    [pytest.param(b"Lire.", id="text"), pytest.param(pdf(), id="PDF")],
)
def test_the_same_file_twice_is_one(lesson, content):
    for sent in (content, content, b"Dire."):
        attachments.add(to=lesson, sent=SimpleUploadedFile("a.x", sent), by=lesson.author)

    assert lesson.attachments.count() == 2


def test_there_are_twenty_at_most(lesson, monkeypatch):
    monkeypatch.setattr(attachments, "MOST", 2)
    for name in ("a.txt", "b.txt"):
        attachments.add(to=lesson, sent=SimpleUploadedFile(name, b"Lire."), by=lesson.author)

    with pytest.raises(Refusal) as refused:
        attachments.add(to=lesson, sent=SimpleUploadedFile("c.txt", b"Lire."), by=lesson.author)

    assert refused.value.reason == "There are 2 pictures and files already, which is the most."
    assert lesson.attachments.count() == 2


@pytest.mark.parametrize(
    ("called", "kept_as"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("a\r\nSet-Cookie: b.txt", "a Set-Cookie b.txt"),
        ("facture\u202efdp.exe", "facture fdp.txt"),
        ("  .  ", "document.txt"),
        ("é" * 300 + ".txt", "é" * 100 + ".txt"),
    ],
)
def test_its_name_is_words_and_the_ending_of_its_content(lesson, called, kept_as):
    sent = SimpleUploadedFile("a.txt", b"Lire.")
    sent._name = called

    assert attachments.add(to=lesson, sent=sent, by=lesson.author).name == kept_as


def test_a_storage_that_is_away_leaves_no_row_and_says_so(lesson, monkeypatch):
    def away(*args, **kwargs):
        raise OSError("no space left")

    monkeypatch.setattr("django.core.files.storage.FileSystemStorage._save", away)

    with pytest.raises(Refusal) as refused:
        attachments.add(to=lesson, sent=SimpleUploadedFile("a.txt", b"Lire."), by=lesson.author)

    assert (refused.value.reason, lesson.attachments.count()) == (
        "It couldn’t be stored just now.",
        0,
    )
