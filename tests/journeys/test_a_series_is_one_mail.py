"""A seat in a series of dates is one mail: one calendar part, the other dates as files."""

import datetime

import pytest
from django.core import mail
from django.urls import reverse

from courses.agenda.values import PARIS, Hours
from courses.mail import documents
from courses.mail.enums import LetterState
from courses.mail.models import Letter
from courses.mail.services import post
from courses.mail.values import MailFile, Message
from tests.factories.mail import calendars_in
from tests.factories.people import PlannerFactory, TeacherFactory, TrainerFactory
from tests.factories.training import SessionFactory
from tests.factories.worker import run_worker
from training.enums import Letters, SessionState
from training.services import adviser_enrolment, one_date, session_dates, sessions
from training.services import enrolment as seats

# Six Thursdays from 3 December 2026 on, seven days and more away.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.at("2026-11-20T12:00")]

HOUR, WEEK = datetime.timedelta(hours=1), datetime.timedelta(weeks=1)
FIRST = datetime.datetime(2026, 12, 3, 17, tzinfo=PARIS)


@pytest.fixture
def planner():
    return PlannerFactory()


def six_dates(licence, first=FIRST, **fields):
    """Thursdays, at the same hour by a clock in Paris."""
    hours = [Hours(first + n * WEEK, first + n * WEEK + HOUR) for n in range(6)]
    trainer = TrainerFactory(works_for=licence.resource.provider, language="en")
    return SessionFactory(resource=licence.resource, hours=hours, every=1, led_by=trainer, **fields)


def teacher_of(licence, language="en"):
    return TeacherFactory(works_at=licence.school, language=language)


def seat(session, teacher):
    taken = seats.enrol(session=session, teacher=teacher)
    run_worker()
    return taken


def sent_to(person):
    return [message for message in mail.outbox if person.email in message.to[0]]


def uids(session) -> list[str]:
    return [meeting.calendar_uid for meeting in session.meetings]


def test_a_seat_in_six_dates_is_one_mail_with_six_invitations(licence):
    session, teacher = six_dates(licence), teacher_of(licence)

    seat(session, teacher)

    (message,) = sent_to(teacher)
    part, *files = told = calendars_in(message)
    assert [one.uid for one in told] == uids(session)
    assert {one.method for one in told} == {"REQUEST"}
    assert part.filename == ""
    assert [one.filename for one in files][:2] == [
        "thursday-10-december-2026-17h00.ics",
        "thursday-17-december-2026-17h00.ics",
    ]
    assert "The 5 other dates are attached as calendar files." in message.body
    assert documents.absolute(reverse("training:my_feed")) in message.body


def test_a_client_takes_one_calendar_part_beside_the_text_and_the_files_lie_around_it(licence):
    teacher = teacher_of(licence)
    seat(six_dates(licence), teacher)

    (message,) = sent_to(teacher)
    built = message.message()
    alternative, *files = built.iter_parts()
    assert built.get_content_type() == "multipart/mixed"
    assert [part.get_content_type() for part in alternative.iter_parts()] == [
        "text/plain",
        "text/html",
        "text/calendar",
    ]
    assert {part.get_content_disposition() for part in files} == {"attachment"}


def test_the_names_of_the_files_are_in_the_reader_s_language(licence):
    teacher = teacher_of(licence, language="fr")
    seat(six_dates(licence), teacher)

    (message,) = sent_to(teacher)
    assert calendars_in(message)[1].filename == "jeudi-10-decembre-2026-17h00.ics"
    assert "Les 5 autres dates sont jointes sous forme de fichiers d’agenda." in message.body


def test_the_record_of_the_letter_gives_the_part_and_the_files_back(licence):
    teacher = teacher_of(licence)
    seat(six_dates(licence), teacher)

    kept = documents.opened(Letter.objects.get(to=teacher))

    assert kept.calendar.method == "REQUEST"
    assert {(one.mimetype, one.method) for one in kept.attachments} == {
        ("text/calendar", "REQUEST")
    }
    assert len(kept.attachments) == 5


def test_an_attached_calendar_alone_is_read_back_as_a_file_not_as_the_calendar_part(licence):
    teacher = teacher_of(licence)
    attached = MailFile("date.ics", b"BEGIN:VCALENDAR\r\n", "text/calendar", "REQUEST")
    row = Letter(to=teacher, kind=Letters.SEAT_CONFIRMED)
    built = documents.mail(row, Message("Date", "Here\n", "<p>Here</p>", attachments=(attached,)))
    row.source = built.message().as_bytes()

    read_back = documents.opened(row)

    assert read_back.calendar is None
    assert read_back.attachments == (attached,)


