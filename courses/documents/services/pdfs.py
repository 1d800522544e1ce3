"""PDFs that people send, looked into before anybody opens them; and photos and PDFs bound to one
that stands upright.
"""

import io
import math
from collections.abc import Iterable

import pikepdf
from PIL import Image

from courses.documents.exceptions import PdfActive, PdfBroken, PdfLocked, PdfTooDense, PdfTooLong
from courses.documents.fenced.jpeg import BROKEN
from courses.documents.fenced.picture import PAGE_BYTES, redrawn
from courses.documents.services import fence
from courses.documents.services.pictures import LONGEST_SIDE, PICTURES
from courses.documents.values import JPEG, PDF, BoundSheet, Pdf, Picture

UNPACKED = (
    20  # megabytes of drawing and fonts: what the worker and a reader's telephone have to hold
)
PAGE_PIXELS = 1_754  # the longer side
A4_LONG = 842  # points
A4_RATIO = math.sqrt(2)
LONG = 2.5  # times as long as wide: cut into sheets
PAGE_LIMIT = 500_000  # bytes
LIGHTENED_PIXELS = 50_000_000  # decoded whole, in the worker
KEPT_OF_A_PAGE = {
    "/Type",
    "/Contents",
    "/Resources",
    "/MediaBox",
    "/CropBox",
    "/Rotate",
    "/Parent",
    "/UserUnit",
    "/Group",
}
WHY = {"locked": PdfLocked, "broken": PdfBroken, "active": PdfActive, "dense": PdfTooDense}


def look_into(
    content: bytes,
    *,
    most_pages: int,
    unpacked: int = UNPACKED,
    is_bare: bool = True,
    person_id: int | None = None,
) -> Pdf:
    """The PDF without what cameras wrote into its photos, and, if `is_bare`, without its author,
    programs, dates and locks.

    `unpacked`: how many megabytes its streams may hold, pictures apart. Opened in a fenced process,
    of which there are two at once, one per person. Raises a `Refusal` for what is locked, broken,
    too long, or does more than be read; and `TooManyFilesAtOnce`.
    """
    try:
        with fence.place(person_id):
            told, kept = fence.run("pdf", unpacked, "bare" if is_bare else "whole", content=content)
    except fence.FenceBroken as error:
        raise PdfTooDense from error
    if why := told.get("why"):
        raise WHY[why]
    if told["pages"] > most_pages:
        raise PdfTooLong(pages=told["pages"], most=most_pages)
    return Pdf(kept, told["pages"])


def picture_of_page(content: bytes, number: int, *, turned: int = 0) -> Picture:
    """A page of a PDF that was looked into, as a JPEG of about 150 dots an inch on A4.

    Raises `PdfBroken`. Slow: for the worker.
    """
    try:
        told, drawn = fence.run("page", number, turned, PAGE_PIXELS, content=content)
    except fence.FenceBroken as error:
        raise PdfBroken from error
    return Picture(drawn, **told)


def bind_images(sheets: Iterable[BoundSheet], *, title: str, language: str = "fr") -> bytes:
    """One PDF of all sheets in order. A photo keeps its own pixels and fills its page, as it was
    turned; a PDF keeps what it draws.

    What readers wrote on a PDF (a filled form, a pen's strokes) becomes part of its page; whatever
    else it had is left behind. Raises `PdfBroken`. Slow: for the worker.
    """
    bound = pikepdf.new()
    try:
        for sheet in sheets:
            if sheet.media_type == PDF:
                _add_pages(bound, sheet)
            else:
                _add_photo(bound, sheet)
        content = _saved(bound, title, language)
        if len(content) > PAGE_LIMIT * len(bound.pages):
            _lighten(bound)
            content = _saved(bound, title, language)
        return content
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, RuntimeError) as error:
        raise PdfBroken from error


