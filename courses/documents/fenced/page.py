"""Draws one page of a PDF:

`<number> <turned> <pixels>`, the PDF on standard input. Answers {"width": …, "height": …} and a
JPEG.
"""

import io
import sys

import pypdfium2

from courses.documents.fenced.answer import answer, limit

MEGABYTES, SECONDS = 1_500, 10


def draw(content: bytes, number: int, turned: int, pixels: int) -> tuple[bytes, tuple[int, int]]:
    """`turned` in degrees clockwise, `pixels` of the longer side."""
    page = pypdfium2.PdfDocument(content)[number - 1]
    scale = pixels / max(1, *page.get_size())
    picture = page.render(scale=scale, rotation=turned).to_pil().convert("RGB")
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=78, optimize=True)
    return out.getvalue(), picture.size


def main(number: str, turned: str, pixels: str) -> None:
    limit(megabytes=MEGABYTES, seconds=SECONDS)
    drawn, (width, height) = draw(sys.stdin.buffer.read(), int(number), int(turned), int(pixels))
    answer({"width": width, "height": height}, drawn)
