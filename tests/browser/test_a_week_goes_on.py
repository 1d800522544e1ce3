"""Journey 4, lived in a real browser: a week is planned, lived, handed in, answered, and its roll
is taken.
"""

import datetime
import io

import pikepdf
import pytest
import time_machine
from PIL import Image, ImageDraw

from continuity.enums import HandInState, Mode, Returns, Status
from continuity.models import Assignment, HandIn, RollCall
from tests.browser.reader import Reader
from tests.factories.continuity import (
    SchoolClassFactory,
    StudentFactory,
    at,
    class_hour,
    handed_in,
    teaching,
)
from tests.factories.people import SubjectFactory, TeacherFactory
from tests.factories.worker import run_worker

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TUESDAY = datetime.date(2026, 12, 1)
MINUTE = datetime.timedelta(minutes=1)


def photo(number: int) -> dict:
    """A page as a telephone takes it: large, and told from the others by its number."""
    picture = Image.effect_noise((1500, 2000), 40).convert("RGB")
    ImageDraw.Draw(picture).text((100, 100), f"Page {number}", fill="black", font_size=160)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=92)
    return {"name": f"{number}.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


class Line:
    """The phone's line: breaks at the given uploads, counted from one."""

    def __init__(self, page, breaks_at: set[int]):
        self.sent, self.breaks_at = 0, breaks_at
        page.route("**/uploads/**", self.carry)

    def carry(self, route):
        self.sent += 1
        if self.sent in self.breaks_at:
            route.abort("connectionreset")
        else:
            route.continue_()


def add(desk: Reader, day: datetime.date, kind: str) -> None:
    """From the planner to the form of one more thing on that day."""
    column = f"[data-day='{day.isoformat()}'] .planner__add"
    desk.page.locator(f"{column} summary").click()
    desk.press(f"{column} button[value='{kind}']")


@pytest.mark.parametrize(
    ("language", "width"),
    [("fr", 360), ("en", 1280)],
    ids=["French, on a phone", "English, on a laptop"],
)
def test_a_week_goes_on(live_server, browser, settings, language, width):
    settings.SITE_ADDRESS = live_server.url
    first = SchoolClassFactory(name="2de 4")
    second = SchoolClassFactory(name="2de 5", school=first.school)
    teacher = TeacherFactory(works_at=first.school, language=language)
    subject = SubjectFactory()
    given, _ = (teaching(one, teacher=teacher, subject=subject) for one in (first, second))
    class_hour(given, weekday=2, begins=9)
    student = StudentFactory(
        in_class=first, given_name="Lou", family_name="Abeille", language=language
    )
    by_work = StudentFactory(
        in_class=first, given_name="Sacha", family_name="Bouleau", language=language
    )
    other = StudentFactory(in_class=second, language=language)
    open_as = lambda person: Reader(  # noqa: E731
        browser, live_server.url, person, width=width
    ).log_in_by_cookie()

    with time_machine.travel(at(TUESDAY, 8, 40)):
        desk, phone = open_as(teacher), open_as(student)
        plan_two_classes(desk, first, second)
        live_the_week(phone, desk, given)
        receipt = hand_in_over_a_broken_line(phone)
        elsewhere = open_as(other).visit("continuity:week")
        elsewhere.shows("Choisir un sonnet")
    with time_machine.travel(at(TUESDAY, 9, 56)):
        desk.press("form[action$='/end/'] button")
        run_worker()
        handed_in(Assignment.objects.get(teaching=given), by_work, at(TUESDAY, 9, 50))
    with time_machine.travel(at(TUESDAY, 10, 30)):
        answer_with_pins(desk, student)
        talk_back(phone, desk)
        take_the_roll(desk, given, student, by_work)

    with pikepdf.open(receipt.pdf.open()) as bound:
        assert len(bound.pages) == 3


def plan_two_classes(desk: Reader, first, second) -> None:
    desk.visit("continuity:classes").visit("continuity:planner", first.public_id, "2026-11-30")
    add(desk, TUESDAY, "lesson")
    desk.page.fill("[name=title]", "Le sonnet")
    desk.page.locator("trix-editor").click()
    desk.page.keyboard.type("Quatorze vers. Aire : \\( \\frac{1}{2} \\)")
    desk.press("main form button.button--main")

    add(desk, TUESDAY, "homework")
    desk.page.fill("[name=title]", "Choisir un sonnet")
    desk.page.check(f"[name=returns][value={Returns.PHOTOS}]")
    for row, due in zip(
        desk.page.locator("fieldset.dates-of:has([name$=due_on])").all(),
        ("2026-12-04", "2026-12-07"),
        strict=True,
    ):
        if (box := row.locator("[name$=given]")).count():
            box.check()
        row.locator("[name$=due_on]").fill(due)
    desk.press("button[value=save]")

    add(desk, TUESDAY, "video")
    desk.page.fill("[name=title]", "Lire à voix haute")
    desk.page.fill("[name=hour]", "08:50")
    desk.press("main form button.button--main")
    if desk.page.locator("button[value=plan]").count():
        desk.press("button[value=plan]")
    for one in (first, second):
        desk.visit("continuity:planner", one.public_id, "2026-11-30").press(
            "form[action$='/publish/'] button.button--main"
        )
        desk.reads("The students see this week")


def live_the_week(phone: Reader, desk: Reader, given) -> None:
    """The lesson is read, its formula is MathML; the room opens with the teacher."""
    meeting = given.video_classes.get().meetings[0]
    desk.visit("continuity:enter_video", meeting.public_id).press("form[action$='/enter/'] button")
    phone.visit("today:home").press("a[href*='/lessons/']")
    assert phone.page.locator("math mfrac").count() == 1
    phone.visit("continuity:week").press("a[href*='/meetings/']").press(
        "form[action$='/enter/'] button"
    )


def hand_in_over_a_broken_line(phone: Reader) -> HandIn:
    phone.visit("continuity:week").press("a[href$='/hand-in/']")
    line = Line(phone.page, breaks_at={2, 4})
    phone.page.set_input_files("input[type=file][name=photos]", [photo(1), photo(2), photo(3)])
    phone.page.wait_for_selector("#pages[data-arrived='3']", timeout=60_000)
    phone.complaints.clear()  # the browser's own lines about the broken line
    assert line.sent == 5
    phone.page.locator("[data-hand-in]").click()
    phone.page.wait_for_url("**/receipt/")
    phone.look()
    receipt = HandIn.objects.get(state=HandInState.HANDED_IN)
    phone.shows(receipt.receipt_number)
    assert receipt.pages == 3
    run_worker()
    receipt.refresh_from_db()
    return receipt


def answer_with_pins(desk: Reader, student) -> None:
    desk.visit("continuity:queue").press(f"a:has-text('{student.register_name}')")
    desk.page.locator("figure.paper[data-page='1'] .paper__sheet").click(
        position={"x": 80, "y": 120}
    )
    desk.page.locator("[data-pin-row] textarea").last.fill("Bien vu pour la membrane.")
    desk.page.fill("[name=comment]", "Un choix que l’on comprend.")
    desk.page.locator("[name=verdict][value=well_done]").check(force=True)
    desk.look()
    desk.press("button[formaction*='/return/']")


def talk_back(phone: Reader, desk: Reader) -> None:
    phone.visit("continuity:week").visit("continuity:answers").press("main a[href*='/answers/']")
    phone.shows("Bien vu pour la membrane.")
    phone.page.fill("#talk textarea", "Merci, j’ai compris.")
    phone.press("#talk form button")
    desk.visit("continuity:queue")
    desk.shows("Merci, j’ai compris.")


def take_the_roll(desk: Reader, given, student, by_work) -> None:
    """Video and work propose, the teacher confirms; the closed line is corrected beside."""
    desk.visit("continuity:rolls").press("form[action$='/rolls/begin/'] button")
    roll = RollCall.objects.get(meeting__isnull=False)
    desk.visit("continuity:roll", roll.public_id)
    for person in (student, by_work):
        line = roll.lines.get(student=person)
        desk.page.locator(f"[name='status-{line.public_id}'][value=present]").check(force=True)
    desk.press("form[data-roll] .bottom button")
    assert {line.student: (line.status, line.mode) for line in roll.lines.all()} == {
        student: (Status.PRESENT, Mode.VIDEO),
        by_work: (Status.PRESENT, Mode.WORK),
    }
    line = roll.lines.get(student=by_work)
    desk.visit("continuity:correct_roll", line.public_id)
    desk.page.locator("[name=status][value=excused]").check(force=True)
    desk.page.fill("[name=reason]", "Mot de la famille reçu ce matin.")
    desk.press("main form button.button--main")
    assert [(c.was_status, c.status) for c in line.corrections.all()] == [
        (Status.PRESENT, Status.EXCUSED)
    ]
    line.refresh_from_db()
    assert line.status == Status.PRESENT  # the first word stays
