"""A teacher reads on one page what the school's leaders read under the teacher's name."""

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from continuity.contact.services import papers
from continuity.models import HelpRequest
from tests.factories import rolls
from tests.factories.answers import asks_for_help
from tests.factories.continuity import (
    LeaderFactory,
    SchoolClassFactory,
    StudentFactory,
    at,
    class_hour,
    part_of,
    teaching,
)

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T17:00")]
MONDAY = datetime.date(2026, 11, 23)


@pytest.fixture
def given():
    """With an hour on Monday and one on Tuesday."""
    found = teaching(SchoolClassFactory(name="2de 4"))
    StudentFactory(in_class=found.school_class)
    for weekday in (1, 2):
        class_hour(found, weekday=weekday, since=datetime.date(2026, 9, 1))
    return found


def page(person, name: str = "seen_by_leaders", query: str = "") -> str:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(person)
    return client.get(reverse(f"continuity:{name}") + query).text


def test_plans_and_rolls_stand_there_as_on_the_leaders_pages(given):
    other = teaching(given.school_class)
    class_hour(other, weekday=1, since=datetime.date(2026, 9, 1))
    part_of(given, MONDAY)
    rolls.closed(rolls.begun(given, at(MONDAY, 9)))
    leader = LeaderFactory(leads=given.school_class.school)

    own, led = page(given.teacher), page(leader, "board")
    day = page(leader, "rolls_of_day", "?day=2026-11-24")

    assert "1 subject, published" in own
    assert other.teacher.display_name not in own
    assert other.teacher.display_name in led
    assert given.teacher.display_name in day  # not taken on Tuesday
    rows = own.partition('id="rolls"')[2].partition("</section>")[0]
    assert rows.count("Not taken") == 1
    assert rows.count("Taken") == 1


def test_earlier_rolls_and_weeks_on_paper_are_named_since_leaders_read_them(given):
    student = given.school_class.memberships.get().student
    rolls.closed(rolls.begun(given, at(MONDAY - datetime.timedelta(days=7), 9)))
    papers.hand_over(student=student, by=given.teacher, day=MONDAY)
    leader = LeaderFactory(leads=given.school_class.school)

    own = page(given.teacher)
    day = page(leader, "rolls_of_day", "?day=2026-11-16")
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(leader)
    of_student = client.get(reverse("continuity:student", args=[student.public_id])).text

    assert given.teacher.display_name in day
    assert "They can go back to the days before, too." in own
    handed = of_student.partition("A week on paper was handed over on")[2].partition("</li>")[0]
    assert f"({given.teacher.display_name})" in handed
    assert "and that you handed over a week on paper" in own


def test_when_a_question_was_answered_is_named_since_leaders_read_it(given):
    student = given.school_class.memberships.get().student
    HelpRequest.objects.filter(pk=asks_for_help(given, student).pk).update(
        answer="Oui.", answered_by=given.teacher, answered_at=timezone.now()
    )
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(LeaderFactory(leads=given.school_class.school))
    of_student = client.get(reverse("continuity:student", args=[student.public_id])).text

    own, data = page(given.teacher), client.get(reverse("register:for_adults")).text

    assert f"answered by {given.teacher.display_name} on" in " ".join(of_student.split())
    assert "The words of answers they get only in a copy of all data of the student." in own
    assert "on which day you answered a student’s question" in " ".join(data.split())


def test_without_hours_the_page_says_so(given):
    nobody = teaching()

    text = page(nobody.teacher)

    assert "You have no hours in the timetable in these two weeks." in text
    assert "No hour of yours has ended since." in text


def test_the_way_to_it_stands_in_the_menu_of_ones_account_and_it_costs_little(given):
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(given.teacher)
    address = reverse("continuity:seen_by_leaders")
    assert address in client.get(reverse("today:home")).text

    with CaptureQueriesContext(connection) as captured:
        client.get(address)

    assert len(captured) <= 15, [query["sql"][:100] for query in captured]
