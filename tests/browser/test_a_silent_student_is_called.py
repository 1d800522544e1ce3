"""A silent student appears on the right day, is called from a phone, and leaves the list. Holidays
and leaves don't count.
"""

import datetime

import pytest
import time_machine

from continuity.enums import ExemptionKind
from continuity.models import Call
from tests.browser.reader import Reader
from tests.factories.contact import opened, planned_class
from tests.factories.continuity import StudentFactory, exemption_of

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.at("2026-11-24T12:00"),
]

TUESDAY = datetime.date(2026, 11, 17)


@pytest.mark.parametrize(
    ("language", "width", "heading"),
    [("fr", 360, "Élèves sans nouvelles"), ("en", 1280, "Students not heard of")],
    ids=["French, on a phone", "English, on a laptop"],
)
def test_a_silent_student_is_called_and_leaves_the_list(
    live_server, browser, language, width, heading
):
    of = planned_class()
    of.teacher.language = language
    of.teacher.save()
    student = StudentFactory(in_class=of.school_class, language=language)
    opened(student, TUESDAY)
    desk = Reader(browser, live_server.url, of.teacher, width=width).log_in_by_cookie()

    def names() -> list[str]:
        return desk.page.locator("section.sheet h2 a").all_inner_texts()

    desk.visit("continuity:silent")
    day_before = names()
    with time_machine.travel(datetime.datetime.fromisoformat("2026-11-25T12:00+01:00")):
        desk.visit("today:home").press(f"main a[href='{desk.address('continuity:silent')}']")
        on_the_day = names()
        title = desk.page.locator("h1").inner_text()
        desk.press("form[action$='/take/'] button")
        desk.page.locator("input[name=result][value=message]").check()
        desk.press("form[action$='/call/'] button")
        after_a_message = names()
        desk.press("form[action$='/take/'] button")
        desk.page.locator("input[name=result][value=student]").check()
        desk.press("form[action$='/call/'] button")
        reached = names()
        own = Reader(browser, live_server.url, student, width=width).log_in_by_cookie()
        own.visit("continuity:my_signs")
        calls_read = own.page.locator("section[aria-labelledby=calls] li").count()

    assert day_before == reached == []
    assert on_the_day == after_a_message == [student.display_name]
    assert title == heading
    assert list(Call.objects.order_by("pk").values_list("result", flat=True)) == [
        "message",
        "student",
    ]
    assert calls_read == 2
    assert desk.complaints == own.complaints == []


# The autumn holidays are from Saturday 17 October to Sunday 1 November 2026.
BEFORE_THE_HOLIDAYS = datetime.date(
    2026, 10, 14
)  # Thursday and Friday count, then five from 2 November
LEAVE = {"first_day": datetime.date(2026, 11, 3), "last_day": datetime.date(2026, 11, 4)}


@pytest.mark.at("2026-10-17T12:00")
@pytest.mark.parametrize(
    ("language", "width"),
    [("fr", 360), ("en", 1280)],
    ids=["French, on a phone", "English, on a laptop"],
)
def test_holidays_and_a_leave_put_the_day_off_and_on_leave_nobody_is_shown(
    live_server, browser, language, width
):
    of = planned_class()
    of.teacher.language = language
    of.teacher.save()
    here = StudentFactory(in_class=of.school_class, family_name="Presente")
    away = StudentFactory(in_class=of.school_class, family_name="Absente")
    for student in (here, away):
        opened(student, BEFORE_THE_HOLIDAYS)
    exemption_of(
        away,
        school=of.school_class.school,
        entered_by=of.teacher,
        kind=ExemptionKind.LEAVE,
        **LEAVE,
    )
    desk = Reader(browser, live_server.url, of.teacher, width=width).log_in_by_cookie()

    def names_on(day: str) -> list[str]:
        with time_machine.travel(datetime.datetime.fromisoformat(f"{day}T12:00+01:00")):
            desk.visit("continuity:silent")
            return desk.page.locator("section.sheet h2 a").all_inner_texts()

    in_the_holidays = names_on("2026-10-30")
    too_early = names_on("2026-11-04")
    on_the_day = names_on("2026-11-05")  # here: 15, 16 October, 2, 3, 4 November
    after_the_leave = names_on("2026-11-09")  # away: 15, 16 October, 2, 5, 6 November
    squares = desk.page.locator(
        f"section[aria-labelledby='s-{away.public_id}'] .channel__off"
    ).count()

    assert in_the_holidays == too_early == []
    assert on_the_day == [here.display_name]
    assert sorted(after_the_leave) == sorted([here.display_name, away.display_name])
    assert squares == desk.page.locator(f"[id='{away.public_id}'] .channel").count()
    assert desk.complaints == []
