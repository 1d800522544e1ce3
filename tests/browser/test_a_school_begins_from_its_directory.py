"""A school's students from a directory, in a real browser: the first set explained and applied; the
week read by a student of it; the next day's set, in which a class is missing, paused, applied in part
and undone; work that was handed in before a move still read. Once in French on a phone, once in
English on a laptop, and once from OneRoster; axe on each page.
"""

import datetime

import pytest
import time_machine

from courses.people.models import SchoolClass
from courses.roster.forms import ARCHIVE
from tests.browser.test_a_training_from_enrolment_to_certificate import Reader
from tests.factories.bundles import a_bundle, a_pupil
from tests.factories.continuity import LeaderFactory, SchoolClassFactory, at, teaching
from tests.factories.handins import handed_in
from tests.factories.homework import given_to_a_class
from tests.factories.rosters import UAI, a_set, a_student, of_key, places
from tests.factories.worker import run_worker

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TUESDAY = datetime.date(2026, 12, 1)
PER_CLASS = 12
CLASSES = ("2DE1", "2DE2", "2DE3")
BOTH_CLASSES = {
    f"{name}-{n}": name for name in ("2DE1", "2DE2") for n in range(PER_CLASS)
}  # by key
A_CLASS_IS_MISSING = {
    "fr": "n’en a plus dans celui-ci\N{NO-BREAK SPACE}: 2DE2",
    "en": "has none in this one: 2DE2",
}
MOVED = ["2DE1-0", "2DE1-1", "2DE1-2"]
NEXT_DAY = BOTH_CLASSES | dict.fromkeys(MOVED, "2DE3")
WITHOUT_A_CLASS = {key: name for key, name in NEXT_DAY.items() if name != "2DE2"}


def named(students: dict[str, str]) -> list[tuple[str, str, str, str]]:
    return [
        (key, f"Prénom{'abcdefghijkl'[int(key.split('-')[1])]}", f"NOM {name}", name)
        for key, name in students.items()
    ]


def aaf_set(students: dict[str, str], day: str) -> bytes:
    return a_set(UAI, *[a_student(*one) for one in named(students)], day=day, classes=CLASSES)


def oneroster_bundle(students: dict[str, str], day: str) -> bytes:
    pupils = [a_pupil(*one) for one in named(students)]
    return a_bundle(*pupils, day=datetime.date.fromisoformat(day), classes=CLASSES)


class Office(Reader):
    """Who keeps a school's students."""

    def chooses(self, school, data: bytes):
        self.visit("roster:school", school.public_id)
        file = {"name": "set.zip", "mimeType": "application/zip", "buffer": data}
        self.page.set_input_files(f"input[name={ARCHIVE}]", file)
        return self.press("main form button")

    def says(self, selector: str):
        """A yes, then what the page says when the worker is done."""
        self.press(selector)
        self.reads("Refresh")
        run_worker()
        return self.press("a.button[href*='/roster/']")


@pytest.mark.parametrize(
    ("language", "width", "said_of"),
    [("fr", 360, aaf_set), ("en", 1280, aaf_set), ("fr", 360, oneroster_bundle)],
    ids=["French, on a phone", "English, on a laptop", "OneRoster, in French, on a phone"],
)
def test_a_set_is_explained_applied_in_part_and_undone(
    live_server, browser, language, width, said_of
):
    with time_machine.travel(at(TUESDAY, 9)):
        school_class = SchoolClassFactory(name="2DE1")
        school = school_class.school
        school.uai = UAI
        school.save()
        leader = LeaderFactory(leads=school, language=language)
        office = Office(browser, live_server.url, leader, width=width).log_in_by_cookie()

        # A school begins
        office.visit("people:students")
        office.press(f"a[href*='/schools/{school.public_id}/roster/']")
        office.chooses(school, said_of(BOTH_CLASSES, "20261130"))
        assert not SchoolClass.objects.filter(name="2DE2").exists()
        office.says("button[name=what]")
        assert places(of_key("2DE2-0")) == ["2DE2"]

        # The week of a student whom the set brought; work is handed in
        of = teaching(school_class)
        given = given_to_a_class(of=of)
        student = of_key(MOVED[0])
        student.language = language
        student.save()
        phone = Reader(browser, live_server.url, student, width=width).log_in_by_cookie()
        phone.visit("today:home")
        phone.shows(given.homework.title)
        work = handed_in(given, student)

        # The next set: three move, a class is missing. Paused, and applied without the departures.
        office.chooses(school, said_of(WITHOUT_A_CLASS, "20261201"))
        office.reads("Paused: look closely before you say yes")
        office.shows(A_CLASS_IS_MISSING[language])
        office.says("button[name=what][value=rest]")
        assert places(student) == ["2DE3"]
        assert of_key("2DE2-0").is_active

        # What was handed in before the move
        of.teacher.language = language
        of.teacher.save()
        reader = Reader(browser, live_server.url, of.teacher, width=width).log_in_by_cookie()
        reader.visit("continuity:write_answer", work.public_id)
        reader.shows(student.given_name)

        # Undone
        office.says("form[action$='/undo/'] button")
        assert places(student) == ["2DE1"]
        assert places(of_key("2DE2-0")) == ["2DE2"]
