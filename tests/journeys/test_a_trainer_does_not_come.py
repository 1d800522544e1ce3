"""No trainer comes to a date: recorded, told, no absence, and another date is owed."""

from email.utils import parseaddr

import pytest
import time_machine
from django.core import mail
from django.urls import reverse

from courses.agenda.values import Hours
from tests.factories.attendance import was_there
from tests.factories.missed_dates import (
    DAY,
    at,
    close_as_present,
    methods_to,
    page,
    recorded,
    session,
    teacher,
    trainer,
)
from tests.factories.people import TrainerFactory
from tests.factories.worker import run_worker
from training.exceptions import (
    HoursAreStated,
    NoLongerOwed,
    NotMissedYet,
    TooLateToUndo,
    TrainerWasSeen,
)
from training.models import Certificate, MissedDate
from training.queries.attendance import tally
from training.services import (
    attendance,
    certificates,
    missed_dates,
    substitutes,
)

__all__ = ["session", "teacher", "trainer"]  # fixtures

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]


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


def test_undone_twice_is_once(client, session, teacher, planner):
    first = session.meetings[0]
    recorded(session, first, planner)
    names = (session.public_id, first.public_id)
    with at(first, 20):
        answers = [page(client, planner, "undo_no_trainer", *names, sent={}) for _once in "ab"]

    assert [one.status_code for one in answers] == [200, 200]
