"""Changes of a session's dates within ten minutes are told in one notice: was, is now."""

import datetime

import pytest
import time_machine as clock
from django.core import mail
from django.urls import reverse
from django.utils import timezone, translation

from courses.agenda.values import PARIS, Hours
from courses.mail import documents
from courses.mail import services as outbox
from courses.mail.enums import LetterState
from courses.mail.models import Letter
from tests.factories.mail import calendars_in
from tests.factories.markup import shows
from tests.factories.people import PlannerFactory, TeacherFactory, TrainerFactory
from tests.factories.training import SessionFactory
from tests.factories.worker import run_worker, run_worker_after_the_pause
from training.enums import EnrolmentState, Letters
from training.queries.mine import my_trainings
from training.services import enrolment as seats
from training.services import one_date, reminders, session_dates, sessions, waiting_list

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.at("2026-11-20T12:00")]

MINUTE, HOUR = datetime.timedelta(minutes=1), datetime.timedelta(hours=1)
DAY, WEEK = datetime.timedelta(days=1), datetime.timedelta(weeks=1)
FIRST = datetime.datetime(2026, 12, 3, 17, tzinfo=PARIS)


@pytest.fixture
def planner():
    return PlannerFactory()


@pytest.fixture
def session(licence):
    return series(licence)


@pytest.fixture
def teacher(licence):
    return teacher_of(licence)


@pytest.fixture
def taken(session, teacher):
    """A seat, whose letter has gone."""
    return seat(session, teacher)


def series(licence, dates=3, first=FIRST, **fields):
    hours = [Hours(first + n * WEEK, first + n * WEEK + HOUR) for n in range(dates)]
    trainer = TrainerFactory(works_for=licence.resource.provider, language="en")
    return SessionFactory(resource=licence.resource, hours=hours, led_by=trainer, **fields)


def teacher_of(licence, language="en"):
    return TeacherFactory(works_at=licence.school, language=language)


def seat(session, teacher):
    taken = seats.enrol(session=session, teacher=teacher)
    run_worker()
    mail.outbox.clear()
    return taken


def move(session, meeting, by, *, planner, reason=""):
    """By so much from where it is now."""
    session.refresh_from_db()
    meeting = session.meetings.get(pk=meeting.pk)
    hours = Hours(meeting.starts_at + by, meeting.ends_at + by)
    return session_dates.move(
        session=session,
        moves={meeting.pk: hours},
        revision=session.revision,
        by=planner,
        reason=reason,
    )


def minutes_later(number):
    return clock.travel(timezone.now() + number * MINUTE, tick=True)


def sent_to(person) -> list:
    return [message for message in mail.outbox if person.email in message.to[0]]


def notices(person):
    return Letter.objects.filter(to=person, kind=Letters.SESSION_MOVED)


def test_moved_twice_within_ten_minutes_is_one_mail_with_the_final_date(
    session, taken, teacher, planner
):
    meeting = session.meetings[0]
    move(session, meeting, DAY, planner=planner, reason="Salle prise")
    run_worker()
    assert mail.outbox == []
    with minutes_later(5):
        move(session, meeting, DAY, planner=planner, reason="Grève")
        run_worker()
        assert mail.outbox == []
    run_worker_after_the_pause()

    (message,) = sent_to(teacher)
    (told,) = calendars_in(message)
    assert message.body.count("Was:") == 1
    assert "Was: Thursday 3 December 2026, from 17:00 to 18:00" in message.body
    assert "Now: Saturday 5 December 2026, from 17:00 to 18:00" in message.body
    assert "Friday 4 December" not in message.body
    assert "Salle prise" in message.body
    assert "Grève" in message.body
    assert (told.uid, told.event["SEQUENCE"]) == (meeting.calendar_uid, 2)
    assert told.event["DTSTART"].dt == FIRST + 2 * DAY
    assert len(sent_to(session.trainers.get())) == 1


