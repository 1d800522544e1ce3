"""A planner enrols a teacher in a series that has begun, for the dates to come."""

import datetime

import pytest
from django.core import mail
from django.template.loader import render_to_string
from django.urls import reverse
from icalendar import Calendar

from courses.agenda.values import Hours
from courses.live import services as live
from courses.live.enums import RoomRole
from courses.live.models import RoomPass
from tests.factories.attendance import absent, came_as_guest, was_there
from tests.factories.people import TeacherFactory
from tests.factories.training import SessionFactory, in_a_week
from tests.factories.worker import run_worker
from training.documents.enrolment import people_to_sign
from training.enums import EnrolmentOrigin, EnrolmentState, OpenTo
from training.exceptions import (
    LicenceBeginsAfter,
    LicenceEndsBefore,
    NoDateToEnter,
    NoSeatForLateEntry,
    SeriesStarted,
    SessionIsCancelled,
    SessionNotOpen,
    TooLateToCancel,
)
from training.models import Certificate, Enrolment, Participation, Sheet
from training.queries import filling
from training.queries.feed import dates_of
from training.queries.participants import expected_at
from training.queries.presence import presence_of
from training.services import adviser_enrolment, attendance, guests, session_dates, sessions
from training.services import enrolment as enrolments

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.at("2026-11-25T12:00")]

HOUR, DAY, WEEK = (datetime.timedelta(**{unit: 1}) for unit in ("hours", "days", "weeks"))
WHY = "Arrived at the school this week"


@pytest.fixture
def session(licence):
    """Wednesdays 2, 9 and 16 December, from 17:00 to 18:00."""
    return a_series(licence)


@pytest.fixture
def teacher(licence):
    return TeacherFactory(works_at=licence.school, language="en", given_name="Zoé")


@pytest.fixture
def on_thursday(session, time_machine):
    """The day after the first date."""
    time_machine.move_to(session.starts_at + DAY)


def a_series(licence, **fields):
    first = in_a_week()
    hours = [Hours(first + n * WEEK, first + n * WEEK + HOUR) for n in range(3)]
    return SessionFactory(resource=licence.resource, hours=hours, **fields)


def enters(session, teacher, planner, **said):
    return adviser_enrolment.enrol_by_adviser(
        session=session, teacher=teacher, by=planner, reason=WHY, **said
    )


def address(name, session):
    return reverse(f"training:{name}", args=[session.public_id])


def dates(seat) -> list:
    rows = seat.participations.expected().order_by("meeting__occurrence__start")
    return [one.meeting for one in rows]


def calendars() -> list:
    parts = [part for one in mail.outbox for part in one.message().walk()]
    return [
        Calendar.from_ical(part.get_payload(decode=True))
        for part in parts
        if part.get_content_type() == "text/calendar"
    ]


def starts_in(calendar) -> list:
    return [event.decoded("dtstart") for event in calendar.walk("VEVENT")]


# The planner's page


def test_a_planner_enrols_somebody_for_the_dates_to_come(
    client, session, teacher, planner, on_thursday
):
    client.force_login(planner)
    there = {"teacher": teacher.public_id}
    people = client.get(address("session_people", session)).text
    asked = client.get(address("enrol_somebody", session), there).text
    answer = client.post(address("enrol_somebody", session), {**there, "reason": WHY}, follow=True)

    assert "Enrol somebody for the dates to come" in people
    assert "the seat is for 2 of its 3 dates, from Wednesday 9 December on." in asked
    assert "That isn’t enough for the certificate any more." in asked
    assert "has a seat, and is invited." in answer.text
    assert "Entered late" in answer.text
    assert "from Wed 9 Dec on" in answer.text
    assert WHY in answer.text
    seat = Enrolment.objects.get()
    assert (seat.state, seat.origin) == (EnrolmentState.CONFIRMED, EnrolmentOrigin.LATE)
    assert dates(seat) == list(session.meetings)[1:]


