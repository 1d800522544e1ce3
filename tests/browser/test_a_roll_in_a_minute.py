"""Thirty-five students: taken in under a minute on a phone, without a script and by keyboard;
closed, then corrected.
"""

import datetime
import time

import pytest

from continuity.attendance.queries.roll_call import RollHour
from continuity.attendance.services import roll_call as rolls
from continuity.attendance.values.roll_call import RollMark
from continuity.enums import Mode, Status
from continuity.models import HandIn, RollCall, RollCorrection
from courses.people.models import Person
from tests.browser.reader import Reader
from tests.factories.attendance import came_as_guest, was_there
from tests.factories.continuity import LeaderFactory, StudentFactory, assignment, part_of, teaching
from tests.factories.rolls import (
    begun,
    closed,
    corrected_with_a_paper,
    led,
    prefilled,
    soon,
    video_class,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

STUDENTS = 35


def a_class(language: str):
    given = teaching()
    given.teacher.language = language
    given.teacher.save()
    return given, StudentFactory.create_batch(STUDENTS, in_class=given.school_class)


def mark(desk: Reader, roll: RollCall, student: Person, status: str) -> None:
    line = roll.lines.get(student=student)
    desk.page.locator(f"input[name='status-{line.public_id}'][value='{status}']").check()


@pytest.mark.parametrize(
    ("language", "width"),
    [("fr", 360), ("en", 1280)],
    ids=["French, on a phone", "English, on a laptop"],
)
def test_a_roll_by_video_and_by_work_is_closed_and_corrected(live_server, browser, language, width):
    given, students = a_class(language)
    nowhere, late, by_work = students[:3]
    starts_at = soon(-70)
    part_of(given, starts_at.date())
    meeting = video_class(given, starts_at)
    led(meeting)
    was_there(meeting, given.teacher, (-5, 55))
    was_there(meeting, late, (12, 55))
    for student in students[3:]:
        was_there(meeting, student, (0, 55))
    came_as_guest(meeting, "tel-de-maman", (0, 48))
    HandIn.objects.create(
        assignment=assignment(given),
        student=by_work,
        state="handed_in",
        handed_in_at=meeting.ends_at,
        receipt_number="2026-000001",
    )
    roll = prefilled(meeting)
    desk = Reader(browser, live_server.url, given.teacher, width=width).log_in_by_cookie()

    desk.visit("continuity:roll", roll.public_id).press(".bottom button")
    refused = RollCall.objects.get().closed_at
    mark(desk, roll, nowhere, "absent")
    line = roll.lines.get(student=by_work)
    desk.page.locator(".pupil", has=desk.page.locator(f"[name='status-{line.public_id}']")).locator(
        "summary"
    ).click()
    desk.page.fill(f"[name='reason-{line.public_id}']", "Copie complète")
    desk.look()
    said = desk.page.locator("[data-left]").inner_text()
    desk.page.locator("[name^='stranger-']").select_option("no")
    desk.press(".bottom button")
    desk.press(f"a[href*='{roll.lines.get(student=nowhere).public_id}']")
    desk.page.check("input[name=status][value=excused]")
    desk.page.fill("[name=reason]", "Mot des parents")
    desk.press("form.part .button--main")

    assert refused is None
    assert said == ""
    roll.refresh_from_db()
    assert roll.is_closed
    stand = {
        line.student: (line.status, line.mode, line.minutes_late, line.reason)
        for line in roll.lines.all()
    }
    assert stand[nowhere] == (Status.ABSENT, "", None, "")
    assert stand[late] == (Status.LATE, Mode.VIDEO, 12, "")
    assert stand[by_work] == (Status.PRESENT, Mode.WORK, None, "Copie complète")
    assert {stand[student][:2] for student in students[3:]} == {(Status.PRESENT, Mode.VIDEO)}
    correction = RollCorrection.objects.get()
    assert (correction.line.student, correction.status) == (nowhere, Status.EXCUSED)


def test_thirty_five_students_in_under_a_minute_without_a_script(live_server, browser):
    """Everybody is present unless the teacher changes it: two taps, and close."""
    given, students = a_class("fr")
    starts_at = soon(-5)
    roll = begun(given, starts_at, now=starts_at)
    desk = Reader(browser, live_server.url, given.teacher, width=360)
    desk.context = browser.new_context(
        viewport={"width": 360, "height": 740}, java_script_enabled=False
    )
    desk.page = desk.context.new_page()
    desk.log_in_by_cookie()

    began = time.monotonic()
    desk.page.goto(desk.server + desk.address("continuity:roll", roll.public_id))
    for student, status in [(students[4], "absent"), (students[20], "late")]:
        line = roll.lines.get(student=student)
        radio = desk.page.locator(f"input[name='status-{line.public_id}'][value='{status}']")
        radio.check()
        box = radio.locator("xpath=..").bounding_box()
        assert min(box["width"], box["height"]) >= 44
    desk.page.locator(".bottom button").click()
    desk.page.wait_for_load_state("networkidle")
    seconds = time.monotonic() - began

    roll.refresh_from_db()
    assert roll.is_closed
    assert seconds < 60
    assert sorted(
        roll.lines.exclude(status=Status.PRESENT).values_list("student", "status")
    ) == sorted([(students[4].pk, Status.ABSENT), (students[20].pk, Status.LATE)])


def test_the_counts_agree_in_number_while_the_roll_is_marked(live_server, browser):
    """Two absents, back to one, as `ngettext` says it when the page is loaded."""
    given, _students = a_class("fr")
    starts_at = soon(-5)
    roll = begun(given, starts_at, now=starts_at)
    desk = Reader(browser, live_server.url, given.teacher, width=360).log_in_by_cookie()
    desk.visit("continuity:roll", roll.public_id)
    first, second, third = list(roll.lines.in_roll_order())[:3]
    said = []
    for line, status in [
        (first, "absent"), (second, "absent"), (third, "excused"), (second, "present"),
    ]:  # fmt: skip
        desk.page.locator(f"input[name='status-{line.public_id}'][value='{status}']").check()
        said.append(desk.page.locator("[data-tallies]").inner_text().split("\n"))

    assert said == [
        ["34 présents", "1 absent"],
        ["33 présents", "2 absents"],
        ["32 présents", "2 absents", "1 excusé"],
        ["33 présents", "1 absent", "1 excusé"],
    ]


def test_the_counts_follow_marks_that_come_back_after_an_error(live_server, browser):
    given, _students = a_class("fr")
    starts_at = soon(-5)
    roll = begun(given, starts_at, now=starts_at)
    desk = Reader(browser, live_server.url, given.teacher, width=360).log_in_by_cookie()
    desk.visit("continuity:roll", roll.public_id)
    first = roll.lines.in_roll_order().first()
    mark(desk, roll, first.student, "absent")
    before = desk.page.locator("[data-tallies]").inner_text()
    desk.page.wait_for_timeout(1_000)  # the draft is written
    desk.page.route(
        "**/rolls/**",
        lambda route: (
            route.fulfill(status=503, body="busy")
            if route.request.method == "POST"
            else route.continue_()
        ),
    )

    desk.page.evaluate("document.querySelector('form[data-roll]').submit()")
    desk.page.wait_for_selector("text=busy")
    desk.page.go_back(wait_until="networkidle")
    desk.page.wait_for_timeout(1_000)

    line = desk.page.locator(f"input[name='status-{first.public_id}'][value='absent']")
    assert line.is_checked()
    assert desk.page.locator("[data-tallies]").inner_text() == before


def test_a_roll_by_keyboard(live_server, browser):
    """One stop for each student, arrows within; what counts is said above."""
    given, _students = a_class("en")
    starts_at = soon(-5)
    hour = RollHour(given, starts_at, starts_at + datetime.timedelta(minutes=55))
    roll = rolls.begin(hour=hour, now=starts_at)
    desk = Reader(browser, live_server.url, given.teacher, width=1280).log_in_by_cookie()
    desk.visit("continuity:roll", roll.public_id)
    first, second = list(roll.lines.in_roll_order())[:2]

    desk.page.locator(f"input[name='status-{first.public_id}'][value='present']").focus()
    for key in ("ArrowRight", "ArrowRight", "Tab", "Tab", "ArrowRight"):
        desk.page.keyboard.press(key)

    chosen = desk.page.evaluate("document.activeElement.name + ' ' + document.activeElement.value")
    assert (
        desk.page.locator(f"input[name='status-{first.public_id}']:checked").get_attribute("value")
        == "absent"
    )
    assert chosen == f"status-{second.public_id} late"
    assert "33 present" in desk.page.locator("[data-tallies]").inner_text()
    assert "1 absent" in desk.page.locator("[data-tallies]").inner_text()


@pytest.mark.parametrize(
    ("language", "width"),
    [("fr", 360), ("en", 1280)],
    ids=["French, on a phone", "English, on a laptop"],
)
def test_pages_of_rolls_and_video_classes_are_read_by_everybody(
    live_server, browser, language, width
):
    """axe, no sideways scrolling, no word of the other language's page: each page of a teacher, a
    leader and a student.
    """
    given, students = a_class(language)
    leader = LeaderFactory(leads=given.school_class.school, language=language)
    student = students[0]
    student.language = language
    student.save()
    starts_at = soon(60)
    part = part_of(given, starts_at.date())
    meeting = video_class(given, starts_at, now=soon(-60))
    roll = closed(begun(given, soon(-300)), **{student.login: RollMark(Status.ABSENT)})
    corrected_with_a_paper(roll)
    desk = Reader(browser, live_server.url, given.teacher, width=width).log_in_by_cookie()
    office = Reader(browser, live_server.url, leader, width=width).log_in_by_cookie()
    phone = Reader(browser, live_server.url, student, width=width).log_in_by_cookie()

    desk.visit("continuity:rolls").visit("continuity:roll", roll.public_id).visit(
        "continuity:new_video", part.public_id
    )
    desk.page.fill("[name=until]", (starts_at + datetime.timedelta(days=60)).date().isoformat())
    desk.press("main form button")
    assert desk.page.locator("[name=date]").count() > 5
    desk.visit("continuity:edit_video", meeting.series.video_class.public_id)
    desk.visit("continuity:move_video", meeting.public_id).visit(
        "continuity:cancel_video", meeting.public_id
    )
    desk.visit("continuity:correct_roll", roll.lines.first().public_id)
    office.visit("continuity:rolls_of_day").visit("continuity:roll", roll.public_id).visit(
        "continuity:attendance", student.public_id
    )
    phone.visit("continuity:my_attendance").visit("continuity:enter_video", meeting.public_id)
