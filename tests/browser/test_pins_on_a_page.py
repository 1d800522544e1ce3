"""Pins by mouse, by finger, by keyboard and without a script; kept sentences; the next one by an
arrow key; nothing typed is lost.
"""

import pytest

from continuity.models import BankComment, Feedback, Pin
from tests.browser.reader import Reader
from tests.factories.answers import page_of, waiting
from tests.factories.continuity import StudentFactory, teaching
from tests.factories.pictures import photo

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def story(language: str = "fr"):
    maths = teaching()
    maths.teacher.language = language
    maths.teacher.save()
    handins = [
        waiting(maths, StudentFactory(in_class=maths.school_class), hours_ago=hours)
        for hours in (9, 5)
    ]
    for handin in handins:
        handin.parts.all().delete()
        for position in (1, 2):
            page_of(handin, position=position, content=photo(900, 1200))
    return maths, handins


def middle_of(page, selector: str):
    page.locator(selector).scroll_into_view_if_needed()
    box = page.locator(selector).bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def place_a_pin(page, sheet: int, text: str) -> None:
    paper = page.locator(".paper__sheet").nth(sheet)
    paper.scroll_into_view_if_needed()
    box = paper.bounding_box()
    share = 0.6 if text == "Après." else 0.25
    paper.click(position={"x": box["width"] * share, "y": box["height"] * share})
    page.keyboard.type(text)


@pytest.mark.parametrize(
    ("language", "width"),
    [("fr", 360), ("en", 1280)],
    ids=["French, on a phone", "English, on a laptop"],
)
def test_a_pin_is_placed_written_dragged_moved_by_keyboard_and_kept(
    live_server, browser, language, width
):
    maths, (handin, _next) = story(language)
    desk = Reader(browser, live_server.url, maths.teacher, width=width).log_in_by_cookie()
    desk.visit("continuity:write_answer", handin.public_id)
    page = desk.page
    sheet = page.locator(".paper__sheet").first
    box = sheet.bounding_box()

    sheet.scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    sheet.click(position={"x": box["width"] * 0.25, "y": box["height"] * 0.25})
    page.keyboard.type("Premier.")
    if width == 360:  # the text is written beside the pin: the page doesn't move away
        assert page.evaluate("scrollY") == pytest.approx(before, abs=5)
        for selector in ("[data-pin-row='1'] textarea", ".paper__pin[data-pin='1'] .paper__dot"):
            there = page.locator(selector).bounding_box()
            assert 0 <= there["y"] < page.viewport_size["height"]
        page.locator("[data-pin-row='1'] [data-pin-done]").click()
    page.locator(".paper__sheet").nth(1).click(
        position={"x": box["width"] * 0.5, "y": box["height"] * 0.5}
    )
    page.keyboard.type("Second.")
    x, y = middle_of(page, ".paper__pin[data-pin='1'] .paper__dot")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + box["width"] * 0.5, y, steps=5)
    page.mouse.up()
    page.locator(".paper__pin[data-pin='2']").focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
    desk.look()
    desk.press("button[form='answer']:not(.button--main)")

    first, second = Pin.objects.order_by("page")
    assert (first.page, first.text, second.page, second.text) == (1, "Premier.", 2, "Second.")
    assert first.x == pytest.approx(750, abs=12)
    assert first.y == pytest.approx(250, abs=12)
    assert (second.x, second.y) == (pytest.approx(520, abs=12), pytest.approx(510, abs=12))
    assert page.locator(".paper__pin").count() == 2
    assert [field.input_value() for field in page.locator("[data-pin-row] textarea").all()] == [
        "Premier.",
        "Second.",
    ]


