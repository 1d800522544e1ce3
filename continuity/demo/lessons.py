"""Attachments of the demo's lessons: a picture in the text, a file."""

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from continuity.demo.texts import content_of
from continuity.models import Lesson
from continuity.writing import services as attachments

TEXTS = content_of("attachments")
CURVES = {curve["lesson"]: curve for curve in TEXTS["curve"]}
SIZE, UNIT = (1_200, 900), 100  # pixels, and pixels for one
INK, GREEN, PAPER = "#16241f", "#1b5c46", "#fffffb"


def load(world, say) -> None:
    lessons = list(Lesson.objects.filter(title__in=CURVES).select_related("author"))
    for lesson in lessons:
        curve = CURVES[lesson.title]
        attachments.add(
            to=lesson,
            sent=SimpleUploadedFile("courbe.png", parabola(curve["lowered"])),
            by=lesson.author,
            alt=curve["alt"],
        )
        attachments.add(
            to=lesson,
            sent=SimpleUploadedFile("exercices.txt", TEXTS["exercises"].encode()),
            by=lesson.author,
        )
        lesson.body += "<p>[image 1]</p>"
        lesson.save(update_fields=["body"])
    say(f"{len(lessons)} lessons with a picture and a file")


def parabola(lowered: int) -> bytes:
    """y = x² - `lowered`, from -2.8 to 2.8, on axes."""
    picture = Image.new("RGB", SIZE, PAPER)
    draw = ImageDraw.Draw(picture)
    across, down = SIZE[0] // 2, SIZE[1] - 80 - lowered * UNIT
    draw.line([(80, down), (SIZE[0] - 80, down)], fill=INK, width=4)
    draw.line([(across, 40), (across, SIZE[1] - 40)], fill=INK, width=4)
    for one in range(-4, 5):
        draw.line(
            [(across + one * UNIT, down - 10), (across + one * UNIT, down + 10)], fill=INK, width=4
        )
    steps = [step / 50 for step in range(-140, 141)]
    curve = [(across + x * UNIT, down - (x * x - lowered) * UNIT) for x in steps]
    draw.line(curve, fill=GREEN, width=8, joint="curve")
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
