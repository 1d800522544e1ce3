"""What is typed is kept on the device until it is saved: given back after a stray click, shown to
nobody else, gone at logout.
"""

import pytest

from continuity.models import Lesson, RollCall
from courses.people.enums import Role
from tests.browser.desk import SETTLED, new_lesson
from tests.factories.answers import waiting
from tests.factories.continuity import MONDAY, StudentFactory, homework_item, part_of, teaching
from tests.factories.people import MembershipFactory, TeacherFactory
from tests.factories.pictures import photo
from tests.factories.rolls import begun

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_lesson_left_by_a_stray_click_comes_back_and_is_saved_once(desk, part):
    new_lesson(desk, part)
    desk.page.locator("#id_title").fill("Les volcans")
    desk.write_in_editor("Lire la page 12.")
    desk.leave()
    assert desk.asked == ["beforeunload"]

    new_lesson(desk, part)
    desk.page.locator("trix-editor", has_text="Lire la page 12.").wait_for()
    assert "a été rétabli" in desk.notice()
    desk.look()
    desk.page.locator("#id_minutes").fill("25")
    desk.page.get_by_role("button", name="Enregistrer").click()
    desk.page.wait_for_load_state("networkidle")
    lesson = Lesson.objects.get()
    assert (lesson.title, "Lire la page 12." in lesson.body) == ("Les volcans", True)

    new_lesson(desk, part)
    desk.page.locator("trix-editor").wait_for()
    assert desk.page.locator("#id_title").input_value() == ""
    assert desk.page.locator("[data-draft-notice]").count() == 0
    assert desk.asked == ["beforeunload"]


def test_what_is_typed_before_the_module_has_come_is_kept_too(desk, part):
    held = []
    desk.page.route("**/draft*.js", lambda route: held.append(route))
    new_lesson(desk, part, wait_until="domcontentloaded")
    desk.page.locator("#id_title").fill("Les volcans")
    desk.page.keyboard.press("Tab")  # its change event comes before the module too
    for route in held:
        route.continue_()
    desk.page.unroute("**/draft*.js")
    desk.page.wait_for_load_state("networkidle")
    desk.leave()
    assert desk.asked == ["beforeunload"]

    new_lesson(desk, part)
    desk.page.locator("[data-draft-notice]").wait_for()
    assert desk.page.locator("#id_title").input_value() == "Les volcans"


def test_a_lesson_comes_back_by_the_browsers_back_button_too(desk, part):
    """The browser puts back the title by itself, and not what stood in the editor."""
    new_lesson(desk, part)
    desk.page.locator("#id_title").fill("Les volcans")
    desk.write_in_editor("Lire la page 12.")
    desk.leave()
    desk.page.go_back(**SETTLED)

    desk.page.locator("trix-editor", has_text="Lire la page 12.").wait_for()
    assert desk.page.locator("#id_title").input_value() == "Les volcans"
    desk.page.wait_for_timeout(600)
    desk.page.reload(**SETTLED)
    desk.page.locator("trix-editor", has_text="Lire la page 12.").wait_for()


def test_another_title_typed_early_loses_nothing_of_the_draft(desk, part):
    new_lesson(desk, part)
    desk.page.locator("#id_title").fill("Les volcans")
    desk.write_in_editor("Lire la page 12.")
    desk.leave()
    held = []
    desk.page.route("**/draft*.js", lambda route: held.append(route))
    new_lesson(desk, part, wait_until="domcontentloaded")
    desk.page.locator("#id_title").fill("Les séismes")
    for route in held:
        route.continue_()
    desk.page.unroute("**/draft*.js")
    desk.page.locator("[data-draft-notice]").wait_for()
    offered = desk.notice()
    desk.page.wait_for_timeout(600)
    desk.page.reload(**SETTLED)
    desk.page.get_by_role("button", name="Remettre dans la page").wait_for()
    kept = desk.page.locator("#id_title").input_value()
    desk.page.get_by_role("button", name="Remettre dans la page").click()

    assert "n’a pas été enregistré" in offered
    assert "a changé" not in offered
    assert kept == "Les séismes"
    desk.page.locator("trix-editor", has_text="Lire la page 12.").wait_for()
    assert desk.page.locator("#id_title").input_value() == "Les volcans"


def test_what_is_brought_back_leaves_what_was_typed_since_on_offer(desk, part):
    new_lesson(desk, part)
    desk.page.locator("#id_title").fill("Les volcans")
    desk.leave()
    held = []
    desk.page.route("**/draft*.js", lambda route: held.append(route))
    new_lesson(desk, part, wait_until="domcontentloaded")
    desk.page.locator("#id_title").fill("Les séismes")
    for route in held:
        route.continue_()
    desk.page.unroute("**/draft*.js")
    bring = desk.page.get_by_role("button", name="Remettre dans la page")
    bring.click()
    brought = desk.page.locator("#id_title").input_value()
    bring.click()

    assert brought == "Les volcans"
    assert desk.page.locator("#id_title").input_value() == "Les séismes"


