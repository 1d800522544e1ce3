"""A training's page: what it is, all its dates, new dates by email, and figures for planners."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.factories.attendance import held_session, seated
from tests.factories.catalogue import LicenceFactory
from tests.factories.people import PlannerFactory, SubjectFactory, TeacherFactory
from tests.factories.training import SessionFactory, TrainingFactory, in_a_week
from training.enums import Attested, OpenTo, SessionState, TrainingLevel
from training.models import DateAlert
from training.services import attendance

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


def page_of(client, training):
    return client.get(training.get_absolute_url())


def dates_on(answer) -> list:
    return [row.session for row in answer.context["rows"]]


def test_a_visitor_reads_what_it_is_and_all_its_dates_with_their_state(client):
    training = TrainingFactory(title_en="Quote a source", level=TrainingLevel.FIRST_STEPS)
    training.subjects.set([SubjectFactory(title_en="History")])
    first = SessionFactory(training=training, resource=training.resource, capacity=1)
    second = SessionFactory(
        training=training, resource=training.resource, starts_at=in_a_week() + DAY, minutes=60
    )
    SessionFactory(training=training, resource=training.resource, state=SessionState.DRAFT)
    SessionFactory()
    seated(first, TeacherFactory())
    for days in (30, 40):
        SessionFactory(
            training=training,
            resource=training.resource,
            starts_at=timezone.now() - days * DAY,
        )

    answer = page_of(client, training)

    assert dates_on(answer) == [first, second]
    for words in (
        "2 dates to come",
        "Enrolment is open",
        "History",
        "First steps",
        "1\N{NO-BREAK SPACE}h to 1\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}30\N{NO-BREAK SPACE}min, by session",
        training.resource.provider.name,
        "2 sessions that are over",
        "Log in to be told of new dates",
        "Search",  # a goal
    ):
        assert words in answer.text, words


def test_the_address_ends_in_the_title_whatever_was_typed(client):
    training = TrainingFactory(title_en="Quote a source")
    short = reverse("training:training_short", args=[training.public_id])

    assert training.get_absolute_url().endswith("/quote-a-source/")
    assert client.get(short)["Location"] == training.get_absolute_url()
    assert client.get(f"{short}another-title/")["Location"] == training.get_absolute_url()


def test_a_session_leads_to_its_training(client):
    session = SessionFactory()

    page = client.get(session.get_absolute_url()).text

    assert f'href="{session.training.get_absolute_url()}"' in page
    assert "The training and all its dates" in page


def test_a_training_that_left_the_catalogue_is_read_by_planners_alone(client):
    training = TrainingFactory(is_published=False)

    assert page_of(client, training).status_code == 404
    client.force_login(PlannerFactory())
    answer = page_of(client, training)
    assert answer.status_code == 200
    assert "isn’t shown in the catalogue" in answer.text


def test_a_teacher_is_told_of_new_dates_even_while_there_is_none(client):
    training, teacher = TrainingFactory(), TeacherFactory()
    client.force_login(teacher)
    press = reverse("training:tell_me_of_training", args=[training.public_id])

    asked = client.post(press, {"wanted": "yes"}, follow=True).text
    alerts = list(DateAlert.objects.values_list("training", "person"))
    taken_back = client.post(press, {"wanted": "no"}, follow=True).text

    assert alerts == [(training.pk, teacher.pk)]
    assert "No date to come for now" in asked
    assert "No longer tell me of new dates" in asked
    assert "You are no longer told of new dates of this training." in taken_back
    assert not DateAlert.objects.exists()


def test_a_training_out_of_the_catalogue_takes_no_wish_for_dates(client):
    client.force_login(TeacherFactory())
    hidden = TrainingFactory(is_published=False)

    answer = client.post(
        reverse("training:tell_me_of_training", args=[hidden.public_id]), {"wanted": "yes"}
    )

    assert answer.status_code == 404
    assert not DateAlert.objects.exists()


def test_own_session_is_marked_and_a_refused_one_says_why(client):
    licence = LicenceFactory()
    training = TrainingFactory(resource=licence.resource)
    SessionFactory(training=training, resource=licence.resource)
    client.force_login(TeacherFactory())

    assert "has no subscription to" in page_of(client, training).text


def test_dates_stand_in_time_order_whether_they_are_open_to_the_reader_or_not(client):
    licence = LicenceFactory()
    training = TrainingFactory(resource=licence.resource)
    teacher = TeacherFactory(works_at=licence.school)
    first = SessionFactory(training=training, starts_at=in_a_week(hour=9), open_to=OpenTo.SCHOOLS)
    second = SessionFactory(training=training, starts_at=in_a_week(hour=14))
    client.force_login(teacher)

    assert dates_on(page_of(client, training)) == [first, second]


def a_held_session(training, *, present: int, absent: int):
    """Closed, with so many people."""
    session = held_session(training=training, resource=training.resource)
    for _ in range(present + absent):
        seated(session, TeacherFactory())
    sheet = attendance.prefill(session.meetings[0].pk)
    lines = list(sheet.lines.all())
    for number, line in enumerate(lines):
        line.choice = Attested.WHOLE if number < present else Attested.NONE
        line.reason = "Seen" if number < present else ""
        line.save()
    trainer = session.trainers.get()
    attendance.close(sheet=sheet, revision=sheet.revision, by=trainer)
    return session


@pytest.mark.parametrize(
    ("present", "absent", "shown"),
    [
        pytest.param(3, 2, "60% of the dates, 5 people", id="five people"),
        pytest.param(3, 1, "Shown from five people on", id="four people"),
        pytest.param(0, 0, "Shown from five people on", id="nobody"),
    ],
)
def test_a_planner_reads_seats_and_the_presence_rate_of_five_people_or_more(
    client, present, absent, shown
):
    training = TrainingFactory()
    a_held_session(training, present=present, absent=absent)
    client.force_login(PlannerFactory())

    page = page_of(client, training).text

    figures = page.partition('id="figures"')[2]
    assert shown in figures
    assert f"{present + absent} taken of 20" in figures
    assert f"{reverse('training:new_session')}?training={training.public_id}" in figures


def test_nobody_but_a_planner_reads_the_figures(client):
    training = TrainingFactory()
    a_held_session(training, present=5, absent=0)

    visitor = page_of(client, training).text
    client.force_login(TeacherFactory())
    teacher = page_of(client, training).text

    assert "New session from this training" not in visitor + teacher
    assert "of the dates" not in visitor + teacher


@pytest.mark.parametrize("who", [None, TeacherFactory, PlannerFactory])
def test_the_page_costs_the_same_few_queries_for_5_and_for_50_dates(client, who):
    training, counts = TrainingFactory(), []
    if who:
        client.force_login(who())
    for number in (5, 45):
        SessionFactory.create_batch(number, training=training, resource=training.resource)
        with CaptureQueriesContext(connection) as queries:
            page_of(client, training)
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 17
