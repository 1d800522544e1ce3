"""Letters and pages of a seat that was taken late: which dates it was for, where it is
given back, and that nobody waits for it.
"""

import csv
import datetime
import io

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from courses.agenda.models import Meeting
from courses.agenda.values import Hours
from courses.mail.models import Letter
from tests.factories.people import TeacherFactory
from tests.factories.training import SessionFactory, in_a_week
from tests.factories.worker import run_worker, run_worker_after_the_pause
from training.enums import Letters
from training.models import Enrolment
from training.notifications import enrolment as letters
from training.notifications import reminders
from training.services import adviser_enrolment, missed_dates, one_date, session_dates
from training.services import enrolment as enrolments

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.at("2026-11-25T12:00")]
HOUR, DAY, WEEK = (datetime.timedelta(**{unit: 1}) for unit in ("hours", "days", "weeks"))
NEXT_PERSON = "your seat goes to the next person"
FIRST_DATE = "until your first date begins"
MY_TRAININGS = "Give the date back under “My trainings”, until it begins."


@pytest.fixture
def session(licence):
    """Wednesdays 2, 9 and 16 December, from 17:00 to 18:00."""
    first = in_a_week()
    hours = [Hours(first + n * WEEK, first + n * WEEK + HOUR) for n in range(3)]
    return SessionFactory(resource=licence.resource, hours=hours)


@pytest.fixture
def early(session, licence):
    """Somebody with a seat since before the start."""
    teacher = TeacherFactory(works_at=licence.school, language="en")
    return enrolments.enrol(session=session, teacher=teacher)


@pytest.fixture
def seat(session, licence, early, planner, time_machine):
    """Taken the day after the first date."""
    time_machine.move_to(session.starts_at + DAY)
    seat = enter(session, licence, planner)
    run_worker()
    mail.outbox.clear()
    return seat


def enter(session, licence, planner, language="en") -> Enrolment:
    teacher = TeacherFactory(works_at=licence.school, language=language)
    return adviser_enrolment.enrol_by_adviser(
        session=session, teacher=teacher, by=planner, reason="New at the school"
    )


def letter_to(seat) -> str:
    """The text of the one letter that goes to the holder now; its HTML says the same dates."""
    run_worker_after_the_pause()
    (found,) = [one for one in mail.outbox if seat.teacher.email in one.to[0]]
    return found.body + found.alternatives[0][0]


def test_the_cancelled_letter_names_the_dates_that_leave_the_calendar(session, seat):
    _first, _second, third = session.meetings
    one_date.give_back(enrolment=seat, meeting=third)
    run_worker_after_the_pause()
    mail.outbox.clear()

    enrolments.cancel(enrolment=seat, by=seat.teacher)

    text = letter_to(seat)
    assert ("2 December" in text, "16 December" in text) == (False, False)
    assert text.count("Wednesday 9 December") == 2


@pytest.mark.parametrize("at", ["before the first date", "after the first date"])
def test_a_date_more_says_where_a_date_is_given_back(
    session, seat, early, planner, time_machine, at
):
    _first, second, third = session.meetings
    if at == "after the first date":
        time_machine.move_to(second.ends_at + HOUR)
    session.refresh_from_db()
    hours = Hours(third.starts_at + WEEK, third.starts_at + WEEK + HOUR)
    session_dates.add_meeting(session=session, hours=hours, by=planner, revision=session.revision)

    late, other = letter_to(seat), letter_to(early)
    assert NEXT_PERSON not in late + other
    assert (FIRST_DATE in late) == (at == "before the first date")
    assert (MY_TRAININGS in late) == (at == "after the first date")
    assert other.count(MY_TRAININGS) == 2


