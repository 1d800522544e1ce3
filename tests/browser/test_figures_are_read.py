"""The Region's officer reads the invented figures of the demo, asks what they mean, and makes the
research pack; a school's leader reads the own ones.
"""

import datetime
import zipfile

import pytest
from playwright.sync_api import expect

from cms.indicators import demo
from cms.indicators.models import Definition, WeekFigure
from courses.digest.values import World
from courses.people.enums import Role
from tests.browser.reader import Reader
from tests.factories.figures import close, figure, officer
from tests.factories.people import MembershipFactory, OrganisationFactory
from tests.factories.worker import run_worker

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TODAY = datetime.date(2026, 11, 25)
PILOTS = [
    "Lycée Flora Tristan", "Lycée Le Corbusier", "Lycée André Malraux", "Lycée Jules Verne",
    "Lycée Les Champs de Tracy", "Lycée Nature",
]  # fmt: skip


@pytest.fixture
def schools():
    """Of the demo's world, with their invented weeks."""
    pilots = [OrganisationFactory(name=name, is_pilot=True, department="014") for name in PILOTS]
    others = OrganisationFactory.create_batch(3, department="076", city="Rouen")
    world = World(
        now=None, today=TODAY, rng=None, faker=None, size="small", pilots=pilots, subscribers=others
    )
    demo.load(world, lambda text: None)
    return [*pilots, *others]


@pytest.mark.parametrize(
    ("language", "width", "words"),
    [
        ("fr", 360, {"invented": "Chiffres inventés", "hidden": "masqué", "usual": "fois"}),
        ("en", 1280, {"invented": "Invented figures", "hidden": "hidden", "usual": "times"}),
    ],
    ids=["French, on a phone", "English, on a laptop"],
)
def test_an_officer_reads_figures_and_makes_the_pack(
    live_server, browser, tmp_path, schools, language, width, words
):
    desk = Reader(browser, live_server.url, officer(language=language), width=width)
    desk.log_in_by_cookie()

    for name in ("region", "schools", "pilots"):
        desk.visit(f"indicators:{name}")
        desk.shows(words["invented"])
    desk.visit("indicators:region")
    desk.shows(words["usual"])
    desk.page.select_option("select[name=week]", index=1)
    desk.press("form.planning-filters button")
    assert "week=2026-11-09" in desk.page.url

    desk.visit("indicators:schools")
    desk.page.select_option("select[name=department]", "076")
    desk.page.select_option("select[name=measures]", "people")
    desk.press("form[role=search] button")
    assert desk.page.locator("tbody tr").count() == 3
    desk.shows(words["hidden"])
    desk.press("tbody th a")
    desk.shows(schools[-3].name)

    desk.visit("indicators:pilots")
    desk.page.select_option("select[name=measure]", "visits")
    desk.press("form.planning-filters button")
    desk.press("form[action*='/pack/'] button")
    run_worker()
    desk.page.wait_for_selector(".next.is-done")  # by itself
    with desk.page.expect_download() as downloaded:
        desk.page.click(".next a.button--main")
    downloaded.value.save_as(tmp_path / "pack.zip")
    assert "datapackage.json" in zipfile.ZipFile(tmp_path / "pack.zip").namelist()
    desk.context.close()


def test_every_column_is_reached_with_the_keyboard(live_server, browser, schools):
    desk = Reader(browser, live_server.url, officer(language="en"), width=1280).log_in_by_cookie()
    desk.open(live_server.url + desk.address("indicators:schools") + "?measures=all")
    last = desk.page.locator("thead th").last
    expect(last).not_to_be_in_viewport()

    desk.page.locator(".small-table__frame[tabindex='0']").focus()
    for _press in range(60):
        desk.page.keyboard.press("ArrowRight")

    expect(last).to_be_in_viewport(ratio=0.9)
    desk.context.close()


def test_a_changed_definition_stands_beside_the_old_one(live_server, browser, schools):
    old = Definition.objects.get(code="pages")
    new = Definition.objects.get(code="pages")
    new.pk, new.version, new.since = None, 2, datetime.date(2026, 11, 23)
    new.definition_en = "Whole pages, those of the administration among them."
    new.save()
    week = WeekFigure.objects.order_by("week").values_list("week", flat=True).last()
    following = week + datetime.timedelta(weeks=1)
    figure(new, None, 54321, week=following)
    close(following)

    desk = Reader(browser, live_server.url, officer(language="en"), width=1280)
    desk.log_in_by_cookie().visit("indicators:region")
    desk.shows("54,321")
    desk.shows("version 1, since")
    desk.shows("version 2, since 23 November 2026")
    desk.press("a[href$='#pages-2']")
    desk.shows(new.definition_en)
    desk.shows(old.definition_en)
    desk.context.close()


def test_a_leader_reads_the_own_school(live_server, browser, schools):
    leader = MembershipFactory(organisation=schools[0], role=Role.LEADER).person
    leader.language = "fr"
    leader.save()

    phone = Reader(browser, live_server.url, leader, width=360).log_in_by_cookie()
    phone.visit("indicators:mine")

    phone.shows("Lycée Flora Tristan")
    phone.shows("Chiffres inventés")
    phone.visit("indicators:definitions")
    phone.context.close()
