"""A teacher finds a session, enrols, and holds the invitation."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.agenda.values import Hours
from courses.catalogue.enums import LicenceScope
from courses.live.models import RoomPass
from courses.mail.models import Letter
from tests.factories.catalogue import LicenceFactory
from tests.factories.markup import shows
from tests.factories.people import OrganisationFactory, PlannerFactory, TeacherFactory
from tests.factories.training import SessionFactory, in_a_week
from training.enums import EnrolmentState, Letters
from training.models import Enrolment
from training.services import adviser_enrolment
from training.services import enrolment as enrolments

pytestmark = pytest.mark.django_db


def subscribed(**session):
    """A session, and a licence of a whole school to its resource."""
    licence = LicenceFactory()
    return SessionFactory(resource=licence.resource, **session), licence


def test_one_click_enrols_and_the_page_says_so(client):
    session, licence = subscribed()
    teacher = TeacherFactory(works_at=licence.school)
    client.force_login(teacher)

    answer = client.post(reverse("training:enrol", args=[session.public_id]))

    assert (answer.status_code, answer.url) == (302, session.get_absolute_url())
    enrolment = Enrolment.objects.get()
    assert (enrolment.teacher, enrolment.school, enrolment.state) == (
        teacher,
        licence.school,
        EnrolmentState.CONFIRMED,
    )
    assert "A seat is yours" in client.get(session.get_absolute_url()).content.decode()


def test_the_seat_brings_a_participation_and_a_pass_for_each_meeting_to_come_and_one_letter():
    start = in_a_week()
    hours = [
        Hours(
            start + datetime.timedelta(days=7 * n), start + datetime.timedelta(days=7 * n, hours=1)
        )
        for n in range(3)
    ]
    session, licence = subscribed(hours=hours)
    teacher = TeacherFactory(works_at=licence.school)

    enrolment = enrolments.enrol(session=session, teacher=teacher)

    meetings = list(session.meetings)
    assert list(enrolment.participations.order_by("pk").values_list("meeting", "is_withdrawn")) == [
        (m.pk, False) for m in meetings
    ]
    assert RoomPass.objects.filter(person=teacher, is_withdrawn=False).count() == 3
    kinds = list(Letter.objects.filter(to=teacher).order_by("pk").values_list("kind", flat=True))
    assert kinds == [Letters.SEAT_CONFIRMED]


def test_the_last_seat_goes_once_and_the_next_teacher_waits(client):
    session, licence = subscribed(capacity=1)
    first, second = TeacherFactory.create_batch(2, works_at=licence.school)

    for teacher in (first, second):
        client.force_login(teacher)
        client.post(reverse("training:enrol", args=[session.public_id]))

    assert list(session.enrolments.order_by("pk").values_list("teacher", "state")) == [
        (first.pk, EnrolmentState.CONFIRMED),
        (second.pk, EnrolmentState.WAITING),
    ]
    assert (
        "You are number 1 in the waiting list"
        in client.get(session.get_absolute_url()).content.decode()
    )


def test_joining_the_list_twice_is_one_entry():
    session, licence = subscribed(capacity=1)
    holder, teacher = TeacherFactory.create_batch(2, works_at=licence.school)
    enrolments.enrol(session=session, teacher=holder)

    first = enrolments.enrol(session=session, teacher=teacher)
    again = enrolments.enrol(session=session, teacher=teacher)

    assert first == again
    assert session.enrolments.waiting().count() == 1
    assert Letter.objects.filter(to=teacher).count() == 1


def test_a_clash_is_said_before_with_title_and_hour_and_the_choice_is_kept(client):
    start = in_a_week(hour=17)
    session, licence = subscribed(starts_at=start, minutes=60)
    other = SessionFactory(
        resource=licence.resource, starts_at=start + datetime.timedelta(minutes=30), minutes=60
    )
    teacher = TeacherFactory(works_at=licence.school)
    enrolments.enrol(session=other, teacher=teacher)
    client.force_login(teacher)

    page = client.get(session.get_absolute_url()).content.decode()
    client.post(reverse("training:enrol", args=[session.public_id]))

    assert "At the same time as another of your sessions" in page
    assert other.title in page
    assert "17:30 to 18:30" in page
    assert teacher.enrolments.filter(session=session, state=EnrolmentState.CONFIRMED).exists()


def test_a_teacher_in_two_schools_enrols_through_the_one_that_subscribes(client):
    session, licence = subscribed()
    other = OrganisationFactory(name="Lycée sans abonnement")
    teacher = TeacherFactory(works_at=[other, licence.school])
    client.force_login(teacher)

    page = client.get(session.get_absolute_url()).content.decode()
    enrolment = enrolments.enrol(session=session, teacher=teacher)

    assert licence.school.name in page
    assert other.name not in page
    assert enrolment.school == licence.school


def test_a_licence_that_starts_on_the_very_day_opens_the_session_from_midnight_in_paris():
    start = in_a_week(hour=0, minute=15)
    licence = LicenceFactory(since=start.date())
    session = SessionFactory(resource=licence.resource, starts_at=start)
    teacher = TeacherFactory(works_at=licence.school)

    enrolment = enrolments.enrol(session=session, teacher=teacher)

    assert enrolment.state == EnrolmentState.CONFIRMED


def test_a_teacher_of_an_agricultural_school_enrols_like_any_other():
    school = OrganisationFactory(name="Lycée Nature", city="Coutances", uai="0501213X")
    licence = LicenceFactory(school=school)
    session = SessionFactory(resource=licence.resource)

    enrolment = enrolments.enrol(
        session=session, teacher=TeacherFactory(works_at=school, email=None)
    )

    assert (enrolment.state, enrolment.school) == (EnrolmentState.CONFIRMED, school)


def test_who_may_not_enrol_reads_why_and_what_to_do_and_a_form_posted_by_hand_is_refused(
    client,
):
    day = timezone.localdate() + datetime.timedelta(days=2)
    licence = LicenceFactory(until=day, contact="the school librarian")
    session = SessionFactory(resource=licence.resource)
    client.force_login(TeacherFactory(works_at=licence.school))

    page = client.get(session.get_absolute_url())
    posted = client.post(reverse("training:enrol", args=[session.public_id]), follow=True)

    assert page.status_code == 200
    assert f"{licence.school.name} has {licence.resource.name} until" in page.content.decode()
    assert "the school librarian" in page.content.decode()
    assert reverse("training:enrol", args=[session.public_id]) not in page.content.decode()
    assert f"{licence.school.name} has {licence.resource.name} until" in posted.content.decode()
    assert not Enrolment.objects.exists()


def test_a_school_whose_licence_names_other_teachers_is_not_said_to_have_none(client):
    licence = LicenceFactory(scope=LicenceScope.NAMED)
    session = SessionFactory(resource=licence.resource)
    client.force_login(TeacherFactory(works_at=licence.school))

    page = client.get(session.get_absolute_url()).content.decode()

    assert f"{licence.school.name} has {licence.resource.name} for named teachers only" in page


def test_htmx_gets_the_part_that_changed_refused_or_not(client):
    session, licence = subscribed()
    client.force_login(TeacherFactory(works_at=licence.school))
    stranger = TeacherFactory()

    answer = client.post(
        reverse("training:enrol", args=[session.public_id]), headers={"HX-Request": "true"}
    )
    client.force_login(stranger)
    refused = client.post(
        reverse("training:enrol", args=[session.public_id]), headers={"HX-Request": "true"}
    )

    assert (answer.status_code, refused.status_code) == (200, 200)
    assert answer.content.decode().strip().startswith("<section")
    assert "an invitation is on its way to your calendar" in answer.content.decode()
    assert shows(
        answer.content.decode(),
        f'<dd id="seats-taken" data-hx-swap-oob="true">1 taken of {session.capacity}</dd>',
    )
    assert "has no subscription to" in refused.content.decode()


def test_a_visitor_reads_everything_and_is_told_to_log_in(client):
    session, _licence = subscribed()

    page = client.get(session.get_absolute_url())
    posted = client.post(reverse("training:enrol", args=[session.public_id]))

    assert page.status_code == 200
    assert "Log in to enrol" in page.content.decode()
    assert posted.status_code == 302
    assert reverse("people:login") in posted.url


def test_an_adviser_enrols_when_full_on_the_list_or_over_capacity_with_a_reason_never_in_silence():
    session, licence = subscribed(capacity=1)
    holder, waits, pressed = TeacherFactory.create_batch(3, works_at=licence.school)
    adviser = PlannerFactory()
    enrolments.enrol(session=session, teacher=holder)

    listed = adviser_enrolment.enrol_by_adviser(
        session=session, teacher=waits, by=adviser, reason="Asked by phone"
    )
    seated = adviser_enrolment.enrol_by_adviser(
        session=session,
        teacher=pressed,
        by=adviser,
        reason="Replaces a trainer",
        over_capacity=True,
    )

    assert (listed.state, listed.over_capacity) == (EnrolmentState.WAITING, False)
    assert (seated.state, seated.over_capacity) == (EnrolmentState.CONFIRMED, True)
    assert list(seated.steps.values_list("state", "by", "reason")) == [
        (EnrolmentState.CONFIRMED, adviser.pk, "Replaces a trainer")
    ]
