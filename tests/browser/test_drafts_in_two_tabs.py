"""A form open in two tabs, or changed elsewhere, loses no draft."""

import re

import pytest

from continuity.models import Homework, Lesson
from tests.browser.desk import SEND_UNSEEN, SETTLED, new_lesson
from tests.factories.continuity import MONDAY, SchoolClassFactory, lesson_item, teaching

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_draft_that_a_second_tab_goes_on_with_is_a_lesson_of_its_own(desk, part):
    new_lesson(desk, part)
    first, second = desk.page, desk.context.new_page()
    first.locator("#id_title").fill("Les volcans")
    first.wait_for_timeout(600)
    second.on("dialog", desk.answer)
    second.goto(first.url, **SETTLED)
    second.locator("[data-draft-notice]").wait_for()
    second.locator("#id_title").fill("Les séismes")
    second.wait_for_timeout(600)
    for page in (first, second):
        page.get_by_role("button", name="Enregistrer").click()
        page.wait_for_load_state("networkidle")

    assert set(Lesson.objects.values_list("title", flat=True)) == {"Les volcans", "Les séismes"}


def test_two_tabs_of_one_form_keep_a_draft_each(desk, part):
    new_lesson(desk, part)
    first, second = desk.page, desk.context.new_page()
    second.on("dialog", desk.answer)
    second.goto(first.url, **SETTLED)
    first.locator("#id_title").fill("Les volcans")
    second.locator("#id_title").fill("Les séismes")
    second.wait_for_timeout(600)
    first.reload(**SETTLED)

    assert first.locator("#id_title").input_value() == "Les volcans"
    first.get_by_role("button", name="Enregistrer").click()
    first.wait_for_load_state("networkidle")
    second.reload(**SETTLED)
    assert second.locator("#id_title").input_value() == "Les séismes"


def test_two_tabs_that_were_refused_keep_a_draft_each_until_each_is_saved(desk, part):
    """A homework without a class is refused by the server: the form comes back."""
    address = f"{desk.server}{desk.address('continuity:new_homework', part.public_id)}?day={MONDAY}"
    teaching(  # with one class alone there is nothing to choose
        SchoolClassFactory(school=part.teaching.school_class.school),
        teacher=part.teaching.teacher,
        subject=part.teaching.subject,
    )
    given = f"[name='class-{part.teaching.public_id}-given']"
    first, second = desk.page, desk.context.new_page()
    second.on("dialog", desk.answer)
    for page in (first, second):
        page.goto(address, **SETTLED)
        page.locator(given).uncheck()
    for page, title in ((second, "Deux"), (first, "Un")):
        page.locator("#id_title").fill(title)
        page.keyboard.press("Tab")
        page.wait_for_timeout(600)
    for page in (first, second):
        page.get_by_role("button", name="Ajouter à la semaine").click()
        page.wait_for_load_state("networkidle")
    titles = "Object.values(localStorage).map((one) => JSON.parse(JSON.parse(one).fields)[0][1])"
    kept = sorted(first.evaluate(titles))
    for page in (second, first):
        page.locator(given).check()
        page.get_by_role("button", name="Ajouter à la semaine").click()
        page.wait_for_load_state("networkidle")
    first.goto(address, **SETTLED)

    assert kept == ["Deux", "Un"]
    assert set(Homework.objects.values_list("title", flat=True)) == {"Un", "Deux"}
    assert first.locator("[data-draft-notice]").count() == 0
    assert first.evaluate("Object.keys(localStorage)") == []


def test_a_draft_that_was_saved_unseen_and_goes_on_in_two_tabs_is_two_lessons(desk, part):
    """The answer to the first sending is lost: a second tab is given the same draft."""
    new_lesson(desk, part)
    first, second = desk.page, desk.context.new_page()
    second.on("dialog", desk.answer)
    first.locator("#id_title").fill("Les volcans")
    first.wait_for_timeout(600)
    first.evaluate(SEND_UNSEEN)
    desk.context.clear_cookies(name=re.compile("saved-"))
    assert Lesson.objects.get().title == "Les volcans"
    second.goto(first.url, **SETTLED)
    second.locator("[data-draft-notice]").wait_for()
    first.get_by_role("button", name="Enregistrer").click()
    first.wait_for_load_state("networkidle")
    second.locator("#id_title").fill("Les séismes")
    second.get_by_role("button", name="Enregistrer").click()
    second.wait_for_load_state("networkidle")

    assert set(Lesson.objects.values_list("title", flat=True)) == {"Les volcans", "Les séismes"}
    assert first.evaluate("Object.keys(localStorage)") == []


def test_what_changed_meanwhile_is_not_written_over(desk, part):
    item = lesson_item(part, MONDAY, title="Les volcans")
    address = desk.server + desk.address("continuity:edit_lesson", item.lesson.public_id)
    desk.page.goto(address, **SETTLED)
    desk.page.locator("#id_title").fill("Les volcans et les séismes")
    desk.leave()
    Lesson.objects.update(title="Les volcans d’Auvergne")

    desk.page.goto(address, **SETTLED)
    desk.page.locator("[data-draft-notice]").wait_for()
    assert "la page a changé depuis" in desk.notice()
    assert desk.page.locator("#id_title").input_value() == "Les volcans d’Auvergne"
    desk.page.get_by_role("button", name="Le remettre dans la page").click()
    assert desk.page.locator("#id_title").input_value() == "Les volcans et les séismes"


def test_a_text_that_another_tab_saved_over_is_told_in_one_message(desk, part):
    lesson = lesson_item(part, title="Le nuage", body="<div>Observer le ciel.</div>").lesson
    desk.visit("continuity:edit_lesson", lesson.public_id)
    desk.write_in_editor("Ici. ")
    Lesson.objects.filter(pk=lesson.pk).update(title="Le ciel", revision=lesson.revision + 1)
    desk.page.wait_for_timeout(600)

    desk.page.get_by_role("button", name="Enregistrer", exact=True).click()
    desk.page.get_by_role("heading", name="Ce qui est enregistré").wait_for()
    desk.page.locator("trix-editor", has_text="Ici.").wait_for()
    desk.page.wait_for_load_state("networkidle")

    (told,) = [text for text in desk.page.locator(".notice:visible").all_inner_texts() if text]
    assert told.startswith("Quelqu’un a enregistré entre-temps.")
    desk.page.get_by_role("button", name="Enregistrer", exact=True).click()
    desk.page.wait_for_load_state("networkidle")
    lesson.refresh_from_db()
    assert (lesson.title, "Ici." in lesson.body) == ("Le nuage", True)


def test_after_a_login_in_another_tab_one_press_sends_the_kept_text(desk, part):
    new_lesson(desk, part)
    desk.page.locator("#id_title").fill("Les volcans")
    desk.page.locator("#id_minutes").fill("25")
    desk.write_in_editor("Lire.")
    desk.context.clear_cookies(name="sessionid")
    desk.page.get_by_role("button", name="Enregistrer").click()
    desk.page.wait_for_load_state("networkidle")
    assert "gardé" in desk.page.inner_text("h1")

    with desk.context.expect_page() as opened:
        desk.page.locator("a[target=_blank]").click()
    tab = opened.value
    tab.fill("input[name=username]", part.teaching.teacher.login)
    tab.fill("input[name=password]", "password")
    tab.locator("form.part button").first.click()
    tab.wait_for_load_state("networkidle")
    desk.page.locator("main form button").click()
    desk.page.wait_for_load_state("networkidle")

    assert Lesson.objects.get().title == "Les volcans"
