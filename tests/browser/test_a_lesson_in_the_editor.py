"""The editor of texts in a browser: under our strict policy, by keyboard, and with what wishes us
ill in it.
"""

import re

import pytest
from django.test import Client
from django.urls import reverse

from continuity.models import Lesson
from continuity.templatetags.rich_text import rich
from tests.browser.accessibility import violations
from tests.factories.continuity import MONDAY, StudentFactory, lesson_item, part_of, teaching
from tests.factories.hostile import fragments

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
RAN = (
    "window.ran = () => { document.documentElement.dataset.ran = 'yes'; }; window.onmessage ="
    " window.ran;"
)

# Everything is gone over and pressed, but for links, which would lead away from the page.
TOUCHED = """document.querySelectorAll("*").forEach(it => {
    it.focus?.(); it.dispatchEvent(new Event("mouseover", {bubbles: true})); if (it.tagName !== "A") it.click?.();
})"""


@pytest.fixture
def window(browser, live_server):
    """A page of somebody's own, which remembers what it asked of whom, and what its console said."""
    opened = []

    def enter(person, width=1280, **more):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, locale=f"{person.language}-FR", **more
        )
        opened.append(context)
        client = Client()
        client.force_login(person)
        context.add_cookies(
            [
                {
                    "name": "sessionid",
                    "value": client.cookies["sessionid"].value,
                    "url": live_server.url,
                }
            ]
        )
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.said, page.asked = [], []
        page.on("console", lambda message: page.said.append(message.text))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.on("request", lambda request: page.asked.append(request.url))
        page.add_init_script(RAN)
        return page

    yield enter
    for context in opened:
        context.close()


def outside(page, live_server) -> list[str]:
    return [
        url
        for url in page.asked
        if not url.startswith((live_server.url, "data:", "blob:", "about:"))
    ]


def at_editor(page, live_server, part):
    page.goto(
        live_server.url + reverse("continuity:new_lesson", args=[part.public_id]) + f"?day={MONDAY}"
    )
    page.locator("trix-editor").wait_for()
    return page.locator("trix-editor")


TYPING = 60  # milliseconds between two keys: nobody is faster, and the editor redraws after each


