"""Filters of the catalogue: subject, level, days, length, free seats; each taken away alone, in the
list and in the month.
"""

import datetime
import re
from html import unescape

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from courses.agenda.values import Hours
from tests.factories.attendance import seated
from tests.factories.catalogue import LicenceFactory, ResourceFactory
from tests.factories.people import SubjectFactory, TeacherFactory, TrainerFactory
from tests.factories.training import SessionFactory, TrainingFactory, in_a_week
from training.enums import SessionState, Soon, TrainingLevel
from training.forms.catalogue import days_of_soon
from training.services import enrolment as enrolments

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]  # a Wednesday

CATALOGUE, MONTH = "training:catalogue", "training:catalogue_month"


def titles(answer) -> set[str]:
    return {row.session.title for group in answer.context["groups"] for row in group["rows"]}


def found(client, **query) -> set[str]:
    return titles(client.get(reverse(CATALOGUE), query))


def on(day: int, month: int = 11, hour: int = 17) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime(2026, month, day, hour))


def named(title: str, **fields):
    return SessionFactory(training__title_en=title, **fields)


def test_a_subject_finds_its_trainings_and_those_for_all(client):
    history, maths = SubjectFactory(code="history"), SubjectFactory(code="maths")
    named("For all")
    named("History").training.subjects.set([history])
    named("Both").training.subjects.set([history, maths])
    named("Maths").training.subjects.set([maths])

    assert found(client, subject="history") == {"For all", "History", "Both"}
    assert found(client, subject="maths") == {"For all", "Both", "Maths"}
    assert found(client, subject="of nobody") == {"For all"}


def test_a_level_finds_its_trainings_and_those_for_all_levels(client):
    named("All levels")
    named("First", training__level=TrainingLevel.FIRST_STEPS)
    named("Further", training__level=TrainingLevel.FURTHER)

    assert found(client, level="first_steps") == {"All levels", "First"}
    assert found(client, level=["first_steps", "further"]) == {"All levels", "First", "Further"}


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        pytest.param({"days": "this-week"}, {"Friday"}, id="this week"),
        pytest.param({"days": "next-week"}, {"Monday", "Series"}, id="next week"),
        pytest.param({"days": "this-month"}, {"Friday", "Monday"}, id="this month"),
        pytest.param({"since": "2026-11-30"}, {"Monday", "Series"}, id="from its day on"),
        pytest.param({"since": "2026-12-01"}, {"Series"}, id="from the day after"),
        pytest.param({"until": "2026-11-27"}, {"Friday"}, id="until its day"),
        pytest.param({"until": "2026-11-26"}, set(), id="until the day before"),
        pytest.param(
            {"since": "2026-12-09", "until": "2026-12-10"}, set(), id="between dates of a series"
        ),
        pytest.param(
            {"days": "this-month", "since": "2026-11-28"}, {"Monday"}, id="a month from a day on"
        ),
        pytest.param({"since": "9999-12-31"}, {"Friday", "Monday", "Series"}, id="no such year"),
        pytest.param({"days": "someday"}, {"Friday", "Monday", "Series"}, id="no such days"),
    ],
)
def test_days_find_the_sessions_that_have_a_date_there(client, query, shown):
    named("Friday", starts_at=on(27))
    named("Monday", starts_at=on(30))
    days = [on(3, 12), on(17, 12)]
    named("Series", hours=[Hours(one, one + datetime.timedelta(hours=1)) for one in days])

    assert found(client, **query) == shown


@pytest.mark.parametrize(
    ("today", "soon", "days"),
    [
        pytest.param("2026-11-23", Soon.THIS_WEEK, ("2026-11-23", "2026-11-29"), id="a Monday"),
        pytest.param("2026-11-29", Soon.THIS_WEEK, ("2026-11-23", "2026-11-29"), id="a Sunday"),
        pytest.param("2026-12-30", Soon.NEXT_WEEK, ("2027-01-04", "2027-01-10"), id="a new year"),
        pytest.param("2028-02-10", Soon.THIS_MONTH, ("2028-02-01", "2028-02-29"), id="a leap year"),
    ],
)
def test_a_week_is_from_monday_to_sunday_and_a_month_is_whole(today, soon, days):
    first, last = days_of_soon(soon, datetime.date.fromisoformat(today))

    assert (first.isoformat(), last.isoformat()) == days


def test_a_length_is_that_of_all_meetings_together(client):
    named("An hour", minutes=60)
    named("Ninety minutes", minutes=90)
    named("Two hours", minutes=120)
    twice = [on(3, 12), on(10, 12)]
    named("Twice ninety", hours=[Hours(one, one + datetime.timedelta(minutes=90)) for one in twice])

    assert found(client, length="hour") == {"An hour"}
    assert found(client, length="two-hours") == {"An hour", "Ninety minutes", "Two hours"}
    assert found(client, length="more") == {"Twice ninety"}


def test_free_seats_are_those_that_a_press_gives(client):
    client.force_login(TrainerFactory(language="en"))
    now = timezone.now()
    day = datetime.timedelta(days=1)
    named("Free")
    full = named("Full", capacity=1)
    seated(full)
    named("Cancelled", state=SessionState.CANCELLED, cancel_reason="Ill")
    named("Not open yet", enrolment_opens_at=now + day)
    named("Closed", enrolment_closes_at=now - day)
    named("Going on", starts_at=now - datetime.timedelta(minutes=10))

    answer = client.get(reverse(CATALOGUE), {"free": "on"})

    assert titles(answer) == {"Free"}
    assert answer.context["count"] == 1


