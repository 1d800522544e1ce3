"""Photos that people send: made upright, light and without traces. What they hold decides, never their name."""

import io
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import magic
import pillow_heif
from PIL import Image, ImageFile

from courses.documents.exceptions import FileEmpty, FilmNotTaken, KindNotTaken, PictureBroken, PictureTooLarge, PictureTooSmall
from courses.documents.values import JPEG, PDF, Picture

PIXELS = 50_000_000
SHORTEST_SIDE = 64  # pixels: below that nothing can be read
LONGEST_SIDE = 2_000  # an A4 sheet at 170 dots an inch
KEPT_AS_SENT = 2_600  # what a browser has shrunk already isn't drawn again
PAGE_BYTES = 400_000
KEPT_BYTES = 460_000
THUMB = 320  # pixels
QUALITIES = (82, 72, 62, 52)
LOOKED_AT = 64 * 1024
PICTURES = {JPEG: ("JPEG",), "image/png": ("PNG",), "image/webp": ("WEBP",)}
HEIF = {"image/heic", "image/heif", "image/heic-sequence", "image/heif-sequence"}
HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
ORIENTATION = 0x0112
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
BROKEN = (OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, ArithmeticError, RuntimeError, EOFError, MemoryError)
# One big picture in memory at a time; and the switch below is the whole process's.
ONE_AT_A_TIME = threading.RLock()


def kind_of(content: bytes) -> str:
    """The media type of a picture or a PDF, by its content. Raises a `Refusal` for anything else, with what to do instead."""
    if not content:
        raise FileEmpty
    found = magic.from_buffer(content[:LOOKED_AT], mime=True)
    if content[4:8] == b"ftyp" and content[8:12] in HEIF_BRANDS:
        found = "image/heic"
    if found in PICTURES or found in HEIF:
        return found
    # Some scanners write a line before the header, which readers accept within the first 1,024 bytes.
    if found == PDF or b"%PDF-" in content[:1024]:
        return PDF
    if found.startswith(("video/", "audio/")):
        raise FilmNotTaken
    raise KindNotTaken


def upright(content: bytes) -> Picture:
    """The photo as a JPEG that stands upright, of about 400 kB at most, without EXIF, place, comments or anything behind its end.

    What a browser has made light already keeps its own pixels, and is only looked through: that is cheap. Else it is drawn again.
    Raises a `Refusal` for what is cut off, broken, too large, or no picture.
    """
    found = kind_of(content)
    if found == PDF:
        raise KindNotTaken
    try:
        with nothing_is_filled():
            if found in HEIF:
                return redrawn(_opened_heif(content))
            turned = 1
            if found == JPEG:
                content, turned = bare_jpeg(content)
            with Image.open(io.BytesIO(content), formats=PICTURES[found]) as picture:
                _measured(*picture.size)
                if found != JPEG:
                    turned = _orientation(picture.getexif)
                return _kept(picture, content, turned) or redrawn(picture, turned)
    except BROKEN as error:
        raise PictureBroken from error
    except Image.DecompressionBombError as error:
        raise PictureTooLarge(megapixels="?", most=PIXELS // 1_000_000) from error


def small(content: bytes) -> bytes:
    """A kept photo in the size of a thumb, for lists."""
    with Image.open(io.BytesIO(content), formats=PICTURES[JPEG]) as picture:
        picture.thumbnail((THUMB, THUMB), Image.Resampling.BILINEAR, reducing_gap=1.0)
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=70)
        return out.getvalue()


@contextmanager
def nothing_is_filled() -> Iterator[None]:
    """Pillow refuses what is cut off or unpacks without end, also in a process where WeasyPrint, once imported, let it pass."""
    with ONE_AT_A_TIME:
        fills = ImageFile.LOAD_TRUNCATED_IMAGES
        ImageFile.LOAD_TRUNCATED_IMAGES = False
        try:
            yield
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = fills


def load_whole(picture: Image.Image) -> None:
    """Raises OSError for a picture that was cut off."""
    with nothing_is_filled():
        picture.load()


