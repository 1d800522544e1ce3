"""No trainer came to the only date of a session: its seats wait for another date, or are given back."""

from email.utils import parseaddr

import pytest
from django.core import mail
from django.urls import reverse

from courses.agenda.values import Hours
from tests.factories.missed_dates import (
    DAY,
    HOUR,
    MINUTE,
    at,
    only_date_missed,
    page,
    recorded,
    session,
    teacher,
    trainer,
)
from tests.factories.people import TeacherFactory
from tests.factories.training import SessionFactory, in_a_week
from tests.factories.worker import run_worker
from training.enums import OfferState
from training.exceptions import (
    TooLateToCancel,
)
from training.services import enrolment as enrolments
from training.services import (
    missed_dates,
    rebooking,
    session_dates,
)

__all__ = ["session", "teacher", "trainer"]  # fixtures

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]


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
