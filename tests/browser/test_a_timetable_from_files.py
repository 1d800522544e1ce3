"""A school's timetable comes from files, in a real browser: chosen, matched, applied, undone; in
French on a phone, in English on a laptop. Each page is checked by axe.
"""

import datetime

import pytest
import time_machine

from courses.agenda.models import ClassHour
from tests.browser.reader import Reader
from tests.factories.continuity import LeaderFactory, at, class_hour, teaching
from tests.factories.timetables import CLASS_FILE, SAMPLES, TimetableSchool

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WEDNESDAY = datetime.date(2026, 11, 25)
ONE_WORD = {"en": "1 word to match", "fr": "1 mot à faire correspondre"}
ONE_MOVES = {"en": "1 hour that moves", "fr": "1 heure déplacée"}


@pytest.mark.parametrize(
    ("language", "width"),
    [("fr", 360), ("en", 1280)],
    ids=["French, on a phone", "English, on a laptop"],
)
def test_files_are_chosen_matched_applied_and_undone(
    live_server, browser, settings, language, width
):
    settings.SITE_ADDRESS = live_server.url
    made = TimetableSchool()
    leader = LeaderFactory(leads=made.school, language=language)
    given = teaching(
        made.classes["2de 3"],
        subject=made.subjects["Français"],
        teacher=made.teachers["EXEMPLE"],
    )
    class_hour(given, weekday=2, begins=10)
    ClassHour.objects.update(is_from_file=True)
    made.subjects["SVT"].title_fr = made.subjects["SVT"].title_en = "Sciences de la vie"
    made.subjects["SVT"].code = "sciences"
    made.subjects["SVT"].save()

    with time_machine.travel(at(WEDNESDAY, 12)):
        reader = Reader(browser, live_server.url, leader, width=width).log_in_by_cookie()
        reader.visit("continuity:classes")
        reader.press(f"a[href$='/schools/{made.school.public_id}/timetable/']")
        reader.page.set_input_files("input[type=file]", str(SAMPLES / CLASS_FILE))
        reader.press("form[enctype] button")
        reader.shows(ONE_WORD[language])
        reader.shows(ONE_MOVES[language])
        assert ClassHour.objects.count() == 1

        reader.page.select_option("select[name^='subject-']", "sciences")
        reader.press("form[action$='/choices/'] button")
        reader.reads("Your choices are kept: these are the changes now.")
        assert reader.page.get_by_text(ONE_WORD[language]).count() == 0
        reader.press("form[action$='/apply/'] button")
        reader.reads("The timetable is applied.")
        assert ClassHour.objects.filter(until=None).count() == 5

        reader.press("form[action$='/undo/'] button")
        reader.reads("The timetable is undone: the hours before it are back.")
        assert ClassHour.objects.get().until is None
