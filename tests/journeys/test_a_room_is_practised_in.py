"""The practice room: what a token grants, lines that drop, guests, the end for all; the same events
as a real server's.
"""

import datetime
import logging
from urllib.parse import urlsplit

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from courses.live import queries
from courses.live import services as rooms
from courses.live.enums import RoomRole
from courses.live.models import PracticeLine, RoomEvent
from tests.factories.live import meeting_in
from tests.factories.markup import shows
from tests.factories.people import TeacherFactory, TrainerFactory
from tests.factories.worker import run_worker

pytestmark = pytest.mark.django_db


class Browser:
    """One person at one device, in the practice room of one meeting."""

    def __init__(self, meeting, person=None):
        self.client, self.meeting = Client(headers={"Accept-Language": "en"}), meeting
        self.room = rooms.room_for(meeting)
        if person:
            self.client.force_login(person)

    def join(self):
        return self.client.get(
            reverse("live:join", args=[self.meeting.public_id]), {"enter": "1"}, follow=True
        )

    def page(self):
        return self.client.get(reverse("live:practice", args=[self.room.name])).content.decode()

    def press(self, what, *args):
        return self.client.post(reverse(f"live:{what}", args=[self.room.name, *args]))

    def lines(self):
        return self.client.session["practice"][self.room.name]["lines"]


@pytest.fixture
def clock():
    """Stands still, until it is moved on."""
    with time_machine.travel(
        datetime.datetime(2026, 11, 25, 14, 0, tzinfo=datetime.UTC), tick=False
    ) as traveller:
        yield traveller


@pytest.fixture
def meeting(clock):
    return meeting_in(0, minutes=60)


@pytest.fixture
def emma(meeting):
    emma = TeacherFactory(given_name="Emma", language="en")
    rooms.give_pass(meeting=meeting, person=emma, role=RoomRole.MEMBER)
    return emma


@pytest.fixture
def bruno(meeting):
    bruno = TrainerFactory(given_name="Bruno", language="en")
    rooms.give_pass(meeting=meeting, person=bruno, role=RoomRole.MODERATOR)
    return bruno


def presence(meeting):
    """Minutes from the start, per name."""
    return {
        person.shown_name.partition(",")[0] or "guest": [
            tuple((instant - meeting.starts_at).total_seconds() / 60 for instant in stay)
            for stay in person.intervals
        ]
        for person in queries.stays_in(meeting)
    }


def test_the_link_leads_to_a_page_that_says_what_it_is_and_what_the_token_grants(meeting, emma):
    browser = Browser(meeting, emma)

    answer = browser.join()

    page = answer.content.decode()
    assert "stands in for the video server" in page
    assert browser.room.name in page
    assert f"Emma, {browser.room.passes.get(person=emma).code}" in page
    assert "participant" in page
    assert "End the meeting for all" not in page
    # The token is in the link, and leaves the address at once.
    assert "jwt=" in answer.redirect_chain[0][0]
    assert urlsplit(answer.redirect_chain[-1][0]).query == ""
    assert (
        answer["Referrer-Policy"] == "same-origin"
    )  # else browsers post the page's forms with `Origin: null`


def test_entering_dropping_coming_back_and_leaving_is_one_presence(meeting, emma, clock):
    browser = Browser(meeting, emma)
    browser.join()

    browser.press("enter_practice")
    clock.shift(600)
    browser.press("drop_line", browser.lines()[0])
    clock.shift(30)
    browser.press("come_back", browser.lines()[0])
    clock.shift(1200)
    browser.press("leave_practice", browser.lines()[1])
    run_worker()

    assert [event.kind for event in RoomEvent.objects.order_by("pk")] == [
        "room/created",
        "occupant/joined",
        "occupant/joined",
        "occupant/left",
        "occupant/left",
        "room/destroyed",
    ]
    # The stale departure is told as of the end of the server's waiting time, in the middle of the
    # second stay.
    assert sorted((s.left_at - s.joined_at).total_seconds() for s in browser.room.stays.all()) == [
        660,
        1200,
    ]
    assert presence(meeting) == {"Emma": [(0, 30.5)]}
    assert not PracticeLine.objects.exists()


def test_a_line_that_never_comes_back_is_told_late_by_the_minute(meeting, emma, clock):
    browser = Browser(meeting, emma)
    browser.join()
    browser.press("enter_practice")
    clock.shift(600)
    browser.press("drop_line", browser.lines()[0])

    clock.shift(59)
    rooms.give_up_lost_lines(now=datetime.datetime.now(datetime.UTC))
    assert not RoomEvent.objects.filter(kind="occupant/left").exists()
    clock.shift(300)
    rooms.give_up_lost_lines(now=datetime.datetime.now(datetime.UTC))
    run_worker()

    assert presence(meeting) == {"Emma": [(0, 11)]}
    assert list(RoomEvent.objects.order_by("pk").values_list("kind", flat=True))[-2:] == [
        "occupant/left",
        "room/destroyed",
    ]


