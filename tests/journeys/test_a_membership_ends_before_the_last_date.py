"""Planners read of a membership with the provider that ends before the last date; a gap that another
membership closes takes nobody out.
"""

import datetime

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from courses.dates import day_without_year
from courses.people.enums import Role
from courses.people.services.memberships import change_membership
from tests.factories.departures import DAY, colleague, named, session, trainer
from tests.factories.training import SessionFactory
from tests.factories.worker import run_worker
from training.queries.ending_memberships import ending_memberships
from training.queries.leading import without_trainer
from training.services import departures, session_dates

__all__ = ["colleague", "session", "trainer"]  # fixtures

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]


def ends_on(trainer, session, last_day, *, follows_from=None):
    provider = session.training.resource.provider
    held = trainer.memberships.get(organisation=provider, role=Role.TRAINER)
    change_membership(membership=held, since=held.since, until=last_day)
    if follows_from:
        trainer.memberships.create(
            organisation=provider, role=Role.TRAINER, since=follows_from, until=None
        )


def test_planners_read_that_a_membership_ends_before_the_last_date(
    client, session, trainer, planner
):
    _first, second = session.meetings
    between = timezone.localdate(second.starts_at) - DAY
    ends_on(trainer, session, between)
    client.force_login(planner)

    home = client.get(reverse("today:home"), follow=True).text
    rows = client.get(reverse("training:planning"), {"when": "ending"})
    people = client.get(reverse("training:session_people", args=[session.public_id])).text

    assert "1 session ends after the membership of who leads it" in home
    words = f"{trainer.display_name} leads until {{}}, the membership ends on {{}}"
    assert words.format("Saturday 5 December", "Friday 4 December") in home
    assert [row.session for row in rows.context["rows"]] == [session]
    for page in (rows.text, people):
        assert words.format("Sat 5 Dec", "Fri 4 Dec") in page


def test_the_last_day_said_is_that_of_the_membership_that_joins_up(session, trainer):
    first = datetime.date(2026, 12, 1)
    ends_on(trainer, session, first, follows_from=first + DAY)
    joined = trainer.memberships.filter(role=Role.TRAINER).order_by("since").last()
    change_membership(membership=joined, since=joined.since, until=datetime.date(2026, 12, 3))

    [one] = ending_memberships(timezone.now())

    assert (one.ends_on, one.leads_until) == (
        datetime.date(2026, 12, 3),
        datetime.date(2026, 12, 5),
    )


def test_a_trainer_of_three_sessions_is_named_once(client, session, trainer, planner):
    for days in (7, 14):
        later = SessionFactory(
            resource=session.training.resource,
            starts_at=session.starts_at + days * DAY,
            led_by=trainer,
        )
    ends_on(trainer, session, datetime.date(2026, 12, 1))
    client.force_login(planner)

    home = client.get(reverse("today:home"), follow=True).text

    assert "3 sessions end after the membership of who leads them" in home
    assert home.count(f"{trainer.display_name} leads until") == 1
    assert day_without_year(timezone.localdate(later.starts_at)) in home


@pytest.mark.parametrize(
    ("last_day", "follows_from", "is_said"),
    [
        pytest.param("2026-12-05", None, False, id="until the last date's own day"),
        pytest.param("2026-12-04", None, True, id="until the day before the last date"),
        pytest.param("2026-12-01", None, True, id="before both dates"),
        pytest.param("2026-11-27", "2026-11-28", False, id="another follows at once"),
        pytest.param("2026-11-27", "2026-12-03", True, id="another follows after the first date"),
    ],
)
def test_a_membership_ending_is_said_for_the_days_of_dates(
    session, trainer, last_day, follows_from, is_said
):
    read = datetime.date.fromisoformat
    assert [f"{timezone.localdate(one.starts_at)}" for one in session.meetings] == [
        "2026-12-02",
        "2026-12-05",
    ]

    ends_on(trainer, session, read(last_day), follows_from=follows_from and read(follows_from))

    assert [one.session_id for one in ending_memberships(timezone.now())] == (
        [session.pk] if is_said else []
    )