def test_a_preview_is_kept_and_once_saved_the_next_homework_is_empty(desk, part):
    address = f"{desk.server}{desk.address('continuity:new_homework', part.public_id)}?day={MONDAY}"
    title = desk.page.locator("#id_title")
    desk.page.goto(address, **SETTLED)
    title.fill("Sonnet")
    desk.page.get_by_role("button", name="Vérifier la charge").click()
    desk.page.wait_for_load_state("networkidle")
    told = desk.page.locator("[data-draft-notice]").count()
    desk.leave()
    desk.page.goto(address, **SETTLED)
    desk.page.locator("[data-draft-notice]").wait_for()
    given = title.input_value()
    desk.page.get_by_role("button", name="Ajouter à la semaine").click()
    desk.page.wait_for_load_state("networkidle")
    desk.page.goto(address, **SETTLED)

    assert (told, desk.asked) == (0, ["beforeunload"])
    assert given == "Sonnet"
    assert title.input_value() == ""
    assert desk.page.locator("[data-draft-notice]").count() == 0


def test_what_is_saved_is_no_draft_when_the_browser_goes_back_to_it(desk, part):
    new_lesson(desk, part)
    desk.page.locator("#id_title").fill("Les volcans")
    desk.write_in_editor("Lire la page 12.")
    desk.page.get_by_role("button", name="Enregistrer").click()
    desk.page.wait_for_load_state("networkidle")
    desk.page.go_back(**SETTLED)
    desk.page.wait_for_timeout(600)
    desk.leave()

    assert Lesson.objects.count() == 1
    assert desk.asked == []
    assert desk.page.evaluate("Object.keys(localStorage)") == []


def test_a_draft_is_discarded_also_where_the_address_has_a_fragment(desk, part):
    new_lesson(desk, part)
    desk.page.locator("#id_title").fill("Les volcans")
    desk.leave()
    new_lesson(desk, part)
    desk.page.evaluate("location.hash = 'main'")
    desk.page.get_by_role("button", name="Effacer ce brouillon").click()
    desk.page.locator("[data-draft-notice]").wait_for(state="detached")

    assert desk.page.locator("#id_title").input_value() == ""
    assert desk.page.evaluate("Object.keys(localStorage)") == []


def test_a_page_that_was_only_looked_at_asks_nothing_though_the_module_comes_late(desk, part):
    held = []
    desk.page.route("**/draft*.js", lambda route: held.append(route))
    new_lesson(desk, part, wait_until="domcontentloaded")
    desk.page.locator("trix-editor").first.wait_for()
    desk.page.wait_for_timeout(500)
    for route in held:
        route.continue_()
    desk.page.unroute("**/draft*.js")
    desk.page.wait_for_load_state("networkidle")
    desk.leave()

    assert desk.asked == []
    assert desk.page.evaluate("Object.keys(localStorage)") == []


def test_a_discarded_draft_stays_away(desk, part):
    new_lesson(desk, part)
    desk.page.locator("#id_title").fill("Les volcans")
    desk.leave()
    new_lesson(desk, part)

    desk.page.get_by_role("button", name="Effacer ce brouillon").click()
    desk.page.locator("[data-draft-notice]").wait_for(state="detached")

    assert desk.page.locator("#id_title").input_value() == ""


def test_both_texts_of_a_homework_come_back_after_a_reload(desk, part):
    address = f"{desk.server}{desk.address('continuity:new_homework', part.public_id)}?day={MONDAY}"
    desk.page.goto(address, **SETTLED)
    desk.page.locator("#id_title").fill("Un schéma")
    desk.write_in_editor("Dessiner la cellule.")
    desk.page.wait_for_timeout(600)
    desk.page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    desk.write_in_editor("Voici la cellule.", number=1)
    desk.page.wait_for_timeout(600)

    desk.page.reload()
    for words in ("Dessiner la cellule.", "Voici la cellule."):
        desk.page.locator("trix-editor", has_text=words).wait_for(state="attached")

    assert desk.page.locator("#id_title").input_value() == "Un schéma"


def test_a_text_comes_back_when_the_editor_is_later_than_the_draft(desk, part):
    new_lesson(desk, part)
    desk.write_in_editor("Dessiner la cellule.")
    desk.page.wait_for_timeout(600)
    desk.page.route(
        "**/trix*.js",
        lambda route: (desk.page.locator("[data-draft-notice]").wait_for(), route.continue_()),
    )

    desk.page.reload()
    desk.page.locator("trix-editor", has_text="Dessiner la cellule.").wait_for()

    assert "Votre saisie" in desk.notice()