@pytest.mark.parametrize(
    ("percent", "sentence"),
    [
        (66, "That is enough for the certificate."),
        (67, "That isn’t enough for the certificate any more."),
    ],
)
def test_the_page_says_whether_the_certificate_can_still_be_earned(
    client, session, teacher, planner, on_thursday, percent, sentence
):
    session.threshold_percent = percent
    session.save()
    client.force_login(planner)
    asked = client.get(address("enrol_somebody", session), {"teacher": teacher.public_id}).text
    team = client.get(address("enrol_team", session)).text

    assert sentence in asked
    assert sentence in team


def test_enrolling_late_needs_a_reason_and_twice_is_once(
    client, session, teacher, planner, on_thursday
):
    client.force_login(planner)
    client.post(address("enrol_somebody", session), {"teacher": teacher.public_id, "reason": " "})
    assert not Enrolment.objects.exists()

    assert enters(session, teacher, planner) == enters(session, teacher, planner)
    again = client.get(address("enrol_somebody", session), {"teacher": teacher.public_id}).text
    assert 'name="reason"' not in again
    assert Enrolment.objects.get().steps.count() == 1


# Letters, rooms, calendars


def test_letter_passes_and_calendars_hold_the_dates_to_come_alone(
    client, session, teacher, planner, on_thursday
):
    _first, second, third = session.meetings
    enters(session, teacher, planner)
    run_worker()

    (letter,) = mail.outbox
    html = letter.alternatives[0][0]
    for words in (letter.body, html):
        assert "the seat is for 2 of its 3 dates, from Wednesday 9 December on." in words
        assert "The dates before are no absence." in words
        assert "That isn’t enough for the certificate any more." in words
        assert "until your first date begins" in words
        assert "2 December" not in words
    told = [start for one in calendars() for start in starts_in(one)]
    assert sorted(told) == [second.starts_at, third.starts_at]
    passes = RoomPass.objects.filter(person=teacher, is_withdrawn=False)
    assert set(passes.values_list("room__meeting", flat=True)) == {second.pk, third.pk}
    assert [one.meeting for one in dates_of(teacher, session.starts_at)] == [second, third]
    client.force_login(teacher)
    file = client.get(address("session_ics", session)).content
    assert starts_in(Calendar.from_ical(file)) == [second.starts_at, third.starts_at]


def test_the_letter_is_written_in_french_for_a_french_reader(
    session, licence, planner, on_thursday
):
    reader = TeacherFactory(works_at=licence.school, language="fr")
    enters(session, reader, planner)
    run_worker()

    (letter,) = mail.outbox
    assert "pour 2 de ses 3 dates" in letter.body
    assert "The " not in letter.body


def test_a_date_that_goes_on_now_is_none_of_the_dates_to_come(
    client, session, teacher, planner, time_machine
):
    time_machine.move_to(session.starts_at + HOUR / 2)
    seat = enters(session, teacher, planner)
    client.force_login(teacher)

    assert dates(seat) == list(session.meetings)[1:]
    assert "Enter the room" not in client.get(session.get_absolute_url()).text
    assert "Enter the room" not in client.get(reverse("training:mine")).text


def test_the_teacher_s_pages_name_the_dates_of_the_seat(
    client, session, teacher, planner, on_thursday
):
    enters(session, teacher, planner)
    client.force_login(teacher)
    page = client.get(session.get_absolute_url()).text
    mine = client.get(reverse("training:mine")).text
    own = client.get(reverse("training:my_dates", args=[Enrolment.objects.get().public_id])).text

    assert page.count("before your enrolment") == 1
    assert "Wednesday 2 December" not in mine
    assert "2 December" not in own
    assert "you can reach 66 % at most" in own


# Presence


