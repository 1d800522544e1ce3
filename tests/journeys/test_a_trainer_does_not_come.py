"""No trainer comes to a date: recorded, told, no absence, and another date is owed."""

import datetime
from email.utils import parseaddr

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from courses.agenda.values import Hours
from tests.factories.attendance import was_there
from tests.factories.catalogue import LicenceFactory
from tests.factories.people import TeacherFactory, TrainerFactory
from tests.factories.training import SessionFactory, in_a_week
from tests.factories.worker import run_worker
from training.enums import Attested, OfferState, SessionState
from training.exceptions import (
    HoursAreStated,
    NoLongerOwed,
    NotMissedYet,
    TooLateToCancel,
    TooLateToUndo,
    TrainerWasSeen,
)
from training.models import Certificate, MissedDate
from training.queries import filling
from training.queries.attendance import tally
from training.queries.certificates import is_complete
from training.services import (
    attendance,
    certificates,
    missed_dates,
    rebooking,
    session_dates,
    sessions,
    substitutes,
)
from training.services import enrolment as enrolments
from training.values import Decision

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]

MINUTE, HOUR, DAY = (
    datetime.timedelta(minutes=1),
    datetime.timedelta(hours=1),
    datetime.timedelta(days=1),
)


@pytest.fixture
def trainer():
    return TrainerFactory(language="en")


@pytest.fixture
def session(trainer, planner):
    """Two dates of an hour, three days apart; opened."""
    first = in_a_week()
    hours = [Hours(first + n * 3 * DAY, first + n * 3 * DAY + HOUR) for n in range(2)]
    made = SessionFactory(
        resource=LicenceFactory().resource,
        hours=hours,
        led_by=trainer,
        state=SessionState.DRAFT,
        language="en",
    )
    return sessions.open_for_enrolment(session=made, by=planner)


@pytest.fixture
def teacher(session):
    school = session.resource.licences.get().school
    teacher = TeacherFactory(works_at=school, language="en")
    enrolments.enrol(session=session, teacher=teacher)
    run_worker()
    mail.outbox.clear()
    return teacher


def at(meeting, minutes):
    return time_machine.travel(meeting.starts_at + minutes * MINUTE, tick=True)


def page(client, person, name, *args, sent=None):
    client.force_login(person)
    address = reverse(f"training:{name}", args=args)
    return client.get(address) if sent is None else client.post(address, sent, follow=True)


def recorded(session, meeting, planner, words="", minutes=16):
    with at(meeting, minutes):
        return missed_dates.record(session=session, meeting=meeting, words=words, by=planner)


def methods_to(person) -> list[str]:
    sent = [one for one in mail.outbox if parseaddr(one.to[0])[1] == person.email]
    parts = [part for one in sent for part in one.message().walk()]
    return [
        str(Calendar.from_ical(part.get_payload(decode=True))["METHOD"])
        for part in parts
        if part.get_content_type() == "text/calendar"
    ]


@pytest.mark.parametrize("who", ["planner", "trainer"])
def test_one_press_tells_those_who_were_to_come(client, session, teacher, planner, trainer, who):
    first, second = session.meetings
    person = {"planner": planner, "trainer": trainer}[who]
    names = (session.public_id, first.public_id)
    with at(first, 16):
        own = "session_people" if who == "planner" else "my_session"
        assert "No trainer came" in page(client, person, own, session.public_id).text
        answer = page(client, person, "no_trainer_came", *names, sent={"words": "A strike."})
        run_worker()
        shown = page(client, teacher, "session", session.public_id, session.slug).text
        door = client.get(reverse("live:join", args=[first.public_id])).text
        client.logout()
        public = client.get(session.get_absolute_url()).text
    letter = next(one for one in mail.outbox if parseaddr(one.to[0])[1] == teacher.email)
    first.refresh_from_db()

    assert "Another date is owed" in answer.text
    assert {one: methods_to(one) for one in (teacher, trainer)} == {
        teacher: ["CANCEL"],
        trainer: ["CANCEL"],
    }
    assert "We are sorry" in letter.body
    assert "A strike." in letter.body
    assert "No trainer came." in door
    assert "No trainer came. A strike." in shown
    assert ("No trainer came." in public, "A strike." in public) == (True, False)
    assert not session.meetings.get(pk=second.pk).is_cancelled
    assert session.enrolments.get().holds_a_seat


