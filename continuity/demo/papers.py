"""Pages that look written by hand and photographed on a table: drawn, original, a few of each kind,
shared by the demo's hand-ins.
"""

import io
import random
from functools import cache

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from continuity.demo.texts import content_of
from courses.documents.services.papers import ASSETS

WIDTH, HEIGHT = 1_050, 1_400  # pixels
LINE, MARGIN = 50, 150
INKS = ("#22357f", "#1c1f33", "#2a4a8a")
PAPERS = ("#f6f3ea", "#fbfaf4", "#eef1f4")
WRITTEN: dict[str, list[str]] = content_of("papers")

# The beginnings of the codes of subjects.
FAMILIES = {
    "mathematics": ("math", "info", "nsi"),
    "physics": ("phys", "sci", "tech"),
    "life": ("svt", "bio"),
    "society": ("hist", "geo", "ses", "emc", "eco"),
    "languages": ("angl", "espa", "alle", "lang", "engl", "lv"),
}

FONT = ASSETS / "fonts" / "atkinson-hyperlegible-next-400-normal.woff2"


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONT, size)


def family(subject_code: str) -> str:
    """Name of the sheets that answer a homework of that subject; letters where none is nearer."""
    return next(
        (
            name
            for name, beginnings in FAMILIES.items()
            if subject_code.lower().startswith(beginnings)
        ),
        "letters",
    )


def photo(text: str, rng: random.Random) -> bytes:
    """The sheet, a little askew, in the light of one lamp."""
    paper = Image.new("RGB", (WIDTH, HEIGHT), rng.choice(PAPERS))
    pen = ImageDraw.Draw(paper)
    for y in range(LINE * 2, HEIGHT, LINE):
        pen.line((0, y, WIDTH, y), fill="#c9d4e6", width=1)
    pen.line((MARGIN - 30, 0, MARGIN - 30, HEIGHT), fill="#e2a9b2", width=2)
    ink = rng.choice(INKS)
    for number, line in enumerate(text.splitlines()):
        _write(paper, line, (MARGIN, LINE * (number + 2)), ink, rng, is_title=number == 0)
    leaning = paper.rotate(
        rng.uniform(-1.2, 1.2), Image.Resampling.BILINEAR, expand=False, fillcolor="#8d8377"
    )
    light = Image.radial_gradient("L").resize((WIDTH * 2, HEIGHT * 2))
    at = (rng.randint(0, WIDTH // 2), rng.randint(0, HEIGHT // 2))
    shade = light.crop((*at, at[0] + WIDTH, at[1] + HEIGHT)).point(lambda value: value // 4)
    dark = Image.composite(Image.new("RGB", leaning.size, "#3b342b"), leaning, shade)
    out = io.BytesIO()
    dark.filter(ImageFilter.GaussianBlur(0.5)).save(out, "JPEG", quality=68)
    return out.getvalue()


def _write(
    paper: Image.Image,
    line: str,
    at: tuple[int, int],
    ink: str,
    rng: random.Random,
    *,
    is_title: bool,
) -> None:
    """Word by word, each a little up or down, all leaning to the right."""
    font = _font(36 if is_title else 31)
    x, y = at
    for word in line.split(" "):
        width = round(font.getlength(word)) + 24
        mark = Image.new("L", (width, 60), 0)
        ImageDraw.Draw(mark).text((8, 8), word, font=font, fill=235)
        slanted = mark.transform(
            mark.size,
            Image.Transform.AFFINE,
            (1, 0.22, -6, rng.uniform(-0.02, 0.02), 1, 0),
            Image.Resampling.BICUBIC,
        )
        paper.paste(Image.new("RGB", mark.size, ink), (x, y - 42 + rng.randint(-2, 2)), slanted)
        x += width - 24 + rng.randint(8, 12)
    if is_title:
        ImageDraw.Draw(paper).line((at[0], y + 6, x, y + 7), fill=ink, width=3)
