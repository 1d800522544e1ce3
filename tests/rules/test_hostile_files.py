"""What students' files may do to a server, to a teacher's screen, and to themselves: each has its
verdict, by content alone.
"""

import io
import resource
import time

import pikepdf
import pytest
from PIL import Image, ImageFile

from courses.documents import services as documents
from courses.documents.exceptions import PictureBroken
from courses.documents.values import JPEG, PDF, BoundSheet
from courses.exceptions import Refusal
from tests.factories import hostile_pdfs, hostile_pictures

REFUSED = hostile_pictures.REFUSED | hostile_pdfs.REFUSED
ALL = REFUSED | hostile_pictures.TAKEN | hostile_pdfs.TAKEN
SECONDS = 12
HARM = (b"<script", b"JavaScript", b"setup.exe", b"%PDF-", b"Telephone", b"Exif")


def looked_at(content: bytes) -> BoundSheet:
    """As a hand-in's page is, before it is kept."""
    if documents.kind_of(content) == PDF:
        return BoundSheet(documents.look_into(content, most_pages=20).content, PDF)
    return BoundSheet(documents.upright(content).content, JPEG)


def test_there_are_enough_of_them():
    assert len(ALL) == len(REFUSED) + len(hostile_pictures.TAKEN) + len(hostile_pdfs.TAKEN)
    assert (len(REFUSED) >= 60, len(ALL) >= 90) == (True, True)


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_safely_is_refused_with_what_to_do_instead(name):
    make, verdict = REFUSED[name]
    content = make()
    began = time.monotonic()

    with pytest.raises(Refusal) as refused:
        looked_at(content)

    assert type(refused.value).__name__ == verdict
    assert refused.value.reason
    assert refused.value.advice
    assert time.monotonic() - began < SECONDS


@pytest.mark.parametrize("name", hostile_pictures.TAKEN)
def test_what_only_looks_dangerous_becomes_a_plain_picture(name):
    sheet = looked_at(hostile_pictures.TAKEN[name]())

    with Image.open(io.BytesIO(sheet.content)) as picture:
        assert (picture.format, picture.mode in ("RGB", "L"), dict(picture.getexif())) == (
            "JPEG",
            True,
            {},
        )
        assert {"exif", "icc_profile", "comment", "xmp", "mp"} & set(picture.info) == set()
        picture.load()
    assert [word for word in HARM if word in sheet.content] == []
    assert sheet.content.endswith(b"\xff\xd9")


@pytest.mark.parametrize("name", hostile_pdfs.TAKEN)
def test_a_pdf_that_is_only_read_is_bound_to_pages_that_only_draw(name):
    sheet = looked_at(hostile_pdfs.TAKEN[name]())

    bound = documents.bind_images([sheet], title="Un travail")

    with pikepdf.open(io.BytesIO(bound)) as opened:
        assert set(opened.Root.keys()) <= {
            "/Type",
            "/Pages",
            "/Metadata",
            "/Lang",
            "/ViewerPreferences",
        }
        kept = {key for page in opened.pages for key in page.obj}
        assert kept <= {
            "/Type",
            "/Parent",
            "/MediaBox",
            "/CropBox",
            "/Resources",
            "/Contents",
            "/Rotate",
            "/Group",
            "/UserUnit",
        }
    assert [word for word in (b"<script", b"JavaScript", b"/URI", b"@PJL") if word in bound] == []


def test_a_png_that_swells_takes_no_memory_before_it_is_refused():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    content = hostile_pictures.png_bomb(30_000, 30_000)

    with pytest.raises(Refusal):
        looked_at(content)

    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60_000  # kB


@pytest.mark.parametrize(
    "fills", [False, True], ids=["Pillow fills nothing", "Pillow was told to fill"]
)
@pytest.mark.parametrize(
    "name", ["a JPEG cut in half", "a PNG cut in half", "a WebP cut in half", "a HEIC cut in half"]
)
def test_a_picture_that_was_cut_off_is_refused_also_where_weasyprint_lets_pillow_fill_it(
    monkeypatch, name, fills
):
    monkeypatch.setattr(
        ImageFile, "LOAD_TRUNCATED_IMAGES", fills
    )  # as WeasyPrint sets it, once imported

    with pytest.raises(PictureBroken):
        documents.upright(hostile_pictures.REFUSED[name][0]())

    assert fills is ImageFile.LOAD_TRUNCATED_IMAGES