def test_before_the_fifteenth_minute_or_once_a_trainer_was_seen_it_cannot_be_recorded(
    client, session, teacher, planner, trainer
):
    first, second = session.meetings
    with pytest.raises(NotMissedYet):
        recorded(session, first, planner, minutes=14)
    was_there(first, trainer, (5, 40))
    with at(first, 30):
        assert (
            "No trainer came" not in page(client, planner, "session_people", session.public_id).text
        )
    with pytest.raises(TrainerWasSeen):
        recorded(session, first, planner)
    with at(second, 90):
        sheet = attendance.prefill(second.pk)
        hours = Hours(second.starts_at, second.ends_at)
        attendance.state_hours(
            sheet=sheet, hours=hours, reason="Zoom", revision=sheet.revision, by=trainer
        )
    with pytest.raises(HoursAreStated):
        recorded(session, second, planner, minutes=91)

    assert not MissedDate.objects.exists()


def close_as_present(meeting, trainer):
    with at(meeting, 70):
        sheet = attendance.prefill(meeting.pk)
        marked = {
            one.public_id: Decision(Attested.WHOLE, None, "Seen")
            for one in sheet.lines.participants()
        }
        attendance.close(sheet=sheet, by=trainer, revision=sheet.revision, decisions=marked)


def test_the_date_is_no_absence_and_the_certificate_waits_for_the_date_owed(
    client, session, teacher, planner, trainer
):
    first, second = session.meetings
    close_as_present(first, trainer)
    missed = recorded(session, second, planner)
    after = second.ends_at + DAY
    certificates.issue_what_is_complete(after)
    before = (Certificate.objects.count(), tally(session).real_minutes)
    with time_machine.travel(after, tick=True):
        due = page(client, planner, "owed_dates").text
        sent = {f"{second.public_id}-words": "The provider is gone."}
        page(client, planner, "settle_missed", second.public_id, sent=sent)
    missed.refresh_from_db()

    assert before == (0, 60)
    assert session.title in due
    assert missed.settled_words == "The provider is gone."
    assert Certificate.objects.get().minutes == 60


def test_a_session_that_is_to_be_cancelled_owes_no_date(session, planner, trainer):
    """The page before asks what the press will find (`sessions.cancel`)."""
    first, second = session.meetings
    close_as_present(first, trainer)
    recorded(session, second, planner)

    assert (is_complete(session), is_complete(session, without=[second])) == (False, True)


def test_refused_words_on_an_owed_date_can_be_read_by_their_address(
    client, session, planner, trainer
):
    first, second = session.meetings
    close_as_present(first, trainer)
    recorded(session, second, planner)
    address = reverse("training:settle_missed", args=[second.public_id])
    with time_machine.travel(second.ends_at + DAY, tick=True):
        client.force_login(planner)
        refused = client.post(address, {f"{second.public_id}-words": ""})
        read = client.get(address)

    assert refused.status_code == 422
    assert read.status_code == 302
    assert read.url == reverse("training:owed_dates")


def test_a_sheet_closed_while_a_date_is_owed_issues_nothing(session, teacher, planner, trainer):
    first, second = session.meetings
    recorded(session, second, planner)
    close_as_present(first, trainer)
    session.refresh_from_db()

    assert not Certificate.objects.exists()
    assert session.is_open


