"""A tick is sent without leaving the page, and kept on the device while there is no connection."""

import pytest

from continuity.models import Tick
from tests.browser.desk import SETTLED
from tests.factories.continuity import StudentFactory, lesson_item, part_of, teaching

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_tick_without_a_line_is_kept_and_sent_later(desk):
    published = part_of(teaching())
    student = StudentFactory(in_class=published.teaching.school_class, language="fr")
    item = lesson_item(published, published.plan.monday)
    desk.log_in_as(student)
    week = desk.server + desk.address("continuity:week_of", published.plan.monday.isoformat())
    desk.page.goto(week)
    desk.page.route("**/tick/**", lambda route: route.abort("connectionreset"))
    tick = desk.page.locator(f".tick[value='{item.public_id}']")

    tick.click()
    desk.page.locator("[data-waiting-tick]").wait_for()
    assert tick.get_attribute("aria-pressed") == "true"
    assert "Gardé sur cet appareil" in desk.page.inner_text(f"#i-{item.public_id}")
    desk.complaints.clear()
    desk.page.goto(desk.server + desk.address("continuity:to_hand_in"))
    desk.shows("Une case cochée dans votre semaine attend")
    desk.page.unroute("**/tick/**")
    desk.page.evaluate("window.dispatchEvent(new Event('online'))")
    desk.page.locator("[data-device]").wait_for(state="hidden")

    assert Tick.objects.get().item == item


def test_a_tick_under_503_names_the_server_and_is_sent_again_by_itself(desk):
    published = part_of(teaching())
    student = StudentFactory(in_class=published.teaching.school_class, language="fr")
    item = lesson_item(published, published.plan.monday)
    desk.log_in_as(student)
    desk.page.goto(
        desk.server + desk.address("continuity:week_of", published.plan.monday.isoformat()),
        **SETTLED,
    )
    desk.page.route("**/tick/**", lambda route: route.fulfill(status=503, body=""))

    desk.page.locator(f".tick[value='{item.public_id}']").click()
    desk.page.locator("[data-waiting-tick]").wait_for()
    said = desk.page.inner_text("[data-waiting-tick]")
    desk.page.reload(**SETTLED)
    said_on_top = desk.page.inner_text("[data-device]")
    desk.complaints.clear()
    desk.page.unroute("**/tick/**")
    desk.page.locator("[data-device]").wait_for(state="hidden", timeout=60_000)

    assert "Notre serveur ne répond pas pour l’instant. Gardé sur cet appareil" in said
    assert "Notre serveur ne répond pas pour l’instant." in said_on_top
    assert "ligne" not in said + said_on_top
    assert Tick.objects.get().item == item


def test_a_tick_leaves_the_open_page_by_itself_after_503(desk):
    published = part_of(teaching())
    student = StudentFactory(in_class=published.teaching.school_class, language="fr")
    item = lesson_item(published, published.plan.monday)
    desk.log_in_as(student)
    desk.page.goto(
        desk.server + desk.address("continuity:week_of", published.plan.monday.isoformat()),
        **SETTLED,
    )
    answers = [503, 503]
    desk.page.route(
        "**/tick/**",
        lambda route: (
            route.fulfill(status=answers.pop(), body="") if answers else route.continue_()
        ),
    )

    desk.page.locator(f".tick[value='{item.public_id}']").click()
    desk.page.locator("[data-waiting-tick]").wait_for()
    desk.page.locator("[data-waiting-tick]").wait_for(state="detached", timeout=60_000)
    desk.page.locator(f".tick[value='{item.public_id}'][name=undone]").wait_for()

    assert Tick.objects.get().item == item


def test_a_tick_without_a_store_is_sent_as_a_form(desk):
    published = part_of(teaching())
    student = StudentFactory(in_class=published.teaching.school_class, language="fr")
    item = lesson_item(published, published.plan.monday)
    desk.log_in_as(student)
    desk.page.add_init_script(
        "IDBObjectStore.prototype.put = () => { throw new Error('the disk is full') }"
    )
    desk.page.goto(
        desk.server + desk.address("continuity:week_of", published.plan.monday.isoformat()),
        **SETTLED,
    )

    desk.page.locator(f".tick[value='{item.public_id}']").click()
    desk.page.locator(f".tick[value='{item.public_id}'][name=undone]").wait_for()

    assert Tick.objects.get().item == item
    assert "Gardé sur cet appareil" not in desk.page.inner_text("main")


def test_a_tick_is_sent_without_leaving_the_page(desk):
    published = part_of(teaching())
    student = StudentFactory(in_class=published.teaching.school_class, language="fr")
    item = lesson_item(published, published.plan.monday)
    desk.log_in_as(student)
    desk.page.goto(
        desk.server + desk.address("continuity:week_of", published.plan.monday.isoformat())
    )

    with desk.page.expect_navigation():
        desk.page.locator(f".tick[value='{item.public_id}']").click()
    desk.page.locator(f".tick[value='{item.public_id}'][name=undone]").wait_for()

    assert Tick.objects.get().item == item
    assert desk.complaints == []


def test_a_tick_on_a_lessons_page_is_kept_without_a_line_too(desk):
    published = part_of(teaching())
    student = StudentFactory(in_class=published.teaching.school_class, language="fr")
    item = lesson_item(published, published.plan.monday)
    desk.log_in_as(student)
    desk.page.goto(desk.server + desk.address("continuity:lesson", item.lesson.public_id))
    desk.page.route("**/tick/**", lambda route: route.abort("connectionreset"))

    desk.page.locator("button[name=done]").click()
    desk.page.locator("[data-waiting-tick]").wait_for()
    assert desk.page.locator(f"button[value='{item.public_id}']").is_disabled()
    desk.page.unroute("**/tick/**")
    desk.page.evaluate("window.dispatchEvent(new Event('online'))")
    desk.page.locator(f"button[name=undone][value='{item.public_id}']:enabled").wait_for()

    assert Tick.objects.get().item == item
