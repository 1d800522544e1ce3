"""A refusal has a way on: the school's leader is told by one press, once a week at most, and leader,
planner and provider read numbers.
"""

import datetime

import pytest
from django.urls import reverse

from courses.agenda.values import PARIS
from courses.mail.documents import opened
from courses.mail.models import Letter
from courses.people.enums import Role
from tests.factories.catalogue import LicenceFactory, ResourceFactory
from tests.factories.people import (
    MembershipFactory,
    OrganisationFactory,
    PersonFactory,
    PlannerFactory,
    TeacherFactory,
    TrainerFactory,
)
from tests.factories.training import SessionFactory
from tests.factories.worker import run_worker
from training.enums import Letters, OpenTo
from training.exceptions import NothingToWishFor
from training.models import ResourceWish
from training.queries.wishes import wishes_for
from training.services import wishes

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]

NOW = datetime.datetime(2026, 11, 25, 12, tzinfo=PARIS)
DAY = datetime.timedelta(days=1)


def leader_of(school):
    return MembershipFactory(
        person=PersonFactory(language="en"), organisation=school, role=Role.LEADER
    ).person


@pytest.fixture
def story():
    """A session of Madmagz, and a school without a licence for it, with its leader."""
    school = OrganisationFactory(name="Lycée Alain", city="Alençon")
    session = SessionFactory(resource=ResourceFactory(name="Madmagz"))
    return session, school, leader_of(school)


def teacher_of(school):
    return TeacherFactory(works_at=school, language="en")


def letters(person) -> list[Letter]:
    return list(Letter.objects.filter(to=person, kind=Letters.WISHES).order_by("pk"))


def test_a_refused_teacher_tells_the_leader_by_one_press(client, story):
    session, school, leader = story
    teacher = teacher_of(school)
    client.force_login(teacher)
    press = reverse("training:wish", args=[session.public_id])
    assert (
        "Tell my school’s leader that I wish for Madmagz"
        in client.get(session.get_absolute_url()).text
    )

    for _twice in range(2):
        client.post(press, {"wanted": "yes"})

    assert ResourceWish.objects.get().school == school
    assert "Take the wish back" in client.get(session.get_absolute_url()).text
    run_worker()
    (letter,) = letters(leader)
    text = " ".join(opened(letter).text.split())
    assert "1 teacher of your school wishes for Madmagz." in text
    assert teacher.family_name not in text
    client.post(press, {"wanted": "no"})
    assert not ResourceWish.objects.exists()


def test_a_leader_is_told_once_a_week_at_most(story):
    session, school, leader = story
    wishes.ask(session=session, person=teacher_of(school), now=NOW)
    for day in (1, 2):
        wishes.ask(session=session, person=teacher_of(school), now=NOW + day * DAY)
    wishes.tell_leaders(NOW + 6 * DAY)
    assert len(letters(leader)) == 1

    for _twice in range(2):
        wishes.tell_leaders(NOW + 8 * DAY)

    assert len(letters(leader)) == 2
    run_worker()
    assert "3 teachers of your school wish for Madmagz." in opened(letters(leader)[1]).text
    wishes.tell_leaders(NOW + 30 * DAY)
    assert len(letters(leader)) == 2  # nothing new


def test_a_wish_is_for_what_a_subscription_would_open(client):
    licence = LicenceFactory()
    entitled = TeacherFactory(works_at=licence.school)
    for session in (
        SessionFactory(resource=licence.resource),
        SessionFactory(open_to=OpenTo.SCHOOLS, for_schools=[OrganisationFactory()]),
    ):
        with pytest.raises(NothingToWishFor):
            wishes.ask(session=session, person=entitled)
        client.force_login(entitled)
        client.post(reverse("training:wish", args=[session.public_id]), {"wanted": "yes"})

    assert not ResourceWish.objects.exists()


