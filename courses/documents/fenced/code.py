"""Reads the QR codes in one picture, on standard input.

Answers {"codes": ["…"]}, or {"why": …} as the program `picture`.
"""

import io
import sys

import pillow_heif
import zxingcpp
from PIL import Image

from courses.documents.fenced.answer import Why, answer, limit, refuse
from courses.documents.fenced.jpeg import BROKEN, is_progressive
from courses.documents.fenced.picture import (
    MEGABYTES,
    SECONDS,
    kind_of,
    measured,
    on_white,
    readable,
    room,
    sides,
)

LONGEST = 2_400  # pixels: a label of 25 mm in a photo of a whole laptop
MOST_CODES, MOST_CHARACTERS = 8, 200


def codes(content: bytes) -> list[str]:
    """What they say, those that can be read. However the picture is turned."""
    asked = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
    found = zxingcpp.read_barcodes(grey(content), formats=asked)
    return [code.text[:MOST_CHARACTERS] for code in found][:MOST_CODES]


def grey(content: bytes) -> Image.Image:
    kind = kind_of(content)
    if kind == "HEIF":
        heif = pillow_heif.open_heif(io.BytesIO(content), convert_hdr_to_8bit=True)
        measured(heif.size, kind)
        readable(heif.size)
        return flat(heif.to_pillow())
    with Image.open(io.BytesIO(content), formats=[kind]) as picture:
        measured(
            picture.size, "progressive" if kind == "JPEG" and is_progressive(content) else kind
        )
        readable(picture.size)
        if kind == "JPEG":
            picture.draft("L", sides(picture.size, room(picture.size, LONGEST)))
        return flat(picture)


def flat(picture: Image.Image) -> Image.Image:
    picture.load()
    return on_white(picture, sides(picture.size, room(picture.size, LONGEST))).convert("L")


def main() -> None:
    limit(megabytes=MEGABYTES, seconds=SECONDS)
    pillow_heif.options.DECODE_THREADS = 1  # each would take address space of its own
    Image.MAX_IMAGE_PIXELS = None  # ours are by kind, and can be told in numbers
    try:
        answer({"codes": codes(sys.stdin.buffer.read())})
    except Why as why:
        refuse(why)
    except MemoryError:
        refuse(Why("dense"))
    except BROKEN:
        refuse(Why("broken"))