def test_the_date_is_owed_on_the_planners_desk_until_one_is_added(
    client, session, teacher, planner
):
    _first, second = session.meetings
    recorded(session, second, planner)
    run_worker()
    mail.outbox.clear()
    with time_machine.travel(second.ends_at + HOUR, tick=True):
        client.force_login(planner)
        desk = client.get(reverse("today:home")).text
        session.refresh_from_db()
        hours = Hours(second.starts_at + 7 * DAY, second.ends_at + 7 * DAY)
        session_dates.add_meeting(
            session=session, hours=hours, by=planner, revision=session.revision
        )
        run_worker()
        later = client.get(reverse("today:home")).text

    assert "1 date is owed" in desk
    assert "date is owed" not in later
    assert methods_to(teacher) == ["REQUEST"]
    assert MissedDate.objects.get().settled_by == planner


def test_pressed_by_mistake_it_is_undone_within_the_hour(
    client, session, teacher, planner, trainer
):
    first = session.meetings[0]
    recorded(session, first, planner)
    run_worker()
    mail.outbox.clear()
    with at(first, 20):
        page(client, trainer, "undo_no_trainer", session.public_id, first.public_id, sent={})
        run_worker()
        own_door = page(client, trainer, "my_session", session.public_id).text
    session.refresh_from_db()

    assert methods_to(teacher) == ["REQUEST"]
    assert session.meetings[0].is_cancelled is False
    assert session.starts_at == first.starts_at
    assert "Enter the room" in own_door
    assert not MissedDate.objects.exists()


def test_undone_before_the_letters_left_nobody_is_written_to(session, teacher, planner):
    first = session.meetings[0]
    missed = recorded(session, first, planner)
    with at(first, 17):
        missed_dates.undo(missed=missed, by=planner)
        run_worker()

    assert methods_to(teacher) == []


def test_an_hour_later_or_once_settled_it_is_not_undone(session, teacher, planner):
    first = session.meetings[0]
    missed = recorded(session, first, planner)
    with at(first, 77), pytest.raises(TooLateToUndo):
        missed_dates.undo(missed=missed, by=planner)
    missed_dates.settle(missed=missed, words="None", by=planner)
    with at(first, 20), pytest.raises(NoLongerOwed):
        missed_dates.undo(missed=missed, by=planner)


def test_a_stay_that_is_learned_of_later_is_said_to_the_planner(
    client, session, teacher, planner, trainer
):
    first = session.meetings[0]
    recorded(session, first, planner)
    was_there(first, trainer, (3, 20))
    with at(first, 60):
        owed = page(client, planner, "owed_dates").text
        desk = client.get(reverse("today:home")).text

    assert "The room saw a trainer from 17:03 on" in owed
    assert "a room saw one later" in desk


def test_a_session_of_one_date_keeps_its_seats_and_takes_another_date(
    client, trainer, planner, teacher
):
    resource = teacher.enrolments.get().session.resource
    single = SessionFactory(resource=resource, led_by=trainer, starts_at=in_a_week(9))
    enrolments.enrol(session=single, teacher=teacher)
    meeting = single.meetings.get()
    recorded(single, meeting, planner)
    with at(meeting, 60):
        people = page(client, planner, "session_people", single.public_id).text
        single.refresh_from_db()
        hours = Hours(meeting.starts_at + 7 * DAY, meeting.ends_at + 7 * DAY)
        added = session_dates.add_meeting(
            session=single, hours=hours, by=planner, revision=single.revision
        )
    single.refresh_from_db()

    assert reverse("training:add_date", args=[single.public_id]) in people
    assert (single.is_open, single.starts_at) == (True, added.starts_at)
    assert single.enrolments.get().participations.filter(meeting=added).exists()


