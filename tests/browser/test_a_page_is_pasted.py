"""Whoever knows a word processor pastes a text with headings, lists and tables into a page, and it
is a page.
"""

import json
import re

import pytest
from wagtail.models import Page

from cms.guidance.enums import EditorialRole
from cms.guidance.values.block_values import table_value
from tests.browser.test_a_page_from_first_words_to_two_languages import Desk
from tests.factories.guidance import block, editor, guidance_page, paragraph, topic

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# What Word puts on the clipboard: a list is paragraphs with a sign of their own.
WORD = """<html><body><h1>Préparer une sortie</h1>
<p class=MsoNormal>Un texte avec du <b>gras</b> et un <a href="https://www.education.gouv.fr/">lien officiel</a>.</p>
<h2>Le matériel</h2>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·<span>&nbsp;</span></span>casque</p>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·<span>&nbsp;</span></span>gilet</p>
<h3>Avant de partir</h3><p>Compter.</p>
<table><tr><td><p><b>Quoi</b></p></td><td><p>Combien</p></td></tr>
<tr><td><p>Casque</p></td><td><p>24</p></td></tr><tr><td>Gilet</td><td></td></tr></table>
<p>Bonne route.</p></body></html>"""
TABLE = "<table><tr><th>Jour</th><th>Durée</th><th>Qui</th></tr><tr><td>Lundi</td><td>20&nbsp;min</td><td></td></tr></table>"


@pytest.fixture
def week():
    return topic()


@pytest.fixture
def desk(browser, live_server, week):
    return Paster(
        browser, live_server.url, editor(EditorialRole.AUTHOR, week, "fr"), width=1280
    ).log_in_by_cookie()


class Paster(Desk):
    def paste(self, into: str, text: str, html: str = ""):
        """As the browser does it; `into` is a selector, of which the last."""
        place = self.page.locator(into).last
        place.click()
        place.evaluate(
            """(place, [html, text]) => {
              const clipboardData = new DataTransfer();
              if (html) clipboardData.setData("text/html", html);
              clipboardData.setData("text/plain", text);
              place.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
            }""",
            [html, text],
        )
        return self


def draft(page) -> list[tuple[str, object]]:
    body = json.loads(Page.objects.get(pk=page.pk).latest_revision.content["body"])
    return [(one["type"], one["value"]) for one in body]


def without_keys(html: str) -> str:
    return re.sub(r' data-block-key="\w+"', "", html)


def test_a_document_of_a_word_processor_becomes_headings_texts_and_a_table(desk, week):
    page = guidance_page(title="Préparer une sortie", under=week, body=[paragraph("")])

    desk.edit(page).paste(
        "[data-contentpath=body] [contenteditable=true]", "…", WORD
    ).saves_by_itself()
    desk.page.wait_for_timeout(2000)

    kinds, values = zip(*draft(page), strict=True)
    assert kinds == ("text", "heading", "text", "table", "text")
    assert (
        without_keys(values[0])
        == '<p>Un texte avec du <b>gras</b> et un <a href="https://www.education.gouv.fr/">lien'
        " officiel</a>.</p>"
    )
    assert values[1] == "Le matériel"
    assert (
        without_keys(values[2])
        == "<ul><li>casque</li><li>gilet</li></ul><h3>Avant de partir</h3><p>Compter.</p>"
    )
    assert values[3] == table_value("", ["Quoi", "Combien"], [["Casque", "24"], ["Gilet", ""]])
    assert without_keys(values[4]) == "<p>Bonne route.</p>"


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("…", TABLE),
        ("Jour\tDurée\tQui\nLundi\t20 min\t\n", ""),
        ('Jour;Durée;Qui\nLundi;"20 min";\n', ""),
    ],
    ids=["web page or word processor", "spreadsheet", "CSV"],
)
def test_a_pasted_table_fills_the_cells_and_its_first_row_becomes_the_headings(
    desk, week, text, html
):
    page = guidance_page(
        under=week, body=[block("table", table_value("Minutes", ["", ""], [["", ""]]))]
    )

    desk.edit(page).paste("[data-contentpath=body] tbody textarea", text, html).saves_by_itself()

    assert draft(page) == [
        ("table", table_value("Minutes", ["Jour", "Durée", "Qui"], [["Lundi", "20 min", ""]]))
    ]


def test_pasted_into_a_table_that_has_words_it_fills_from_that_cell_on(desk, week):
    page = guidance_page(
        under=week,
        body=[
            block(
                "table",
                table_value("Minutes", ["Jour", "Durée"], [["Lundi", "20 min"], ["Mardi", ""]]),
            )
        ],
    )

    desk.edit(page).paste(
        "[data-contentpath=body] tbody textarea", "30 min\tseul\n40 min\tà deux\n"
    ).saves_by_itself()

    rows = [["Lundi", "20 min", ""], ["Mardi", "30 min", "seul"], ["", "40 min", "à deux"]]
    assert draft(page) == [("table", table_value("Minutes", ["Jour", "Durée", ""], rows))]


def test_a_table_is_typed_with_the_keyboard_and_a_column_is_added_with_one_press(desk, week):
    page = guidance_page(
        under=week,
        body=[block("table", table_value("Minutes", ["Jour", "Durée"], [["Lundi", "20 min"]]))],
    )

    desk.edit(page).page.get_by_role("button", name="Add column").click()
    desk.page.locator("input.column-heading").last.fill("Qui")
    desk.page.keyboard.press("Tab")
    desk.page.locator("[data-contentpath=body] tbody tr:first-child textarea").last.click()
    desk.page.keyboard.type("Tous")
    desk.saves_by_itself()
    desk.page.wait_for_timeout(1500)

    assert draft(page) == [
        ("table", table_value("Minutes", ["Jour", "Durée", "Qui"], [["Lundi", "20 min", "Tous"]]))
    ]


def test_tab_goes_from_cell_to_cell_of_a_table_and_shift_tab_stops_at_its_buttons(desk, week):
    page = guidance_page(
        under=week, body=[block("table", table_value("Minutes", ["", ""], [["", ""], ["", ""]]))]
    )
    keyboard = desk.edit(page).page.keyboard
    desk.page.locator("input.column-heading").first.click()

    for words in ("Jour", "Durée", "Lundi", "20 min", "Mardi"):
        keyboard.type(words)
        keyboard.press("Tab")
    keyboard.type("30 min")
    desk.saves_by_itself()
    keyboard.press("Shift+Tab")

    assert draft(page) == [
        (
            "table",
            table_value("Minutes", ["Jour", "Durée"], [["Lundi", "20 min"], ["Mardi", "30 min"]]),
        )
    ]
    assert desk.page.evaluate("document.activeElement.matches('button')")


def test_a_new_table_that_nobody_typed_into_is_there_with_its_cells_after_a_reload(desk, week):
    page = guidance_page(under=week, body=[paragraph("Écrivez.")])
    window = desk.edit(page).page
    window.locator("button.c-sf-add-button:visible").last.click()
    window.get_by_role("option", name="Table", exact=True).click()
    desk.saves_by_itself()
    window.evaluate("delete document.documentElement.dataset.saved")
    desk.edit(page)

    cell = window.locator("tbody textarea")
    assert (cell.count(), window.locator("input.column-heading").count()) == (4, 2)
    cell.first.click()
    window.keyboard.type("Lundi")
    desk.saves_by_itself()
    assert draft(page)[1] == ("table", table_value("", [""], [["Lundi"]]))
