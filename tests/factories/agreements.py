"""An agreement on a loan, its desk, and who signs it."""

import datetime
import uuid

import pytest
import time_machine
from django.utils import timezone

from continuity.equipment.services import agreements
from continuity.models import LoanAgreement
from tests.factories import equipment
from tests.factories.continuity import StudentFactory
from tests.factories.guardians import GuardianFactory, follows

NAME = "Morgane Noisetier"


@pytest.fixture
def office(school):
    return equipment.office_of(school)


@pytest.fixture
def student(school_class):
    return StudentFactory(in_class=school_class, given_name="Lilas", language="en")


@pytest.fixture
def other(school_class):
    return StudentFactory(in_class=school_class, given_name="Olivier")


@pytest.fixture
def laptop(school):
    return equipment.thing(school, number="0412", serial="5CD9", value_euros=420, model="Pro 14")


@pytest.fixture
def kept(student):
    return follows(GuardianFactory(language="en"), student)


@pytest.fixture
def agreement(student, office, laptop):
    return equipment.agreed(student, laptop, by=office)


def anew(found):
    return type(found).objects.get(pk=found.pk)


def signed_by(kept, agreement, name=NAME) -> LoanAgreement:
    return agreements.sign(
        agreement=agreement, way="link", signed_as="guardian", name=name, by=kept.guardian
    )


def chosen(student, *items, **more) -> dict:
    return {
        "key": uuid.uuid4(),
        "thing": [one.public_id for one in items],
        "student": student.public_id,
        "items": [one.public_id for one in items],
        "due_on": "2027-07-02",
        "signed_as": "guardian",
        "signed_by": "other",
    } | more


def at(day, hour=8):
    moment = datetime.datetime.combine(day, datetime.time(hour, 5))
    return time_machine.travel(timezone.make_aware(moment), tick=True)