def test_a_date_that_moves_in_a_running_series_is_not_said_to_go_to_the_next_person(
    session, seat, early, planner
):
    second = list(session.meetings)[1]
    session.refresh_from_db()
    moved = {second.pk: Hours(second.starts_at + DAY, second.ends_at + DAY)}
    session_dates.move(session=session, moves=moved, revision=session.revision, by=planner)

    late, other = letter_to(seat), letter_to(early)
    assert NEXT_PERSON not in late + other
    assert (FIRST_DATE in late, MY_TRAININGS in other) == (True, True)


@pytest.mark.parametrize(("nth", "words"), [(0, NEXT_PERSON), (1, MY_TRAININGS)])
def test_a_reminder_says_what_can_be_done_at_that_date(session, early, time_machine, nth, words):
    meeting: Meeting = list(session.meetings)[nth]
    time_machine.move_to(meeting.starts_at - HOUR)
    details = {
        "starts_at": meeting.starts_at.isoformat(),
        "not_after": meeting.ends_at.isoformat(),
    }

    text = reminders.reminder(meeting, to=early.teacher, details=details).text

    assert [one for one in (NEXT_PERSON, FIRST_DATE, MY_TRAININGS) if one in text] == [words]


def test_pages_promise_the_seat_to_nobody_after_the_start(client, session, seat):
    client.force_login(seat.teacher)
    pages = [client.get(session.get_absolute_url()).text, client.get(reverse("training:mine")).text]

    for page in pages:
        assert "Your seat becomes free. Your calendar will be updated." in page
        assert "for those who wait" not in page


def test_before_the_start_pages_say_that_the_seat_goes_on(client, session, early):
    client.force_login(early.teacher)

    assert (
        "Your seat becomes free for those who wait." in client.get(session.get_absolute_url()).text
    )


def test_a_seat_for_all_dates_that_are_left_is_none_for_some(
    session, licence, planner, time_machine, early
):
    """No trainer came to the first date, during which somebody entered: it begins with the next."""
    first = session.meetings[0]
    time_machine.move_to(first.starts_at + HOUR / 2)
    seat = enter(session, licence, planner)
    before = letters.seat_confirmed(seat, to=seat.teacher, details={}).text
    missed_dates.record(session=session, meeting=first, words="", by=planner)
    seat = Enrolment.objects.get(pk=seat.pk)

    after = letters.seat_confirmed(seat, to=seat.teacher, details={}).text

    assert "The session has begun: the seat is for 2 of its 3 dates" in before
    assert "The session has begun" not in after
    assert NEXT_PERSON in after


def test_a_team_is_told_of_no_waiting_list_after_the_start(client, session, seat, planner):
    client.force_login(planner)
    address = reverse("training:enrol_team", args=[session.public_id])

    page = client.post(address, {"people": seat.teacher.login, "reason": "New"}).text

    assert "Enrolled already" in page
    assert "waiting already" not in page


def test_the_file_of_the_people_says_from_when(client, session, seat, early, planner):
    client.force_login(planner)
    address = reverse("training:export_people", args=[session.public_id])

    text = client.get(address).content.decode("utf-8-sig")

    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert rows[0][-1] == "Entered late, for the dates from"
    assert sorted(row[-1] for row in rows[1:]) == ["", "09/12/2026"]


def test_french_readers_are_told_in_french(session, licence, planner, early, time_machine):
    time_machine.move_to(session.starts_at + DAY)
    seat = enter(session, licence, planner, language="fr")
    time_machine.move_to(list(session.meetings)[1].ends_at + HOUR)
    third = list(session.meetings)[2]
    hours = Hours(third.starts_at + WEEK, third.starts_at + WEEK + HOUR)
    run_worker()
    mail.outbox.clear()
    session.refresh_from_db()
    session_dates.add_meeting(session=session, hours=hours, by=planner, revision=session.revision)

    assert "Rendez la date sous «\u202fMes formations\u202f», jusqu’à son début." in letter_to(seat)
    assert Letter.objects.filter(kind=Letters.MEETING_INVITATION, to=seat.teacher).count() == 1
    assert timezone.now() < third.starts_at