@pytest.mark.parametrize("dates", [1, 2], ids=["the only date", "the last date"])
def test_without_a_date_left_the_session_waits_for_another_one(
    client, trainer, planner, teacher, session, dates
):
    if dates == 1:
        session = SessionFactory(resource=session.resource, led_by=trainer, starts_at=in_a_week(9))
        enrolments.enrol(session=session, teacher=teacher)
    last = list(session.meetings)[-1]
    missed = recorded(session, last, planner)
    seen = []
    for minute in (30, 300):
        with at(last, minute):
            own = page(client, teacher, "session", session.public_id, session.slug).text
            mine = page(client, teacher, "mine").text
            led = page(client, trainer, "my_sessions").text
            people = page(client, planner, "session_people", session.public_id).text
        assert "No trainer came: another date is being looked for" in own
        assert "You keep your seat, and get an invitation to the other date." in own
        assert "No trainer came: another date is being looked for" in mine
        assert "Over, you had a seat" not in mine
        assert "Going on" not in own + led + people
        assert "Sheets to close" not in led + people
        seen.append(("Date owed" in led, "Date owed" in people))
    missed_dates.settle(missed=missed, words="None", by=planner)
    with at(last, 300):
        mine = page(client, teacher, "mine").text

    assert seen == [(True, True)] * 2
    assert ("Over, you had a seat" in mine) == (dates == 2)
    assert ("no date is left" in mine) == (dates == 1)


def test_settled_during_its_hours_the_only_date_is_not_going_on(
    client, trainer, planner, teacher, session
):
    session = SessionFactory(
        resource=session.resource, led_by=trainer, starts_at=in_a_week(9), minutes=75
    )
    enrolments.enrol(session=session, teacher=teacher)
    only = session.meetings.get()
    missed = recorded(session, only, planner)
    with at(only, 30):
        missed_dates.settle(missed=missed, words="The provider is gone.", by=planner)
    with at(only, 31):
        own = page(client, teacher, "session", session.public_id, session.slug).text
        mine = page(client, teacher, "mine").text
        people = page(client, planner, "session_people", session.public_id).text
        listed = page(client, planner, "planning").text
        past = client.get(reverse("training:planning"), {"when": "past"}).text
        led = page(client, trainer, "my_sessions").text
    session.refresh_from_db()

    assert "No trainer came, and there is no other date instead." in own
    assert "The room opens at" not in own
    assert "link to the room" not in own
    assert "Over: no trainer came, and no date is left" in own
    assert "Over: no trainer came, and no date is left" in mine
    assert all("Closed: no date is left" in one for one in (people, past, led))
    assert "Going on" not in own + mine + people + past + led
    assert session.title not in listed
    assert session.ends_at == missed.at + 14 * MINUTE


def test_a_date_that_is_added_all_the_same_gives_the_session_its_span_again(
    trainer, planner, teacher, session
):
    session = SessionFactory(resource=session.resource, led_by=trainer, starts_at=in_a_week(9))
    only = session.meetings.get()
    missed = recorded(session, only, planner)
    with at(only, 30):
        missed_dates.settle(missed=missed, words="The provider is gone.", by=planner)
        session.refresh_from_db()
        hours = Hours(only.starts_at + 7 * DAY, only.ends_at + 7 * DAY)
        session_dates.add_meeting(
            session=session, hours=hours, by=planner, revision=session.revision
        )
    session.refresh_from_db()

    assert (session.starts_at, session.ends_at) == (hours.starts_at, hours.ends_at)
    assert session.has_a_date


def test_settled_without_another_date_those_who_waited_for_it_are_told_why(
    session, teacher, planner, trainer
):
    missed = recorded(session, session.meetings[0], planner)
    run_worker()
    mail.outbox.clear()
    for _twice in range(2):
        missed_dates.settle(missed=missed, words="The provider is gone.", by=planner)
    run_worker()
    told = {parseaddr(one.to[0])[1]: one for one in mail.outbox}

    assert set(told) == {teacher.email, trainer.email}
    assert len(mail.outbox) == 2
    assert told[teacher.email].subject.startswith("No other date: ")
    assert "there will be no other date instead. We are sorry." in told[teacher.email].body
    assert "there will be no other date instead." in told[trainer.email].body
    assert "We are sorry" not in told[trainer.email].body
    assert "The provider is gone." in told[teacher.email].body


