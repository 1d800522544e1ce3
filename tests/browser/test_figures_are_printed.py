"""Figures on paper, A4: every column and every row of each table, no word over another, and on top what it is
and of when.
"""

import datetime
import html
import re
import subprocess
from collections import Counter
from itertools import combinations

import pytest
from django.db.models import Q

from cms.indicators.models import WeekFigure, YearFigure
from courses.catalogue.models import ResourceCost
from courses.launches.models import MonthOpeners
from tests.browser.reader import Reader
from tests.browser.test_figures_are_read import schools  # noqa: F401 (a fixture)
from tests.factories.catalogue import LicenceFactory, ResourceFactory
from tests.factories.deliveries import delivered
from tests.factories.figures import officer
from tests.factories.people import OrganisationFactory, TeacherFactory, TrainerFactory
from training.services import deliveries

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# What the tables of the page say to somebody who sees them, folded ones included.
TOLD = """() => [...document.querySelectorAll("main :is(thead, tbody, tfoot) :is(th, td)")].map((cell) => {
  const seen = cell.cloneNode(true);
  seen.querySelectorAll(".unseen").forEach((one) => one.remove());
  seen.querySelectorAll("br").forEach((one) => one.replaceWith(" "));
  return seen.textContent;
})"""
NEAREST = 5  # points between two numbers
NUMBER = re.compile(r"[\d,]+")
MARGIN = 30  # points; the sheet has 16 mm, and its printer needs some of them
WORD = re.compile(r'<word xMin="(.+?)" yMin="(.+?)" xMax="(.+?)" yMax="(.+?)">(.*?)</word>')
LANGUAGES = pytest.mark.parametrize("language", ["fr", "en"])


@pytest.fixture
def on_paper(live_server, browser, tmp_path):
    """Prints a page for this person: what its tables told on the screen, and its words on paper, each with its box."""

    def print_page(person, name: str, *args, query: str = ""):
        reader = Reader(browser, live_server.url, person, width=1280).log_in_by_cookie()
        page = reader.page
        page.goto(live_server.url + reader.address(name, *args) + query)
        told = Counter(" ".join(page.evaluate(TOLD)).split())
        path = tmp_path / "printed.pdf"
        page.pdf(path=str(path), format="A4", prefer_css_page_size=True)
        reader.context.close()
        command = ["pdftotext", "-bbox", path, "-"]
        read = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        sheets = []
        for sheet in read.split("<page ")[1:]:
            width, height = (
                float(re.search(rf'{side}="(.+?)"', sheet)[1]) for side in ("width", "height")
            )
            boxes = [
                (*(float(edge) for edge in edges), html.unescape(word))
                for *edges, word in WORD.findall(sheet)
            ]
            sheets.append((width, height, boxes))
        return told, sheets

    return print_page


def words_of(sheets) -> list[str]:
    """Those that lie on the paper, inside of what a printer prints."""
    return [
        part
        for width, height, boxes in sheets
        for left, top, right, bottom, word in boxes
        if left >= MARGIN
        and top >= MARGIN
        and right <= width - MARGIN
        and bottom <= height - MARGIN
        for part in word.split()
    ]


def over_each_other(sheets) -> list[tuple[str, str]]:
    """Boxes are as tall as a line: labels of two axes may share the space under their letters."""
    return [
        (one[4], other[4])
        for _width, _height, boxes in sheets
        for one, other in combinations(boxes, 2)
        if min(one[2], other[2]) - max(one[0], other[0]) > 2
        and min(one[3], other[3]) - max(one[1], other[1]) > 6
    ]


def too_near(sheets) -> list[tuple[str, str]]:
    """Neighbouring numbers on a line. In English: in French a space parts thousands."""
    return [
        (one[4], other[4])
        for _width, _height, boxes in sheets
        for one, other in combinations(boxes, 2)
        if NUMBER.fullmatch(one[4])
        and NUMBER.fullmatch(other[4])
        and min(one[3], other[3]) - max(one[1], other[1]) > 3
        and 0 <= max(one[0], other[0]) - min(one[2], other[2]) < NEAREST
    ]


def is_whole(told: Counter, sheets) -> None:
    assert told
    assert told - Counter(words_of(sheets)) == Counter()
    assert over_each_other(sheets) == []


