"""A signature is drawn at the counter beside the typed name: begun again, kept while the form comes back,
and on the sheet. Once in French on a phone, once in English on a laptop; axe on each page.
"""

import io

import pytest
from PIL import Image, ImageOps

from continuity.models import LoanAgreement
from tests.browser.reader import Reader
from tests.factories import equipment
from tests.factories.continuity import SchoolClassFactory, StudentFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WHITE_AROUND = 10  # pixels: the sheet has the stroke, not the canvas around it
STROKE = [(0.2, 0.7), (0.35, 0.2), (0.5, 0.8), (0.7, 0.3)]  # of width and height


def dark(value: int) -> int:
    return 255 if value > 64 else 0


def draw(desk) -> None:
    canvas = desk.page.locator("canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    points = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in STROKE]
    desk.page.mouse.move(*points[0])
    desk.page.mouse.down()
    for point in points[1:]:
        desk.page.mouse.move(*point, steps=6)
    desk.page.mouse.up()


@pytest.mark.parametrize(
    ("language", "width"),
    [("fr", 360), ("en", 1280)],
    ids=["French, on a phone", "English, on a laptop"],
)
def test_a_signature_is_drawn(live_server, browser, settings, language, width):
    settings.SITE_ADDRESS = live_server.url
    school_class = SchoolClassFactory()
    office = equipment.office_of(school_class.school)
    office.language = language
    office.save()
    student = StudentFactory(in_class=school_class)
    agreement = equipment.agreed(student, equipment.thing(school_class.school))
    desk = Reader(browser, live_server.url, office, width=width).log_in_by_cookie()
    drawn = lambda: desk.page.input_value("input[name=drawn]")  # noqa: E731

    desk.visit("continuity:sign_agreement", agreement.public_id)
    draw(desk)
    desk.reads("The signature is drawn.")
    assert drawn().startswith("data:image/png;base64,")
    desk.press("[data-clear]")
    assert drawn() == ""
    draw(desk)
    first = drawn()

    # A name without letters comes back: the drawing is still there
    desk.page.fill("input[name=name]", "123")
    desk.page.check("input[name=has_read]")
    with desk.page.expect_navigation(wait_until="networkidle"):
        desk.page.locator("form.part button.button--main").click()
    desk.complaints = [said for said in desk.complaints if "422" not in said]
    desk.look()
    assert drawn() == first
    desk.page.fill("input[name=name]", "Claude Martin")
    desk.press("form.part button.button--main")
    desk.reads("It is signed.")

    signed = LoanAgreement.objects.get()
    with signed.signature.open("rb") as file:
        ink = Image.open(io.BytesIO(file.read()))
        left, top, right, bottom = ImageOps.invert(ink.convert("L")).point(dark).getbbox()
    assert max(left, top, ink.width - right, ink.height - bottom) <= WHITE_AROUND