def test_leader_planner_and_provider_read_numbers_alone(client, story):
    session, school, leader = story
    elsewhere = OrganisationFactory(name="Lycée Marie Curie", city="Vire")
    people = [teacher_of(school), teacher_of(school), teacher_of(elsewhere)]
    for person in people:
        wishes.ask(session=session, person=person)
    page = reverse("training:wishes")

    def rows(reader):
        client.force_login(reader)
        answer = client.get(page)
        assert not any(person.family_name in answer.text for person in people)
        return [(row.resource, row.school, row.teachers) for row in answer.context["rows"]]

    here, there = "Lycée Alain, Alençon", "Lycée Marie Curie, Vire"
    assert rows(leader) == [("Madmagz", here, 2)]
    assert rows(PlannerFactory()) == [("Madmagz", here, 2), ("Madmagz", there, 1)]
    provider = TrainerFactory(works_for=session.resource.provider)
    assert rows(provider) == [("Madmagz", "", 3)]
    for place in (school, elsewhere):
        MembershipFactory(person=provider, organisation=place)  # one teacher, two schools
    wishes.ask(session=session, person=provider)
    assert rows(provider)[-1] == ("Madmagz", "", 4)
    assert rows(TrainerFactory()) == []
    client.force_login(people[0])
    assert client.get(page).status_code == 403


def test_a_wish_that_came_true_is_counted_no_more(client, story):
    session, school, leader = story
    wishes.ask(session=session, person=teacher_of(school))
    LicenceFactory(resource=session.resource, school=school)
    client.force_login(leader)

    assert client.get(reverse("training:wishes")).context["rows"] == []
    run_worker()
    assert not letters(leader)[0].sent_at


def test_a_wish_for_a_day_after_the_licence_ends_is_counted_until_it_is_renewed(client, story):
    _session, school, leader = story
    licence = LicenceFactory(school=school, since=NOW.date(), until=NOW.date() + 20 * DAY)
    session = SessionFactory(resource=licence.resource, starts_at=NOW + 40 * DAY)
    client.force_login(teacher_of(school))
    press = reverse("training:wish", args=[session.public_id])

    answer = client.post(press, {"wanted": "yes"}, follow=True)

    assert "told by email once a week at most" in answer.text
    assert ResourceWish.objects.get().wanted_on == session.first_day
    assert [row.teachers for row in wishes_for(leader)] == [1]
    run_worker()
    assert letters(leader)[0].sent_at
    LicenceFactory(school=school, resource=licence.resource, since=licence.until + DAY)
    assert wishes_for(leader) == []


def test_a_wish_that_came_true_neither_takes_the_week_nor_hides_a_new_one(client, story):
    session, school, leader = story
    other = SessionFactory()
    until = NOW.date() + 100 * DAY
    LicenceFactory(school=school, resource=session.resource, since=NOW.date(), until=until)
    teacher = teacher_of(school)
    ResourceWish.objects.create(resource=session.resource, school=school, person=teacher)
    later = SessionFactory(training=session.training, starts_at=NOW + 200 * DAY)

    assert wishes.tell_leaders(NOW) == 0
    client.force_login(teacher)
    assert "Tell my school’s leader" in client.get(later.get_absolute_url()).text
    wishes.ask(session=later, person=teacher, now=NOW)
    wishes.ask(session=other, person=teacher, now=NOW)

    assert [row.teachers for row in wishes_for(leader)] == [1, 1]
    assert len(letters(leader)) == 1
    assert "You wish for" in client.get(later.get_absolute_url()).text


def test_a_wish_of_who_has_left_the_school_is_counted_no_more(story):
    session, school, leader = story
    teacher = teacher_of(school)
    wishes.ask(session=session, person=teacher)

    teacher.memberships.update(until=NOW.date() - DAY)

    assert wishes_for(leader) == []
    teacher.memberships.update(until=NOW.date())
    assert [row.teachers for row in wishes_for(leader)] == [1]
