"""From a day of visits to what the Region holds in hand: the hours of a closed week, two versions of a
definition, the pilots' research pack, a month's delivery note and the one that corrects it.
"""

import datetime
from dataclasses import replace
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from wagtail import hooks

from cms.indicators.enums import KeySpan
from cms.indicators.models import (
    CountingKey,
    DayCount,
    HourCount,
    PageTally,
    SeenThisWeek,
    SeenToday,
)
from cms.indicators.services.memory import flush
from cms.indicators.values.definitions import OWN_MEASURES
from courses.agenda.values import PARIS
from courses.digest.enums import Hook
from tests.browser.delivered_month import deliver_and_correct_a_month
from tests.browser.reader import Reader
from tests.factories.continuity import SchoolClassFactory, StudentFactory
from tests.factories.datapackage import DataPackage
from tests.factories.people import OfficerFactory, OrganisationFactory, TeacherFactory
from tests.factories.worker import run_worker

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.at("2026-11-18T12:00"),
]

TEACHERS, STUDENTS = 8, 6
FIRST_WEEK = datetime.date(2026, 11, 16)
SECOND_WEEK = datetime.date(2026, 11, 23)
WEDNESDAY = 2
NEW_PAGES = replace(
    OWN_MEASURES[0],
    version=2,
    since=SECOND_WEEK,
    definition="Whole pages, those of the administration among them.",
)


def at(day: int, hour: int, minute: int = 0):
    """From this moment of November on, in Paris."""
    moment = datetime.datetime(2026, 11, day, hour, minute, tzinfo=PARIS)
    return time_machine.travel(moment.astimezone(datetime.UTC), tick=True)


def read_a_page(browser, server: str, people, pages: int = 1) -> None:
    """Each in a browser of their own; what this process counted is then written down."""
    for person in people:
        visitor = Reader(browser, server, person, width=1280).log_in_by_cookie()
        for _page in range(pages):
            visitor.page.goto(server + visitor.address("people:profile"))
        visitor.context.close()
    flush()


def tick() -> None:
    call_command("tick", stdout=StringIO(), stderr=StringIO())


def shown_week(desk: Reader) -> str:
    return desk.page.locator("select[name=week]").input_value()


def hours(desk: Reader) -> dict[int, tuple[str, ...]]:
    """The table under the bars, but for the hours without a page: this week's number, the usual week's."""
    rows = desk.page.locator("section[aria-labelledby=hours] tbody tr")
    cells = {
        hour: tuple(cell.strip() for cell in rows.nth(hour).locator("td").all_text_contents())
        for hour in range(rows.count())
    }
    return {hour: shown for hour, shown in cells.items() if shown[0] != "0"}


def heights(desk: Reader) -> list[float]:
    """Of this week's bars, those of hours with a page, from midnight on."""
    drawing = desk.page.locator("section[aria-labelledby=hours] svg.chart").first
    bars = [float(bar.get_attribute("height")) for bar in drawing.locator(".chart__bar").all()]
    return [height for height in bars if height]