@pytest.mark.parametrize("who", ["replaced", "substitute"])
def test_who_does_not_lead_the_date_can_neither_record_nor_undo_it(
    client, session, teacher, planner, trainer, who
):
    first = session.meetings[0]
    colleague = TrainerFactory(works_for=session.resource.provider, language="en")
    substitutes.name_substitute(
        session=session, meeting=first, substitute=colleague, replaces=trainer, by=planner
    )
    person, days = {"replaced": (trainer, 0), "substitute": (colleague, 8)}[who]
    names = (session.public_id, first.public_id)
    with at(first, days * 24 * 60 + 20):
        answers = [
            page(client, person, "no_trainer_came", *names).status_code,
            page(client, person, "no_trainer_came", *names, sent={}).status_code,
            page(client, person, "undo_no_trainer", *names, sent={}).status_code,
        ]

    assert answers == [404, 404, 404]
    assert not MissedDate.objects.exists()


def test_an_offer_made_meanwhile_is_withdrawn_with_a_letter_when_the_date_counts_again(
    session, teacher, planner, trainer
):
    """The session has begun again: nobody gets the seat."""
    first, school = in_a_week(9), session.resource.licences.get().school
    hours = [Hours(first + n * 3 * DAY, first + n * 3 * DAY + HOUR) for n in range(2)]
    full = SessionFactory(resource=session.resource, hours=hours, led_by=trainer, capacity=1)
    seat = enrolments.enrol(session=full, teacher=teacher)
    waits = TeacherFactory(works_at=school, language="en")
    enrolments.enrol(session=full, teacher=waits)
    missed = recorded(full, full.meetings[0], planner)
    with at(full.meetings[0], 25):
        enrolments.cancel(enrolment=seat, by=teacher)
        run_worker()
        offer = full.enrolments.get(teacher=waits).offers.get()
        mail.outbox.clear()
        missed_dates.undo(missed=missed, by=planner)
        run_worker()
    offer.refresh_from_db()
    letter = next(one for one in mail.outbox if parseaddr(one.to[0])[1] == waits.email)

    assert offer.state == OfferState.WITHDRAWN
    assert letter.subject.startswith("The offer of a seat is withdrawn")
    assert "counts after all, so that the session has begun" in letter.body
    assert "Seats are given anew" not in letter.body
    assert "Leave the waiting list" not in letter.body


def only_date_missed(session, trainer, planner, *teachers, **fields):
    """A session of one date, recorded as missed, with these people in it."""
    fields = {"resource": session.resource, "starts_at": in_a_week(9)} | fields
    made = SessionFactory(led_by=trainer, **fields)
    for teacher in teachers:
        enrolments.enrol(session=made, teacher=teacher)
    missed = recorded(made, made.meetings.get(), planner)
    run_worker()
    mail.outbox.clear()
    made.refresh_from_db()
    return made, missed


def test_while_another_date_is_looked_for_the_seat_can_be_given_back(
    client, session, teacher, planner, trainer
):
    awaiting, _missed = only_date_missed(session, trainer, planner, teacher)
    seat, meeting = awaiting.enrolments.get(), awaiting.meetings.get()
    with at(meeting, 300):
        pages = [
            page(client, teacher, "session", awaiting.public_id, awaiting.slug).text,
            page(client, teacher, "mine").text,
        ]
        page(client, teacher, "cancel_enrolment", seat.public_id, sent={})
        hours = Hours(meeting.starts_at + 7 * DAY, meeting.ends_at + 7 * DAY)
        session_dates.add_meeting(
            session=awaiting, hours=hours, by=planner, revision=awaiting.revision
        )
        run_worker()
    seat.refresh_from_db()
    subjects = [one.subject for one in mail.outbox if parseaddr(one.to[0])[1] == teacher.email]

    assert all("Give my seat back" in one for one in pages)
    assert seat.is_cancelled
    assert subjects == [f"Your enrolment is cancelled: {awaiting.title}"]