def test_dates_before_the_entry_are_no_absence_anywhere(
    client, session, licence, teacher, planner, time_machine
):
    before = enrolments.enrol(
        session=session, teacher=TeacherFactory(works_at=licence.school, given_name="Alix")
    )
    first, second, third = session.meetings
    time_machine.move_to(session.starts_at + DAY)
    attendance.follow_the_rooms(first.ends_at + HOUR)
    seat = enters(session, teacher, planner)
    attendance.prefill(first.pk)
    sheet = Sheet.objects.get(meeting=first)
    client.force_login(planner)
    shown = client.get(reverse("training:sheet", args=[sheet.public_id])).text

    (line,) = sheet.lines.all()
    assert line.participation.enrolment == before
    assert "Zoé" not in shown
    expected = expected_at(filling.meetings_with_sheets(session))
    assert [len(expected[one.pk]) for one in (first, second, third)] == [1, 2, 2]
    (_name, _school, _away, gone), other = sorted(
        people_to_sign(session), key=lambda one: not one[3]
    )
    assert (gone, other[3]) == ([first.pk], [])
    html = render_to_string(
        "training/documents/sign_in.html",
        {"people": people_to_sign(session), "parts": [list(session.meetings)], "session": session},
    )
    assert html.count("before the enrolment") == 1
    listed = client.get(address("export_people", session)).content.decode("utf-8-sig")
    assert "after the start, by a training planner" in listed
    client.force_login(teacher)
    page = client.get(address("presence", session)).text
    assert page.count("Before your enrolment: this is no absence.") == 1
    assert [one.is_expected for one in presence_of(teacher, session.public_id).meetings] == [
        False,
        True,
        True,
    ]
    assert dates(before) == [first, second, third]
    assert dates(seat) == [second, third]


def test_a_guest_who_is_regularised_is_expected_on_no_earlier_date(
    client, session, licence, teacher, planner, time_machine
):
    """Came by a colleague's link on the second date; the first one's sheet isn't closed yet."""
    seat = enrolments.enrol(session=session, teacher=TeacherFactory(works_at=licence.school))
    first, second, third = session.meetings
    came_as_guest(second, "Zoé", (0, 60))
    time_machine.move_to(second.ends_at + 2 * HOUR)
    sheets = [attendance.prefill(one.pk) for one in (first, second)]
    guest = sheets[1].lines.guests().get()
    guests.regularise(line=guest, teacher=teacher, reason="By telephone", by=planner)
    again = attendance.prefill(first.pk)
    run_worker()

    own = Enrolment.objects.get(teacher=teacher)
    assert own.origin == EnrolmentOrigin.AFTERWARDS
    assert dates(own) == [second, third]
    assert [line.participation.enrolment for line in again.lines.all()] == [seat]
    before = {one[3][0] for one in people_to_sign(session) if one[3]}
    assert before == {first.pk}
    expected = expected_at(filling.meetings_with_sheets(session))
    assert [len(expected[one.pk]) for one in (first, second, third)] == [1, 2, 2]
    client.force_login(teacher)
    page = client.get(address("presence", session)).text
    assert page.count("Before your enrolment: this is no absence.") == 1
    assert client.get(session.get_absolute_url()).text.count("before your enrolment") == 1
    assert "Wednesday 2 December" not in client.get(reverse("training:mine")).text
    told = [one.body for one in mail.outbox if teacher.email in one.to[0]]
    assert [("2 December" in body, "16 December" in body) for body in told] == [(False, True)]


def test_a_guest_of_two_dates_is_on_both_sheets(session, teacher, planner, time_machine):
    first, second, third = session.meetings
    for meeting in (first, second):
        came_as_guest(meeting, "Zoé", (0, 60))
    time_machine.move_to(second.ends_at + 2 * HOUR)
    for meeting in (first, second):
        guest = attendance.prefill(meeting.pk).lines.guests().get()
        guests.regularise(line=guest, teacher=teacher, reason="By telephone", by=planner)

    assert dates(Enrolment.objects.get()) == [first, second, third]
    meetings = presence_of(teacher, session.public_id).meetings
    assert [(one.is_expected, one.minutes) for one in meetings] == [
        (True, 60),
        (True, 60),
        (True, 0),
    ]