@LANGUAGES
@pytest.mark.parametrize(
    ("name", "title", "lead"),
    [
        (
            "region",
            {"fr": "Chiffres de la région", "en": "Figures of the region"},
            {"fr": "Semaine du 16 novembre 2026", "en": "Week of 16 November 2026"},
        ),
        (
            "schools",
            {
                "fr": "Chiffres, lycée par lycée",
                "en": "Figures, school by school",
            },
            {"fr": "closes de l’année scolaire", "en": "of the school year"},
        ),
        (
            "pilots",
            {"fr": "Les lycées pilotes côte à côte", "en": "Pilot lycées side by side"},
            {"fr": "les pratiques numériques", "en": "digital practice"},
        ),
    ],
    ids=["region", "schools", "pilots"],
)
def test_figures_of_the_region_are_whole_on_paper(on_paper, schools, language, name, title, lead):  # noqa: F811
    OrganisationFactory.create_batch(22, department="050")  # more than a page of schools

    told, sheets = on_paper(officer(language=language), f"indicators:{name}")

    is_whole(told, sheets)
    words = " ".join(words_of(sheets))
    assert words.startswith(title[language])
    assert lead[language] in words


@LANGUAGES
@pytest.mark.parametrize("by", ["resource", "school", "month"])
def test_figures_of_resources_are_whole_on_paper(on_paper, settings, language, by):
    settings.ONE_CLICK_LOGINS = True  # as in the demo
    schools_of = OrganisationFactory.create_batch(30)
    for name in ("Educ’Arte", "Encyclopaedia Universalis", "Enseigno", "Madmagz"):
        resource = ResourceFactory(name=name)
        ResourceCost.objects.create(resource=resource, school_year=2026, amount=37_600)
        MonthOpeners.objects.create(resource=resource, month=datetime.date(2026, 10, 1), people=9)
        for school in schools_of:
            LicenceFactory(resource=resource, school=school)
    trainer = TrainerFactory(works_for=resource.provider)
    teachers = TeacherFactory.create_batch(7)
    for day in ("2026-09-15", "2026-10-06"):
        delivered(resource, trainer, day, present=teachers)

    told, sheets = on_paper(officer(language=language), "training:subscriptions", query=f"?by={by}")

    is_whole(told, sheets)
    title = {
        "fr": "Ressources et formations : les chiffres",
        "en": "Resources and trainings: the figures",
    }
    words = " ".join(words_of(sheets))
    assert words.startswith(title[language])
    invented = {"fr": "Chiffres inventés", "en": "Invented figures"}
    assert invented[language] in " ".join(words_of(sheets[:1]))


@LANGUAGES
@pytest.mark.parametrize("week", ["", "2026-11-16"], ids=["a year", "a week"])
def test_all_measures_are_whole_on_paper(on_paper, schools, language, week):  # noqa: F811
    """Eighteen columns: no heading is broken inside a word, no number runs into the next."""
    of_region = Q(school=None, definition__code__startswith="pages")
    WeekFigure.objects.filter(of_region).update(value=8_234_567)
    YearFigure.objects.filter(of_region).update(total=48_234_567)

    told, sheets = on_paper(
        officer(language=language), "indicators:schools", query=f"?measures=all&week={week}"
    )

    is_whole(told, sheets)
    width, height, _boxes = sheets[0]
    assert width > height
    if language == "en":
        assert too_near(sheets) == []


@LANGUAGES
def test_a_delivery_note_s_page_says_on_paper_which_it_is(on_paper, language):
    resource = ResourceFactory(name="Educ’Arte")
    trainer = TrainerFactory(works_for=resource.provider)
    teachers = TeacherFactory.create_batch(7)
    for day in range(1, 29):
        delivered(resource, trainer, f"2026-10-{day:02d}", present=teachers)
    note = deliveries.make(provider=resource.provider, month=datetime.date(2026, 10, 1))

    told, sheets = on_paper(officer(language=language), "training:delivery_note", note.public_id)

    is_whole(told, sheets)
    title = {"fr": "Bon de livraison n° 2026-0001", "en": "Delivery note no. 2026-0001"}
    month = {"fr": "octobre 2026", "en": "October 2026"}
    lead = f"{title[language]} {resource.provider.name}, {month[language]}"
    assert " ".join(words_of(sheets)).startswith(lead)
