"""Where a session takes place changes before a date: those who come are told once (issue 11 d)."""

import datetime
import email
import email.policy

import pytest
import time_machine
from django.urls import reverse

from courses.agenda.values import Hours
from courses.exceptions import StaleSheet
from courses.mail.models import Letter
from tests.factories.people import TeacherFactory, TrainerFactory
from tests.factories.training import SessionFactory, in_a_week
from tests.factories.worker import run_worker, run_worker_after_the_pause
from training.enums import Letters, SessionState
from training.models import RoomPlan
from training.services import enrolment as enrolments
from training.services import one_date, rooms, sessions
from training.values import RoomFields

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]

HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)
ZOOM = RoomFields("https://zoom.example/j/1", "Zoom", "The name that you type.")
TEAMS = RoomFields("https://teams.example/1", "Teams", "Your address on the network.")
OURS = RoomFields()


@pytest.fixture
def session(licence, planner):
    """Two dates of an hour, in a week and three days later; opened."""
    first = in_a_week()
    hours = [Hours(first + n * 3 * DAY, first + n * 3 * DAY + HOUR) for n in range(2)]
    trainer = TrainerFactory(works_for=licence.resource.provider, language="en")
    made = SessionFactory(
        resource=licence.resource, hours=hours, led_by=trainer, state=SessionState.DRAFT
    )
    opened = sessions.open_for_enrolment(session=made, by=planner)
    run_worker()
    return opened


@pytest.fixture
def teacher(session, licence):
    return seat_of(session, licence).teacher


def seat_of(session, licence):
    teacher = TeacherFactory(works_at=licence.school, language="en")
    return enrolments.enrol(session=session, teacher=teacher)


def notices(person):
    kept = Letter.objects.filter(to=person, kind=Letters.ROOM_CHANGED).exclude(sent_at=None)
    return [_text_of(one) for one in kept.order_by("pk")]


def _text_of(letter) -> str:
    sent = email.message_from_bytes(bytes(letter.source), policy=email.policy.default)
    return sent.get_body(["plain"]).get_content().replace("\r\n", "\n")


def test_those_who_come_are_told_once_ten_minutes_later(session, planner, teacher):
    trainer = session.trainers.get()
    rooms.set_room(session=session, meeting=None, fields=ZOOM, by=planner)
    rooms.set_room(session=session, meeting=session.meetings[1], fields=TEAMS, by=planner)
    run_worker()
    assert notices(teacher) == []
    run_worker_after_the_pause()

    [said] = notices(teacher)
    assert "In Zoom, the own tool of" in said
    assert "What it learns: The name that you type." in said
    assert "In Teams, the own tool of" in said
    assert reverse("live:join", args=[session.meetings[0].public_id]) in said
    assert "zoom.example" not in said
    assert len(notices(trainer)) == 1
    assert notices(planner) == []


def test_only_the_link_behind_our_address_changed_tells_nobody(session, planner, teacher):
    rooms.set_room(session=session, meeting=None, fields=ZOOM, by=planner)
    run_worker_after_the_pause()
    other_link = RoomFields("https://zoom.example/j/2", ZOOM.tool, ZOOM.learns, plan_b_words="Ring")
    rooms.set_room(session=session, meeting=None, fields=other_link, by=planner)
    run_worker_after_the_pause()

    assert len(notices(teacher)) == 1
    learns_more = RoomFields(other_link.address, "Zoom", "Your voice, too.")
    rooms.set_room(session=session, meeting=None, fields=learns_more, by=planner)
    run_worker_after_the_pause()
    assert "What it learns: Your voice, too." in notices(teacher)[1]


def test_changed_and_changed_back_before_the_notice_is_no_notice(session, planner, teacher):
    rooms.set_room(session=session, meeting=None, fields=ZOOM, by=planner)
    rooms.set_room(session=session, meeting=None, fields=OURS, by=planner)
    run_worker_after_the_pause()
    assert notices(teacher) == []

    rooms.set_room(session=session, meeting=None, fields=ZOOM, by=planner)
    run_worker_after_the_pause()
    rooms.set_room(session=session, meeting=None, fields=OURS, by=planner)
    run_worker_after_the_pause()
    assert "In the video room of Passerelle." in notices(teacher)[1]
    assert "That tool doesn’t suit you?" in notices(teacher)[0]
    assert "That tool doesn’t suit you?" not in notices(teacher)[1]