def test_the_notice_goes_ten_minutes_after_the_first_change_and_a_later_change_has_its_own(
    session, taken, teacher, planner
):
    meeting = session.meetings[0]
    move(session, meeting, DAY, planner=planner)
    with minutes_later(9):
        move(session, meeting, DAY, planner=planner)
    run_worker_after_the_pause()
    assert len(sent_to(teacher)) == 1
    with minutes_later(11):
        move(session, meeting, DAY, planner=planner)
        run_worker_after_the_pause()

    _first, second = sent_to(teacher)
    assert "Was: Saturday 5 December 2026" in second.body
    assert "Now: Sunday 6 December 2026" in second.body


def test_two_dates_changed_one_after_the_other_are_in_one_mail_with_both_calendars(
    session, taken, teacher, planner
):
    first, second, third = session.meetings
    move(session, third, HOUR, planner=planner)
    move(session, first, HOUR, planner=planner)
    session.refresh_from_db()
    session_dates.cancel_meeting(session=session, meeting=second, by=planner, reason="Grève")
    run_worker_after_the_pause()

    (message,) = sent_to(teacher)
    assert message.body.count("Was:") == 3
    assert "this date is cancelled" in message.body
    assert [(told.uid, told.method) for told in calendars_in(message)] == [
        (first.calendar_uid, "REQUEST"),
        (second.calendar_uid, "CANCEL"),
        (third.calendar_uid, "REQUEST"),
    ]


def test_a_meeting_that_is_back_at_its_hours_is_told_to_nobody(session, taken, teacher, planner):
    meeting = session.meetings[0]
    move(session, meeting, DAY, planner=planner)
    move(session, meeting, -DAY, planner=planner)
    run_worker_after_the_pause()

    assert mail.outbox == []
    assert set(notices(teacher).values_list("state", flat=True)) == {LetterState.WITHDRAWN}


def test_only_the_meeting_that_is_not_back_is_in_the_notice(session, taken, teacher, planner):
    first, second, _third = session.meetings
    move(session, first, DAY, planner=planner)
    move(session, second, DAY, planner=planner)
    move(session, first, -DAY, planner=planner)
    run_worker_after_the_pause()

    (message,) = sent_to(teacher)
    assert message.body.count("Was:") == 1
    assert [told.uid for told in calendars_in(message)] == [second.calendar_uid]


def test_who_enrolled_between_two_changes_is_told_though_the_meeting_is_back(
    session, licence, planner
):
    """Their invitation named the hours in between."""
    teacher, meeting = teacher_of(licence), session.meetings[0]
    move(session, meeting, DAY, planner=planner)
    seat(session, teacher)
    move(session, meeting, -DAY, planner=planner)
    run_worker_after_the_pause()

    (message,) = sent_to(teacher)
    assert "Was: Friday 4 December 2026" in message.body
    assert "Now: Thursday 3 December 2026" in message.body


def test_who_was_seated_from_the_list_between_two_changes_is_told_though_it_is_back(
    licence, planner
):
    session = series(licence, capacity=1)
    holder, waits = teacher_of(licence), teacher_of(licence)
    held, _turn = seat(session, holder), seat(session, waits)
    meeting = session.meetings[0]
    move(session, meeting, DAY, planner=planner)
    seats.cancel(enrolment=held, by=holder)
    run_worker()
    assert session.enrolments.get(teacher=waits).is_confirmed
    mail.outbox.clear()
    move(session, meeting, -DAY, planner=planner)
    run_worker_after_the_pause()

    (message,) = sent_to(waits)
    assert "Was: Friday 4 December 2026" in message.body
    assert "Now: Thursday 3 December 2026" in message.body
    assert sent_to(holder) == []


def test_each_reads_of_the_meetings_they_are_expected_at_and_who_waits_reads_all(licence, planner):
    session = series(licence, capacity=2)
    all_dates, two_dates, waits = (teacher_of(licence) for _number in range(3))
    seat(session, all_dates)
    kept = seat(session, two_dates)
    seat(session, waits)
    first, second, _third = session.meetings
    one_date.give_back(enrolment=kept, meeting=first)
    run_worker()
    mail.outbox.clear()
    move(session, first, HOUR, planner=planner)
    move(session, second, HOUR, planner=planner)
    run_worker_after_the_pause()

    told = {person: sent_to(person) for person in (all_dates, two_dates, waits)}
    assert [len(messages) for messages in told.values()] == [1, 1, 1]
    assert [messages[0].body.count("Was:") for messages in told.values()] == [2, 1, 2]
    assert [len(calendars_in(messages[0])) for messages in told.values()] == [2, 1, 0]


