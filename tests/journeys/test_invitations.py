"""What a calendar is told: read back from the mails as they were sent."""

import datetime
import email
import email.policy

import pytest
import time_machine
from django.core import mail
from icalendar import Calendar

from courses.agenda import services as agenda
from courses.agenda.enums import CalendarMethod, WeeksBetween
from courses.agenda.queries import starts_every
from courses.agenda.values import PARIS, Hours
from courses.mail import services as outbox
from courses.mail.models import Letter
from tests.factories.mail import INVITATION, calendar_of, event_of
from tests.factories.people import TeacherFactory
from tests.factories.worker import run_worker

pytestmark = pytest.mark.django_db


def plan(start=None, count=1, minutes=90):
    start = start or datetime.datetime(2027, 1, 13, 17, tzinfo=PARIS)
    return agenda.plan_series(
        title="Chercher",
        hours=[
            Hours(s, s + datetime.timedelta(minutes=minutes))
            for s in starts_every(start, WeeksBetween.WEEK, count)
        ],
    )


def send(meeting, teacher, method) -> Letter:
    """Tell, post, and let the worker send."""
    entry = agenda.tell(meeting=meeting, person=teacher, method=method)
    letter = outbox.post(
        INVITATION,
        about=meeting,
        to=teacher,
        key=f"test:{meeting.pk}:{teacher.pk}:{Letter.objects.count()}",
    )
    run_worker()
    assert entry is not None
    letter.refresh_from_db()
    return letter


def test_an_invitation_is_an_alternative_whose_header_and_body_name_the_same_method():
    teacher, meeting = TeacherFactory(language="fr"), plan().meetings.get()

    letter = send(meeting, teacher, CalendarMethod.REQUEST)

    sent = email.message_from_bytes(bytes(letter.source), policy=email.policy.default)
    assert sent.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in sent.iter_parts()] == [
        "text/plain",
        "text/html",
        "text/calendar",
    ]
    part = list(sent.iter_parts())[-1]
    assert (part.get_param("method"), part.get_param("charset"), part.get_filename()) == (
        "REQUEST",
        "utf-8",
        None,
    )
    assert (sent["Auto-Submitted"], sent["Content-Language"]) == ("auto-generated", "fr")
    assert sent["Message-ID"] == f"<letter-{letter.public_id}@testserver>"
    calendar = calendar_of(letter)
    assert (str(calendar["method"]), str(calendar["version"])) == ("REQUEST", "2.0")
    event = event_of(letter)
    assert str(event["organizer"]) == f"mailto:{sent['From'].addresses[0].addr_spec}"
    assert str(event["attendee"]) == f"mailto:{teacher.email}"
    assert str(event["uid"]) == meeting.calendar_uid
    assert (event["sequence"], str(event["status"])) == (0, "CONFIRMED")
    assert (
        str(event["url"])
        == str(event["location"])
        == f"http://testserver/join/{meeting.public_id}/"
    )
    assert str(event["description"]) == "Au programme : chercher, citer ; échanger."


def test_what_the_mail_server_got_is_what_is_kept():
    letter = send(plan().meetings.get(), TeacherFactory(), CalendarMethod.REQUEST)

    assert mail.outbox[0].message().as_bytes() == bytes(letter.source)


def test_hours_are_in_paris_time_with_the_zone_beside_them_and_the_stamp_in_utc():
    letter = send(plan().meetings.get(), TeacherFactory(), CalendarMethod.REQUEST)

    text = calendar_of(letter).to_ical().decode()
    assert "DTSTART;TZID=Europe/Paris:20270113T170000\r\n" in text
    assert "DTEND;TZID=Europe/Paris:20270113T183000\r\n" in text
    (zone,) = calendar_of(letter).walk("VTIMEZONE")
    assert str(zone["tzid"]) == "Europe/Paris"
    assert {(str(part["tzname"]), part["tzoffsetto"].to_ical()) for part in zone.subcomponents} == {
        ("CEST", "+0200"),
        ("CET", "+0100"),
    }
    stamp = next(line for line in text.split("\r\n") if line.startswith("DTSTAMP"))
    assert stamp.startswith("DTSTAMP:")
    assert stamp.endswith("Z")