def test_within_two_hours_of_the_date_it_goes_at_once_with_what_waited(session, planner, teacher):
    first, second = session.meetings
    with time_machine.travel(first.starts_at - 2 * HOUR, tick=False):
        rooms.set_room(session=session, meeting=second, fields=TEAMS, by=planner)
        run_worker()
        assert notices(teacher) == []
        rooms.set_room(session=session, meeting=first, fields=ZOOM, by=planner)
        run_worker()
        [said] = notices(teacher)
        run_worker_after_the_pause()

    assert "In Zoom" in said
    assert "In Teams" in said
    assert len(notices(teacher)) == 1


def test_a_date_that_is_given_back_or_over_concerns_nobody(session, planner, licence):
    first, second = session.meetings
    seat = seat_of(session, licence)
    one_date.give_back(enrolment=seat, meeting=second)
    waiting = TeacherFactory(works_at=licence.school)
    rooms.set_room(session=session, meeting=second, fields=ZOOM, by=planner)
    run_worker_after_the_pause()
    assert notices(seat.teacher) == []
    assert notices(waiting) == []

    with time_machine.travel(first.ends_at + DAY, tick=False):
        rooms.set_room(session=session, meeting=None, fields=TEAMS, by=planner)
        run_worker_after_the_pause()
    assert notices(seat.teacher) == []  # the second has a room of its own, the first is over


def test_a_date_that_takes_place_where_the_session_does_again_is_told(session, planner, teacher):
    second = session.meetings[1]
    rooms.set_room(session=session, meeting=second, fields=ZOOM, by=planner)
    run_worker_after_the_pause()
    rooms.forget_date(session=session, meeting=second, by=planner)
    run_worker_after_the_pause()

    assert len(notices(teacher)) == 2
    assert "In the video room of Passerelle." in notices(teacher)[1]


def test_a_draft_tells_nobody_and_a_cancelled_session_has_its_own_letter(
    session, planner, teacher, licence
):
    draft = SessionFactory(resource=licence.resource, state=SessionState.DRAFT)
    rooms.set_room(session=draft, meeting=None, fields=ZOOM, by=planner)
    sessions.open_for_enrolment(session=draft, by=planner)  # who leads it reads of it from then on
    rooms.set_room(session=session, meeting=None, fields=ZOOM, by=planner)
    sessions.cancel(session=session, by=planner, reason="Grève")
    run_worker_after_the_pause()

    assert notices(draft.trainers.get()) == []
    assert notices(teacher) == []


def test_of_two_who_set_a_room_at_once_the_second_reads_what_the_first_saved(
    client, session, planner
):
    address = reverse("training:set_room", args=[session.public_id])
    client.force_login(planner)
    stamp = client.get(address).context["form"]["stamp"].value() or ""
    rooms.set_room(session=session, meeting=None, fields=ZOOM, by=session.trainers.get())
    mine = {"address": TEAMS.address, "tool": "Teams", "learns": TEAMS.learns}
    refused = client.post(address, {**mine, "stamp": stamp})

    assert refused.status_code == 422
    assert "Somebody saved this in the meantime." in refused.text
    assert "In Zoom, the provider’s own tool." in refused.text
    assert 'value="Teams"' in refused.text  # nothing typed is lost
    assert RoomPlan.objects.get().tool == "Zoom"
    again = {**mine, "stamp": refused.context["form"]["stamp"].value()}
    assert client.post(address, again).status_code == 302
    assert client.post(address, again).status_code == 302  # the form arrives twice
    assert RoomPlan.objects.get().tool == "Teams"


def test_a_room_of_one_date_filled_in_over_the_sessions_is_stale_when_that_changed(
    session, planner
):
    plan = rooms.set_room(session=session, meeting=None, fields=ZOOM, by=planner)
    second = session.meetings[1]
    read = plan.stamp
    rooms.set_room(session=session, meeting=None, fields=TEAMS, by=planner)
    with pytest.raises(StaleSheet):
        rooms.set_room(session=session, meeting=second, fields=OURS, by=planner, stamp=read)
    own = rooms.set_room(session=session, meeting=second, fields=ZOOM, by=planner)
    rooms.set_room(session=session, meeting=second, fields=TEAMS, by=planner)
    with pytest.raises(StaleSheet):
        rooms.forget_date(session=session, meeting=second, by=planner, stamp=own.stamp)