def test_a_seat_of_a_date_that_was_held_is_not_given_back_while_another_is_looked_for(
    session, teacher, planner
):
    _first, last = session.meetings
    recorded(session, last, planner)
    with at(last, 300), pytest.raises(TooLateToCancel):
        enrolments.cancel(enrolment=session.enrolments.get(), by=teacher)


def test_changed_to_another_date_the_seat_that_awaited_one_is_given_up(
    session, teacher, planner, trainer
):
    awaiting, _missed = only_date_missed(session, trainer, planner, teacher)
    other = SessionFactory(training=awaiting.training, led_by=trainer, starts_at=in_a_week(9) + DAY)
    with at(awaiting.meetings.get(), 300):
        new = rebooking.change_date(enrolment=awaiting.enrolments.get(), to=other, by=teacher)

    assert new.holds_a_seat
    assert awaiting.enrolments.get().is_cancelled


def test_a_session_that_awaits_a_date_is_among_the_planners_sessions_to_come(
    client, session, planner, trainer
):
    awaiting, missed = only_date_missed(session, trainer, planner)

    def listed():
        answers = [client.get(reverse("training:planning"), {"when": one}) for one in ("", "past")]
        return [awaiting in [row.session for row in one.context["rows"]] for one in answers]

    client.force_login(planner)
    with at(awaiting.meetings.get(), 300):
        looked_for = listed()
        missed_dates.settle(missed=missed, words="None", by=planner)
        settled = listed()

    assert (looked_for, settled) == ([True, False], [False, True])


def test_first_pages_say_that_another_date_is_looked_for(
    client, session, teacher, planner, trainer
):
    awaiting, missed = only_date_missed(session, trainer, planner, teacher)

    def first_page(person) -> str:
        client.force_login(person)
        return client.get(reverse("today:home")).text

    said = "No trainer came: another date is being looked for."
    with at(awaiting.meetings.get(), 300):
        looked_for = [said in first_page(one) for one in (teacher, trainer)]
        missed_dates.settle(missed=missed, words="None", by=planner)
        settled = [said in first_page(one) for one in (teacher, trainer)]

    assert (looked_for, settled) == ([True, True], [False, False])


def test_pressed_again_on_a_page_left_open_it_says_that_nothing_is_owed(
    client, session, teacher, planner
):
    first = session.meetings[0]
    missed = recorded(session, first, planner)
    names = (session.public_id, first.public_id)
    with at(first, 30):
        owed = page(client, planner, "no_trainer_came", *names, sent={"words": ""}).text
        missed_dates.settle(missed=missed, words="None", by=planner)
        settled = page(client, planner, "no_trainer_came", *names, sent={"words": ""}).text

    assert "Another date is owed." in owed
    assert "Another date is owed." not in settled
    assert "It was recorded already, and no other date is owed any more." in settled


def test_the_substitute_of_a_date_reads_no_date_owed_of_the_whole_session(
    client, session, planner, trainer
):
    first, last = session.meetings
    colleague = TrainerFactory(works_for=session.resource.provider, language="en")
    substitutes.name_substitute(
        session=session, meeting=first, substitute=colleague, replaces=trainer, by=planner
    )
    recorded(session, last, planner)
    with at(last, 300):
        to_come = {
            one: filling.led_sessions(one, now=timezone.now())[0] for one in (trainer, colleague)
        }

    assert to_come == {trainer: [session], colleague: []}


def test_undone_twice_is_once(client, session, teacher, planner):
    first = session.meetings[0]
    recorded(session, first, planner)
    names = (session.public_id, first.public_id)
    with at(first, 20):
        answers = [page(client, planner, "undo_no_trainer", *names, sent={}) for _once in "ab"]

    assert [one.status_code for one in answers] == [200, 200]


