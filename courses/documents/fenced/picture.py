"""Opens one picture: `upright <longest side>` makes a JPEG of it, `same` keeps its kind. The
picture on standard input.

Answers {"width": …, "height": …} and the new picture, or {"why": "broken"}, {"why": "large",
"megapixels": …, "most": …}, {"why": "small", "width": …, "height": …}, {"why": "dense"}.
"""

import io
import math
import sys

import pillow_heif
from PIL import Image

from courses.documents.fenced.answer import Why, answer, limit, refuse
from courses.documents.fenced.jpeg import (
    BROKEN,
    ORIENTATION,
    bare_jpeg,
    is_progressive,
    orientation,
)

# A telephone's HEIC of 48 million pixels takes 500 MB of address space.
MEGABYTES, SECONDS = 640, 10
# In millions of pixels, by what can be drawn small: a JPEG is decoded at an eighth of its size, the
# others whole. Sensors of "50 megapixels" give up to 50.4 million.
MOST = {"JPEG": 120, "progressive": 60, "HEIF": 51, "PNG": 40, "WEBP": 25, "GIF": 10}
SHORTEST_SIDE = 64  # pixels: below that nothing can be read
RATIO = 2.5  # a picture longer than that is several sheets
SHEET = math.sqrt(2)  # an A4 sheet's long side by its short one
LONG_PIXELS = 12_000_000  # of a long picture
KEPT_AS_SENT = 1.3  # what a browser has shrunk already, nearly, isn't drawn again
PAGE_BYTES, KEPT_BYTES = 400_000, 460_000
MOST_SHEETS = 5  # that many times the bytes, at most
QUALITIES = (82, 72, 62, 52)
SAME_PIXELS = 16_000_000  # what guidance keeps is drawn in other sizes by the web process
KEPT = (
    "icc_profile",
    "transparency",
    "gamma",
    "duration",
    "loop",
    "background",
)  # how colours, transparency, frames are meant
RESIZED = {"RGB", "RGBA", "L", "LA", "CMYK", "YCbCr"}  # modes that can be made small as they are
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def upright(content: bytes, longest: int) -> tuple[bytes, tuple[int, int]]:
    """A JPEG that stands upright, of about 400 kB a sheet, without EXIF, place, comments or
    anything behind its end; its size.

    What a browser has made light already keeps its own pixels, and is only looked through. Else it
    is drawn again, with its longer side at most `longest` pixels, or, where it is as long as
    several sheets, its shorter side as a sheet's.
    """
    kind = kind_of(content)
    if kind == "HEIF":
        heif = pillow_heif.open_heif(io.BytesIO(content), convert_hdr_to_8bit=True)
        measured(heif.size, kind)
        readable(heif.size)
        return redrawn(heif.to_pillow(), longest)  # libheif turns it upright itself
    turned = 1
    if kind == "JPEG":
        content, turned = bare_jpeg(content)
    with Image.open(io.BytesIO(content), formats=[kind]) as picture:
        measured(
            picture.size, "progressive" if kind == "JPEG" and is_progressive(content) else kind
        )
        readable(picture.size)
        if kind != "JPEG":
            turned = orientation(picture.getexif)
        return as_sent(picture, content, turned, longest) or redrawn(picture, longest, turned)


def same(content: bytes) -> tuple[bytes, tuple[int, int]]:
    """The same picture in its own kind, frames included, without place, camera, comments and
    thumbnail; turned as it was.
    """
    kind = kind_of(content)
    if kind == "HEIF":
        raise Why("broken")
    with Image.open(
        io.BytesIO(content), formats=[kind, "MPO"] if kind == "JPEG" else [kind]
    ) as picture:
        measured(
            picture.size, "progressive" if kind == "JPEG" and is_progressive(content) else kind
        )
        turned = orientation(picture.getexif)
        moves = getattr(picture, "n_frames", 1) > 1 and kind in {"GIF", "WEBP"}
        shrinks = not moves and math.prod(picture.size) > SAME_PIXELS
        small = (
            sides(picture.size, math.sqrt(SAME_PIXELS / math.prod(picture.size)))
            if shrinks
            else picture.size
        )
        if shrinks and kind == "JPEG":
            picture.draft(None, small)
        picture.load()
        picture.info = {name: value for name, value in picture.info.items() if name in KEPT}
        if shrinks:
            picture.thumbnail(small, Image.Resampling.LANCZOS)
        saving: dict = {"quality": 92} if kind in {"JPEG", "WEBP"} else {}
        if picture.format == "JPEG" and not shrinks:
            saving["quality"] = (
                "keep"  # drawn with its own tables: the loss is none that could be seen
            )
        if turned != 1:
            saving["exif"] = Image.Exif()
            saving["exif"][ORIENTATION] = turned
        out = io.BytesIO()
        picture.save(
            out, kind, icc_profile=picture.info.get("icc_profile"), save_all=moves, **saving
        )
        return out.getvalue(), picture.size


