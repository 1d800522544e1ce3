"""The planner's month: dates of all sessions on their days, over saved rows, in a constant number
of queries.
"""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from courses.agenda import services as agenda
from courses.agenda.enums import WeeksBetween
from courses.agenda.queries import starts_every
from courses.agenda.values import PARIS, Hours
from tests.factories.attendance import seated
from tests.factories.markup import shows
from tests.factories.people import PlannerFactory
from tests.factories.training import SessionFactory, TrainingFactory
from training.models import Session
from training.queries.calendar import month_of_sessions

pytestmark = [pytest.mark.django_db, pytest.mark.at("2027-02-20T12:00")]

AN_HOUR = datetime.timedelta(hours=1)


def at(month: int, day: int, hour: int, minute: int = 0) -> datetime.datetime:
    return datetime.datetime(2027, month, day, hour, minute, tzinfo=PARIS)


def weekly(first: datetime.datetime, count: int, **fields) -> Session:
    hours = [
        Hours(start, start + AN_HOUR) for start in starts_every(first, WeeksBetween.WEEK, count)
    ]
    return SessionFactory(hours=hours, every=WeeksBetween.WEEK, **fields)


def days_with_dates(planner, first: datetime.date) -> dict[int, list[str]]:
    found = month_of_sessions(planner, first)
    return {
        one.day.day: [f"{date.occurrence.start.astimezone(PARIS):%H:%M}" for date in one.dates]
        for one in found
        if one.dates
    }


def test_dates_stand_on_their_days_over_the_change_of_clocks():
    planner = PlannerFactory()
    weekly(at(3, 1, 17), 6)
    SessionFactory(hours=[Hours(at(3, 31, 23, 30), at(4, 1, 0, 30))])
    SessionFactory(hours=[Hours(at(4, 1, 0), at(4, 1, 1))])

    march, april = (days_with_dates(planner, datetime.date(2027, month, 1)) for month in (3, 4))

    assert len(month_of_sessions(planner, datetime.date(2027, 3, 1))) == 31
    assert march == {
        1: ["17:00"],
        8: ["17:00"],
        15: ["17:00"],
        22: ["17:00"],
        29: ["17:00"],
        31: ["23:30"],
    }
    assert april == {1: ["00:00"], 5: ["17:00"]}


def test_a_moved_date_stands_once_and_one_left_out_not_at_all():
    """What `get_occurrences` would make anew from the rule isn't there."""
    planner = PlannerFactory()
    starts = starts_every(at(3, 1, 17), WeeksBetween.WEEK, 4)
    session = SessionFactory(
        hours=[Hours(s, s + AN_HOUR) for n, s in enumerate(starts) if n != 1],
        every=WeeksBetween.WEEK,
    )
    agenda.move(meeting=session.meetings[1], hours=Hours(at(3, 16, 9), at(3, 16, 10)))

    assert days_with_dates(planner, datetime.date(2027, 3, 1)) == {
        1: ["17:00"],
        16: ["09:00"],
        22: ["17:00"],
    }


def test_the_page_says_the_series_in_words_and_what_is_cancelled(client):
    planner = PlannerFactory(language="en")
    client.force_login(planner)
    session = weekly(at(3, 1, 17), 3, training=TrainingFactory(title_en="Quote a source"))
    agenda.cancel(meeting=session.meetings[1], reason="No trainer.")

    page = client.get(reverse("training:planning_month"), {"month": "2027-03"}).text

    assert "March 2027" in page
    assert "2 dates this month" in page
    assert page.count("Quote a source") == 4
    assert "Every Monday at 17:00 until 15 March, not on 8 March" in page
    assert "Cancelled" in page
    assert "?month=2027-02" in page
    assert "?month=2027-04" in page


