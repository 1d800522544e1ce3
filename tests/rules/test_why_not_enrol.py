"""The first thing in the way, as the page shows it and the service raises it. No database."""

import datetime

import pytest

from courses.catalogue.enums import LicenceScope
from courses.catalogue.models import Licence, Resource
from courses.catalogue.queries import Entitlement
from courses.people.models import Organisation
from tests.factories.training import SessionFactory, TrainingFactory
from training.enums import EnrolmentState, SessionState
from training.exceptions import (
    LicenceBeginsAfter,
    LicenceEndsBefore,
    NoSchool,
    SessionIsCancelled,
    SessionNotOpen,
    SessionStarted,
    TooLateToCancel,
)
from training.models import Enrolment
from training.rules import why_not_cancel, why_not_enrol
from training.values import LicenceStanding

NOON = datetime.datetime(2026, 3, 2, 12, tzinfo=datetime.UTC)
STARTS = datetime.datetime(2026, 3, 10, 16, 30, tzinfo=datetime.UTC)
DAY = datetime.date(2026, 3, 10)
ONE_DAY = datetime.timedelta(days=1)

PROVIDER = Organisation(kind="provider", name="Arte")
RESOURCE = Resource(name="Educ’Arte", provider=PROVIDER)
SCHOOL = Organisation(name="Lycée Jules Verne")


def session(**fields):
    return SessionFactory.build(
        training=TrainingFactory.build(resource=RESOURCE),
        resource=RESOURCE,
        starts_at=STARTS,
        **fields,
    )


def entitlement(since=datetime.date(2025, 9, 1), until=datetime.date(2026, 8, 31), contact=""):
    return Entitlement(
        SCHOOL,
        Licence(resource=RESOURCE, school=SCHOOL, since=since, until=until, contact=contact),
        since,
        until,
    )


@pytest.mark.parametrize(
    ("fields", "given", "now", "expected"),
    [
        pytest.param({}, entitlement(), NOON, None, id="open and covered"),
        pytest.param(
            {}, entitlement(until=datetime.date.max), NOON, None, id="a licence without end"
        ),
        pytest.param(
            {}, entitlement(since=DAY), NOON, None, id="a licence that starts on the very day"
        ),
        pytest.param(
            {}, entitlement(until=DAY), NOON, None, id="a licence that ends on the very day"
        ),
        pytest.param(
            {},
            entitlement(since=DAY + ONE_DAY),
            NOON,
            LicenceBeginsAfter,
            id="a licence that begins a day late",
        ),
        pytest.param(
            {},
            entitlement(until=DAY - ONE_DAY),
            NOON,
            LicenceEndsBefore,
            id="a licence that ends a day early",
        ),
        pytest.param({}, None, NOON, NoSchool, id="no licence, no school known"),
        pytest.param({}, entitlement(), STARTS, SessionStarted, id="the very start"),
        pytest.param({}, None, STARTS, SessionStarted, id="begun goes before no licence"),
        pytest.param(
            {"state": SessionState.DRAFT}, entitlement(), NOON, SessionNotOpen, id="a draft"
        ),
        pytest.param(
            {"state": SessionState.CANCELLED, "cancel_reason": "Ill."},
            entitlement(),
            STARTS,
            SessionIsCancelled,
            id="cancelled first",
        ),
    ],
)
def test_the_first_thing_in_the_way(fields, given, now, expected):
    refusal = why_not_enrol(session(**fields), entitlement=given, now=now)

    assert (refusal and type(refusal)) == expected


@pytest.mark.parametrize(
    ("standing", "sentence"),
    [
        pytest.param(
            LicenceStanding(("Lycée A",)),
            "Lycée A has no subscription to Educ’Arte.",
            id="one school",
        ),
        pytest.param(
            LicenceStanding(("Lycée A", "Lycée B")),
            "None of your schools (Lycée A, Lycée B) has a subscription to Educ’Arte.",
            id="two schools",
        ),
        pytest.param(
            LicenceStanding(("Lycée A",), "Lycée A", LicenceScope.NAMED),
            "Lycée A has Educ’Arte for named teachers only, and you aren’t one of them.",
            id="named teachers",
        ),
        pytest.param(
            LicenceStanding(("Lycée A",), "Lycée A", LicenceScope.SUBJECTS, "German, history"),
            "Lycée A has Educ’Arte for some subjects only (German, history), and yours isn’t one of"
            " them.",
            id="some subjects",
        ),
    ],
)
def test_without_entitlement_the_school_is_named(standing, sentence):
    refusal = why_not_enrol(session(), entitlement=None, standing=standing, now=NOON)

    assert refusal.reason == sentence


def test_the_remedy_names_whom_the_school_says_to_ask():
    ends = {"until": DAY - ONE_DAY}

    said = why_not_enrol(
        session(), entitlement=entitlement(**ends, contact="the school librarian"), now=NOON
    )
    unsaid = why_not_enrol(session(), entitlement=entitlement(**ends), now=NOON)

    assert said.reason.startswith("Lycée Jules Verne has Educ’Arte until ")
    assert "the school librarian" in said.advice
    assert "the school’s leader" in unsaid.advice


@pytest.mark.parametrize(
    ("fields", "now", "expected"),
    [
        pytest.param({}, STARTS - datetime.timedelta(seconds=1), None, id="until the last second"),
        pytest.param({}, STARTS, TooLateToCancel, id="not from the start on"),
        pytest.param(
            {"state": SessionState.CANCELLED, "cancel_reason": "Ill."},
            NOON,
            SessionIsCancelled,
            id="not in a cancelled one",
        ),
    ],
)
def test_a_seat_is_given_back_until_the_start(fields, now, expected):
    refusal = why_not_cancel(
        Enrolment(session=session(**fields), state=EnrolmentState.CONFIRMED), now=now
    )

    assert (refusal and type(refusal)) == expected