@pytest.mark.parametrize(
    "first",
    [
        datetime.datetime(2026, 10, 21, 18, tzinfo=PARIS),
        datetime.datetime(2027, 3, 24, 18, tzinfo=PARIS),
    ],
)
def test_the_zone_sent_along_gives_the_same_instants_as_ours_over_the_change(first):
    teacher = TeacherFactory()
    meetings = list(plan(start=first, count=2).meetings.in_time_order())

    letters = [send(meeting, teacher, CalendarMethod.REQUEST) for meeting in meetings]

    for letter, meeting in zip(letters, meetings, strict=True):
        zone = (
            calendar_of(letter).walk("VTIMEZONE")[0].to_tz(lookup_tzid=False)
        )  # the definition as a client reads it
        wall = event_of(letter)["dtstart"].dt.replace(tzinfo=None)
        assert wall.hour == 18
        assert wall.replace(tzinfo=zone).astimezone(datetime.UTC) == meeting.starts_at


def test_lines_are_folded_at_75_octets_and_never_inside_a_letter():
    teacher = TeacherFactory(
        given_name="Éléonore-Élodie-Hélène",
        family_name="de Saint-Étienne-d’Évreux-lès-Mêlées-sur-Gâtine",
    )
    letter = send(plan().meetings.get(), teacher, CalendarMethod.REQUEST)

    content = email.message_from_bytes(bytes(letter.source), policy=email.policy.default).get_body(
        ("plain",)
    )
    assert content is not None
    raw = next(
        p
        for p in email.message_from_bytes(bytes(letter.source)).walk()
        if p.get_content_type() == "text/calendar"
    ).get_payload(decode=True)
    lines = raw.split(b"\r\n")
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(len(line) for line in lines) <= 75
    # no letter of several bytes is cut in two
    assert all("\ufffd" not in line.decode(errors="replace") for line in lines)
    assert str(event_of(letter)["attendee"].params["CN"]) == teacher.display_name


def test_the_sequence_rises_through_request_move_cancel_and_request_again_and_the_uid_stays():
    teacher, meeting = TeacherFactory(), plan().meetings.get()

    letters = [send(meeting, teacher, CalendarMethod.REQUEST)]
    agenda.move(
        meeting=meeting,
        hours=Hours(
            meeting.starts_at + datetime.timedelta(days=1),
            meeting.ends_at + datetime.timedelta(days=1),
        ),
    )
    letters += [send(meeting, teacher, CalendarMethod.REQUEST)]
    letters += [send(meeting, teacher, CalendarMethod.CANCEL)]
    letters += [send(meeting, teacher, CalendarMethod.REQUEST)]

    events = [event_of(letter) for letter in letters]
    assert [str(calendar_of(letter)["method"]) for letter in letters] == [
        "REQUEST",
        "REQUEST",
        "CANCEL",
        "REQUEST",
    ]
    assert [event["sequence"] for event in events] == [0, 1, 2, 3]
    assert {str(event["uid"]) for event in events} == {meeting.calendar_uid}
    assert [event["dtstart"].dt.day for event in events] == [13, 14, 14, 14]


def test_one_person_less_is_not_a_cancelled_meeting():
    teacher, meeting = TeacherFactory(), plan().meetings.get()
    send(meeting, teacher, CalendarMethod.REQUEST)

    letter = send(meeting, teacher, CalendarMethod.CANCEL)

    event = event_of(letter)
    assert "status" not in event
    assert str(event["attendee"]) == f"mailto:{teacher.email}"
    assert {"uid", "dtstamp", "organizer", "sequence"} <= {name.lower() for name in event}


def test_a_meeting_off_for_all_says_so():
    teacher, meeting = TeacherFactory(), plan().meetings.get()
    send(meeting, teacher, CalendarMethod.REQUEST)
    agenda.cancel(meeting=meeting, reason="The trainer is ill.")

    letter = send(meeting, teacher, CalendarMethod.CANCEL)

    assert str(event_of(letter)["status"]) == "CANCELLED"