def kind_of(content: bytes) -> str:
    """Return Pillow's name of the format, by the first bytes. The caller has looked at the content,
    too.
    """
    if content[:3] == b"\xff\xd8\xff":
        return "JPEG"
    if content[:8] == b"\x89PNG\r\n\x1a\n":
        return "PNG"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "WEBP"
    if content[:4] == b"GIF8":
        return "GIF"
    if content[4:8] == b"ftyp":
        return "HEIF"
    raise Why("broken")


def measured(size: tuple[int, int], kind: str) -> None:
    """Refuse a large picture by the header, before a pixel is drawn."""
    millions = math.prod(size) / 1_000_000
    if millions > MOST[kind]:
        raise Why("large", megapixels=math.ceil(millions), most=MOST[kind])


def readable(size: tuple[int, int]) -> None:
    if min(size) < SHORTEST_SIDE:
        raise Why("small", width=size[0], height=size[1])


def sheets(size: tuple[int, int]) -> float:
    """How many A4 sheets a long picture is; 1 for any other."""
    ratio = max(size) / min(size)
    return ratio / SHEET if ratio > RATIO else 1


def room(size: tuple[int, int], longest: int) -> float:
    """Return the factor by which it is made smaller, 1 for not at all."""
    if sheets(size) == 1:
        return min(1, longest / max(size))
    return min(1, longest / SHEET / min(size), math.sqrt(LONG_PIXELS / math.prod(size)))


def sides(size: tuple[int, int], scale: float) -> tuple[int, int]:
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def as_sent(
    picture: Image.Image, content: bytes, turned: int, longest: int
) -> tuple[bytes, tuple[int, int]] | None:
    """A JPEG that is upright and light already: its own pixels, once they are known to be whole."""
    size = picture.size
    is_light = (
        len(content) <= KEPT_BYTES * min(MOST_SHEETS, sheets(size))
        and room(size, longest) >= 1 / KEPT_AS_SENT
    )
    if (
        picture.format != "JPEG"
        or picture.mode not in ("RGB", "L")
        or not is_light
        or turned in UPRIGHT
    ):
        return None
    picture.draft(picture.mode, sides(size, 1 / 8))  # an eighth is drawn, all of it is read
    picture.load()
    return content, size


def redrawn(picture: Image.Image, longest: int, turned: int = 1) -> tuple[bytes, tuple[int, int]]:
    """Return a JPEG of at most 400 kB a sheet, made upright by what its EXIF said, and its size."""
    most = PAGE_BYTES * min(MOST_SHEETS, sheets(picture.size))
    small = sides(picture.size, room(picture.size, longest))
    if picture.format == "JPEG":
        picture.draft("RGB", small)
    picture.load()
    flat = on_white(picture, small)
    if turned in UPRIGHT:
        flat = flat.transpose(UPRIGHT[turned])
    while True:
        for quality in QUALITIES:
            out = io.BytesIO()
            flat.save(out, "JPEG", quality=quality)
            if out.tell() <= most:
                return out.getvalue(), flat.size
        flat = flat.resize(sides(flat.size, 4 / 5), Image.Resampling.LANCZOS)


def on_white(picture: Image.Image, small: tuple[int, int]) -> Image.Image:
    """Flat, in that size. Made small first wherever its mode allows, so that copies cost little."""
    if picture.mode.startswith(("I", "F")):  # 16 bits a pixel
        picture = picture.point(lambda value: value / 256).convert("L")
    if picture.mode not in RESIZED:
        picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    if "transparency" in picture.info:
        picture = picture.convert("RGBA")
    picture.thumbnail(small, Image.Resampling.LANCZOS)
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    seen = picture.convert("RGBA")
    paper = Image.new("RGB", seen.size, "white")
    paper.paste(seen, mask=seen.getchannel("A"))
    return paper


def main(purpose: str, longest: str = "0") -> None:
    limit(megabytes=MEGABYTES, seconds=SECONDS)
    pillow_heif.options.DECODE_THREADS = 1  # each would take address space of its own
    Image.MAX_IMAGE_PIXELS = None  # ours are by kind, and can be told in numbers
    content = sys.stdin.buffer.read()
    try:
        drawn, (width, height) = (
            upright(content, int(longest)) if purpose == "upright" else same(content)
        )
        answer({"width": width, "height": height}, drawn)
    except Why as why:
        refuse(why)
    except MemoryError:
        refuse(Why("dense"))
    except BROKEN:
        refuse(Why("broken"))