def test_who_waited_before_the_start_reads_the_same(session, licence, planner, time_machine):
    session.capacity = 1
    session.save()
    enrolments.enrol(session=session, teacher=TeacherFactory(works_at=licence.school))
    waiting = enrolments.enrol(session=session, teacher=TeacherFactory(works_at=licence.school))
    time_machine.move_to(session.starts_at + DAY)

    with pytest.raises(NoSeatForLateEntry):
        enters(session, waiting.teacher, planner)
    seat = enters(session, waiting.teacher, planner, over_capacity=True)

    assert seat.pk == waiting.pk
    assert (seat.state, seat.origin, seat.over_capacity) == (
        EnrolmentState.CONFIRMED,
        EnrolmentOrigin.LATE,
        True,
    )
    assert dates(seat) == list(session.meetings)[1:]
    meetings = presence_of(seat.teacher, session.public_id).meetings
    assert [one.is_before_enrolment for one in meetings] == [True, False, False]
    run_worker()
    (told,) = [one.body for one in mail.outbox if seat.teacher.email in one.to[0]]
    assert "pour 2 de ses 3 dates" in told


@pytest.mark.parametrize(
    ("held", "sentence"),
    [
        (45, "That is enough for the certificate."),  # 120 of 165 minutes
        (60, "That isn’t enough for the certificate any more."),  # 120 of 180
    ],
)
def test_a_date_that_was_held_counts_with_its_real_length_on_pages_and_in_the_letter(
    client, session, teacher, planner, time_machine, held, sentence
):
    session.threshold_percent = 70
    session.save()
    first, (trainer,) = session.meetings[0], session.trainers.all()
    live.give_pass(meeting=first, person=trainer, role=RoomRole.MODERATOR)
    was_there(first, trainer, (0, held))
    time_machine.move_to(session.starts_at + DAY)
    sheet = attendance.prefill(first.pk)
    attendance.close(sheet=sheet, revision=sheet.revision, decisions={}, by=trainer)
    client.force_login(planner)

    alone = client.get(address("enrol_somebody", session), {"teacher": teacher.public_id}).text
    team = client.get(address("enrol_team", session)).text
    enters(session, teacher, planner)
    run_worker()

    [letter] = [one for one in mail.outbox if teacher.email in one.to[0]]
    for said in (alone, team, letter.body, letter.alternatives[0].content):
        assert sentence in said


@pytest.mark.parametrize(("percent", "number"), [(60, 1), (75, 0)])
def test_the_certificate_asks_the_same_of_who_came_late(
    session, teacher, planner, time_machine, percent, number
):
    """Hours attended, against the real length of all dates, as for who gave a date back."""
    session.threshold_percent = percent
    session.save()
    (trainer,) = session.trainers.all()
    time_machine.move_to(session.starts_at + DAY)
    enters(session, teacher, planner)
    for nth, meeting in enumerate(session.meetings):
        time_machine.move_to(meeting.ends_at + HOUR)
        if nth:
            was_there(meeting, teacher, (0, 60))
        attendance.prefill(meeting.pk)
        sheet = Sheet.objects.get(meeting=meeting)
        attendance.close(sheet=sheet, revision=sheet.revision, decisions=absent(sheet), by=trainer)

    session.refresh_from_db()
    assert session.state == "closed"
    assert [one.minutes for one in Certificate.objects.all()] == [120] * number


# Seats and rights


