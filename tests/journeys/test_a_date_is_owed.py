"""For a date that was missed another one is owed: on the planners' desk until it is added, settled, or
the session is cancelled.
"""

from email.utils import parseaddr

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from courses.agenda.values import Hours
from tests.factories.missed_dates import (
    DAY,
    HOUR,
    at,
    close_as_present,
    methods_to,
    only_date_missed,
    page,
    recorded,
    session,
    teacher,
    trainer,
)
from tests.factories.people import TrainerFactory
from tests.factories.training import SessionFactory
from tests.factories.worker import run_worker
from training.models import Certificate, MissedDate
from training.queries import filling
from training.queries.certificates import is_complete
from training.services import (
    missed_dates,
    session_dates,
    sessions,
    substitutes,
)

__all__ = ["session", "teacher", "trainer"]  # fixtures

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]


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