def test_a_change_of_a_date_that_was_given_back_is_told_to_its_holder_not_at_all(
    session, taken, teacher, planner
):
    first = session.meetings[0]
    one_date.give_back(enrolment=taken, meeting=first)
    run_worker()
    mail.outbox.clear()
    move(session, first, HOUR, planner=planner)
    run_worker_after_the_pause()

    assert sent_to(teacher) == []


def test_who_gave_back_the_seat_before_the_notice_went_reads_of_no_date(
    session, taken, teacher, planner
):
    move(session, session.meetings[0], HOUR, planner=planner)
    seats.cancel(enrolment=taken, by=teacher)
    run_worker_after_the_pause()

    (message,) = sent_to(teacher)
    assert message.subject.startswith("Your enrolment is cancelled")


@pytest.mark.parametrize(
    ("starts_in", "by"),
    [
        pytest.param(1.5 * HOUR, DAY, id="the old hour is near"),
        pytest.param(30 * HOUR, -28.5 * HOUR, id="the new hour is near"),
    ],
)
def test_a_date_that_begins_within_two_hours_is_told_at_once(
    licence, planner, time_machine, starts_in, by
):
    session, teacher = series(licence), teacher_of(licence)
    seat(session, teacher)
    time_machine.move_to(FIRST - starts_in)
    run_worker()
    mail.outbox.clear()
    move(session, session.meetings[0], by, planner=PlannerFactory())
    run_worker()

    (message,) = sent_to(teacher)
    assert "Was: Thursday 3 December 2026" in message.body


def test_an_urgent_change_takes_along_what_waited(session, taken, teacher, time_machine):
    time_machine.move_to(FIRST - 90 * MINUTE)
    run_worker()
    mail.outbox.clear()
    planner = PlannerFactory()
    first, second, _third = session.meetings
    move(session, second, DAY, planner=planner)
    move(session, first, HOUR, planner=planner)
    run_worker()

    (message,) = sent_to(teacher)
    assert message.body.count("Was:") == 2
    run_worker_after_the_pause()
    assert len(sent_to(teacher)) == 1
    assert sorted(notices(teacher).values_list("state", flat=True)) == [
        LetterState.SENT,
        LetterState.WITHDRAWN,
    ]


def test_a_cancelled_session_is_told_at_once_and_takes_back_the_notice_that_waits(
    session, taken, teacher, planner
):
    move(session, session.meetings[0], DAY, planner=planner)
    session.refresh_from_db()
    sessions.cancel(session=session, by=planner, reason="Grève")

    assert notices(teacher).get().state == LetterState.WITHDRAWN
    run_worker()
    run_worker_after_the_pause()
    (message,) = sent_to(teacher)
    assert message.subject.startswith("Cancelled:")


def test_a_change_that_commits_while_the_notice_is_being_written_has_a_notice_of_its_own(
    session, taken, teacher, planner
):
    """The worker has taken the letter and read the changes: what follows isn't in it."""
    meeting = session.meetings[0]
    move(session, meeting, DAY, planner=planner)
    with minutes_later(10):
        letter = notices(teacher).get()
        held = outbox._take(letter.pk, letter.attempts, timezone.now())
        written = documents.written(held)
        move(session, meeting, DAY, planner=planner)

    assert "Now: Friday 4 December 2026" in written.text
    with minutes_later(20):
        run_worker()
    (message,) = sent_to(teacher)
    assert "Now: Saturday 5 December 2026" in message.body


def test_who_loses_an_offer_is_told_though_the_session_is_back_at_its_hours(
    licence, planner, time_machine
):
    """Offers are withdrawn with each other start."""
    session = series(licence, capacity=1)
    holder, waits = teacher_of(licence), teacher_of(licence)
    held, turn = seat(session, holder), seat(session, waits)
    time_machine.move_to(FIRST - 3 * DAY)
    seats.cancel(enrolment=held, by=holder)
    run_worker()
    mail.outbox.clear()
    turn.refresh_from_db()
    assert turn.state == EnrolmentState.OFFERED
    planner = PlannerFactory()
    move(session, session.meetings[0], DAY, planner=planner)
    move(session, session.meetings[0], -DAY, planner=planner)
    run_worker_after_the_pause()

    (message,) = sent_to(waits)
    assert message.subject.startswith("The offer of a seat is withdrawn")


