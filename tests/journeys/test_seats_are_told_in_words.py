"""How full a session is: a number for who may enrol, leads or plans, and a word for everybody else; once it
has begun, for nobody.
"""

import datetime
import re

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.factories.attendance import seated
from tests.factories.catalogue import LicenceFactory, ResourceFactory
from tests.factories.deliveries import day_at, delivered
from tests.factories.people import (
    OfficerFactory,
    OrganisationFactory,
    PlannerFactory,
    TeacherFactory,
    TrainerFactory,
)
from training.enums import EnrolmentState, SessionState
from training.models import Enrolment, SeatOffer, Session

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-12T12:00")]


@pytest.fixture
def resource():
    return ResourceFactory(name="Educ’Arte")


@pytest.fixture
def trainer(resource):
    return TrainerFactory(works_for=resource.provider)


@pytest.fixture
def school():
    return OrganisationFactory(uai="0141000A", department="14")


def of(school, number: int) -> list:
    return TeacherFactory.create_batch(number, works_at=school)


def told_of(session, reader, at: str) -> str:
    """The session's page and its row in the catalogue, as they were before its sheet was closed."""
    Session.objects.filter(pk=session.pk).update(state=SessionState.OPEN)
    client = Client(headers={"Accept-Language": "en"})
    if reader:
        client.force_login(reader)
    with time_machine.travel(timezone.make_aware(datetime.datetime.fromisoformat(at)), tick=False):
        pages = session.get_absolute_url(), reverse("training:catalogue")
        return "".join(client.get(page, follow=True).text for page in pages)


@pytest.mark.parametrize(
    ("at", "is_told"),
    [
        pytest.param("2026-10-06T14:29", True, id="before it begins"),
        pytest.param("2026-10-06T14:31", False, id="it has begun"),
        pytest.param("2026-10-07T12:00", False, id="it is over"),
    ],
)
def test_a_session_that_has_begun_tells_no_teacher_how_many_have_a_seat(
    resource, trainer, school, at, is_told
):
    session = delivered(resource, trainer, "2026-10-06", present=of(school, 8), capacity=20)
    teacher = TeacherFactory(works_at=LicenceFactory(resource=resource).school, language="en")

    told = told_of(session, teacher, at)

    assert ("8 taken of 20" in told) is is_told
    assert ("12 seats left" in told) is is_told
    assert ("20 seats" in told) is not is_told


@pytest.mark.parametrize("role", ["visitor", "officer"])
def test_who_isn_t_to_enrol_reads_the_same_however_full_it_is(resource, trainer, school, role):
    session = delivered(resource, trainer, "2026-10-06", present=of(school, 1), capacity=20)
    reader = OfficerFactory(language="en") if role == "officer" else None

    def read() -> str:
        told = told_of(session, reader, "2026-10-06T14:29")
        return re.sub(r'(nonce|value|csrf-token)="[^"]{20,}"', "", told)

    pages = [read()]
    for more in (18, 1):  # one free, none free
        for teacher in of(school, more):
            seated(session, teacher)
        pages.append(read())
    for teacher in of(school, 2):
        Enrolment.objects.create(
            session=session, teacher=teacher, school=school, state=EnrolmentState.WAITING
        )
    pages.append(read())

    assert pages[0].count("Enrolment is open") >= 2  # its page, and the catalogue
    assert pages == [pages[0]] * 4
    assert not re.search(r"meter__fill|taken of|left of|[Ff]ull", pages[0])


@pytest.mark.parametrize("reader", [TeacherFactory, TrainerFactory, PlannerFactory])
def test_who_may_enrol_leads_or_plans_reads_seats_as_numbers(resource, trainer, school, reader):
    session = delivered(resource, trainer, "2026-10-06", present=of(school, 8), capacity=20)

    told = told_of(session, reader(language="en"), "2026-10-06T14:29")

    assert "8 taken of 20" in told


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"state": EnrolmentState.WAITING}, id="waits"),
        pytest.param(
            {"state": EnrolmentState.HELD, "held_until": day_at("2026-10-06")}, id="a held seat"
        ),
        pytest.param(
            {"state": EnrolmentState.OFFERED, "offer_ends_at": day_at("2026-10-06")},
            id="an offered seat",
        ),
    ],
)
@pytest.mark.parametrize("is_teacher", [True, False])
def test_who_teaches_no_longer_reads_the_own_turn_without_how_full_it_is(
    resource, trainer, school, fields, is_teacher
):
    session = delivered(resource, trainer, "2026-10-06", present=of(school, 8), capacity=20)
    reader = (TeacherFactory if is_teacher else OfficerFactory)(language="en")
    enrolment = Enrolment.objects.create(session=session, teacher=reader, school=school, **fields)
    if enrolment.is_offered:
        SeatOffer.objects.create(
            enrolment=enrolment,
            offered_at=day_at("2026-10-06", hour=13),
            expires_at=enrolment.offer_ends_at,
        )

    told = told_of(session, reader, "2026-10-06T14:00")

    assert ("meter__fill" in told) is is_teacher
    assert ("taken of 20" in told) is is_teacher
    assert not re.search(r"\d+ seats? (is|are) free", told) or is_teacher
