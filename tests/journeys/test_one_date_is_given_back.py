"""A teacher with a seat in a series gives back one date alone, and takes it again."""

import pytest
from django.core import mail
from django.template.loader import render_to_string
from django.urls import reverse
from icalendar import Calendar

from courses.agenda.models import Absence
from courses.live.models import RoomPass
from tests.factories.continuity import class_hour, teaching
from tests.factories.given_back import HOUR, calendars, press, seat, session, teacher
from tests.factories.people import PlannerFactory, TeacherFactory
from tests.factories.worker import run_worker
from training.documents.enrolment import people_to_sign
from training.models import Participation
from training.queries import filling
from training.queries.participants import expected_at
from training.services import enrolment as seats
from training.services import one_date, session_dates

__all__ = ["seat", "session", "teacher"]  # fixtures

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.at("2026-11-25T12:00")]


def test_one_date_given_back_leaves_the_seat_and_the_other_dates(client, session, seat, teacher):
    first, second, third = session.meetings
    page = press(client, "give_back_date", seat, second)
    run_worker()
    seat.refresh_from_db()
    mine = client.get(reverse("training:mine")).text
    expected = expected_at(filling.meetings_with_sheets(session))

    assert seat.is_confirmed
    assert "The date is given back" in page
    assert "Given back" in page
    (letter,) = mail.outbox
    assert "Your seat stays for the other dates." in letter.body
    assert "because you are enrolled in this session" in letter.body
    (calendar,) = calendars()
    (event,) = calendar.walk("VEVENT")
    assert (str(calendar["METHOD"]), str(event["UID"])) == ("CANCEL", second.calendar_uid)
    passes = RoomPass.objects.filter(person=teacher, is_withdrawn=False)
    assert set(passes.values_list("room__meeting", flat=True)) == {first.pk, third.pk}
    assert [len(expected[one.pk]) for one in (first, second, third)] == [1, 0, 1]
    assert "given back" in mine


def test_a_date_given_back_before_the_whole_seat_is_not_said_to_leave_the_others(
    session, seat, teacher
):
    """Both before a letter is written: each takes its dates out of the calendar."""
    one_date.give_back(enrolment=seat, meeting=session.meetings[1])
    seats.cancel(enrolment=seat, by=teacher)
    run_worker()

    assert len(mail.outbox) == 2
    assert sum(len(one.walk("VEVENT")) for one in calendars()) == 3
    for one in mail.outbox:
        assert "Your seat stays" not in one.body


def test_a_date_is_taken_again_and_pressing_twice_is_once(client, session, seat, teacher):
    meeting = session.meetings[1]
    for _time in range(2):
        press(client, "give_back_date", seat, meeting)
    for _time in range(2):
        page = press(client, "take_date_again", seat, meeting)
    run_worker()

    assert "You are expected on this date again" in page
    assert not Participation.objects.filter(is_withdrawn=True).exists()
    # The first letter is no longer true when it would go: the invitation alone is sent.
    assert [str(one["METHOD"]) for one in calendars()] == ["REQUEST"]
    assert RoomPass.objects.filter(person=teacher, is_withdrawn=False).count() == 3


def test_the_page_says_what_the_dates_that_are_kept_are_worth(client, session, seat):
    first, second, _third = session.meetings
    before = client.get(reverse("training:my_dates", args=[seat.public_id])).text
    assert before.count("Without this date you can’t reach") == 3
    assert before.index("Without this date") < before.index("I can’t come on this date")
    page = press(client, "give_back_date", seat, first)
    assert "Without this date you can’t reach" not in page
    assert "you can reach 66 % at most" in page
    assert "That isn’t enough for a certificate." in page

    session.threshold_percent = 60
    session.save()
    page = client.get(reverse("training:my_dates", args=[seat.public_id])).text
    assert "That isn’t enough" not in page
    assert "you can reach 33 % at most" in press(client, "give_back_date", seat, second)


def test_the_only_date_left_goes_with_the_seat(client, session, seat):
    first, second, third = session.meetings
    for meeting in (first, second):
        press(client, "give_back_date", seat, meeting)
    page = press(client, "give_back_date", seat, third)

    assert "This is your only date left in the session." in page
    assert Participation.objects.get(meeting=third).is_withdrawn is False