def test_one_date_alone_has_no_file_and_no_word_of_files(licence):
    teacher = teacher_of(licence)
    seat(SessionFactory(resource=licence.resource, starts_at=FIRST), teacher)

    (message,) = sent_to(teacher)
    assert len(calendars_in(message)) == 1
    assert "attached as" not in message.body


def test_a_date_that_moves_before_the_letter_is_written_is_in_it_with_its_newest_sequence(
    licence, planner
):
    session, teacher = six_dates(licence), teacher_of(licence)
    seats.enrol(session=session, teacher=teacher)
    third = session.meetings[2]
    hours = Hours(third.starts_at + HOUR, third.ends_at + HOUR)
    session_dates.move(session=session, moves={third.pk: hours}, revision=0, by=planner)
    run_worker()

    taken = next(one for one in sent_to(teacher) if one.subject.startswith("You are enrolled"))
    told = {one.uid: one.event for one in calendars_in(taken)}[third.calendar_uid]
    assert (told["SEQUENCE"], told["DTSTART"].dt) == (1, hours.starts_at)


def test_a_seat_that_is_given_back_is_one_mail_with_six_cancels(licence):
    session, teacher = six_dates(licence), teacher_of(licence)
    taken = seat(session, teacher)
    mail.outbox.clear()

    seats.cancel(enrolment=taken, by=teacher)
    run_worker()

    (message,) = sent_to(teacher)
    told = calendars_in(message)
    assert [one.uid for one in told] == uids(session)
    assert {(one.method, one.event["SEQUENCE"]) for one in told} == {("CANCEL", 1)}
    assert "The 5 other dates are attached as calendar files." in message.body


def test_a_seat_given_back_leaves_out_the_date_that_was_given_back_before(licence):
    session, teacher = six_dates(licence), teacher_of(licence)
    taken = seat(session, teacher)
    second = session.meetings[1]
    one_date.give_back(enrolment=taken, meeting=second)
    run_worker()
    mail.outbox.clear()

    seats.cancel(enrolment=taken, by=teacher)
    run_worker()

    (message,) = sent_to(teacher)
    assert [one.uid for one in calendars_in(message)] == [
        uid for uid in uids(session) if uid != second.calendar_uid
    ]


def test_a_late_seat_in_a_running_series_invites_to_the_remaining_dates_alone(
    licence, time_machine
):
    """Two dates are over: nothing of them is in the mail; of these the seat has the one on which the
    person was there.
    """
    session, teacher = six_dates(licence), teacher_of(licence)
    time_machine.move_to(FIRST + WEEK + 2 * HOUR)
    planner = PlannerFactory()
    first, second = session.meetings[:2]

    taken = adviser_enrolment.regularise(
        session=session, meeting=second, teacher=teacher, by=planner, reason="Came by a link"
    )
    run_worker()

    (message,) = sent_to(teacher)
    assert [one.uid for one in calendars_in(message)] == uids(session)[2:]
    expected = set(taken.participations.values_list("meeting", flat=True))
    assert (first.pk in expected, second.pk in expected, len(expected)) == (False, True, 5)


def test_a_trainer_is_called_to_six_dates_and_released_by_one_mail_each(licence, planner):
    session = six_dates(licence, state=SessionState.DRAFT)
    trainer = session.trainers.get()
    other = TrainerFactory(works_for=licence.resource.provider)
    session = sessions.open_for_enrolment(session=session, by=planner)
    run_worker()
    (called,) = sent_to(trainer)
    mail.outbox.clear()

    sessions.edit(
        session=session,
        revision=session.revision,
        by=planner,
        capacity=session.capacity,
        trainers=[other],
        language=session.language,
        threshold_percent=session.threshold_percent,
        note="",
    )
    run_worker()

    (released,) = sent_to(trainer)
    assert [one.uid for one in calendars_in(called)] == uids(session)
    assert {one.method for one in calendars_in(called)} == {"REQUEST"}
    assert "You lead 6 meetings" in called.body
    assert [one.uid for one in calendars_in(released)] == uids(session)
    assert {one.method for one in calendars_in(released)} == {"CANCEL"}
    assert len(sent_to(other)) == 1


