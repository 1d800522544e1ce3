"""The provider's own tool, plan B and the check of camera and microphone, in a real browser: in
French on a phone, in English on a laptop.
"""

import contextlib
import datetime

import pytest
from django.utils import timezone
from playwright.sync_api import Error

from courses.agenda.values import Hours
from courses.live import services as live
from courses.live.enums import RoomRole
from tests.browser.reader import Reader
from tests.browser.test_presence_by_evidence import BOTH
from tests.factories.attendance import seated
from tests.factories.people import PlannerFactory, TeacherFactory, TrainerFactory
from tests.factories.training import SessionFactory
from training.models import PlanBAnnouncement, RoomPlan

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def open_as(live_server, browser, settings, width):
    settings.SITE_ADDRESS = settings.WAGTAILADMIN_BASE_URL = live_server.url
    return lambda person: Reader(browser, live_server.url, person, width=width).log_in_by_cookie()


@BOTH
def test_a_session_in_the_provider_s_tool_goes_on_in_plan_b(open_as, language):
    trainer, teacher = TrainerFactory(language=language), TeacherFactory(language=language)
    start = timezone.now() + 10 * MINUTE
    hours = [Hours(start, start + 60 * MINUTE)]
    session = SessionFactory(hours=hours, led_by=trainer, language=language)
    meeting = session.meetings[0]
    live.give_pass(meeting=meeting, person=trainer, role=RoomRole.MODERATOR)
    seated(session, teacher)

    # The trainer says where it takes place, and what the tool learns.
    lead = open_as(trainer).visit("training:my_session", session.public_id)
    lead.press("a[href$='/rooms/']")
    lead.press("a[href$='/rooms/all/']")
    lead.page.fill("input[name=address]", "http://zoom.example/j/1")
    lead.page.fill("input[name=plan_b_address]", "https://bbb.example/b/2")
    lead.complaints.clear()
    lead.cuts = ("422",)
    lead.press("main form button")
    lead.page.fill("input[name=address]", "https://zoom.example/j/1")
    lead.page.fill("input[name=tool]", "Zoom")
    lead.page.fill("textarea[name=learns]", "Le nom que l’on tape.")
    lead.press("main form button")
    lead.reads("A plan B is ready.")
    assert RoomPlan.objects.get().address == "https://zoom.example/j/1"

    # The teacher reads it before, and follows the join address into the tool.
    one = open_as(teacher).visit("training:session", session.public_id, session.slug)
    one.shows("Le nom que l’on tape.")
    # No such server exists: the browser's request is what counts.
    gone = []
    one.page.on("request", lambda request: _note(request, gone))
    join = one.server + one.address("live:join", meeting.public_id)
    with contextlib.suppress(Error):
        one.page.goto(join)
    assert set(gone) == {("https://zoom.example/j/1", None)}  # it tries more than once

    # The tool fails: one press, and the join page leads to the other room.
    lead.press("form[action$='/plan-b/'] button")
    assert PlanBAnnouncement.objects.exists()
    one.open(join)
    with one.page.expect_request("https://bbb.example/**"):
        one.page.locator("a[href$='?plan-b']").click()
    assert gone[-1] == ("https://bbb.example/b/2", None)

    # A planner takes it back.
    office = open_as(PlannerFactory(language=language))
    office.visit("training:session_rooms", session.public_id)
    office.press("form[action$='/first-room/'] button")
    assert not PlanBAnnouncement.objects.exists()


def _note(request, gone) -> None:
    if ".example/" in request.url:
        gone.append((request.url, request.headers.get("referer")))


@BOTH
def test_camera_and_microphone_are_tried_without_anything_leaving_the_page(open_as, language):
    one = open_as(TeacherFactory(language=language)).visit("live:room_check")
    sent = []
    one.page.on("request", lambda request: sent.append(request.url))
    one.context.grant_permissions(["camera", "microphone"], origin=one.server)

    one.page.locator("[data-start]").click()
    one.page.wait_for_function("document.querySelector('[data-said]').textContent !== ''")
    one.look()
    too_wide = one.page.evaluate(
        """() => {
          const video = document.querySelector("video.room-check");
          video.hidden = false;
          video.width = 640;  // as a camera's picture
          const box = video.getBoundingClientRect();
          const sheet = video.parentElement.getBoundingClientRect();
          return box.right > sheet.right;
        }"""
    )

    assert sent == []
    assert not too_wide


@pytest.mark.parametrize("width", [360])
def test_without_a_script_the_check_is_a_list_of_what_is_needed(live_server, browser, width):
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": width, "height": 900}
    )
    page = context.new_page()

    page.goto(f"{live_server.url}/room-check/")

    assert page.locator("main li").count() >= 5
    assert not page.locator("[data-room-check]").is_visible()