def _add_photo(bound: pikepdf.Pdf, sheet: BoundSheet) -> None:
    with Image.open(io.BytesIO(sheet.content), formats=PICTURES[JPEG]) as picture:
        (width, height), is_grey = picture.size, picture.mode == "L"
    image = pikepdf.Stream(
        bound,
        sheet.content,
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=width,
        Height=height,
        ColorSpace=pikepdf.Name.DeviceGray if is_grey else pikepdf.Name.DeviceRGB,
        BitsPerComponent=8,
        Filter=pikepdf.Name.DCTDecode,
    )
    image = bound.make_indirect(image)
    is_on_its_side = sheet.turned in (90, 270)
    across, down = (height, width) if is_on_its_side else (width, height)
    count = (
        math.ceil(max(across, down) / min(across, down) / A4_RATIO)
        if max(across, down) > LONG * min(across, down)
        else 1
    )
    scale = A4_LONG * count / max(across, down)
    w, h = round(across * scale, 2), round(down * scale, 2)
    # A unit square, drawn where the photo stands after its turn clockwise (ISO 32000-1 §8.9.5).
    matrix = {
        0: (w, 0, 0, h, 0, 0),
        90: (0, -h, w, 0, 0, h),
        180: (-w, 0, 0, -h, w, h),
        270: (0, h, -w, 0, w, 0),
    }[sheet.turned]
    for number in range(
        count
    ):  # of a long photo, one sheet after the other, from its top or from its left
        box = (
            [0, h - (number + 1) * h / count, w, h - number * h / count]
            if down >= across
            else [number * w / count, 0, (number + 1) * w / count, h]
        )
        page = pikepdf.Dictionary(
            Type=pikepdf.Name.Page,
            MediaBox=[round(side, 2) for side in box],
            Resources=pikepdf.Dictionary(XObject=pikepdf.Dictionary(Photo=image)),
            Contents=pikepdf.Stream(
                bound, f"q {' '.join(str(n) for n in matrix)} cm /Photo Do Q".encode()
            ),
        )
        bound.pages.append(pikepdf.Page(bound.make_indirect(page)))


def _add_pages(bound: pikepdf.Pdf, sheet: BoundSheet) -> None:
    with pikepdf.open(io.BytesIO(sheet.content)) as source:
        if "/AcroForm" in source.Root:
            source.generate_appearance_streams()
        source.flatten_annotations("screen")
        for page in source.pages:
            for key in set(page.obj.keys()) - KEPT_OF_A_PAGE:
                del page.obj[key]
            bound.pages.append(page)
            bound.pages[-1].rotate(sheet.turned, relative=True)


def _lighten(bound: pikepdf.Pdf) -> None:
    """Scans inside PDFs weigh as they came: where the whole is too heavy, the big pictures in it
    are drawn again as photos are.
    """
    for thing in bound.objects:
        if (
            isinstance(thing, pikepdf.Stream)
            and thing.get("/Subtype") == "/Image"
            and _can_be_drawn_again(thing)
        ):
            try:
                drawn, (width, height) = redrawn(
                    pikepdf.PdfImage(thing).as_pil_image(), LONGEST_SIDE
                )
            except (*BROKEN, pikepdf.PdfError, NotImplementedError):
                continue
            thing.write(drawn, filter=pikepdf.Name.DCTDecode)
            thing.Width, thing.Height, thing.BitsPerComponent = width, height, 8
            thing.ColorSpace = pikepdf.Name.DeviceRGB


def _can_be_drawn_again(image: pikepdf.Stream) -> bool:
    is_plain = not {"/ImageMask", "/Mask", "/Decode"} & set(image.keys())
    is_small_enough = int(image.get("/Width", 0)) * int(image.get("/Height", 0)) <= LIGHTENED_PIXELS
    return is_plain and is_small_enough and len(image.read_raw_bytes()) > PAGE_BYTES


def _saved(bound: pikepdf.Pdf, title: str, language: str) -> bytes:
    bound.Root.Lang = pikepdf.String(language)
    bound.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
    with bound.open_metadata() as told:
        told["dc:title"] = title
    bound.docinfo["/Title"] = title
    bound.remove_unreferenced_resources()
    out = io.BytesIO()
    bound.save(
        out,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
        compress_streams=True,
        deterministic_id=True,
    )
    return out.getvalue()
