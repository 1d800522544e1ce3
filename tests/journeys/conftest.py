"""Fixtures that several stories share. A story that needs another has one of that name itself."""

import pytest
from django.utils import translation

from tests.factories.catalogue import LicenceFactory
from tests.factories.continuity import LeaderFactory, SchoolClassFactory
from tests.factories.people import PlannerFactory
from tests.factories.signin import ent, lea, server, teacher  # noqa: F401
from tests.factories.work_stories import WorkStory


@pytest.fixture
def english():
    """Pages, mails and refusals in English, for those whose language nobody says."""
    with translation.override("en"):
        yield


@pytest.fixture
def licence():
    return LicenceFactory()


@pytest.fixture
def school_class():
    return SchoolClassFactory(name="2de 4")


@pytest.fixture
def school(school_class):
    return school_class.school


@pytest.fixture
def leader(school):
    return LeaderFactory(leads=school, language="en")


@pytest.fixture
def story(time_machine) -> WorkStory:
    return WorkStory(time_machine)


@pytest.fixture
def planner():
    return PlannerFactory(language="en")