@pytest.mark.parametrize(
    ("language", "width"),
    [("fr", 360), ("en", 1280)],
    ids=["French, on a phone", "English, on a laptop"],
)
def test_pins_that_are_not_saved_come_back_after_a_reload(live_server, browser, language, width):
    maths, (handin, _next) = story(language)
    desk = Reader(browser, live_server.url, maths.teacher, width=width).log_in_by_cookie()
    desk.visit("continuity:write_answer", handin.public_id)
    page = desk.page
    page.on("dialog", lambda dialog: dialog.accept())
    for number, (sheet, text) in enumerate(((1, "Sur la deux."), (0, "Sur la une.")), start=1):
        place_a_pin(page, sheet, text)
        if width == 360:
            page.locator(f"[data-pin-row='{number}'] [data-pin-done]").click()
    page.wait_for_timeout(600)

    page.reload()
    page.locator("[data-draft-notice]").wait_for()
    came_back = [field.input_value() for field in page.locator("[data-pin-row] textarea").all()]
    on_the_second = page.locator(".paper__sheet").nth(1).locator(".paper__pin[data-pin='1']")
    stands = on_the_second.locator(".paper__dot").get_attribute("cx")
    desk.look()
    place_a_pin(page, 0, "Après.")
    if width == 360:
        page.locator("[data-pin-row='3'] [data-pin-done]").click()
    desk.press("button[form='answer']:not(.button--main)")

    assert came_back == ["Sur la deux.", "Sur la une."]
    assert float(stands.rstrip("%")) == pytest.approx(25, abs=1.2)
    assert sorted(Pin.objects.values_list("page", "text")) == [
        (1, "Après."),
        (1, "Sur la une."),
        (2, "Sur la deux."),
    ]
    assert page.locator("[data-draft-notice]").count() == 0


def test_a_kept_sentence_goes_where_one_writes_and_an_arrow_key_turns_to_the_next(
    live_server, browser
):
    maths, (handin, after) = story()
    BankComment.objects.create(teacher=maths.teacher, text="Justifiez.")
    desk = Reader(browser, live_server.url, maths.teacher, width=1280).log_in_by_cookie()
    desk.visit("continuity:write_answer", handin.public_id)
    page = desk.page
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))

    page.fill("#id_comment", "Bien.")
    page.locator("[data-bank] summary").click()
    page.locator("[data-sentence]").click()
    page.keyboard.press("ArrowRight")  # inside the field, it is the field's
    written = page.input_value("#id_comment")
    page.locator("h1").click()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(300)
    stayed = page.url
    desk.press("button[form='answer']:not(.button--main)")
    page.keyboard.press("ArrowRight")
    page.wait_for_url(f"**{desk.address('continuity:write_answer', after.public_id)}")

    assert written == "Bien. Justifiez."
    assert asked == ["beforeunload"]
    assert stayed.endswith(desk.address("continuity:write_answer", handin.public_id))
    assert Feedback.objects.get().comment == "Bien. Justifiez."


def test_without_a_script_a_pin_has_a_place_in_words_and_a_sentence_its_button(
    live_server, browser
):
    maths, (handin, _next) = story()
    BankComment.objects.create(teacher=maths.teacher, text="Justifiez.")
    desk = Reader(browser, live_server.url, maths.teacher, width=360).log_in_by_cookie()
    plain = browser.new_context(
        java_script_enabled=False,
        storage_state=desk.context.storage_state(),
        viewport={"width": 360, "height": 800},
    )
    page = plain.new_page()
    page.goto(live_server.url + desk.address("continuity:write_answer", handin.public_id))

    page.locator("details:has(#id_new_text) summary").click()
    page.fill("#id_new_text", "En haut à droite.")
    page.select_option("#id_new_page", "2")
    page.select_option("#id_new_place", "833-167")
    page.locator("details:has(#id_new_text) button").click()
    page.locator("[data-bank] summary").click()
    page.locator("[data-sentence]").click()

    assert Pin.objects.values_list("page", "x", "y", "text").get() == (
        2,
        833,
        167,
        "En haut à droite.",
    )
    assert Feedback.objects.get().comment == "Justifiez."
    assert page.locator("#page-2 .paper__pin").count() == 1
