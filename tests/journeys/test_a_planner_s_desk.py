"""A planner copies a session, enrols a team at once, sorts and takes along the list of sessions."""

import csv
import datetime
import io

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.agenda.values import PARIS, Hours
from tests.factories.catalogue import LicenceFactory
from tests.factories.markup import shows
from tests.factories.people import PlannerFactory, TeacherFactory, TrainerFactory
from tests.factories.training import SessionFactory
from training.models import Enrolment, EnrolmentStep
from training.services import enrolment as seats

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]

HOUR, WEEK = datetime.timedelta(hours=1), datetime.timedelta(weeks=1)


def at(day: int, month: int = 12, hour: int = 17) -> datetime.datetime:
    return datetime.datetime(2026, month, day, hour, tzinfo=PARIS)


@pytest.fixture
def planner(client):
    planner = PlannerFactory(language="en")
    client.force_login(planner)
    return planner


@pytest.fixture
def licence():
    return LicenceFactory()


@pytest.fixture
def session(licence):
    trainer = TrainerFactory(works_for=licence.resource.provider)
    return SessionFactory(resource=licence.resource, starts_at=at(2), led_by=trainer, capacity=2)


def named(name: str, session) -> str:
    return reverse(f"training:{name}", args=[session.public_id])


# A copy


def test_a_session_is_copied_whole_weeks_later_with_all_but_its_people(client, planner, session):
    session.threshold_percent, session.note = 80, "Apportez un casque."
    session.save()
    page = client.get(named("session_people", session)).text
    query = {"training": session.training.public_id, "copy": session.public_id}
    form = client.get(reverse("training:new_session"), query).text

    assert f"?training={session.training.public_id}&amp;copy={session.public_id}" in page
    assert 'value="2026-12-09"' in form
    assert 'value="17:00"' in form
    assert 'value="90"' in form
    assert 'value="80"' in form
    assert "Apportez un casque." in form
    (trainer,) = session.trainers.all()
    assert shows(form, f'value="{trainer.pk}" id="id_trainers_0" checked')


def test_the_copy_of_a_session_that_is_over_begins_after_today(client, planner, licence):
    first = at(6, month=10)
    hours = [Hours(first + n * WEEK, first + n * WEEK + HOUR) for n in range(2)]
    past = SessionFactory(resource=licence.resource, hours=hours)
    query = {"training": past.training.public_id, "copy": past.public_id}
    form = client.get(reverse("training:new_session"), query).text

    assert 'value="2026-12-01"' in form  # a Tuesday, as 6 October
    assert 'value="2026-12-08"' in form
    assert form.count('value="17:00"') == 2


def test_a_copy_of_what_is_not_there_is_404(client, planner, session):
    query = {"training": session.training.public_id, "copy": "nothing"}
    assert client.get(reverse("training:new_session"), query).status_code == 404


# A team


def test_a_team_is_enrolled_by_logins_and_addresses_and_each_outcome_is_said(
    client, planner, session, licence
):
    first, second, third = TeacherFactory.create_batch(3, works_at=licence.school)
    here, elsewhere = TeacherFactory(works_at=licence.school), TeacherFactory()
    session.capacity = 3
    session.save()
    seats.enrol(session=session, teacher=here)
    people = (
        f"{first.login}, {second.email.upper()}\n{third.login};nobody.here\n"
        f"{elsewhere.login} {here.login} {first.email}"
    )
    page = client.post(named("enrol_team", session), {"people": people, "reason": "Équipe"}).text

    assert set(session.enrolments.holding_a_seat().values_list("teacher", flat=True)) == {
        here.pk,
        first.pk,
        second.pk,
    }
    assert session.enrolments.waiting().get().teacher == third
    assert "Settled: 5 of 7" in page
    assert page.count("Has a seat") == 2
    assert page.count("In the waiting list") == 1
    assert page.count("Enrolled or waiting already") == 2
    assert "No teacher has this login or email address today." in page
    assert f"{elsewhere.display_name}: " in page
    assert shows(page, f"\nnobody.here\n{elsewhere.login}</textarea>")
    assert set(EnrolmentStep.objects.filter(by=planner).values_list("reason", flat=True)) == {
        "Équipe"
    }


def test_a_team_posted_twice_is_enrolled_once(client, planner, session, licence):
    teacher = TeacherFactory(works_at=licence.school)
    sent = {"people": teacher.login, "reason": "Équipe"}
    client.post(named("enrol_team", session), sent)
    again = client.post(named("enrol_team", session), sent).text

    assert Enrolment.objects.count() == 1
    assert "Settled: 1 of 1" in again


def test_too_many_names_or_no_reason_enrol_nobody_and_lose_nothing(client, planner, session):
    names = "\n".join(f"prof.{n}" for n in range(61))
    page = client.post(named("enrol_team", session), {"people": names, "reason": "Équipe"}).text
    without = client.post(named("enrol_team", session), {"people": "prof.1", "reason": ""}).text

    assert "At most 60 at once: here are 61." in page
    assert "prof.60" in page
    assert "prof.1" in without
    assert not Enrolment.objects.exists()


# The list


def test_the_list_is_sorted_and_narrowed_by_days(client, planner, licence):
    def planned(title, day, capacity):
        made = SessionFactory(resource=licence.resource, starts_at=at(day), capacity=capacity)
        made.training.title_en = title
        made.training.save()

    for title, day, capacity in (("Beta", 3, 5), ("Alpha", 10, 9), ("Gamma", 17, 2)):
        planned(title, day, capacity)

    def titles(**query):
        page = client.get(reverse("training:planning"), query).text
        return sorted(("Alpha", "Beta", "Gamma"), key=lambda one: page.find(one) % 10**7), page

    assert titles()[0] == ["Beta", "Alpha", "Gamma"]
    assert titles(sort="title")[0] == ["Alpha", "Beta", "Gamma"]
    assert titles(sort="emptiest")[0] == ["Alpha", "Beta", "Gamma"]
    _order, page = titles(since="2026-12-04", until="2026-12-10")
    assert ("Alpha" in page, "Beta" in page, "Gamma" in page) == (True, False, False)
    assert "Alpha" in titles(since="2026-12-99")[1]  # a filter that makes no sense is left out


def test_the_list_is_taken_along_as_it_is_filtered(client, planner, session, licence):
    seats.enrol(session=session, teacher=TeacherFactory(works_at=licence.school))
    SessionFactory(starts_at=timezone.now() + 5 * WEEK)
    query = {"until": "2026-12-10"}
    page = client.get(reverse("training:planning"), query).text
    file = client.get(reverse("training:export_sessions"), query)
    rows = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig")), delimiter=";"))

    assert f"{reverse('training:export_sessions')}?until=2026-12-10" in page
    assert len(rows) == 2
    assert rows[1][:8] == [
        session.title,
        session.resource.name,
        "French",
        "02/12/2026 17:00",
        "1",
        "2",
        "1",
        "0",
    ]