def _measured(width: int, height: int) -> None:
    """By the header, before a pixel is drawn."""
    if width * height > PIXELS:
        raise PictureTooLarge(megapixels=width * height // 1_000_000, most=PIXELS // 1_000_000)
    if min(width, height) < SHORTEST_SIDE:
        raise PictureTooSmall(width=width, height=height)


def _kept(picture: Image.Image, content: bytes, turned: int) -> Picture | None:
    """A JPEG that is upright and light already: its own pixels, once they are known to be whole."""
    width, height = picture.size
    is_light = len(content) <= KEPT_BYTES and max(width, height) <= KEPT_AS_SENT
    if picture.format != "JPEG" or picture.mode not in ("RGB", "L") or not is_light or turned in UPRIGHT:
        return None
    picture.draft(picture.mode, (width // 8, height // 8))  # an eighth is drawn, all of it is read
    load_whole(picture)
    return Picture(content, width, height)


def redrawn(picture: Image.Image, turned: int = 1) -> Picture:
    """As a JPEG of at most 400 kB, made upright by what its EXIF said."""
    if picture.format == "JPEG":
        picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE * min(picture.size) // max(picture.size)))
    load_whole(picture)
    flat = _on_white(picture)
    flat.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    if turned in UPRIGHT:
        flat = flat.transpose(UPRIGHT[turned])
    while True:
        for quality in QUALITIES:
            out = io.BytesIO()
            flat.save(out, "JPEG", quality=quality)
            if out.tell() <= PAGE_BYTES:
                return Picture(out.getvalue(), *flat.size)
        flat = flat.resize((flat.width * 4 // 5, flat.height * 4 // 5), Image.Resampling.LANCZOS)


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith(("I", "F")):  # 16 bits a pixel
        return picture.point(lambda value: value / 256).convert("L").convert("RGB")
    if picture.has_transparency_data:
        seen = picture.convert("RGBA")
        paper = Image.new("RGB", seen.size, "white")
        paper.paste(seen, mask=seen.getchannel("A"))
        return paper
    return picture.convert("RGB")


def _orientation(exif: Callable[[], Image.Exif]) -> int:
    """By EXIF; a photo whose EXIF is broken stands as it lies."""
    try:
        return int(exif().get(ORIENTATION) or 1)
    except BROKEN:
        return 1


def _opened_heif(content: bytes) -> Image.Image:
    """Decoded by libheif, which turns it upright itself."""
    try:
        heif = pillow_heif.open_heif(io.BytesIO(content), convert_hdr_to_8bit=True)
    except BROKEN as error:
        raise PictureBroken from error
    _measured(*heif.size)
    return heif.to_pillow()


# JPEG, marker by marker (ITU T.81 annex B). Only what draws the picture is kept.

FRAMES = {0xC0, 0xC1, 0xC2}  # baseline, extended and progressive, by Huffman
DRAWS = {0xDB, 0xC4, 0xDD, *FRAMES}
ADOBE = 0xEE  # says how the colours are meant
APP1, EXIF = 0xE1, b"Exif\x00\x00"
SOS, EOI = 0xDA, 0xD9
SCANS = 64  # a progressive photo has about ten: thousands are made to keep a server busy
NEXT_MARKER = re.compile(rb"\xff+[\x01-\xcf\xd8-\xfe]", re.DOTALL)
JFIF = b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"


def segments(content: bytes) -> Iterator[tuple[int, int, int]]:
    """Marker, first and last byte (exclusive) of each segment until the end of the first picture. A scan goes with its header.

    Raises ValueError where it isn't built as it should be.
    """
    if content[:2] != b"\xff\xd8":
        raise ValueError("not a JPEG")
    at, scans = 2, 0
    while True:
        while content[at : at + 1] == b"\xff" and content[at + 1 : at + 2] == b"\xff":
            at += 1
        if content[at : at + 1] != b"\xff" or at + 1 >= len(content):
            raise ValueError("no marker where one should be")
        marker = content[at + 1]
        if marker == EOI:
            yield marker, at, at + 2
            return
        end = at + 2 + int.from_bytes(content[at + 2 : at + 4])
        if end < at + 4 or end > len(content):
            raise ValueError("a segment longer than the file")
        if marker == SOS:
            scans += 1
            following = NEXT_MARKER.search(content, end)
            if scans > SCANS or following is None:
                raise ValueError("scans without end")
            end = following.start()
        yield marker, at, end
        at = end


def bare_jpeg(content: bytes) -> tuple[bytes, int]:
    """The same pixels, without EXIF, comments, profiles, thumbnails and whatever lies behind the picture's end; and its orientation."""
    kept, traces = [b"\xff\xd8", JFIF], b""
    for marker, at, end in segments(content):
        if marker in DRAWS or marker in (SOS, ADOBE, EOI):
            kept.append(content[at:end])
        elif marker == APP1 and content[at + 4 : at + 10] == EXIF:
            traces = content[at + 4 : end]
    return b"".join(kept), _orientation(lambda: _exif(traces))


def _exif(traces: bytes) -> Image.Exif:
    exif = Image.Exif()
    exif.load(traces)
    return exif