def test_the_same_facts_told_twice_change_nothing():
    teacher, meeting = TeacherFactory(), plan().meetings.get()

    first = agenda.tell(meeting=meeting, person=teacher, method=CalendarMethod.REQUEST)
    second = agenda.tell(meeting=meeting, person=teacher, method=CalendarMethod.REQUEST)
    agenda.tell(meeting=meeting, person=teacher, method=CalendarMethod.CANCEL)
    agenda.move(
        meeting=meeting,
        hours=Hours(
            meeting.starts_at + datetime.timedelta(days=1),
            meeting.ends_at + datetime.timedelta(days=1),
        ),
    )
    last = agenda.tell(meeting=meeting, person=teacher, method=CalendarMethod.CANCEL)

    assert (first.pk, first.sequence, first.stamped_at) == (
        second.pk,
        second.sequence,
        second.stamped_at,
    )
    assert last.sequence == 1


def test_nobody_is_uninvited_who_was_not_invited_nor_invited_to_what_is_cancelled():
    teacher, meeting = TeacherFactory(), plan().meetings.get()

    assert agenda.tell(meeting=meeting, person=teacher, method=CalendarMethod.CANCEL) is None
    agenda.cancel(meeting=meeting, reason="No trainer.")
    assert agenda.tell(meeting=meeting, person=teacher, method=CalendarMethod.REQUEST) is None


def test_a_letter_sent_again_carries_the_calendar_as_it_is_now_with_a_later_stamp():
    teacher, meeting = TeacherFactory(), plan().meetings.get()
    with time_machine.travel(datetime.datetime(2026, 12, 1, 9, tzinfo=PARIS), tick=False):
        first = send(meeting, teacher, CalendarMethod.REQUEST)
    with time_machine.travel(datetime.datetime(2026, 12, 2, 9, tzinfo=PARIS), tick=False):
        again = outbox.send_again(first)
        run_worker()

    again.refresh_from_db()
    assert again.key != first.key
    assert event_of(again)["sequence"] == event_of(first)["sequence"]
    assert event_of(again)["dtstamp"].dt > event_of(first)["dtstamp"].dt


def test_names_and_words_with_signs_of_the_format_come_back_whole():
    teacher = TeacherFactory(
        given_name='Zoé "Z", dite; \\la', family_name="Martin\r\nATTENDEE:mailto:spy@example.org"
    )
    letter = send(plan().meetings.get(), teacher, CalendarMethod.REQUEST)

    attendees = [value for name, value in event_of(letter).property_items() if name == "ATTENDEE"]
    assert [str(attendee) for attendee in attendees] == [f"mailto:{teacher.email}"]


def test_a_downloaded_file_holds_every_meeting_in_step_with_the_mails():
    teacher, series = TeacherFactory(), plan(count=3)
    meetings = list(series.meetings.in_time_order())
    agenda.tell(meeting=meetings[1], person=teacher, method=CalendarMethod.REQUEST)
    agenda.move(
        meeting=meetings[1],
        hours=Hours(
            meetings[1].starts_at + datetime.timedelta(hours=1),
            meetings[1].ends_at + datetime.timedelta(hours=1),
        ),
    )
    agenda.tell(meeting=meetings[1], person=teacher, method=CalendarMethod.REQUEST)

    content = agenda.meeting_ics(
        meetings,
        summary="Chercher",
        description="Chercher, citer",
        url=lambda m: f"http://testserver/join/{m.public_id}/",
        person=teacher,
    )

    calendar = Calendar.from_ical(content)
    events = calendar.walk("VEVENT")
    assert str(calendar["method"]) == "PUBLISH"
    assert [(str(e["uid"]), e["sequence"]) for e in events] == [
        (m.calendar_uid, n) for m, n in zip(meetings, (0, 1, 0), strict=True)
    ]
    assert not any("attendee" in event for event in events)