def test_a_date_that_has_begun_or_is_cancelled_is_refused(client, session, seat, time_machine):
    first, second, third = session.meetings
    session_dates.cancel_meeting(
        session=session, meeting=second, by=PlannerFactory(), reason="Grève"
    )
    assert "is cancelled" in press(client, "give_back_date", seat, second)
    time_machine.move_to(first.starts_at + HOUR / 2)
    client.force_login(seat.teacher)
    assert "has already begun" in press(client, "give_back_date", seat, first)
    assert "The date is given back" in press(client, "give_back_date", seat, third)


def test_a_class_at_the_hour_of_the_date_is_held_again(client, session, seat, teacher):
    given = teaching(teacher=teacher)
    meeting = session.meetings[0]
    class_hour(given, meeting.starts_at.isoweekday(), 17)
    one_date.give_back(enrolment=seat, meeting=session.meetings[1])
    kept = set(Absence.objects.standing().values_list("starts_at", flat=True))

    assert session.meetings[1].starts_at not in kept


def test_the_room_of_a_date_given_back_is_not_offered(client, session, seat, time_machine):
    first = session.meetings[0]
    press(client, "give_back_date", seat, first)
    time_machine.move_to(first.starts_at)
    client.force_login(seat.teacher)
    page = client.get(session.get_absolute_url()).text
    mine = client.get(reverse("training:mine")).text

    assert "Enter the room" not in page
    assert "Enter the room" not in mine


def test_the_whole_seat_after_one_date_takes_the_other_dates_out_of_the_calendar(session, seat):
    first, second, third = session.meetings
    one_date.give_back(enrolment=seat, meeting=first)
    run_worker()
    mail.outbox.clear()

    seats.cancel(enrolment=seat, by=seat.teacher)
    run_worker()

    assert len(mail.outbox) == 1
    events = [event for calendar in calendars() for event in calendar.walk("VEVENT")]
    assert [event.decoded("dtstart") for event in events] == [second.starts_at, third.starts_at]


def test_session_page_calendar_file_and_planner_s_papers_say_which_date_is_given_back(
    client, session, seat, teacher
):
    first, second, third = session.meetings
    one_date.give_back(enrolment=seat, meeting=second)

    page = client.get(session.get_absolute_url()).text
    file = client.get(reverse("training:session_ics", args=[session.public_id])).content
    client.force_login(PlannerFactory(language="en"))
    people = client.get(reverse("training:session_people", args=[session.public_id])).text
    listed = client.get(reverse("training:export_people", args=[session.public_id])).text

    assert page.count("given back") == 1
    days = [event.decoded("dtstart") for event in Calendar.from_ical(file).walk("VEVENT")]
    assert days == [first.starts_at, third.starts_at]
    assert "Date given back: Wed 9 Dec" in people
    assert "09/12/2026" in listed
    ((_name, _school, away, _before),) = people_to_sign(session)
    assert away == [second.pk]
    html = render_to_string(
        "training/documents/sign_in.html",
        {"people": people_to_sign(session), "parts": [list(session.meetings)], "session": session},
    )
    assert html.count("<td>") == 3
    assert html.count("<td></td>") == 2


def test_somebody_else_s_dates_are_404(client, session, seat, licence):
    client.force_login(TeacherFactory(works_at=licence.school))
    address = reverse("training:my_dates", args=[seat.public_id])
    press_it = reverse(
        "training:give_back_date", args=[seat.public_id, session.meetings[0].public_id]
    )

    assert client.get(address).status_code == 404
    assert client.post(press_it).status_code == 404
    assert not Participation.objects.filter(is_withdrawn=True).exists()


def test_the_reason_of_one_date_is_read_by_planners_and_by_nobody_who_leads(client, session, seat):
    _first, second, _third = session.meetings
    address = reverse("training:give_back_date", args=[seat.public_id, second.public_id])
    mine = client.post(address, {"reason": "A school trip."}, follow=True).text
    client.force_login(PlannerFactory(language="en"))
    people = client.get(reverse("training:session_people", args=[session.public_id])).text
    client.force_login(session.trainers.get())
    led = client.get(reverse("training:my_session", args=[session.public_id])).text

    assert "Nothing on health or family." in mine
    assert "A school trip." in mine
    assert "A school trip." in people
    assert "A school trip." not in led

    one_date.take_again(enrolment=seat, meeting=second)
    assert Participation.objects.get(meeting=second).reason == ""
