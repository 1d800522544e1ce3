"""A session has so many seats for each school, and those who wait because of it read so."""

import datetime

import pytest
from django.urls import reverse

from tests.factories.audiences import (
    ENROLLED,
    NOW,
    START,
    WAITS,
    a_session,
    address,
    letters,
    sent_to,
    states,
)
from tests.factories.catalogue import LicenceFactory, ResourceFactory
from tests.factories.people import (
    PlannerFactory,
    TeacherFactory,
)
from training.enums import Letters
from training.queries.rights import Audience
from training.services import enrolment as enrolments
from training.services import sessions, waiting_list

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.at("2026-11-25T12:00")]


CATALOGUE = "training:catalogue"


# A quota per school


def two_schools(quota: int, **fields):
    """Licences of two schools for one resource, and a session with a quota for each."""
    resource = ResourceFactory()
    first, second = (LicenceFactory(resource=resource).school for _n in range(2))
    return a_session(resource=resource, school_quota=quota, **fields), first, second


def enrol_from(session, school):
    return enrolments.enrol(session=session, teacher=TeacherFactory(works_at=school, language="en"))


def test_a_school_has_as_many_seats_as_its_quota_and_others_pass():
    session, first, second = two_schools(1)

    given = [enrol_from(session, school) for school in (first, first, second)]

    assert [one.state for one in given] == [ENROLLED, WAITS, ENROLLED]


def test_a_freed_seat_goes_to_the_next_whose_school_may_have_one():
    session, first, second = two_schools(1, capacity=2)
    _one, other, waits, last = (
        enrol_from(session, school) for school in (first, second, first, second)
    )
    assert (waits.state, last.state) == (WAITS, WAITS)

    enrolments.cancel(enrolment=other, by=other.teacher)

    waits.refresh_from_db()
    last.refresh_from_db()
    assert (waits.state, last.state) == (WAITS, ENROLLED)


def test_the_tick_has_nothing_to_do_while_a_quota_holds_everybody():
    session, first, _second = two_schools(1)
    enrol_from(session, first)
    enrol_from(session, first)

    assert waiting_list.pass_on(NOW) == 0
    assert waiting_list.pass_on(START - datetime.timedelta(minutes=30)) == 0


def test_whoever_waits_because_of_a_quota_reads_so(client):
    session, first, _second = two_schools(1)
    enrol_from(session, first)
    waits = enrol_from(session, first)
    client.force_login(waits.teacher)
    said = "Your school has the 1 seat that a school can have in this session"

    page, mine = client.get(session.get_absolute_url()), client.get(reverse("training:mine"))

    assert said in page.text
    assert said in mine.text
    letter = sent_to(waits.teacher)
    assert said in letter
    assert "All seats" not in letter


def test_no_page_promises_a_free_seat_to_who_waits_because_of_a_quota(client):
    """Neither as a word beside the session nor as what happens in the last hour."""
    session, first, _second = two_schools(1)
    enrol_from(session, first)
    waits = enrol_from(session, first)
    client.force_login(waits.teacher)

    for page in (session.get_absolute_url(), reverse("training:mine"), reverse(CATALOGUE)):
        text = client.get(page).text
        assert "No seat left for your school, you wait: number 1" in text
        assert "first answer wins" not in text
    letter = sent_to(waits.teacher)
    assert "first answer wins" not in letter
    assert "Until then a free seat goes to people of other schools, in the last hour" in letter


def test_in_the_last_hour_who_waits_because_of_a_quota_is_not_told_again():
    session, first, second = two_schools(1, capacity=2)
    seated, other = enrol_from(session, first), enrol_from(session, second)
    waits = enrol_from(session, first)
    last_hour = START - datetime.timedelta(minutes=50)
    enrolments.cancel(enrolment=seated, by=seated.teacher, now=last_hour)
    assert letters(waits.teacher).count(Letters.LAST_HOUR) == 1
    enrol_from_now = {"session": session, "now": last_hour}
    enrolments.enrol(teacher=TeacherFactory(works_at=first), **enrol_from_now)

    enrolments.cancel(enrolment=other, by=other.teacher, now=last_hour)

    assert letters(waits.teacher).count(Letters.LAST_HOUR) == 1


def test_a_teacher_of_a_school_at_its_quota_is_told_before_pressing(client):
    session, first, second = two_schools(1)
    enrol_from(session, first)
    client.force_login(TeacherFactory(works_at=first, language="en"))

    page = client.get(session.get_absolute_url()).text

    assert "The 1 seat for your school is taken" in page
    assert "Join the waiting list" in page
    for text in (page, client.get(reverse(CATALOGUE)).text):
        assert "No seat left for your school" in text
        assert "19 seats left" not in text
    client.force_login(TeacherFactory(works_at=second, language="en"))
    assert "19 seats left" in client.get(reverse(CATALOGUE)).text


def test_a_larger_quota_seats_those_who_wait():
    session, first, _second = two_schools(1)
    enrol_from(session, first)
    waits = enrol_from(session, first)

    sessions.edit(
        session=session,
        revision=0,
        by=PlannerFactory(),
        capacity=20,
        trainers=list(session.trainers.all()),
        language="fr",
        threshold_percent=75,
        note="",
        audience=Audience(school_quota=2),
    )

    waits.refresh_from_db()
    assert waits.state == ENROLLED


def test_a_planner_reads_that_a_school_is_at_its_quota_and_may_go_beyond(client):
    session, first, _second = two_schools(1)
    enrol_from(session, first)
    teacher = TeacherFactory(works_at=first)
    client.force_login(PlannerFactory())

    page = client.get(address("enrol_somebody", session), {"teacher": teacher.public_id}).text
    client.post(
        address("enrol_somebody", session), {"teacher": teacher.public_id, "reason": "Agreed"}
    )

    assert "The school has the 1 seat that a school can have: this would be one more." in page
    assert states(session) == [ENROLLED, ENROLLED]
