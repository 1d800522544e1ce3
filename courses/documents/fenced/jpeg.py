"""JPEG, marker by marker (ITU T.81 annex B). Only what draws the picture is kept."""

import re
from collections.abc import Callable, Iterator

from PIL import Image

BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    ArithmeticError,
    RuntimeError,
    EOFError,
)
ORIENTATION = 0x0112
PROGRESSIVE = 0xC2
FRAMES = {0xC0, 0xC1, PROGRESSIVE}  # baseline, extended and progressive, by Huffman
DRAWS = {0xDB, 0xC4, 0xDD, *FRAMES}
ADOBE = 0xEE  # says how the colours are meant
APP1, EXIF = 0xE1, b"Exif\x00\x00"
SOS, EOI = 0xDA, 0xD9
SCANS = 64  # a progressive photo has about ten: thousands are made to keep a server busy
NEXT_MARKER = re.compile(rb"\xff+[\x01-\xcf\xd8-\xfe]", re.DOTALL)
JFIF = b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
TRACES = (EXIF, b"http://ns.adobe.com/", b"Photoshop 3.0")


def segments(content: bytes) -> Iterator[tuple[int, int, int]]:
    """Marker, first and last byte (exclusive) of each segment until the end of the first picture. A
    scan goes with its header.

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
    """The same pixels without EXIF, comments, profiles, thumbnails and what lies behind the
    picture's end; and its orientation.

    Raises ValueError.
    """
    kept, traces, colours = [], b"", JFIF
    for marker, at, end in segments(content):
        if marker in DRAWS or marker in (SOS, EOI):
            kept.append(content[at:end])
        elif marker == ADOBE:
            # libjpeg believes JFIF before Adobe: with both, a picture kept as RGB is shown in wrong
            # colours
            colours = b""
            kept.append(content[at:end])
        elif marker == APP1 and content[at + 4 : at + 10] == EXIF:
            traces = content[at + 4 : end]
    return b"".join([b"\xff\xd8", colours, *kept]), orientation(lambda: _exif(traces))


def is_progressive(content: bytes) -> bool:
    """Decoded from all its coefficients at once, so it can't be drawn small cheaply."""
    return any(marker == PROGRESSIVE for marker, _at, _end in segments(content))


def orientation(exif: Callable[[], Image.Exif]) -> int:
    """Return the orientation by EXIF; a photo whose EXIF is broken stands as it lies."""
    try:
        return int(exif().get(ORIENTATION) or 1)
    except BROKEN:
        return 1


def _exif(traces: bytes) -> Image.Exif:
    exif = Image.Exif()
    exif.load(traces)
    return exif