def test_a_month_of_cancelled_dates_alone_is_not_said_to_have_no_session(client):
    client.force_login(PlannerFactory(language="en"))
    session = weekly(at(3, 1, 17), 1)
    agenda.cancel(meeting=session.meetings[0], reason="No trainer.")

    months = {
        month: client.get(reverse("training:planning_month"), {"month": f"2027-{month}"}).text
        for month in ("03", "04")
    }

    assert {month: "No session this month" in page for month, page in months.items()} == {
        "03": False,
        "04": True,
    }


def test_bars_of_filling_and_days_off_stand_in_the_month(client):
    planner = PlannerFactory(language="en")
    client.force_login(planner)
    session = SessionFactory(hours=[Hours(at(3, 1, 17), at(3, 1, 18))], capacity=4)
    seated(session)
    cancelled = SessionFactory(hours=[Hours(at(3, 2, 17), at(3, 2, 18))])
    agenda.cancel(meeting=cancelled.meetings[0], reason="No trainer.")

    march, may = (
        client.get(reverse("training:planning_month"), {"month": month}).text
        for month in ("2027-03", "2027-05")
    )

    assert march.count('<rect class="meter__fill" width="25"') == 1
    assert march.count("meter__fill") == 1
    assert (
        "School holidays"
        in client.get(reverse("training:planning_month"), {"month": "2027-02"}).text
    )
    assert shows(may, 'Bank holiday: <span lang="fr">Lundi de Pentecôte</span>')


def test_a_bank_holiday_on_a_sunday_is_named_in_the_month(client):
    client.force_login(PlannerFactory(language="en"))

    november = client.get(reverse("training:planning_month"), {"month": "2026-11"}).text

    assert shows(november, 'Bank holiday: <span lang="fr">Toussaint</span>')
    assert november.count("Bank holiday") == 2  # with 11 November

    client.force_login(PlannerFactory(language="fr"))
    with translation.override("fr"):
        address = reverse("training:planning_month")
    french = client.get(address, {"month": "2026-11"}).text
    assert shows(french, 'Jour férié\u00a0: <span lang="fr">Toussaint</span>')


@pytest.mark.parametrize("month", ["2027-13", "9999-12", "x", ""])
def test_a_month_that_makes_no_sense_is_this_month(client, month):
    client.force_login(PlannerFactory(language="en"))

    assert "February 2027" in client.get(reverse("training:planning_month"), {"month": month}).text


def test_many_sessions_cost_as_many_queries_as_one(django_assert_num_queries, client):
    planner = PlannerFactory()
    assert planner.roles
    weekly(at(3, 1, 17), 3)
    with django_assert_num_queries(3):
        assert len(days_with_dates(planner, datetime.date(2027, 3, 1))) == 3

    for day in range(2, 12):
        weekly(at(3, day, 9), 3)

    with django_assert_num_queries(3):
        assert len(days_with_dates(planner, datetime.date(2027, 3, 1))) > 10


def test_the_page_costs_as_much_with_one_date_as_with_many(client):
    planner = PlannerFactory()
    client.force_login(planner)
    month = {"month": "2027-03"}

    def queries() -> int:
        with CaptureQueriesContext(connection) as done:
            client.get(reverse("training:planning_month"), month)
        return len(done)

    weekly(at(3, 1, 17), 3)
    queries()  # caches are warm
    one = queries()
    for day in range(2, 12):
        weekly(at(3, day, 9), 3)

    assert queries() == one


def test_a_lack_of_people_is_said_in_words_and_days_off_are_there_on_a_phone(client):
    client.force_login(PlannerFactory(language="en"))
    SessionFactory(hours=[Hours(at(2, 23, 17), at(2, 23, 18))], capacity=20)
    full = SessionFactory(hours=[Hours(at(2, 24, 17), at(2, 24, 18))], capacity=1)
    seated(full)

    page = client.get(reverse("training:planning_month"), {"month": "2027-02"}).text

    assert page.count("Few people") == 1
    days = page.split('<li class="month__day')[1:]
    off = [one for one in days if "School holidays" in one]
    assert off
    assert not [one for one in off if one.startswith(" month__none")]