@pytest.mark.parametrize(
    ("follows_from", "stays"),
    [
        pytest.param("2026-12-02", True, id="from the first date's own day"),
        pytest.param("2026-12-03", False, id="after the first date"),
    ],
)
def test_a_gap_before_a_membership_that_is_entered_takes_nobody_out(
    session, trainer, follows_from, stays
):
    follows = datetime.date.fromisoformat(follows_from)
    ends_on(trainer, session, datetime.date(2026, 11, 27), follows_from=follows)
    run_worker()
    mail.outbox.clear()

    assert bool(ending_memberships(timezone.now())) is not stays
    with time_machine.travel(datetime.datetime(2026, 11, 29, 12, tzinfo=datetime.UTC), tick=False):
        unled = list(without_trainer(timezone.now()))
        departures.release_who_left(timezone.now())
        run_worker()

    assert (unled == []) is stays
    assert list(session.trainers.all()) == ([trainer] if stays else [])
    assert bool(mail.outbox) is not stays


def travel_to(day):
    noon = datetime.datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=datetime.UTC)
    return time_machine.travel(noon, tick=False)


@pytest.mark.parametrize(
    ("follows_from", "stays"),
    [
        pytest.param("2026-12-05", True, id="from the date's own day"),
        pytest.param("2026-12-06", False, id="after the date"),
        pytest.param(None, False, id="none follows"),
    ],
)
def test_a_substitute_with_a_gap_stays_if_they_are_back_on_that_day_else_planners_read_it(
    session, trainer, colleague, planner, follows_from, stays
):
    _first, second = session.meetings
    named(session, second, trainer, colleague, planner)
    follows = follows_from and datetime.date.fromisoformat(follows_from)
    ends_on(colleague, session, datetime.date(2026, 11, 27), follows_from=follows)
    run_worker()
    mail.outbox.clear()

    told = [(one.trainer, one.leads_until) for one in ending_memberships(timezone.now())]
    with travel_to("2026-11-29"):
        departures.release_who_left(timezone.now())
        run_worker()

    assert told == ([] if stays else [(colleague, datetime.date(2026, 12, 5))])
    assert session.substitutions.exists() is stays
    assert bool(mail.outbox) is not stays


def test_planners_read_of_a_trainer_and_of_a_substitute_whose_memberships_end(
    session, trainer, colleague, planner, django_assert_num_queries
):
    _first, second = session.meetings
    named(session, second, trainer, colleague, planner)
    for person in (trainer, colleague):
        ends_on(person, session, datetime.date(2026, 11, 27))

    with django_assert_num_queries(2):
        told = ending_memberships(timezone.now(), among=[session])

    assert {(one.trainer, f"{one.leads_until}") for one in told} == {
        (trainer, "2026-12-02"),
        (colleague, "2026-12-05"),
    }


@pytest.mark.parametrize(
    ("follows_from", "stays"),
    [
        pytest.param("2026-12-05", True, id="by the last date"),
        pytest.param("2026-12-06", False, id="after all dates"),
    ],
)
def test_a_trainer_with_a_gap_whose_dates_all_have_a_substitute_stays_if_back_by_one_of_them(
    session, trainer, colleague, planner, follows_from, stays
):
    for meeting in session.meetings.all():
        named(session, meeting, trainer, colleague, planner)
    follows = datetime.date.fromisoformat(follows_from)
    ends_on(trainer, session, datetime.date(2026, 11, 27), follows_from=follows)

    with travel_to("2026-11-29"):
        departures.release_who_left(timezone.now())

    assert list(session.trainers.all()) == ([trainer] if stays else [])


def test_a_date_that_somebody_else_leads_needs_no_membership(session, trainer, colleague, planner):
    _first, second = session.meetings
    ends_on(trainer, session, timezone.localdate(second.starts_at) - DAY)
    before = len(ending_memberships(timezone.now()))

    named(session, second, trainer, colleague, planner)

    assert before == 1
    assert ending_memberships(timezone.now()) == []


def test_a_date_that_is_cancelled_needs_no_membership(session, trainer, planner):
    _first, second = session.meetings
    ends_on(trainer, session, timezone.localdate(second.starts_at) - DAY)

    session_dates.cancel_meeting(
        session=session, meeting=second, by=planner, reason="Ill.", revision=session.revision
    )

    assert ending_memberships(timezone.now()) == []
