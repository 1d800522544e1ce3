"""A teacher's and a trainer's dates in a calendar program, under a secret address (RFC 5545, 7986)."""

import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from courses.agenda.services import calendar_feed as feeds
from courses.agenda.values import Hours
from courses.mail.documents import opened
from courses.mail.models import Letter
from courses.people.models import Membership
from tests.factories.people import PlannerFactory, TeacherFactory, TrainerFactory
from tests.factories.training import SessionFactory, in_a_week
from tests.factories.worker import run_worker
from training.enums import OpenTo
from training.models import CalendarFeed
from training.services import enrolment as seats
from training.services import session_dates, sessions

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]

DAY, HOUR = datetime.timedelta(days=1), datetime.timedelta(hours=1)


def address_of(person) -> str:
    return reverse(
        "training_open:feed", args=[feeds.open_feed(CalendarFeed.objects, person=person).secret]
    )


def calendar_of(person) -> Calendar:
    """As a program without a login reads it."""
    answer = Client().get(address_of(person))
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"] == "private, no-cache"
    return Calendar.from_ical(answer.content)


def dates_of(person) -> list[tuple]:
    events = calendar_of(person).walk("VEVENT")
    return [(event.decoded("dtstart"), str(event["status"])) for event in events]


@pytest.fixture
def trainer(licence):
    return TrainerFactory(works_for=licence.resource.provider, language="en")


@pytest.fixture
def session(licence, trainer):
    first = in_a_week()
    hours = [Hours(first + n * 7 * DAY, first + n * 7 * DAY + HOUR) for n in range(2)]
    return SessionFactory(resource=licence.resource, hours=hours, led_by=trainer)


@pytest.fixture
def teacher(licence):
    return TeacherFactory(works_at=licence.school, language="en")


def test_a_seat_s_dates_move_and_are_called_off_in_the_calendar(session, teacher):
    first, second = session.meetings
    before = dates_of(teacher)
    seats.enrol(session=session, teacher=teacher)
    enrolled, planner = dates_of(teacher), PlannerFactory()
    moved = Hours(first.starts_at + DAY, first.ends_at + DAY)
    session_dates.move(session=session, moves={first.pk: moved}, revision=0, by=planner)
    session_dates.cancel_meeting(session=session, meeting=second, by=planner, reason="Grève")

    assert before == []
    assert enrolled == [(first.starts_at, "CONFIRMED"), (second.starts_at, "CONFIRMED")]
    assert dates_of(teacher) == [(moved.starts_at, "CONFIRMED"), (second.starts_at, "CANCELLED")]


def test_the_calendar_doesn_t_say_that_the_session_is_for_subscribers():
    """It can be open to all teachers, to some schools, or to one person by a planner's decision."""
    teacher = TeacherFactory(language="en")
    session = SessionFactory(open_to=OpenTo.EVERYONE)
    seats.enrol(session=session, teacher=teacher)
    run_worker()
    invitation = opened(Letter.objects.get(to=teacher)).calendar.content

    for content in (Client().get(address_of(teacher)).content, invitation):
        (event,) = Calendar.from_ical(content).walk("VEVENT")
        assert str(event["description"]).startswith(f"{session.resource.name}\n\nTo enter")


def test_a_seat_given_back_and_a_turn_in_the_list_stand_in_no_calendar(session, teacher, licence):
    seats.cancel(enrolment=seats.enrol(session=session, teacher=teacher), by=teacher)
    session.capacity = 1
    session.save()
    colleague, waiting = TeacherFactory.create_batch(2, works_at=licence.school)
    seats.enrol(session=session, teacher=colleague)
    assert seats.enrol(session=session, teacher=waiting).is_waiting

    assert (dates_of(teacher), dates_of(waiting)) == ([], [])
    assert len(dates_of(colleague)) == 2


def test_a_session_called_off_stays_in_the_calendar_as_cancelled(session, teacher, trainer):
    seats.enrol(session=session, teacher=teacher)
    sessions.cancel(session=session, by=PlannerFactory(), reason="Grève")

    assert [state for _start, state in dates_of(teacher)] == ["CANCELLED", "CANCELLED"]
    assert [state for _start, state in dates_of(trainer)] == ["CANCELLED", "CANCELLED"]


def test_a_trainer_reads_the_dates_that_they_lead_and_nobody_s_name(session, teacher, trainer):
    seats.enrol(session=session, teacher=teacher)
    other = TrainerFactory(works_for=session.resource.provider)
    answer = Client().get(address_of(trainer)).text.replace("\r\n ", "")

    assert len(dates_of(trainer)) == 2
    assert dates_of(other) == []
    assert teacher.family_name not in answer
    assert teacher.email not in answer
    assert "ORGANIZER" not in answer
    assert "METHOD" not in answer
    assert f"/join/{session.meetings[0].public_id}/" in answer


def test_a_calendar_without_a_change_is_a_304_until_something_changes(session, teacher):
    seats.enrol(session=session, teacher=teacher)
    address = address_of(teacher)
    first = Client().get(address)
    again = {"if-none-match": first.headers["ETag"]}

    assert Client().get(address, headers=again).status_code == 304
    sessions.cancel(session=session, by=PlannerFactory(), reason="Grève")
    assert Client().get(address, headers=again).status_code == 200


def test_a_new_address_makes_the_old_one_worthless_and_none_is_none(client, teacher):
    client.force_login(teacher)
    client.post(reverse("training:open_feed"))
    old = CalendarFeed.objects.get().secret
    client.post(reverse("training:renew_feed"))
    new = CalendarFeed.objects.get().secret
    page = client.get(reverse("training:my_feed")).text

    def status(secret):
        return Client().get(reverse("training_open:feed", args=[secret])).status_code

    assert (status(old), status(new)) == (404, 200)
    assert f"webcal://testserver/feeds/trainings/{new}.ics" in page
    client.post(reverse("training:close_feed"))
    assert status(new) == 404


def test_who_is_no_teacher_any_more_reads_an_empty_calendar(session, teacher):
    seats.enrol(session=session, teacher=teacher)
    Membership.objects.filter(person=teacher).update(until=timezone.localdate() - DAY)

    assert dates_of(teacher) == []


def test_the_calendar_of_many_dates_asks_as_often_as_that_of_one(
    licence, teacher, django_assert_num_queries
):
    for n in range(6):
        made = SessionFactory(resource=licence.resource, starts_at=in_a_week() + n * DAY)
        seats.enrol(session=made, teacher=teacher)
    address = address_of(teacher)

    with django_assert_num_queries(3):
        answer = Client().get(address)

    assert len(Calendar.from_ical(answer.content).walk("VEVENT")) == 6