@pytest.mark.parametrize("way", ["that date", "all that follow"])
def test_the_added_date_cancelled_another_one_is_owed_again(session, teacher, planner, way):
    first, second = session.meetings
    recorded(session, first, planner)
    with at(first, 60):
        session.refresh_from_db()
        hours = Hours(second.starts_at + 7 * DAY, second.ends_at + 7 * DAY)
        added = session_dates.add_meeting(
            session=session, hours=hours, by=planner, revision=session.revision
        )
        session.refresh_from_db()
        made_up = (session.missed_dates.owed().count(), session.date_owed_from)
        said = {"session": session, "by": planner, "reason": "A strike."}
        if way == "that date":
            session_dates.cancel_meeting(meeting=added, **said)
        else:
            session_dates.stop_after(meeting=second, revision=session.revision, **said)
    session.refresh_from_db()

    assert made_up == (0, None)
    assert session.missed_dates.owed().get().meeting == first
    assert session.date_owed_from == second.ends_at


def test_cancelled_the_session_no_longer_waits_for_a_date(session, planner):
    first, _second = session.meetings
    recorded(session, first, planner)
    with at(first, 60):
        session.refresh_from_db()
        before = session.date_owed_from
        sessions.cancel(session=session, reason="None", by=planner)
        session.refresh_from_db()
        assert before
        assert session.date_owed_from is None
        assert not session.missed_dates.owed().exists()
        sessions.restore(session=session, by=planner)

    assert [one.is_cancelled for one in session.meetings] == [True, False]


@pytest.mark.parametrize("dates", [1, 2])
def test_who_was_promised_another_date_is_told_that_the_session_is_cancelled(
    session, teacher, planner, trainer, dates
):
    if dates == 1:
        session, _missed = only_date_missed(session, trainer, planner, teacher)
    else:
        recorded(session, session.meetings[0], planner)
        run_worker()
        mail.outbox.clear()
    missed = session.meetings[0]
    with at(missed, 20):
        sessions.cancel(session=session, reason="The provider is gone.", by=planner)
        run_worker()
    told = {parseaddr(one.to[0])[1]: one.body for one in mail.outbox}

    assert set(told) == {teacher.email, trainer.email}
    assert len(mail.outbox) == 2
    assert "The provider is gone." in told[teacher.email]
    assert f"{missed.starts_at:%-d %B}" not in told[teacher.email].partition("Why:")[2]
    assert ("It was planned for" in told[teacher.email]) == (dates == 2)


def test_restored_the_session_owes_again_what_it_owed(client, session, teacher, planner):
    first, second = session.meetings
    missed = recorded(session, first, planner)
    with at(first, 30):
        session.refresh_from_db()
        sessions.cancel(session=session, reason="By mistake", by=planner)
        cancelled = page(client, planner, "session_people", session.public_id).text
        owed = page(client, planner, "owed_dates").text
        sessions.restore(session=session, by=planner)
        restored = page(client, planner, "session_people", session.public_id).text
        owed_again = page(client, planner, "owed_dates").text
        own = page(client, teacher, "session", session.public_id, session.slug).text
    missed.refresh_from_db()
    session.refresh_from_db()

    assert "A date is owed" not in cancelled
    assert "No date is owed" in owed
    assert "A date is owed" in restored
    assert session.title in owed_again
    assert "Another date is being looked for." in own
    assert (missed.settled_at, missed.settled_by) == (None, None)
    assert session.date_owed_from == second.ends_at


def test_the_list_of_owed_dates_costs_the_same(
    client, trainer, planner, teacher, django_assert_max_num_queries
):
    resource = teacher.enrolments.get().session.resource
    for _one in range(6):
        single = SessionFactory(resource=resource, led_by=trainer)
        recorded(single, single.meetings.get(), planner)
    page(client, planner, "owed_dates")

    with django_assert_max_num_queries(8):
        assert client.get(reverse("training:owed_dates")).status_code == 200
