"""A session every week or every two weeks: planned, said in words, gone on with, moved along, stopped."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.agenda.enums import Every
from courses.agenda.queries import every_of, starts_every
from courses.agenda.values import PARIS, Hours
from tests.factories.people import PlannerFactory, TrainerFactory
from tests.factories.training import SessionFactory, TrainingFactory
from training.models import Session

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.at("2027-04-20T12:00")]

AN_HOUR = datetime.timedelta(hours=1)
MAY = datetime.datetime(2027, 5, 3, 17, tzinfo=PARIS)  # a Monday


@pytest.fixture
def planner(client):
    planner = PlannerFactory(language="en")
    client.force_login(planner)
    return planner


def mondays(count: int = 7, every: Every = Every.WEEK) -> Session:
    hours = [Hours(start, start + AN_HOUR) for start in starts_every(MAY, every, count)]
    return SessionFactory(hours=hours, every=every)


def address(name: str, session: Session, *more: str) -> str:
    return reverse(f"training:{name}", args=[session.public_id, *more])


def starts(session: Session) -> list[str]:
    return [f"{timezone.localtime(meeting.starts_at):%d/%m %H:%M}" for meeting in session.meetings.going_on()]


def test_a_planner_plans_every_two_weeks_and_everybody_reads_it_in_words(client, planner):
    training = TrainingFactory()
    trainer = TrainerFactory(works_for=training.resource.provider)
    page = reverse("training:new_session") + f"?training={training.public_id}"
    dates = {"dates-TOTAL_FORMS": 1, "dates-INITIAL_FORMS": 0, "dates-0-day": "2027-05-03", "dates-0-hour": "17:00"}
    dates |= {"dates-0-minutes": 60, "dates-0-every": 2, "dates-0-times": 3}
    form = {"language": "en", "capacity": 12, "trainers": [trainer.pk], "threshold_percent": 75, "note": ""}

    client.post(page, {**form, **dates, "step": "save"})

    session = Session.objects.get()
    assert starts(session) == ["03/05 17:00", "17/05 17:00", "31/05 17:00"]
    assert every_of(session.series) == Every.TWO_WEEKS
    in_words = "Every second Monday at 17:00 until 31 May"
    client.post(address("open_session", session))
    for shown in (address("session_people", session), reverse("training:planning"), session.get_absolute_url()):
        assert in_words in client.get(shown).text


def test_rows_of_several_rhythms_are_listed_dates_without_a_rule(client, planner):
    training = TrainingFactory()
    trainer = TrainerFactory(works_for=training.resource.provider)
    page = reverse("training:new_session") + f"?training={training.public_id}"
    dates = {"dates-TOTAL_FORMS": 2, "dates-INITIAL_FORMS": 0}
    for row, day in enumerate(("2027-05-03", "2027-05-06")):
        dates |= {f"dates-{row}-day": day, f"dates-{row}-hour": "17:00", f"dates-{row}-minutes": 60, f"dates-{row}-times": 2}
    form = {"language": "en", "capacity": 12, "trainers": [trainer.pk], "threshold_percent": 75, "note": ""}

    client.post(page, {**form, **dates, "step": "save"})

    session = Session.objects.get()
    assert starts(session) == ["03/05 17:00", "06/05 17:00", "10/05 17:00", "13/05 17:00"]
    assert session.series.rule is None
