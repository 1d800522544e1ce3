"""The one PDF of a hand-in, by what is in it: upright, light, legible, without where and with what
it was taken. C10.
"""

import io
import shutil
import subprocess
from itertools import pairwise

import pikepdf
import pytest
from PIL import Image, ImageChops, ImageDraw, ImageStat

from courses.documents import services as documents
from courses.documents.values import JPEG, PDF, BoundSheet
from tests.factories import handins
from tests.factories.continuity import StudentFactory, homework_item, part_of, teaching
from tests.factories.hostile_pdfs import pdf, with_form
from tests.factories.hostile_pictures import heic
from tests.factories.pictures import as_file, page
from tests.factories.worker import run_worker

# How a camera that was held so has to write the sheet, so that EXIF makes it upright again.
HELD = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def drawn(content: bytes, *, dpi: int = 40, number: int = 1) -> Image.Image:
    """The page as a reader's screen shows it, by poppler."""
    asked = ["pdftoppm", "-r", str(dpi), "-f", str(number), "-l", str(number), "-png", "-"]
    return Image.open(
        io.BytesIO(subprocess.run(asked, input=content, capture_output=True, check=True).stdout)
    ).convert("L")


def dark_corner(picture: Image.Image) -> str:
    """Where the sheet's dark corner is: top left, when it stands upright."""
    w, h = picture.size
    size = min(w, h) // 16
    corners = {
        "top left": (2, 2),
        "top right": (w - size - 2, 2),
        "bottom left": (2, h - size - 2),
        "bottom right": (w - size - 2, h - size - 2),
    }
    means = {
        name: ImageStat.Stat(picture.crop((x, y, x + size, y + size))).mean[0]
        for name, (x, y) in corners.items()
    }
    return min(means, key=means.__getitem__)


@pytest.fixture(autouse=True)
def _poppler():
    assert shutil.which("pdftoppm"), "Debian package poppler-utils is missing"


@pytest.mark.parametrize("orientation", HELD)
def test_a_photo_stands_upright_however_the_telephone_was_held(orientation):
    sheet = page(600, 800)
    held = sheet if HELD[orientation] is None else sheet.transpose(HELD[orientation])

    picture = documents.upright(as_file(held, orientation=orientation))
    bound = documents.bind_images([BoundSheet(picture.content, JPEG)], title="Un travail")

    shown = drawn(bound)
    assert (dark_corner(shown), shown.height > shown.width, picture.height > picture.width) == (
        "top left",
        True,
        True,
    )


@pytest.mark.parametrize(
    ("turned", "corner"),
    [(0, "top left"), (90, "top right"), (180, "bottom right"), (270, "bottom left")],
)
@pytest.mark.parametrize("kind", ["photo", "pdf"])
def test_a_page_stands_as_the_student_turned_it(kind, turned, corner):
    photo = documents.upright(as_file(page(600, 800))).content
    sheet = BoundSheet(photo, JPEG, turned)
    if kind == "pdf":
        sheet = BoundSheet(
            documents.bind_images([BoundSheet(photo, JPEG)], title="Un scan"), PDF, turned
        )

    shown = drawn(documents.bind_images([sheet], title="Un travail"))

    assert (dark_corner(shown), shown.width > shown.height) == (corner, turned in (90, 270))


@pytest.mark.parametrize("kind", ["JPEG", "HEIC"])
def test_twelve_million_pixels_sideways_become_less_than_500_kb_upright_and_nameless(kind):
    """C10"""
    sheet = page(3024, 4032)
    sent = (
        as_file(sheet.transpose(Image.Transpose.ROTATE_90), orientation=6, quality=92)
        if kind == "JPEG"
        else heic(sheet)
    )

    bound = documents.bind_images(
        [BoundSheet(documents.upright(sent).content, JPEG)], title="Un travail"
    )

    assert len(bound) < 500_000
    assert dark_corner(drawn(bound)) == "top left"
    with pikepdf.open(io.BytesIO(bound)) as opened:
        (image,) = opened.pages[0].get_images().values()
        content = image.read_raw_bytes()
        assert [round(float(side)) for side in opened.pages[0].mediabox] == [0, 0, 632, 842]
    assert [word for word in (b"Telephone", b"Exif", b"GPS") if word in content + bound] == []
    with Image.open(io.BytesIO(content)) as kept:
        assert max(kept.size) == 2_000


def test_writing_is_legible_at_150_percent():
    """C10: strokes of a pen stand apart from each other and from the paper, as they do on what was
    photographed.
    """
    sheet = page(3024, 4032)
    pen = ImageDraw.Draw(sheet)
    for stroke in range(12):  # strokes of half a millimetre, one millimetre apart, on an A4 sheet
        x = 1_200 + stroke * 14
        pen.line((x, 3_700, x, 3_800), fill="#1f2f7a", width=7)

    bound = documents.bind_images(
        [BoundSheet(documents.upright(as_file(sheet, quality=92)).content, JPEG)],
        title="Un travail",
    )

    shown = drawn(bound, dpi=144)  # 96 dots an inch, at 150 %
    scale = shown.width / 3024
    row = shown.crop([round(side * scale) for side in (1_195, 3_750, 1_195 + 12 * 14, 3_752)])
    levels = list(row.resize((row.width, 1)).get_flattened_data())
    crossings = sum((one > 150) != (other > 150) for one, other in pairwise(levels))
    assert crossings >= 22
    assert max(levels) - min(levels) > 60