def test_a_draft_is_shown_to_nobody_else_on_the_device(desk, part):
    owner = part.teaching.teacher
    new_lesson(desk, part)
    desk.page.locator("#id_title").fill("Les volcans")
    desk.leave()
    other = TeacherFactory(language="fr")
    MembershipFactory(
        person=other, organisation=part.teaching.school_class.school, role=Role.TEACHER
    )
    part.teaching.teacher = other
    part.teaching.save()

    desk.log_in_as(other)
    new_lesson(desk, part)
    desk.page.wait_for_timeout(1_500)
    assert desk.page.locator("#id_title").input_value() == ""

    part.teaching.teacher = owner
    part.teaching.save()
    desk.log_in_as(owner)
    new_lesson(desk, part)
    desk.page.locator("[data-draft-notice]").wait_for()
    assert "a été rétabli" in desk.notice(), desk.page.evaluate("JSON.stringify(localStorage)")
    assert desk.page.locator("#id_title").input_value() == "Les volcans"


def test_logging_out_asks_and_removes_the_drafts(desk, part):
    new_lesson(desk, part)
    desk.page.locator("#id_title").fill("Les volcans")
    desk.page.wait_for_timeout(600)
    desk.page.locator("[popovertarget=account]").click()
    with desk.page.expect_navigation(wait_until="networkidle"):
        desk.page.locator("[data-logout] button").click()

    assert len(desk.asked) == 1
    assert "Vous avez écrit un texte qui n’est pas enregistré" in desk.asked[0]
    assert desk.page.evaluate("Object.keys(localStorage)") == []


def test_marks_of_a_roll_come_back_and_are_counted(desk, part):
    given = part.teaching
    students = StudentFactory.create_batch(3, in_class=given.school_class)
    roll = begun(given)
    desk.page.goto(desk.server + desk.address("continuity:roll", roll.public_id), **SETTLED)
    line = roll.lines.get(student=students[1])
    desk.page.locator(f"input[name='status-{line.public_id}'][value=absent]").check()
    desk.leave()
    assert desk.asked == ["beforeunload"]

    desk.page.goto(desk.server + desk.address("continuity:roll", roll.public_id), **SETTLED)
    desk.page.locator("[data-draft-notice]").wait_for()
    assert desk.page.locator(f"input[name='status-{line.public_id}'][value=absent]").is_checked()
    assert desk.page.inner_text("[data-tally=absent]").strip().startswith("1")
    desk.page.locator(".bottom button").click()
    desk.page.wait_for_load_state("networkidle")

    assert RollCall.objects.get().lines.get(student=students[1]).status == "absent"
    desk.page.reload()
    desk.page.wait_for_timeout(1_000)
    assert desk.page.locator("[data-draft-notice]").count() == 0
    assert desk.asked == ["beforeunload"]


def test_an_answer_to_a_student_is_asked_about_and_comes_back(desk, part):
    handin = waiting(part.teaching, StudentFactory(in_class=part.teaching.school_class))
    address = desk.server + desk.address("continuity:write_answer", handin.public_id)
    desk.page.goto(address, **SETTLED)
    desk.page.locator("#answer textarea").first.fill("Très clair.")
    desk.leave()

    desk.page.goto(address, **SETTLED)
    desk.page.locator("[data-draft-notice]").wait_for()

    assert desk.asked == ["beforeunload"]
    assert desk.page.locator("#answer textarea").first.input_value() == "Très clair."


def test_a_text_to_hand_in_breaks_no_script_and_survives_a_reload(desk):
    given = homework_item(part_of(teaching()), returns="text").assignment
    student = StudentFactory(in_class=given.teaching.school_class, language="fr")
    desk.log_in_as(student)
    address = desk.server + desk.address("continuity:hand_in", given.public_id)
    desk.page.goto(address, **SETTLED)
    desk.page.fill("#id_text", "Mon sonnet.")
    desk.page.wait_for_timeout(600)

    desk.page.reload()
    desk.page.locator("[data-draft-notice]").wait_for()
    assert desk.page.locator("#id_text").input_value() == "Mon sonnet."
    desk.page.locator("[data-hand-in]").click()
    desk.page.wait_for_url("**/receipt/")
    desk.page.wait_for_timeout(800)

    assert desk.complaints == []
    assert "sonnet" not in desk.page.evaluate("JSON.stringify([localStorage, sessionStorage])")


def test_a_photo_alone_is_no_text_that_logging_out_would_remove(desk):
    given = homework_item(part_of(teaching()), returns="photos").assignment
    student = StudentFactory(in_class=given.teaching.school_class, language="fr")
    desk.log_in_as(student)
    desk.page.goto(desk.server + desk.address("continuity:hand_in", given.public_id), **SETTLED)
    chosen = {"name": "page.jpg", "mimeType": "image/jpeg", "buffer": photo()}
    desk.page.set_input_files("#id_photos", chosen)
    desk.page.wait_for_timeout(600)
    kept = desk.page.evaluate("Object.keys(localStorage).filter((one) => one.startsWith('draft'))")

    assert kept == []
