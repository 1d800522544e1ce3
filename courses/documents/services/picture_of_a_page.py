"""Draws one page of a PDF in a process of its own, which may be stopped: `python picture_of_a_page.py <number> <turned> <pixels> < file`.

Imports nothing of ours. What a PDF can do to a renderer ends with this process, not with the worker. Writes a JPEG, or nothing.
"""

import resource
import sys

import pypdfium2

MEMORY = 1_500 * 1024 * 1024
SECONDS = 10


def draw(content: bytes, number: int, turned: int, pixels: int) -> None:
    page = pypdfium2.PdfDocument(content)[number - 1]
    scale = pixels / max(1, *page.get_size())
    picture = page.render(scale=scale, rotation=turned).to_pil().convert("RGB")
    picture.save(sys.stdout.buffer, "JPEG", quality=78, optimize=True)


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    number, turned, pixels = (int(said) for said in sys.argv[1:4])
    draw(sys.stdin.buffer.read(), number, turned, pixels)


if __name__ == "__main__":
    main()
