"""Photos that people send: made upright, light and without traces.

What they hold decides, never their name.
"""

import base64
import io

import magic
from django.core.files.base import File
from PIL import Image

from courses.documents.exceptions import (
    FileEmpty,
    FilmNotTaken,
    KindNotTaken,
    NotAPhoto,
    NothingDrawn,
    PhotoTooHeavy,
    PictureBroken,
    PictureTooDense,
    PictureTooLarge,
    PictureTooSmall,
)
from courses.documents.services import fence
from courses.documents.values import JPEG, PDF, PHOTO_BYTES, Picture
from courses.exceptions import Refusal

LONGEST_SIDE = 2_000  # an A4 sheet at 170 dots an inch
THUMB = 320  # pixels
MOST_PIXELS_HIGH = 65_535  # a JPEG isn't higher
LOOKED_AT = 64 * 1024
PICTURES = {JPEG: ("JPEG",), "image/png": ("PNG",), "image/webp": ("WEBP",)}
DRAWN = "data:image/png;base64,"
GIF = "image/gif"
HEIF = {"image/heic", "image/heif", "image/heic-sequence", "image/heif-sequence"}
WHY: dict[str, type[Refusal]] = {
    "broken": PictureBroken,
    "large": PictureTooLarge,
    "small": PictureTooSmall,
    "dense": PictureTooDense,
}


def kind_of(content: bytes) -> str:
    """The media type of a picture or a PDF, by its content.

    Raises a `Refusal` for anything else, with what to do instead.
    """
    if not content:
        raise FileEmpty
    found = magic.from_buffer(content[:LOOKED_AT], mime=True)
    if found in PICTURES or found in HEIF:
        return found
    # Some scanners write a line before the header, which readers accept within the first 1,024
    # bytes.
    if found == PDF or b"%PDF-" in content[:1024]:
        return PDF
    if found.startswith(("video/", "audio/")):
        raise FilmNotTaken
    raise KindNotTaken


def photo_sent(sent: File) -> bytes:
    """The content of an upload where a photo is asked for and nothing else. Raises a `Refusal`."""
    if (size := sent.size or 0) > PHOTO_BYTES:
        raise PhotoTooHeavy(megabytes=-(-size // 1_000_000), most=PHOTO_BYTES // 1_000_000)
    content = sent.read()
    try:
        if kind_of(content) != PDF:
            return content
    except (KindNotTaken, FilmNotTaken) as error:
        raise NotAPhoto from error
    raise NotAPhoto


def codes_in(photo: bytes, *, person_id: int | None = None) -> list[str]:
    """What the QR codes in a photo say, a few at most; nothing of the photo is kept. Fenced, and
    refused, as in `upright`.
    """
    try:
        with fence.place(person_id):
            told, _nothing = fence.run("code", content=photo)
    except fence.FenceBroken as error:
        raise PictureTooDense from error
    if why := told.pop("why", None):
        raise WHY[why](**told)
    return told["codes"]


def drawn_signature(address: str, *, person_id: int | None = None) -> bytes:
    """A PNG of the ink alone, from what a canvas gives (`data:image/png;base64,…`). Fenced as in
    `upright`. Raises a `Refusal`.
    """
    try:
        content = base64.b64decode(address.removeprefix(DRAWN), validate=True)
    except ValueError as error:
        raise NothingDrawn from error
    try:
        with fence.place(person_id):
            told, drawn = fence.run("signature", content=content)
    except fence.FenceBroken as error:
        raise PictureTooDense from error
    if "why" in told:
        raise NothingDrawn
    return drawn


def upright(
    content: bytes, *, longest: int = LONGEST_SIDE, person_id: int | None = None
) -> Picture:
    """The photo as a JPEG that stands upright, of about 400 kB a sheet, without EXIF, place,
    comments or anything behind its end.

    `longest` side in pixels; a picture longer than 1:2.5 keeps its short side readable instead.
    Opened in a fenced process, of which there are two at once, one per person. Raises a `Refusal`
    for what is cut off, broken, too large, or no picture; and `TooManyFilesAtOnce`.
    """
    if kind_of(content) == PDF:
        raise KindNotTaken
    return _opened(content, "upright", longest, person_id=person_id)


def first_frame(content: bytes, *, longest: int, person_id: int | None = None) -> Picture:
    """The first picture of a GIF, likewise."""
    return _opened(content, "upright", longest, person_id=person_id)


def without_traces(content: bytes, *, person_id: int | None = None) -> bytes:
    """The same picture in its own kind, without its place, its camera, its comments and its
    thumbnail. Raises a `Refusal`.
    """
    return _opened(content, "same", person_id=person_id).content


def _opened(content: bytes, *arguments: object, person_id: int | None) -> Picture:
    try:
        with fence.place(person_id):
            told, drawn = fence.run("picture", *arguments, content=content)
    except fence.FenceBroken as error:
        raise PictureTooDense from error
    if why := told.pop("why", None):
        raise WHY[why](**told)
    return Picture(drawn, **told)


def small(content: bytes, *, width: int = 0) -> bytes:
    """A kept photo in that width, to be read; without one in the size of a thumb, for lists."""
    box = (width, MOST_PIXELS_HIGH) if width else (THUMB, THUMB)
    with Image.open(io.BytesIO(content), formats=PICTURES[JPEG]) as picture:
        picture.thumbnail(box, Image.Resampling.BILINEAR, reducing_gap=1.0)
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=80 if width else 70)
        return out.getvalue()