def test_a_visitor_finds_a_full_session_whatever_seats_are_asked_for(client):
    """Its capacity is told: “full” would be how many have a seat."""
    named("Free")
    seated(named("Full", capacity=1))

    answer = client.get(reverse(CATALOGUE), {"free": "on"})

    assert titles(answer) == {"Free", "Full"}
    assert 'name="free"' not in answer.text


def test_a_school_that_has_all_its_seats_finds_none_free(client):
    licence = LicenceFactory()
    session = SessionFactory(
        resource=licence.resource, school_quota=1, training__title_en="With a quota"
    )
    first, second = TeacherFactory.create_batch(2, works_at=licence.school)
    enrolments.enrol(session=session, teacher=first)
    client.force_login(second)

    assert found(client, free="on") == set()


ALL_SET = {
    "q": "quote",
    "resource": "educarte",
    "subject": "history",
    "level": "first_steps",
    "language": "fr",
    "days": "next-week",
    "since": "2026-11-30",
    "until": "2026-12-06",
    "length": "two-hours",
    "free": "on",
}


@pytest.fixture
def quoted():
    resource = ResourceFactory(slug="educarte", name="Educarte")
    training = TrainingFactory(
        resource=resource, title_en="Quote a source", level=TrainingLevel.FIRST_STEPS
    )
    training.subjects.set([SubjectFactory(code="history", title_en="History")])
    return SessionFactory(training=training, resource=resource, starts_at=on(2, 12))


def test_each_filter_is_taken_away_alone(client, quoted):
    client.force_login(TrainerFactory(language="en"))
    answer = client.get(reverse(CATALOGUE), ALL_SET)

    chips = {str(chip["label"]): chip["url"] for chip in answer.context["chips"]}
    assert titles(answer) == {"Quote a source"}
    assert list(chips) == [
        "Educarte",
        "History",
        "First steps",
        "French",
        "Next week",
        "From Monday 30 November 2026",
        "Until Sunday 6 December 2026",
        "Two hours at most",
        "« quote »",
        "With free seats",
    ]
    names = (
        "resource",
        "subject",
        "level",
        "language",
        "days",
        "since",
        "until",
        "length",
        "q",
        "free",
    )
    for name, url in zip(names, chips.values(), strict=True):
        kept = QueryDict(url.removeprefix("?")).dict()
        assert kept == {other: value for other, value in ALL_SET.items() if other != name}


def test_the_form_shows_what_is_set_in_the_list_and_in_the_month(client, quoted):
    client.force_login(TrainerFactory(language="en"))
    listed = client.get(reverse(CATALOGUE), ALL_SET).text
    month = client.get(reverse(MONTH), ALL_SET | {"month": "2026-12"})

    for page in (listed, month.text):
        form = page.partition('role="search"')[2].partition("</form>")[0]
        for name, value in ALL_SET.items():
            assert re.search(rf'name="{name}"', form), name
            assert value in form
    assert 'name="month" value="2026-12"' in month.text
    assert month.context["count"] == 1
    assert all(
        f"{name}={value}" in unescape(month.context["list_url"]) for name, value in ALL_SET.items()
    )


def test_the_month_has_days_of_its_own(client, quoted):
    month = client.get(reverse(MONTH), {"month": "2026-12", "days": "this-week"})

    assert month.context["count"] == 1
    assert month.context["chips"] == []


def test_nothing_found_says_which_filter_to_take_away(client, quoted):
    SubjectFactory(code="maths")
    named("Of another resource", resource=ResourceFactory(slug="other"))

    query = {"level": "further", "resource": "educarte"}
    answer = client.get(reverse(CATALOGUE), query)
    ways = [(str(way["label"]), way["count"], way["url"]) for way in answer.context["ways_out"]]

    assert titles(answer) == set()
    assert ways == [
        ("Resource", 1, "?level=further"),
        ("Level", 1, "?resource=educarte"),
    ]
    assert "Without “Level”: 1 session" in answer.text


def test_free_seats_are_named_when_they_are_in_the_way(client, quoted):
    client.force_login(TrainerFactory(language="en"))
    for _ in range(quoted.capacity):
        seated(quoted)

    answer = client.get(reverse(CATALOGUE), {"free": "on", "resource": "educarte"})

    assert [(str(way["label"]), way["count"]) for way in answer.context["ways_out"]] == [
        ("With free seats", 1)
    ]


def test_when_no_filter_alone_is_in_the_way_none_is_blamed(client, quoted):
    answer = client.get(reverse(CATALOGUE), {"level": "further", "q": "zzzz", "days": "this-week"})

    assert answer.context["ways_out"] == []
    assert "See all sessions" in answer.text


@pytest.mark.parametrize("query", [{}, {"free": "on"}, ALL_SET, {"q": "zzzz", "free": "on"}])
def test_filters_cost_the_same_few_queries_for_5_and_for_50_sessions(client, query):
    teacher, counts = TeacherFactory(), []
    client.force_login(teacher)
    for number in (5, 45):
        for count in range(number):
            training = TrainingFactory()
            training.subjects.set([SubjectFactory()])
            SessionFactory(
                training=training,
                resource=training.resource,
                starts_at=in_a_week() + datetime.timedelta(hours=count),
            )
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse(CATALOGUE), query)
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 14
