"""A student who asks for something to work with, and who decides."""

import uuid

import pytest

from tests.factories.continuity import (
    LeaderFactory,
    StudentFactory,
)
from tests.factories.continuity_pages import address


@pytest.fixture
def leader(school):
    return LeaderFactory(leads=school)


@pytest.fixture
def student(school_class):
    return StudentFactory(in_class=school_class, given_name="Lilas")


# The decision


def decide(client, need, **data):
    return client.post(address("need", need.public_id), data)


def lend(client, school, student, *items, **data):
    return client.post(
        address("lend", school.public_id),
        {
            "key": uuid.uuid4(),
            "thing": [one.public_id for one in items],
            "items": [one.public_id for one in items],
            "student": student.public_id,
            "due_on": "2027-07-02",
            "signed_as": "guardian",
            "signed_by": "other",
        }
        | data,
    )
