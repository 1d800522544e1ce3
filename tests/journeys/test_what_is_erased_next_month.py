"""What is erased in the coming month is shown before: how much, for whom, in which night; and so it
happens.
"""

import datetime

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from cms.register import queries
from cms.register.services import erasing
from continuity.equipment.services import answers
from continuity.models import HelpRequest, SurveyPause
from courses.digest.register import Controller
from courses.mail.models import Letter
from courses.people.models import Membership, Tutorship
from tests.factories import survey
from tests.factories.continuity import LeaderFactory, SchoolClassFactory, StudentFactory, teaching
from tests.factories.people import AdviserFactory, RegistrarFactory, TeacherFactory

pytestmark = pytest.mark.django_db

YEAR = datetime.timedelta(days=365)


def letter(to, *, days: int) -> Letter:
    """One whose year is over in so many days."""
    return Letter.objects.create(
        kind="x",
        to=to,
        key=f"{to.pk}:{Letter.objects.count()}",
        posted_at=timezone.now() - YEAR + datetime.timedelta(days=days),
        state="withdrawn",
    )


def of(category: str, erasures) -> list:
    return next((erasure.nights for erasure in erasures if erasure.category.key == category), [])


@pytest.mark.at("2026-11-25T12:00")
def test_each_night_erases_what_the_page_said(client):
    person, now = TeacherFactory(), timezone.now()
    for days in (3, 3, 10, 40):
        letter(person, days=days)

    said = of("letters", queries.erasures(now, controllers=[Controller.ACADEMIE]))

    day = timezone.localdate(now)
    assert said == [(day + datetime.timedelta(days=4), 2), (day + datetime.timedelta(days=11), 1)]
    for night in queries.coming_nights(now):
        left = Letter.objects.count()
        with time_machine.travel(night):
            erasing.erase_what_is_over(night)
        assert left - Letter.objects.count() == dict(said).get(night.date(), 0)


def test_a_leader_reads_of_the_school_alone(client):
    with time_machine.travel(datetime.datetime(2027, 8, 20, 12, tzinfo=datetime.UTC)):
        mine, other = StudentFactory(), StudentFactory()
        for student in (mine, other):
            given = teaching(student.class_memberships.get().school_class)
            asked = datetime.datetime(2027, 3, 1, tzinfo=datetime.UTC)
            HelpRequest.objects.create(student=student, teaching=given, text="?", asked_at=asked)
        leader = LeaderFactory(
            leads=Membership.objects.get(person=mine).organisation, language="en"
        )
        client.force_login(leader)

        page = client.get(reverse("register:erasures"))

    ((_heading, erasures),) = page.context["parts"]
    assert of("questions", erasures) == [(datetime.date(2027, 8, 31), 1)]
    assert "Tuesday 31 August 2027" in page.content.decode()


@pytest.mark.at("2027-08-20T12:00")
def test_a_class_of_which_only_the_tutor_is_entered_is_counted():
    """A category is counted by students; where none is over, by the others it is about."""
    school_class = SchoolClassFactory(school_year=2027)
    teacher = TeacherFactory(works_at=school_class.school)
    Tutorship.objects.create(school_class=school_class, teacher=teacher, since="2026-09-01")

    erasures = queries.erasures(
        timezone.now(), controllers=[Controller.SCHOOL], schools=[school_class.school]
    )

    assert of("classes", erasures) == [(datetime.date(2027, 8, 31), 1)]


@pytest.mark.parametrize(
    ("maker", "sees"), [(RegistrarFactory, {"letters", "questions"}), (AdviserFactory, {"letters"})]
)
def test_the_academie_reads_what_it_answers_for(client, maker, sees):
    with time_machine.travel(datetime.datetime(2027, 8, 20, 12, tzinfo=datetime.UTC)):
        student = StudentFactory()
        given = teaching(student.class_memberships.get().school_class)
        HelpRequest.objects.create(
            student=student,
            teaching=given,
            text="?",
            asked_at=datetime.datetime(2027, 3, 1, tzinfo=datetime.UTC),
        )
        letter(TeacherFactory(), days=5)
        client.force_login(maker())

        ((_heading, erasures),) = client.get(reverse("register:erasures")).context["parts"]

    assert {erasure.category.key for erasure in erasures} >= sees
    assert ("questions" in {erasure.category.key for erasure in erasures}) == ("questions" in sees)


@pytest.mark.at("2026-08-20T12:00")
def test_of_a_survey_the_answers_are_counted_and_not_who_declined():
    """Staff never read who put it off or didn't wish to answer."""
    answering, declining = StudentFactory.create_batch(2)
    schools = [one.memberships.get().organisation for one in (answering, declining)]
    campaigns = [survey.campaign_of(school, first=-80, last=-70) for school in schools]
    in_june = timezone.now() - 75 * survey.ONE_DAY
    survey.answered(campaigns[0], answering, answered_at=in_june)
    answers.decline(campaign=campaigns[1], student=declining)
    SurveyPause.objects.update(paused_at=in_june)
    next_night = queries.next_end_of_school_year(timezone.now())

    going = [
        {one.category.key: one.count for one in queries.going(next_night, person=person)}
        for person in (answering, declining)
    ]

    assert [numbers.get("survey") for numbers in going] == [1, None]