def test_a_photo_keeps_its_own_pixels():
    picture = documents.upright(as_file(page(600, 800)))

    bound = documents.bind_images([BoundSheet(picture.content, JPEG, 90)], title="Un travail")

    with pikepdf.open(io.BytesIO(bound)) as opened:
        (image,) = opened.pages[0].get_images().values()
        assert image.read_raw_bytes() == picture.content
        with Image.open(io.BytesIO(picture.content)) as kept:
            assert (
                ImageChops.difference(
                    pikepdf.PdfImage(image).as_pil_image(), kept.convert("RGB")
                ).getbbox()
                is None
            )


def test_what_was_written_into_a_form_stays_on_its_page():
    bound = documents.bind_images([BoundSheet(pdf(with_form), PDF)], title="Un travail")

    said = subprocess.run(
        ["pdftotext", "-", "-"], input=bound, capture_output=True, check=True
    ).stdout.decode()
    assert ("Page 1 of my work" in said, "Filled by Zoe" in said) == (True, True)


def test_a_heavy_scan_inside_a_pdf_becomes_light():
    picture = page(2480, 3508)
    out = io.BytesIO()
    picture.save(out, "PDF", quality=96, resolution=300)
    assert len(out.getvalue()) > 1_500_000

    bound = documents.bind_images([BoundSheet(out.getvalue(), PDF)], title="Un travail")

    assert len(bound) < 500_000
    assert dark_corner(drawn(bound)) == "top left"


@pytest.mark.django_db
def test_photos_and_pdfs_of_a_hand_in_become_one_in_their_order():
    given = homework_item(part_of(teaching())).assignment
    student = StudentFactory(in_class=given.teaching.school_class)
    handins.add(given, student, as_file(page(600, 800)))
    handins.add(given, student, pdf(pages=2))
    handins.add(given, student, as_file(page(800, 600)))
    handin = handins.hand_in(given, student)

    run_worker()

    handin.refresh_from_db()
    with handin.pdf.open("rb") as file, pikepdf.open(file) as opened:
        sizes = [tuple(round(float(side)) for side in page.mediabox[2:]) for page in opened.pages]
        assert sizes == [(632, 842), (595, 842), (595, 842), (842, 632)]
        assert (
            str(opened.docinfo["/Title"])
            == f"Un travail ({student.display_name}, {given.teaching.school_class.name})"
        )
        assert (str(opened.Root.Lang), bool(opened.Root.ViewerPreferences.DisplayDocTitle)) == (
            "fr",
            True,
        )


@pytest.mark.parametrize(
    ("size", "turned"),
    [((600, 8_000), 0), ((8_000, 600), 0), ((8_000, 600), 90)],
    ids=["tall", "wide", "turned"],
)
def test_a_long_picture_is_cut_into_sheets_that_can_be_read(size, turned):
    picture = documents.upright(as_file(page(*size), quality=60))
    bound = documents.bind_images(
        [BoundSheet(picture.content, JPEG, turned)], title="Une longue capture"
    )

    with pikepdf.open(io.BytesIO(bound)) as opened:
        sides = [
            sorted(
                round(float(side))
                for side in (p.mediabox[2] - p.mediabox[0], p.mediabox[3] - p.mediabox[1])
            )
            for p in opened.pages
        ]
        assert len(opened.pages) == 10
        assert len({image.objgen for p in opened.pages for image in p.get_images().values()}) == 1
    assert all(long == 842 and 500 < short < 660 for short, long in sides)
    first, last = drawn(bound, number=1), drawn(bound, number=10)
    assert dark_corner(first) in ("top left", "top right")
    assert ImageStat.Stat(last).mean[0] < 250  # the photo, not bare paper


def test_what_a_camera_wrote_into_a_photo_leaves_a_pdf_too():
    """Of a scanning app: the part that is kept and shown, and what is bound from it."""
    made = pikepdf.new()
    made.add_blank_page(page_size=(595, 842))
    photo = pikepdf.Stream(made, as_file(page(600, 800), orientation=6))
    photo.stream_dict = pikepdf.Dictionary(
        Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=600, Height=800, BitsPerComponent=8,
        ColorSpace=pikepdf.Name.DeviceRGB, Filter=pikepdf.Name.DCTDecode,
        Metadata=made.make_stream(b"<x:xmpmeta>Zoe</x:xmpmeta>"),
    )  # fmt: skip
    made.pages[0].obj.Resources = pikepdf.Dictionary(
        XObject=pikepdf.Dictionary(Im=made.make_indirect(photo))
    )
    made.pages[0].obj.Contents = made.make_stream(b"q 595 0 0 842 0 0 cm /Im Do Q")
    made.docinfo["/Author"] = "Zoe Traces"
    out = io.BytesIO()
    made.save(out, compress_streams=False)
    sent = out.getvalue()
    assert [word for word in (b"Telephone de Zoe", b"Zoe Traces", b"xmpmeta") if word in sent] == [
        b"Telephone de Zoe",
        b"Zoe Traces",
        b"xmpmeta",
    ]

    kept = documents.look_into(sent, most_pages=20)
    bound = documents.bind_images([BoundSheet(kept.content, PDF)], title="Un travail")

    for content in (kept.content, bound):
        with pikepdf.open(io.BytesIO(content)) as opened:
            told = [
                thing.read_raw_bytes()
                for thing in opened.objects
                if isinstance(thing, pikepdf.Stream)
            ]
            (image,) = opened.pages[0].get_images().values()
            assert "/Author" not in opened.docinfo
            assert "/Metadata" not in image
        assert [
            word
            for word in (b"Telephone", b"Exif", b">Zoe<", b"Zoe Traces")
            if any(word in one for one in [*told, content])
        ] == []
    assert dark_corner(drawn(bound)) == "top left"