@pytest.mark.parametrize(
    ("language", "width"),
    [("fr", 360), ("en", 1280)],
    ids=["French, on a phone", "English, on a laptop"],
)
def test_a_day_of_visits_becomes_figures_a_pack_and_a_note(
    live_server, browser, settings, tmp_path, language, width
):
    settings.SITE_ADDRESS = settings.WAGTAILADMIN_BASE_URL = server = live_server.url
    pilot = OrganisationFactory(name="Lycée Ada", is_pilot=True, department="014")
    teachers = TeacherFactory.create_batch(TEACHERS, works_at=pilot)
    students = StudentFactory.create_batch(STUDENTS, in_class=SchoolClassFactory())
    desk = Reader(
        browser, server, OfficerFactory(language=language, is_counted=False), width=width
    ).log_in_by_cookie()

    # A Wednesday: eight teachers in the morning, two pages each; six students in the evening.
    with at(18, 10, 5):
        read_a_page(browser, server, teachers, pages=2)
    with at(18, 20, 5):
        read_a_page(browser, server, students)
        tick()
    assert SeenToday.objects.count() == SeenThisWeek.objects.count() == TEACHERS + STUDENTS
    with at(18, 21):
        desk.visit("indicators:region").reads("No week is closed yet")

    # Night: who it was is gone, the numbers stay; of an open week nothing is told.
    with at(19, 3, 31):
        tick()
        desk.visit("indicators:region").reads("No week is closed yet")
    assert not SeenToday.objects.exists()
    assert not CountingKey.objects.filter(span=KeySpan.DAY).exists()
    assert not PageTally.objects.exists()
    assert sum(HourCount.objects.values_list("pages", flat=True)) == 2 * TEACHERS + STUDENTS
    assert sum(DayCount.objects.values_list("people", flat=True)) == TEACHERS + STUDENTS

    # Monday night: the week is closed, its bars are there, and its identifiers are gone, too.
    with at(23, 3, 31):
        tick()
        desk.visit("indicators:region")
    assert shown_week(desk) == FIRST_WEEK.isoformat()
    assert {hour: shown[0] for hour, shown in hours(desk).items()} == {10: "16", 20: "6"}
    morning, evening = heights(desk)
    assert morning > evening
    assert not SeenThisWeek.objects.exists()
    assert not CountingKey.objects.exists()

    # Another definition of pages, from this Monday on: the next week has it, beside the year’s older.
    with hooks.register_temporarily(Hook.MEASURES, lambda: [NEW_PAGES]):
        with at(25, 10, 5):
            read_a_page(browser, server, teachers)
        with at(25, 20, 5):
            read_a_page(browser, server, students, pages=2)
        with at(30, 3, 31):
            tick()
            desk.visit("indicators:region")
            assert shown_week(desk) == SECOND_WEEK.isoformat()
            assert hours(desk) == {10: ("8", "16"), 20: ("12", "6")}
            morning, evening = heights(desk)
            assert morning < evening
            ways = desk.page.locator("section[aria-labelledby=measures] a[href*='#pages-']").all()
            versions = [way.get_attribute("href").partition("#")[2] for way in ways]
            assert list(dict.fromkeys(versions)) == ["pages-1", "pages-2"]
            desk.press("a[href$='#pages-2']")
            desk.shows(NEW_PAGES.definition)
            assert desk.page.locator("#pages-1, #pages-2").count() == 2

            # The pilots' pack, by a program that knows nothing of us but the pack's own dictionary.
            desk.visit("indicators:pilots").press("form[action*='/pack/'] button")
            run_worker()
            desk.page.wait_for_selector(".next.is-done")
            desk.look()
            with desk.page.expect_download() as downloaded:
                desk.page.click(".next a.button--main")
            downloaded.value.save_as(tmp_path / "pack.zip")
    package = DataPackage(tmp_path / "pack.zip")
    assert package.mistakes == []
    assert [(row["measure"], row["version"]) for row in package.tables["definitions"]][:2] == [
        ("pages", 1),
        ("pages", 2),
    ]
    assert {
        (row["week"], row["hour"]): row["value"]
        for row in package.tables["hours"]
        if row["weekday"] == WEDNESDAY and row["value"]
    } == {
        (FIRST_WEEK, 10): 16,
        (FIRST_WEEK, 20): 6,
        (SECOND_WEEK, 10): 8,
        (SECOND_WEEK, 20): 12,
    }
    of_pilot = [row for row in package.tables["pilots"] if row["measure"] == "people"]
    assert [row["value"] for row in of_pilot if row["part"] == "all"] == [TEACHERS, TEACHERS]

    # The officer's month, held against the invoice.
    with at(30, 9):
        deliver_and_correct_a_month(desk, browser, tmp_path)
