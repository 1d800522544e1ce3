"""A week's items are moved in a real browser: dragged, by keyboard alone, and without any script."""

import datetime

import pytest
from playwright.sync_api import expect

from tests.browser.reader import Reader
from tests.factories.continuity import (
    MONDAY,
    SchoolClassFactory,
    class_hour,
    homework_item,
    lesson_item,
    note_item,
    part_of,
    teaching,
)
from tests.factories.people import TeacherFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WEDNESDAY = MONDAY + datetime.timedelta(days=2)


@pytest.fixture
def part():
    school_class = SchoolClassFactory(name="2de 4")
    french = teaching(
        school_class, teacher=TeacherFactory(works_at=school_class.school, language="fr")
    )
    class_hour(french, 1), class_hour(french, 3)
    part = part_of(french, published=False)
    lesson_item(part, title="Le sonnet"), note_item(part, title="Lecture")
    homework_item(part, day=WEDNESDAY, title="Paragraphe")
    return part


def desk_of(part, browser, live_server, width=1280) -> Reader:
    desk = Reader(browser, live_server.url, part.teaching.teacher, width=width).log_in_by_cookie()
    return desk.visit(
        "continuity:planner", part.teaching.school_class.public_id, MONDAY.isoformat()
    )


def week_of(part) -> list[tuple]:
    return list(part.items.in_order().values_list("day", "title"))


def item(part, title: str) -> str:
    return f"#item-{part.items.get(title=title).public_id}"


def test_an_item_is_dragged_to_another_day_before_another(live_server, browser, part):
    desk = desk_of(part, browser, live_server)
    lesson, homework = (
        desk.page.locator(item(part, title)) for title in ("Le sonnet", "Paragraphe")
    )

    lesson.locator(".block__kind").drag_to(homework, target_position={"x": 40, "y": 4})
    expect(desk.page.locator("#plan .notices")).to_contain_text("Le sonnet")

    assert week_of(part) == [
        (MONDAY, "Lecture"),
        (WEDNESDAY, "Le sonnet"),
        (WEDNESDAY, "Paragraphe"),
    ]
    desk.look()


def test_an_item_dragged_under_another_login_stays_and_says_why(live_server, browser, part):
    desk = desk_of(part, browser, live_server)
    desk.cuts = ("403",)
    desk.person = TeacherFactory(works_at=part.teaching.school_class.school, language="fr")
    desk.log_in_by_cookie()  # in another tab

    with desk.page.expect_response(lambda one: one.status == 403):
        drag_the_lesson(desk, part)
    refused = "la connexion a changé dans ce navigateur depuis l’ouverture de cette page"
    desk.shows(refused)
    where_it_was = week_of(part)
    desk.person = part.teaching.teacher
    desk.log_in_by_cookie()
    drag_the_lesson(desk, part)
    expect(desk.page.locator("#plan .notices")).to_contain_text("Le sonnet")

    assert (MONDAY, "Le sonnet") in where_it_was
    assert (WEDNESDAY, "Le sonnet") in week_of(part)
    assert refused not in desk.page.inner_text("main")


def test_an_item_dragged_after_the_login_expired_stays_and_says_why(live_server, browser, part):
    desk = desk_of(part, browser, live_server)
    desk.context.clear_cookies(name="sessionid")

    drag_the_lesson(desk, part)
    desk.shows("votre connexion a expiré")

    assert desk.page.locator("main").count() == 1
    assert (MONDAY, "Le sonnet") in week_of(part)


def drag_the_lesson(desk, part) -> None:
    desk.page.locator(f"{item(part, 'Le sonnet')} .block__kind").drag_to(
        desk.page.locator(item(part, "Paragraphe")), target_position={"x": 40, "y": 4}
    )


def test_by_keyboard_alone_an_item_goes_up_and_the_focus_stays(live_server, browser, part):
    desk = desk_of(part, browser, live_server)
    page, note = desk.page, part.items.get(title="Lecture")

    page.locator(f"{item(part, 'Lecture')} summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#plan .notices")).to_contain_text("Lecture")

    assert week_of(part)[:2] == [(MONDAY, "Lecture"), (MONDAY, "Le sonnet")]
    assert page.locator(f"{item(part, 'Lecture')} details").get_attribute("open") is not None
    assert (
        page.evaluate("document.activeElement.closest('article')?.id") == f"item-{note.public_id}"
    )
    desk.look()


def test_without_script_on_a_phone_a_form_does_the_same(live_server, browser, part):
    desk = desk_of(part, browser, live_server, width=360)
    context = browser.new_context(
        viewport={"width": 360, "height": 800}, java_script_enabled=False, locale="fr-FR"
    )
    context.add_cookies(desk.context.cookies())
    page = context.new_page()
    page.goto(desk.page.url)
    block = page.locator(item(part, "Le sonnet"))

    block.locator("summary").click()
    block.locator("select").select_option(WEDNESDAY.isoformat())
    block.get_by_role("button", name="Déplacer").click()

    assert page.url.endswith(item(part, "Le sonnet"))
    assert week_of(part) == [
        (MONDAY, "Lecture"),
        (WEDNESDAY, "Paragraphe"),
        (WEDNESDAY, "Le sonnet"),
    ]


def test_every_page_of_planning_is_accessible_on_a_phone(live_server, browser, part):
    desk = desk_of(part, browser, live_server, width=360)
    after = MONDAY + datetime.timedelta(weeks=1)
    desk.press(f"[data-day='{WEDNESDAY.isoformat()}'] .planner__add summary")
    desk.press(f"[data-day='{WEDNESDAY.isoformat()}'] .planner__add button[value='note']")
    desk.press("main form .button--main")  # empty: shown again with what is missing
    desk.visit("continuity:library")
    query = f"?teaching={part.teaching.public_id}"
    copy = desk.address(
        "continuity:copy_week", part.teaching.school_class.public_id, after.isoformat()
    )
    desk.open(f"{live_server.url}{copy}{query}")
    desk.press("main .button--main")

    assert part.plan.school_class.plans.filter(monday=after).exists()
