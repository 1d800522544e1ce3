"""From visits to the officer's page: counted, closed at night, published, and read as it was closed."""

import datetime

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from cms.indicators.models import CountingKey, SeenThisWeek, SeenToday
from cms.indicators.services import days, weeks
from cms.indicators.services.memory import flush
from courses.agenda.values import PARIS
from tests.factories.figures import officer
from tests.factories.people import OrganisationFactory, TeacherFactory

pytestmark = pytest.mark.django_db

MONDAY = datetime.date(2026, 11, 23)


def at(day: int, hour: int) -> datetime.datetime:
    """An instant of November 2026 in Paris."""
    return datetime.datetime(2026, 11, day, hour, 10, tzinfo=PARIS)


def reads(people, instant: datetime.datetime) -> None:
    for person in people:
        client = Client(headers={"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0)"})
        client.force_login(person)
        with time_machine.travel(instant, tick=False):
            assert client.get(reverse("people:profile")).status_code == 200


def page_of(client, name: str, *args):
    with time_machine.travel(at(30, 9), tick=False):
        return client.get(reverse(f"indicators:{name}", args=args))


def test_a_week_of_visits_is_read_on_the_officer_s_page(client):
    school = OrganisationFactory(name="Lycée Ada")
    teachers = TeacherFactory.create_batch(6, works_at=school)
    reads(teachers, at(25, 9))
    reads(teachers, at(25, 20))
    reads(teachers[:5], at(28, 15))
    flush()

    days.close_days(at(30, 3))
    closed = weeks.close_weeks(at(30, 3))

    assert closed == [MONDAY]
    for gone in (SeenToday, SeenThisWeek, CountingKey):
        assert not gone.objects.exists()
    client.force_login(officer(language="en"))
    page = page_of(client, "region")
    bars = {bar.label: bar.value for bar in page.context["report"].hours.rows if bar.value}
    assert bars == {"9:00": 6, "15:00": 5, "20:00": 6}
    table = {
        (row.heading, row.detail): [cell and cell.value for cell in row.cells]
        for row in page.context["report"].table.rows
    }
    assert table["Pages", ""] == [17, 17]
    assert table["Active people", "over the year: mean per week"] == [6, 6]
    assert table["Active people", "teachers, over the year: mean per week"] == [6, 6]
    assert table["Pages at the weekend", ""] == [5, 5]
    assert "Invented figures" not in page.content.decode()
    own = page_of(client, "school", school.public_id).context["table"]
    assert [cell and cell.value for cell in own.rows[0].cells] == [17, 17, 17, 17]