def test_a_cancelled_session_is_one_mail_with_six_cancels(licence, planner):
    session, teacher = six_dates(licence), teacher_of(licence)
    seat(session, teacher)
    mail.outbox.clear()

    sessions.cancel(session=session, by=planner, reason="Grève")
    run_worker()

    (message,) = sent_to(teacher)
    told = calendars_in(message)
    assert [one.uid for one in told] == uids(session)
    assert {(one.method, str(one.event["STATUS"])) for one in told} == {("CANCEL", "CANCELLED")}


def test_dates_that_go_on_are_one_mail_and_a_single_added_date_is_one_too(licence, planner):
    session, teacher = six_dates(licence), teacher_of(licence)
    seat(session, teacher)
    mail.outbox.clear()

    dates = session_dates.filling.dates_to_go_on(
        session, count=3, leave_out_days_off=True, now=FIRST
    )
    added = session_dates.go_on(session=session, dates=dates, by=planner, revision=session.revision)
    session.refresh_from_db()
    run_worker()
    (several,) = sent_to(teacher)
    (trainer_s,) = sent_to(session.trainers.get())
    mail.outbox.clear()
    hours = Hours(FIRST + datetime.timedelta(days=1), FIRST + datetime.timedelta(days=1) + HOUR)
    one = session_dates.add_meeting(
        session=session, hours=hours, by=planner, revision=session.revision
    )
    run_worker()
    (single,) = sent_to(teacher)

    assert [each.uid for each in calendars_in(several)] == [each.calendar_uid for each in added]
    assert "You are expected on 3 more dates" in several.body
    assert len(calendars_in(trainer_s)) == 3
    assert [each.uid for each in calendars_in(single)] == [one.calendar_uid]


def test_six_dates_across_the_last_sunday_of_march_are_at_the_same_local_hour(
    licence, time_machine
):
    """In the mail's words and in each calendar, read with the zone that the file defines."""
    time_machine.move_to(datetime.datetime(2027, 2, 1, 12, tzinfo=PARIS))
    first = datetime.datetime(2027, 3, 11, 17, tzinfo=PARIS)
    session, teacher = six_dates(licence, first=first), teacher_of(licence)

    seat(session, teacher)

    (message,) = sent_to(teacher)
    starts = [one.event["DTSTART"].dt for one in calendars_in(message)]
    assert [start.astimezone(PARIS).hour for start in starts] == [17] * 6
    assert [start.utcoffset() // HOUR for start in starts] == [1, 1, 1, 2, 2, 2]
    assert message.body.count("from 17:00 to 18:00") == 6


@pytest.mark.parametrize("kind", [Letters.MEETING_INVITATION, Letters.MEETING_UPDATE])
def test_a_letter_about_one_further_meeting_that_waits_in_an_older_database_goes_out(licence, kind):
    """Its row names one meeting, as version 0.2.0 posted it."""
    session, teacher = six_dates(licence), teacher_of(licence)
    taken = seat(session, teacher)
    mail.outbox.clear()
    second = session.meetings[1]
    about = taken if kind == Letters.MEETING_INVITATION else session
    post(kind, about=about, to=teacher, key="old", details={"meeting": second.pk})
    run_worker()

    (message,) = sent_to(teacher)
    assert [one.uid for one in calendars_in(message)] == [second.calendar_uid]


def test_the_letter_of_a_seat_given_back_that_waits_in_an_older_database_has_one_cancel(licence):
    """Each further meeting of it has a `training.meeting_withdrawn` of its own there."""
    session, teacher = six_dates(licence), teacher_of(licence)
    taken = seat(session, teacher)
    seats.cancel(enrolment=taken, by=teacher)
    letter = Letter.objects.get(kind=Letters.ENROLMENT_CANCELLED)
    letter.details.pop("meetings")
    letter.save()
    mail.outbox.clear()
    second = session.meetings[1]
    further = {"meeting": second.pk}
    post(Letters.MEETING_WITHDRAWN, about=taken, to=teacher, key="old", details=further)
    run_worker()

    told = [calendars_in(message) for message in sent_to(teacher)]
    assert [[one.uid for one in each] for each in told] == [
        [session.meetings[0].calendar_uid],
        [second.calendar_uid],
    ]
    assert set(Letter.objects.values_list("state", flat=True)) == {LetterState.SENT}
