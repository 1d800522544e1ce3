"""Drawn photos of written pages, with the EXIF data that a phone adds (place, device)."""

import io
import random

from PIL import Image, ImageDraw

MAKE, ORIENTATION, GPS = 0x010F, 0x0112, 0x8825
PAPER, INK = "#f4f1e6", "#1f2f7a"


def page(width: int = 1500, height: int = 2000, *, seed: int = 1) -> Image.Image:
    """An unevenly lit sheet with lines of writing. Its top left corner is dark, so that a test can
    tell how the picture is turned.
    """
    rng = random.Random(seed)
    light = Image.linear_gradient("L").resize((width, height)).point(lambda value: 205 + value // 6)
    grain = Image.effect_noise((width // 2, height // 2), 14).resize((width, height))
    sheet = Image.blend(
        Image.merge("RGB", (light, light, light)), Image.merge("RGB", (grain, grain, grain)), 0.12
    )
    pen = ImageDraw.Draw(sheet)
    step = height // 28
    for line in range(2, 26):
        end = width * rng.uniform(0.6, 0.95)
        points = [
            (x, line * step + rng.uniform(-0.22, 0.22) * step)
            for x in range(width // 12, int(end), max(4, width // 180))
        ]
        pen.line(points, fill=INK, width=max(2, width // 400))
    pen.rectangle((0, 0, width // 8, height // 12), fill="black")
    return sheet


def as_file(
    picture: Image.Image,
    kind: str = "JPEG",
    *,
    orientation: int = 1,
    traces: bool = True,
    quality: int = 70,
    **more,
) -> bytes:
    exif = Image.Exif()
    if traces:
        exif[MAKE] = "Telephone de Zoe"
        exif[GPS] = {1: "N", 2: (49.0, 10.0, 58.0), 3: "W", 4: (0.0, 22.0, 8.0)}
        exif[ORIENTATION] = orientation
    out = io.BytesIO()
    picture.save(out, kind, exif=exif, quality=quality, **more)
    return out.getvalue()


def photo(width: int = 900, height: int = 1200, **more) -> bytes:
    """A light photo, upright, with EXIF."""
    seed = more.pop("seed", 1)
    return as_file(page(width, height, seed=seed), **more)
