"""What may be put among images and files: a table of contents against names, and of what a camera
writes into a photo.
"""

import io
import struct
import zipfile
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, PngImagePlugin

from cms.guidance.services import uploads
from courses.documents.exceptions import PictureTooLarge

HTML = b"<!doctype html><html><body><script>alert(1)</script></body></html>"
SVG = (
    b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
)
GPS, ORIENTATION, MAKE = 0x8825, 0x0112, 0x010F


def packed(*names: str, **contents: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, contents.get(name, b"<x/>"))
    return out.getvalue()


def opendocument(kind: str, *names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        for name in ("content.xml", *names):
            archive.writestr(name, "<x/>")
    return out.getvalue()


TAKEN = {
    "plan.pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n",
    "plan.docx": packed("[Content_Types].xml", "word/document.xml"),
    "notes.xlsx": packed("[Content_Types].xml", "xl/workbook.xml"),
    "cours.pptx": packed("[Content_Types].xml", "ppt/presentation.xml"),
    "plan.odt": opendocument("text"),
    "notes.ods": opendocument("spreadsheet"),
    "cours.odp": opendocument("presentation"),
    "élèves.csv": "Nom;Prénom\nMartin;Zoé\n".encode("cp1252"),
    "lisez-moi.txt": "Une semaine écrite.\n".encode(),
    "film.vtt": b"WEBVTT\n\n00:00.000 --> 00:01.000\nBonjour.\n",
    "film.srt": b"1\n00:00:00,000 --> 00:00:01,000\nBonjour.\n",
    "film.webm": bytes.fromhex(
        "1a45dfa301000000 0000001f42868101 42f7810142f28104 42f3810842828477 65626d"
    ),
    "film.mp4": b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41" + b"\x00" * 64,
}
REFUSED = {
    "page.pdf": (HTML, "NotWhatItsNameSays"),
    "dessin.pdf": (SVG, "NotWhatItsNameSays"),
    "page.txt": (HTML, "NotWhatItsNameSays"),
    "dessin.txt": (SVG, "NotWhatItsNameSays"),
    "page.docx": (HTML, "NotWhatItsNameSays"),
    "programme.pdf": (b"MZ\x90\x00\x03\x00\x00\x00" + b"\x00" * 200, "NotWhatItsNameSays"),
    "programme.docx": (packed("setup.exe"), "NotWhatItsNameSays"),
    "texte.odt": (packed("content.xml"), "NotWhatItsNameSays"),
    "macro.docx": (
        packed("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
        "FileHoldsPrograms",
    ),
    "majuscules.docx": (  # names of a package's parts have no case
        packed("[Content_Types].xml", "word/document.xml", "word/VBAPROJECT.BIN"),
        "FileHoldsPrograms",
    ),
    "macro.odt": (opendocument("text", "Basic/Standard/Module1.xml"), "FileHoldsPrograms"),
    "cassé.docx": (b"PK\x03\x04" + b"\x00" * 100, "NotWhatItsNameSays"),
    "secret.csv": (b"\x00\x01\x02\x03" * 50, "NotWhatItsNameSays"),
}


@pytest.mark.parametrize("name", TAKEN)
def test_a_file_that_is_what_its_name_says_is_taken(name):
    assert uploads.why_not_take(SimpleUploadedFile(name, TAKEN[name])) is None


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_is_something_else_is_refused(name):
    content, refusal = REFUSED[name]

    assert type(uploads.why_not_take(SimpleUploadedFile(name, content))).__name__ == refusal


def test_a_file_that_is_too_big_is_refused_before_it_is_read():
    sent = SimpleUploadedFile("film.mp4", TAKEN["film.mp4"])
    sent.size = 51 * 1024 * 1024

    assert "52 MB" in uploads.why_not_take(sent).reason


def test_a_file_that_unpacks_to_very_much_is_refused(monkeypatch):
    monkeypatch.setattr(uploads, "UNPACKED_BYTES", 1_000)
    bomb = packed("[Content_Types].xml", "word/document.xml", **{"word/document.xml": b"0" * 2_000})

    assert (
        type(uploads.why_not_take(SimpleUploadedFile("plan.docx", bomb))).__name__
        == "FileUnpacksTooBig"
    )


def test_a_file_of_very_many_parts_is_refused_before_they_are_read():
    bomb = packed("[Content_Types].xml", "word/document.xml", *map(str, range(10_000)))

    assert (
        type(uploads.why_not_take(SimpleUploadedFile("plan.docx", bomb))).__name__
        == "FileUnpacksTooBig"
    )


def photo(kind: str, **more) -> SimpleUploadedFile:
    """As a telephone takes it: where, with what, lying on its side, with a comment."""
    exif = Image.Exif()
    exif[MAKE], exif[ORIENTATION] = "Telephone de Zoe", 6
    exif[GPS] = {1: "N", 2: (49.0, 10.0, 58.0), 3: "W", 4: (0.0, 22.0, 8.0)}
    out = io.BytesIO()
    Image.radial_gradient("L").convert("RGB").resize((64, 48)).save(out, kind, exif=exif, **more)
    return SimpleUploadedFile(f"photo.{kind.lower()}", out.getvalue(), f"image/{kind.lower()}")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_loses_where_and_with_what_it_was_taken_and_stays_upright(kind):
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", "Classe de seconde 4")
    sent = photo(
        kind,
        **(
            {"comment": b"Classe de seconde 4"}
            if kind == "JPEG"
            else {"pnginfo": text}
            if kind == "PNG"
            else {}
        ),
    )
    assert b"Telephone de Zoe" in sent.read()

    kept = uploads.without_traces(sent)

    content = kept.read()
    with Image.open(io.BytesIO(content)) as picture:
        assert (picture.size, dict(picture.getexif()), picture.getexif().get_ifd(GPS)) == (
            (64, 48),
            {ORIENTATION: 6},
            {},
        )
        assert {"comment", "Comment", "xmp"} & set(picture.info) == set()
    assert b"Classe de seconde" not in content
    assert b"Zoe" not in content
    assert (kept.name, kept.content_type) == (sent.name, sent.content_type)


def test_what_was_hung_behind_a_photo_is_cut_off():
    sent = photo("JPEG")

    kept = uploads.without_traces(SimpleUploadedFile("photo.jpg", sent.read() + HTML, "image/jpeg"))

    assert b"<script>" not in kept.read()


def test_transparency_and_frames_stay():
    out = io.BytesIO()
    frames = [Image.new("RGB", (20, 20), color) for color in ("red", "green", "blue")]
    frames[0].save(
        out,
        "GIF",
        save_all=True,
        append_images=frames[1:],
        duration=200,
        loop=0,
        comment=b"Classe de seconde 4",
    )

    content = uploads.without_traces(
        SimpleUploadedFile("film.gif", out.getvalue(), "image/gif")
    ).read()

    with Image.open(io.BytesIO(content)) as picture:
        assert picture.n_frames == 3
    assert b"Classe de seconde" not in content


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        HTML,
        SVG,
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", 600, 600, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", b""),
    ],
    ids=["nothing", "a page", "a drawing", "a header without pixels"],
)
def test_what_cannot_be_read_as_a_picture_is_refused(content):
    with pytest.raises(uploads.PictureUnreadable):
        uploads.without_traces(SimpleUploadedFile("photo.png", content, "image/png"))


def test_a_picture_of_very_many_pixels_is_refused_with_their_number():
    content = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", b"")
    )

    with pytest.raises(PictureTooLarge) as refused:
        uploads.without_traces(SimpleUploadedFile("photo.png", content, "image/png"))

    assert (
        refused.value.reason
        == "This picture has 3600 million pixels. At most 40 million are taken."
    )


def test_what_a_page_shows_is_made_no_larger_than_the_web_process_can_hold():
    out = io.BytesIO()
    Image.new("RGB", (6_000, 4_000), "red").save(out, "JPEG")

    kept = uploads.without_traces(SimpleUploadedFile("photo.jpg", out.getvalue(), "image/jpeg"))

    with Image.open(kept) as picture:
        assert (picture.size, picture.format) == ((4_899, 3_266), "JPEG")