def test_without_a_free_seat_it_is_refused_and_one_seat_more_is_ticked(
    client, session, licence, teacher, planner, time_machine
):
    session.capacity = 1
    session.save()
    enrolments.enrol(session=session, teacher=TeacherFactory(works_at=licence.school))
    time_machine.move_to(session.starts_at + DAY)
    client.force_login(planner)
    said = {"teacher": teacher.public_id, "reason": WHY}
    refused = client.post(address("enrol_somebody", session), said).text

    assert "No seat is free, and after the start nobody is put in the waiting list." in refused
    assert "Tick “One seat more”" in refused
    assert "Put in the waiting list" not in refused
    assert Enrolment.objects.count() == 1
    answer = client.post(
        address("enrol_somebody", session), {**said, "one_more": "on"}, follow=True
    )
    assert "over capacity by 1" in answer.text
    assert Enrolment.objects.get(teacher=teacher).over_capacity


def test_the_quota_of_a_school_is_said_before(
    client, session, licence, teacher, planner, time_machine
):
    session.school_quota = 1
    session.save()
    enrolments.enrol(session=session, teacher=TeacherFactory(works_at=licence.school))
    time_machine.move_to(session.starts_at + DAY)
    client.force_login(planner)
    page = client.get(address("enrol_somebody", session), {"teacher": teacher.public_id}).text

    assert "The school has the 1 seat that a school can have: this would be one more." in page


def test_the_right_is_asked_for_the_days_to_come(session, licence, teacher, planner, on_thursday):
    second = session.meetings[1]
    licence.since = second.starts_at.date()
    licence.save()
    assert enters(session, teacher, planner).is_confirmed

    licence.since += DAY
    licence.save()
    with pytest.raises(LicenceBeginsAfter):
        enters(session, TeacherFactory(works_at=licence.school), planner)
    licence.since, licence.until = second.starts_at.date() - WEEK, second.starts_at.date()
    licence.save()
    with pytest.raises(LicenceEndsBefore):
        enters(session, TeacherFactory(works_at=licence.school), planner)
    admitted = enters(session, TeacherFactory(works_at=licence.school), planner, all_the_same=True)
    assert (admitted.is_admitted, admitted.is_late) == (True, True)


def test_whoever_began_to_teach_after_the_start_enters(session, planner, on_thursday):
    session.open_to = OpenTo.EVERYONE
    session.save()
    teacher = TeacherFactory()
    teacher.memberships.update(since=datetime.date(2026, 12, 3))

    assert enters(session, teacher, planner).is_late


def test_a_team_enters_late(client, session, licence, teacher, planner, time_machine):
    session.capacity = 2
    session.save()
    waiting = TeacherFactory(works_at=licence.school)
    for one in (*TeacherFactory.create_batch(2, works_at=licence.school), waiting):
        enrolments.enrol(session=session, teacher=one)
    time_machine.move_to(session.starts_at + DAY)
    client.force_login(planner)
    said = {"people": f"{teacher.login}\n{waiting.login}", "reason": WHY}
    page = client.post(address("enrol_team", session), said).text

    assert page.count("No seat is free, and after the start") == 2
    assert not Enrolment.objects.filter(origin=EnrolmentOrigin.LATE).exists()
    page = client.post(address("enrol_team", session), {**said, "one_more": "on"}).text
    assert page.count("Has a seat") == 2
    assert [len(dates(one)) for one in Enrolment.objects.filter(origin=EnrolmentOrigin.LATE)] == [
        2,
        2,
    ]


# What is refused


def test_cancelled_ended_and_draft_sessions_are_refused(
    session, licence, teacher, planner, time_machine
):
    draft, cancelled = a_series(licence, state="draft"), a_series(licence)
    time_machine.move_to(session.starts_at + DAY)
    sessions.cancel(session=cancelled, reason="Strike", by=planner)
    with pytest.raises(SessionNotOpen):
        enters(draft, teacher, planner)
    with pytest.raises(SessionIsCancelled):
        enters(cancelled, teacher, planner)

    time_machine.move_to(session.ends_at - HOUR)
    with pytest.raises(NoDateToEnter):
        enters(session, teacher, planner)
    time_machine.move_to(session.ends_at + DAY)
    with pytest.raises(NoDateToEnter):
        enters(session, teacher, planner)
    assert not Enrolment.objects.exists()