def test_a_lesson_is_written_by_keyboard_and_comes_back_as_it_was(window, live_server):
    part = part_of(teaching(), published=False)
    page = window(part.teaching.teacher)
    editor, keyboard = at_editor(page, live_server, part), page.keyboard
    page.get_by_label("Title").fill("Les puissances")

    editor.focus()
    keyboard.press("Control+b")
    keyboard.type("Lire", delay=TYPING)
    page.get_by_role("button", name="Strong", exact=True).press("Enter")
    keyboard.type(r" la page 12, où \( x^2 < 4 \).", delay=TYPING)
    keyboard.press("Enter", delay=TYPING)
    page.wait_for_timeout(TYPING)
    page.get_by_role("button", name="List", exact=True).press("Enter")
    editor.locator("li").wait_for()
    keyboard.type("un", delay=TYPING)
    keyboard.press("Enter")
    editor.locator("li").nth(1).wait_for()
    keyboard.type("deux", delay=TYPING)
    pressed = page.get_by_role("button", name="List", exact=True).get_attribute("aria-pressed")
    page.get_by_role("button", name="Save").press("Enter")
    page.wait_for_url("**/plan/**")

    lesson = Lesson.objects.get()
    assert (
        lesson.body == r"<p><strong>Lire</strong> la page 12, où \( x^2 &lt; 4"
        r" \).</p><ul><li>un</li><li>deux</li></ul>"
    )
    assert (pressed, page.said, outside(page, live_server)) == ("true", [], [])
    page.goto(live_server.url + reverse("continuity:edit_lesson", args=[lesson.public_id]))
    page.locator("trix-editor li").first.wait_for()
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/plan/**")
    was, lesson.body = lesson.body, ""
    lesson.refresh_from_db()
    assert (lesson.body, lesson.revision) == (was, 2)


def test_all_that_a_text_may_hold_survives_the_editor(window, live_server):
    body = (
        "<h3>Un</h3><p><strong>a</strong><em>b</em><s>c</s><sub>d</sub><sup>e</sup><code>f</code></p><h4>Deux</h4><p>x<br>y</p><blockquote>g</blockquote><pre>if"
        " h:\n  i</pre><ol><li>j<ul><li>k</li></ul></li></ol><p><a"
        ' href="https://site.example/">l</a></p>'
    )
    item = lesson_item(part_of(teaching()), body=body)
    page = window(item.part.teaching.teacher)
    page.goto(live_server.url + reverse("continuity:edit_lesson", args=[item.lesson.public_id]))
    page.locator("trix-editor li").first.wait_for()

    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/plan/**")

    item.lesson.refresh_from_db()
    assert item.lesson.body == body


@pytest.mark.parametrize("width", [360, 1280])
def test_the_form_and_the_lesson_are_for_everybody(window, live_server, width):
    part = part_of(teaching())
    item = lesson_item(
        part,
        body=(
            r"<h3>But</h3><p>\( \sum_{i=0}^{n} i^2 \) et $$\begin{pmatrix} 1 &amp; 2"
            r" \end{pmatrix}$$</p><ul><li>un</li></ul>"
        ),
    )
    page = window(part.teaching.teacher, width)
    editor = at_editor(page, live_server, part)
    page.set_viewport_size({"width": width, "height": 2_400})
    faults = {"form": violations(page)}
    named = editor.evaluate(
        "it => [it.getAttribute('aria-label') || it.labels[0].innerText, it.role]"
    )
    small = page.eval_on_selector_all(
        ".rich__tool",
        "tools => tools.filter(it => it.offsetWidth < 44 || it.offsetHeight < 44 ||"
        " !it.innerText.trim()).length",
    )

    reader = window(StudentFactory(in_class=part.teaching.school_class), width)
    reader.goto(live_server.url + reverse("continuity:lesson", args=[item.lesson.public_id]))
    reader.set_viewport_size({"width": width, "height": 2_400})
    faults["lesson"] = violations(reader)
    wide = [
        one.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        for one in (page, reader)
    ]

    assert faults == {"form": "", "lesson": ""}
    assert (named[1], small, [max(0, more) for more in wide]) == ("textbox", 0, [0, 0])
    assert named[0].startswith("Text")


def test_without_script_a_plain_box_does_the_same(window, live_server):
    part = part_of(teaching(), published=False)
    page = window(part.teaching.teacher, java_script_enabled=False)
    page.goto(live_server.url + reverse("continuity:new_lesson", args=[part.public_id]))

    page.get_by_label("Title").fill("Les volcans")
    page.locator("textarea").fill("Lire **tout** :\n\n- un\n- deux")
    page.get_by_role("button", name="Save").click()

    assert (
        Lesson.objects.get().body
        == "<p>Lire <strong>tout</strong> :</p><ul><li>un</li><li>deux</li></ul>"
    )


def test_what_is_pasted_leaves_its_files_and_scripts_behind(window, live_server):
    part = part_of(teaching(), published=False)
    page = window(part.teaching.teacher)
    editor = at_editor(page, live_server, part)
    editor.focus()

    # What pasting calls, too; the clipboard of a browser under test cleans by itself.
    editor.evaluate(
        "(it, html) => it.editor.insertHTML(html)",
        '<p style="color:red">Un <b>mot</b><img src="https://outer.example/a.png"'
        ' onerror="ran()"><script>ran()</script></p>',
    )
    page.wait_for_timeout(500)

    assert re.sub("<!--.*?-->", "", editor.inner_html()).count("<img") == 0
    assert "Un mot" in editor.inner_text()
    assert page.evaluate("document.documentElement.dataset.ran") is None
    assert outside(page, live_server) == []


def test_no_hostile_fragment_runs_or_calls_anybody(window, live_server):
    """All of them on one page, read by a student; then without any policy, so that it is the
    cleaning that holds; then in the editor.
    """
    part = part_of(teaching())
    lesson = lesson_item(
        part, body="".join(f"<p>{n}</p>{one.kept}" for n, one in enumerate(fragments()))
    ).lesson
    reading, bare = (
        window(StudentFactory(in_class=part.teaching.school_class)),
        window(part.teaching.teacher),
    )
    editing = window(part.teaching.teacher)

    reading.goto(live_server.url + reverse("continuity:lesson", args=[lesson.public_id]))
    reading.wait_for_load_state("networkidle")
    bare.goto("about:blank")
    bare.set_content(
        "".join(rich(one.html, "lesson") for one in fragments()), wait_until="networkidle"
    )
    bare.evaluate(TOUCHED)
    editing.goto(live_server.url + reverse("continuity:edit_lesson", args=[lesson.public_id]))
    editing.locator("trix-editor").wait_for()
    editing.wait_for_load_state("networkidle")

    assert reading.locator("article p").count() > len(fragments())
    assert [
        one.evaluate("document.documentElement.dataset.ran ?? 'nothing ran'")
        for one in (reading, bare, editing)
    ] == ["nothing ran"] * 3
    assert [outside(one, live_server) for one in (reading, bare, editing)] == [[], [], []]
    assert reading.said == bare.said == editing.said == []
    # The same page would notice: uncleaned, a script runs.
    bare.set_content("<img src=x onerror=ran()>", wait_until="networkidle")
    assert bare.evaluate("document.documentElement.dataset.ran") == "yes"
