"""Makes a drawn signature fit to be kept: a PNG on standard input becomes a small one of its ink alone,
dark on white.

Answers {"width": …, "height": …} and the PNG, or {"why": …} as the program `picture`, or {"why": "blank"}.
"""

import io
import sys

from PIL import Image, ImageOps

from courses.documents.fenced.answer import Why, answer, limit, refuse
from courses.documents.fenced.jpeg import BROKEN
from courses.documents.fenced.picture import kind_of, on_white

MEGABYTES, SECONDS = 320, 5
LONGEST_SIDE = 4_000  # pixels of what a browser draws on
KEPT = (900, 300)  # pixels: 9 cm wide at 250 dots an inch
MARGIN = 8
LEAST_INK = 120  # pixels: a dot isn't a signature


def ink(content: bytes) -> tuple[bytes, tuple[int, int]]:
    if kind_of(content) != "PNG":
        raise Why("broken")
    with Image.open(io.BytesIO(content), formats=["PNG"]) as picture:
        if max(picture.size) > LONGEST_SIDE:
            raise Why(
                "large", megapixels=-(-picture.size[0] * picture.size[1] // 1_000_000), most=16
            )
        picture.load()
        drawn = on_white(picture, picture.size).convert("L")
    box = ImageOps.invert(drawn).point(lambda value: 255 if value > 64 else 0).getbbox()
    if box is None or sum(drawn.crop(box).histogram()[:192]) < LEAST_INK:
        raise Why("blank")
    kept = ImageOps.expand(drawn.crop(box), MARGIN, fill=255)
    kept.thumbnail(KEPT, Image.Resampling.LANCZOS)
    out = io.BytesIO()
    kept.save(out, "PNG", optimize=True)
    return out.getvalue(), kept.size


def main() -> None:
    limit(megabytes=MEGABYTES, seconds=SECONDS)
    Image.MAX_IMAGE_PIXELS = None  # ours is in numbers that can be told
    try:
        drawn, (width, height) = ink(sys.stdin.buffer.read())
        answer({"width": width, "height": height}, drawn)
    except Why as why:
        refuse(why)
    except MemoryError:
        refuse(Why("dense"))
    except BROKEN:
        refuse(Why("broken"))
