"""Charts on a phone in French and on a laptop in English, light and dark: axe, no text cut or over another,
numbers as the language writes them, a word where one is hidden; on paper with all tables.
"""

import re
import subprocess

import pytest

from tests.browser.reader import Reader
from tests.factories.people import TeacherFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Texts of a drawing that leave it or touch another: [chart, text, why].
MISPLACED = """() => [...document.querySelectorAll("svg.chart")]
  .filter((chart) => chart.checkVisibility()).flatMap((chart) => {
  const frame = chart.viewBox.baseVal;
  const boxes = [...chart.querySelectorAll("text")].map((text) => [text.textContent, text.getBBox()]);
  const touch = (one, other) => one.x < other.x + other.width && other.x < one.x + one.width
    && one.y + 3 < other.y + other.height - 3 && other.y + 3 < one.y + one.height - 3;
  return boxes.flatMap(([words, box], at) => [
    ...(box.x < -1 || box.y < -1 || box.x + box.width > frame.width + 1 || box.y + box.height > frame.height + 1
      ? [[chart.getAttribute("aria-label"), words, "leaves the drawing"]] : []),
    ...boxes.slice(at + 1).filter(([, other]) => touch(box, other))
      .map(([other]) => [chart.getAttribute("aria-label"), words, `touches ${other}`]),
  ]);
})"""


@pytest.fixture
def reader(settings, live_server, browser):
    settings.ROOT_URLCONF = "tests.browser.charts_page"
    windows = []

    def open_charts(language: str, width: int, scheme: str) -> Reader:
        window = Reader(browser, live_server.url, TeacherFactory(language=language), width=width)
        windows.append(window)
        window.page.emulate_media(color_scheme=scheme)
        return window.log_in_by_cookie().open(f"{live_server.url}/{language}/charts/")

    yield open_charts
    for window in windows:
        window.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("language", "width", "number", "hidden", "unfold"),
    [
        ("fr", 360, "10\u202f137", "masqué", "Les mêmes chiffres en tableau"),
        ("en", 1280, "10,137", "hidden", "The same as figures"),
    ],
    ids=["French, on a phone", "English, on a laptop"],
)
def test_charts_are_read_by_everybody(reader, scheme, language, width, number, hidden, unfold):
    window = reader(language, width, scheme)

    assert window.page.evaluate(MISPLACED) == []

    for summary in window.page.get_by_text(unfold).all():
        summary.click()
    window.look()
    tables = window.page.locator(".small-table")
    assert tables.count() == window.page.get_by_role("img").count() == 5
    window.shows(number)
    assert {words.inner_text() for words in tables.locator(".hidden-cell").all()} == {hidden}


def test_tables_of_charts_are_printed(reader, tmp_path):
    """Also those that are folded on the screen."""
    window = reader("fr", 1280, "light")

    path = tmp_path / "printed.pdf"
    window.page.pdf(path=str(path), format="A4")

    words = subprocess.run(
        ["pdftotext", "-layout", path, "-"], check=True, capture_output=True, text=True
    ).stdout
    assert "Les mêmes chiffres" not in words
    assert re.search(r"8.?h\s+415.617", words)
    assert "s26" in words.split("Personnes actives par semaine")[-1]
