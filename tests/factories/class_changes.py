"""A student of a class, and the leader who changes it."""

import datetime

import pytest

from tests.factories.continuity import (
    LeaderFactory,
    SchoolClassFactory,
    StudentFactory,
)
from tests.factories.school_pages import ONE_DAY, send, told

TODAY = datetime.date(2026, 11, 25)


@pytest.fixture
def school():
    return SchoolClassFactory(name="2de 3").school


@pytest.fixture
def old(school):
    return school.classes.get()


@pytest.fixture
def new(old):
    return SchoolClassFactory(school=old.school, name="2de 4")


@pytest.fixture
def third(old):
    return SchoolClassFactory(school=old.school, name="2de 5")


@pytest.fixture
def student(old):
    return StudentFactory(in_class=old)


@pytest.fixture
def leader(old):
    return LeaderFactory(leads=old.school)


def change(client, leader, student, to, on):
    said = send(
        client, leader, "continuity:change_class", student.public_id, to=to.public_id, on=str(on)
    )
    return told(said)


def periods_of(student):
    """Class and end of each, in order."""
    rows = student.class_memberships.order_by("since")
    return [(row.school_class.name, row.until) for row in rows.select_related("school_class")]


def in_days(number: int) -> datetime.date:
    return TODAY + number * ONE_DAY


# By table


def by_table(client, leader, school, *lines):
    """The trial, and what was said when it was written."""
    text = "\n".join(["login;classe;groupes;depuis", *lines])
    trial = send(client, leader, "people:import_students", school.public_id, pasted=text)
    if "kept" not in trial.context:
        return trial.text, None
    kept = trial.context["kept"]
    return trial.text, send(client, leader, "people:import_students", school.public_id, kept=kept)
