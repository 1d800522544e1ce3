"""A guardian of three children in two schools, by account and by a personal link, in a real browser:
in French on a phone, in English on a laptop. Each page is checked by axe.
"""

import datetime

import pytest

from courses.people.models import ComingOfAge
from courses.people.services import guardians
from tests.browser.reader import Reader
from tests.factories import answers, rolls
from tests.factories.continuity import (
    MONDAY,
    LeaderFactory,
    SchoolClassFactory,
    StudentFactory,
    at,
    homework_item,
    lesson_item,
    part_of,
    teaching,
)
from tests.factories.guardians import GuardianFactory, follows, linked

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.at("2026-12-01T12:00"),
]


def a_week(school_class, student) -> None:
    given = teaching(school_class)
    part = part_of(given, MONDAY)
    lesson_item(part, title="Les volcans")
    homework_item(part, due_at=at(MONDAY, 8), title="Le compte rendu")
    answers.returned(answers.waiting(given, student), comment="Relis la fin.")
    rolls.closed(rolls.begun(given, at(MONDAY, 9)))


@pytest.mark.parametrize(
    ("language", "width"),
    [("fr", 360), ("en", 1280)],
    ids=["French, on a phone", "English, on a laptop"],
)
def test_three_children_in_two_schools_until_the_right_is_withdrawn(
    live_server, browser, settings, language, width
):
    settings.SITE_ADDRESS = live_server.url
    here, elsewhere = SchoolClassFactory(name="2de 4"), SchoolClassFactory(name="1re 2")
    guardian = GuardianFactory(language=language)
    kept = {}
    for name, school_class in [("Lilas", here), ("Mésange", here), ("Noisetier", elsewhere)]:
        student = StudentFactory(in_class=school_class, given_name=name)
        kept[name] = follows(guardian, student)
        a_week(school_class, student)
    reader = Reader(browser, live_server.url, guardian, width=width).log_in_by_cookie()

    # All on one page, each named; then the week of one, and an absence beforehand.
    reader.visit("continuity:children")
    for name in kept:
        reader.shows(name)
    reader.press("li.child h3 a")
    reader.shows("Le compte rendu")
    reader.shows("Relis la fin.")
    reader.visit("continuity:child_absence", kept["Lilas"].public_id)
    tomorrow = datetime.date(2026, 12, 2)
    reader.page.fill("input[name=first_day]", tomorrow.isoformat())
    reader.press("main form.part button.button--main")
    assert kept["Lilas"].absence_notices.get().first_day == tomorrow

    # By a link on another phone, without an account.
    other = follows(GuardianFactory(language=language), kept["Lilas"].student)
    phone = Reader(browser, live_server.url, other.guardian, width=width)
    phone.visit("continuity:link_week", linked(other)).shows("Lilas")

    # The school ends it in the middle of the session: gone at once.
    leader = LeaderFactory(leads=here.school, language=language)
    office = Reader(browser, live_server.url, leader, width=width).log_in_by_cookie()
    office.visit("people:guardians", here.school.public_id).shows("Lilas")
    office.visit("people:student_guardians", kept["Lilas"].student.public_id)
    guardians.end(guardianship=kept["Lilas"], by=leader)
    reader.visit("continuity:children")
    assert "Lilas" not in reader.page.inner_text("main")
    reader.shows("Mésange")
    office.visit("continuity:announced")


def test_a_student_reads_who_follows_the_week(live_server, browser):
    student = StudentFactory(language="fr")
    follows(GuardianFactory(given_name="Séraphine"), student)
    guardians.set_of_age(student=student, is_of_age=True, by=LeaderFactory())
    reader = Reader(browser, live_server.url, student, width=360).log_in_by_cookie()

    reader.visit("continuity:who_reads").shows("Séraphine")
    reader.press("main form button")

    assert ComingOfAge.objects.get().shares