def test_a_session_whose_other_dates_are_cancelled_has_none_to_enter(
    client, session, teacher, planner, on_thursday
):
    for meeting in session.meetings[1:]:
        session_dates.cancel_meeting(session=session, meeting=meeting, by=planner, reason="Strike")
    client.force_login(planner)
    page = client.get(address("enrol_somebody", session), {"teacher": teacher.public_id}).text

    assert "This session has no date to come" in page
    assert "enrolled after the fact, on the sheet of the date" in page
    assert "Enrol somebody for the dates" not in client.get(address("session_people", session)).text


def test_the_teacher_s_own_press_stays_refused_and_says_whom_to_ask(
    client, session, teacher, on_thursday, settings
):
    client.force_login(teacher)
    page = client.get(session.get_absolute_url()).text

    assert "you can’t enrol by yourself any more" in page
    assert f"write to {settings.CONTACT_ADDRESS}" in page
    with pytest.raises(SeriesStarted):
        enrolments.enrol(session=session, teacher=teacher)
    assert not Enrolment.objects.exists()


# Giving back


def test_a_late_seat_is_given_back_until_its_own_first_date(
    client, session, teacher, planner, on_thursday
):
    seat = enters(session, teacher, planner)
    run_worker()
    mail.outbox.clear()
    client.force_login(planner)
    people = client.get(address("session_people", session)).text
    cancel = reverse("training:cancel_for_somebody", args=[seat.public_id])
    assert cancel in people
    client.post(cancel, {"reason": "The wrong person"})
    run_worker()

    seat.refresh_from_db()
    assert seat.is_cancelled
    assert not Participation.objects.filter(is_withdrawn=False).exists()
    told = sorted(start for one in calendars() for start in starts_in(one))
    assert {str(one["METHOD"]) for one in calendars()} == {"CANCEL"}
    assert told == [one.starts_at for one in session.meetings[1:]]
    assert enters(session, teacher, planner).pk != seat.pk


def test_a_late_seat_is_not_changed_in_one_step_and_the_page_says_what_to_do(
    client, session, licence, teacher, planner, on_thursday
):
    other = SessionFactory(
        resource=licence.resource, training=session.training, starts_at=session.ends_at + WEEK
    )
    seat = enters(session, teacher, planner)
    client.force_login(teacher)

    page = client.get(reverse("training:other_dates", args=[seat.public_id])).text
    press = reverse("training:change_date", args=[seat.public_id, other.public_id])
    pressed = client.post(press, follow=True).text
    client.post(reverse("training:cancel_enrolment", args=[seat.public_id]))
    client.post(reverse("training:enrol", args=[other.public_id]))

    for said in (page, pressed):
        assert "your seat can’t be changed to another date in one step" in said
        assert "give it back on the session’s page, then enrol in another date" in said
    [now] = Enrolment.objects.still_open().filter(teacher=teacher)
    assert now.session == other


def test_after_its_first_date_a_late_seat_stays(client, session, teacher, planner, time_machine):
    time_machine.move_to(session.starts_at + DAY)
    seat = enters(session, teacher, planner)
    client.force_login(teacher)
    assert "I can’t come" in client.get(session.get_absolute_url()).text
    time_machine.move_to(session.meetings[1].starts_at)

    assert "I can’t come" not in client.get(session.get_absolute_url()).text
    with pytest.raises(TooLateToCancel):
        enrolments.cancel(enrolment=seat, by=teacher)


def test_a_date_that_is_added_later_is_the_late_seat_s_too(session, teacher, planner, on_thursday):
    seat = enters(session, teacher, planner)
    last = session.meetings[2]
    hours = Hours(last.starts_at + WEEK, last.ends_at + WEEK)
    session_dates.add_meeting(session=session, hours=hours, by=planner, revision=session.revision)

    assert dates(seat) == list(session.meetings)[1:]