def test_an_offer_made_anew_before_the_notice_is_written_is_not_said_to_be_withdrawn(
    licence, planner, time_machine
):
    session = series(licence, capacity=1)
    holder, waits = teacher_of(licence), teacher_of(licence)
    held, _turn = seat(session, holder), seat(session, waits)
    time_machine.move_to(FIRST - 3 * DAY)
    seats.cancel(enrolment=held, by=holder)
    move(session, session.meetings[0], DAY, planner=PlannerFactory())
    waiting_list.pass_on(timezone.now())
    run_worker()
    mail.outbox.clear()
    run_worker_after_the_pause()

    (message,) = sent_to(waits)
    assert "Now: Friday 4 December 2026" in message.body
    assert "is withdrawn" not in message.body


def test_pages_show_the_change_before_the_notice_goes(client, session, taken, teacher, planner):
    move(session, session.meetings[0], DAY, planner=planner)
    client.force_login(teacher)

    page = client.get(session.get_absolute_url()).text
    mine = my_trainings(teacher, now=timezone.now())

    assert mail.outbox == []
    assert shows(page, "Friday 4 December 2026")
    assert mine.moves[session.pk].newest.starts_at == FIRST + DAY


def test_reminders_follow_the_new_date_though_the_notice_waits(session, taken, teacher, planner):
    move(session, session.meetings[0], DAY, planner=planner)

    reminders.remind(FIRST - DAY)
    assert not Letter.objects.filter(kind=Letters.REMINDER).exists()
    reminders.remind(FIRST)
    assert Letter.objects.filter(kind=Letters.REMINDER, to=teacher).count() == 1


@pytest.mark.parametrize(
    ("language", "later", "at_once"),
    [
        (
            "en",
            "Those concerned are told in ten minutes, so that a second change goes in the same"
            " email.",
            "Those concerned are told at once.",
        ),
        (
            "fr",
            "Les personnes concernées seront prévenues dans dix minutes",
            "Les personnes concernées sont prévenues tout de suite.",
        ),
    ],
)
def test_the_planner_reads_when_those_concerned_are_told(
    client, session, taken, time_machine, language, later, at_once
):
    client.force_login(PlannerFactory(language=language))
    first, second, _third = session.meetings

    def cancelled(meeting) -> str:
        session.refresh_from_db()
        with translation.override(language):
            page = reverse("training:cancel_date", args=[session.public_id, meeting.public_id])
        form = {"reason": "Grève", "revision": session.revision}
        return client.post(page, form, follow=True).text

    assert later in cancelled(second)

    time_machine.move_to(FIRST - HOUR)
    client.force_login(PlannerFactory(language=language))
    assert at_once in cancelled(first)


def test_moved_over_the_last_sunday_of_march_the_notice_keeps_the_local_hour(
    licence, planner, time_machine
):
    time_machine.move_to(datetime.datetime(2027, 2, 1, 12, tzinfo=PARIS))
    planner = PlannerFactory()
    first = datetime.datetime(2027, 3, 25, 17, tzinfo=PARIS)
    session, teacher = series(licence, dates=2, first=first), teacher_of(licence)
    seat(session, teacher)
    meeting = session.meetings[0]
    later = datetime.datetime(2027, 3, 31, 17, tzinfo=PARIS)
    session_dates.move(
        session=session, moves={meeting.pk: Hours(later, later + HOUR)}, revision=0, by=planner
    )
    run_worker_after_the_pause()

    (message,) = sent_to(teacher)
    (told,) = calendars_in(message)
    assert "Was: Thursday 25 March 2027, from 17:00 to 18:00" in message.body
    assert "Now: Wednesday 31 March 2027, from 17:00 to 18:00" in message.body
    assert told.event["DTSTART"].dt.utcoffset() == 2 * HOUR