def test_two_devices_count_once(meeting, emma, clock):
    laptop, phone = Browser(meeting, emma), Browser(meeting, emma)
    laptop.join()
    phone.join()

    laptop.press("enter_practice")
    clock.shift(300)
    phone.press("enter_practice")
    clock.shift(300)
    laptop.press("leave_practice", laptop.lines()[0])
    clock.shift(300)
    phone.press("leave_practice", phone.lines()[0])
    run_worker()

    assert presence(meeting) == {"Emma": [(0, 15)]}


def test_the_moderator_ends_the_meeting_for_all_and_a_participant_may_not(
    meeting, emma, bruno, clock
):
    teacher, trainer = Browser(meeting, emma), Browser(meeting, bruno)
    for browser in (teacher, trainer):
        browser.join()
        browser.press("enter_practice")
    assert "End the meeting for all" in trainer.page()
    assert "Bruno" in teacher.page()
    clock.shift(600)

    assert teacher.press("end_practice").status_code == 403
    assert trainer.press("end_practice").status_code == 302
    run_worker()

    assert presence(meeting) == {"Emma": [(0, 10)], "Bruno": [(0, 10)]}
    destroyed = RoomEvent.objects.get(kind="room/destroyed").body
    assert len(destroyed["all_occupants"]) == 2
    assert all(
        occupant["left_at"] == destroyed["destroyed_at"] for occupant in destroyed["all_occupants"]
    )


def test_a_guest_without_a_token_has_no_name(meeting, emma, clock):
    guest = Browser(meeting)
    assert "You came without a token" in guest.page()
    assert guest.press("enter_practice").status_code == 403

    guest.press("enter_practice_as_guest")
    clock.shift(300)
    guest.press("leave_practice", guest.lines()[0])
    run_worker()

    assert presence(meeting) == {"guest": [(0, 5)]}
    (joined,) = RoomEvent.objects.filter(kind="occupant/joined")
    assert set(joined.body["occupant"]) == {"occupant_jid", "joined_at"}


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda token: token[:-6] + "AAAAAA", "changed on the way"),
        (lambda token: "abc", "doesn’t come from Passerelle"),
    ],
    ids=["changed", "no token at all"],
)
def test_a_wrong_token_is_refused_in_words(meeting, emma, spoil, says):
    browser = Browser(meeting, emma)
    token = browser.join().redirect_chain[0][0].partition("jwt=")[2]

    browser.client.get(reverse("live:practice", args=[browser.room.name]), {"jwt": spoil(token)})

    assert "Your token is refused" in browser.page()
    assert says in browser.page()
    assert browser.press("enter_practice").status_code == 403


def test_a_token_of_another_room_and_one_that_is_over_are_refused_in_words(meeting, emma, clock):
    other = meeting_in(0)
    elsewhere, browser = Browser(other), Browser(meeting, emma)
    token = browser.join().redirect_chain[0][0].partition("jwt=")[2]
    elsewhere.client.get(reverse("live:practice", args=[elsewhere.room.name]), {"jwt": token})

    assert "It is for another room." in elsewhere.page()

    clock.shift(60 * 91)
    assert "Its time is over." in browser.page()


def test_nobody_touches_anothers_line(meeting, emma, bruno):
    teacher, trainer = Browser(meeting, emma), Browser(meeting, bruno)
    teacher.join()
    trainer.join()
    teacher.press("enter_practice")

    trainer.press("leave_practice", teacher.lines()[0])
    trainer.press("drop_line", teacher.lines()[0])

    line = PracticeLine.objects.get()
    assert (line.left_at, line.dropped_at) == (None, None)


def test_pressed_twice_leaving_is_once(meeting, emma):
    browser = Browser(meeting, emma)
    browser.join()
    browser.press("enter_practice")
    browser.press("leave_practice", browser.lines()[0])

    browser.press("leave_practice", browser.lines()[0])

    assert RoomEvent.objects.filter(kind="occupant/left").count() == 1


def test_where_a_real_server_is_configured_there_is_no_practice_room(meeting, emma, settings):
    settings.JITSI = {**settings.JITSI, "domain": "meet.example.org"}

    answer = Browser(meeting, emma).client.get(
        reverse("live:practice", args=[rooms.room_for(meeting).name]), follow=True
    )

    assert answer.status_code == 404


def test_without_an_events_token_the_practice_room_has_one_of_its_own(meeting, emma, settings):
    settings.JITSI = {**settings.JITSI, "events_token": ""}
    browser = Browser(meeting, emma)
    browser.join()

    browser.press("enter_practice")

    assert RoomEvent.objects.count() == 2


def test_no_log_of_requests_keeps_the_token(meeting, emma, caplog):
    address = Browser(meeting, emma).join().redirect_chain[0][0]

    logging.getLogger("django.server").info(
        '"%s" %s %s', f"GET {address} HTTP/1.1", "302", "0", extra={"server_time": "now"}
    )

    token = address.partition("jwt=")[2]
    said = caplog.text
    assert "jwt=(left out) HTTP/1.1" in said
    assert token.split(".")[1] not in said


def test_in_the_demo_an_empty_practice_room_says_that_invented_presences_are_not_in_it(
    meeting, emma, settings
):
    settings.ONE_CLICK_LOGINS = True

    page = Browser(meeting, emma).join().content.decode()

    assert shows(
        page,
        "Nobody else is here. The people whom the demonstration counts as present aren’t in this"
        " practice room.",
    )
