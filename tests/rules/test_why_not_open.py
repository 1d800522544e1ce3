"""Why a resource can't be opened, as a table; and signed links, without a database."""

import datetime

import pytest

from courses.catalogue.queries import Entitlement
from courses.dates import monday_of
from courses.launches.enums import LaunchWay, LinkFault, Telling
from courses.launches.exceptions import (
    LicenceHasEnded,
    LicenceNotBegun,
    NoKeyForCodes,
    NoLicenceForYou,
    NotConnected,
)
from courses.launches.models import ResourceConnection
from courses.launches.rules import why_not_open
from courses.launches.values import (
    fault_of,
    link_secret,
    pseudonym,
    signature,
    signed_query,
)
from tests.factories.people import OrganisationFactory

D = datetime.date
TODAY = D(2026, 11, 25)
DAY = datetime.timedelta(days=1)
KEY = b"k" * 32
NOW = datetime.datetime(2026, 11, 25, 12, tzinfo=datetime.UTC)
SIGNED, ENT = ResourceConnection(way=LaunchWay.SIGNED), ResourceConnection(way=LaunchWay.ENT)


def entitled(since, until):
    return Entitlement(OrganisationFactory.build(name="Lycée Ada"), None, since, until)


OPEN = entitled(D(2020, 1, 1), D.max)


@pytest.mark.parametrize(
    ("entitlement", "connection", "has_key", "refusal"),
    [
        pytest.param(None, SIGNED, True, NoLicenceForYou, id="no licence"),
        pytest.param(entitled(D(2020, 1, 1), TODAY - DAY), SIGNED, True, LicenceHasEnded, id="ended yesterday"),
        pytest.param(entitled(D(2020, 1, 1), TODAY), SIGNED, True, None, id="ends today"),
        pytest.param(entitled(TODAY, D.max), SIGNED, True, None, id="begins today"),
        pytest.param(entitled(TODAY + DAY, D.max), SIGNED, True, LicenceNotBegun, id="begins tomorrow"),
        pytest.param(OPEN, None, True, NotConnected, id="no way there"),
        pytest.param(OPEN, SIGNED, True, None, id="signed link"),
        pytest.param(OPEN, SIGNED, False, NoKeyForCodes, id="signed link without a key"),
        pytest.param(OPEN, ENT, False, None, id="through the ENT without a key"),
        pytest.param(entitled(D(2020, 1, 1), TODAY - DAY), None, False, LicenceHasEnded, id="the end before all else"),
    ],
)  # fmt: skip
def test_why_a_resource_cannot_be_opened(entitlement, connection, has_key, refusal):
    found = why_not_open("Madmagz", entitlement, connection, day=TODAY, has_key=has_key)

    assert type(found) is (refusal or type(None))


def test_the_end_is_said_with_school_and_day():
    found = why_not_open(
        "Madmagz", entitled(D(2020, 1, 1), D(2026, 8, 31)), SIGNED, day=TODAY, has_key=True
    )

    assert found.reason == (
        "The subscription of Lycée Ada to Madmagz ended on Monday 31 August 2026."
    )


def test_a_signature_is_that_of_the_query_before_it():
    """As docs/launches.md tells providers."""
    query = signed_query({"u": "abc", "uai": "0141687H"}, "secret", NOW)

    signed, _mark, given = query.partition("&s=")
    assert signed.split("&")[1:] == [f"t={int(NOW.timestamp())}", "u=abc", "uai=0141687H"]
    assert given == signature("secret", signed)
    assert len(given) == 64


@pytest.mark.parametrize(
    ("seconds", "fault"),
    [(0, None), (60, None), (61, LinkFault.OLD), (-60, None), (-61, LinkFault.OLD)],
)
def test_a_link_is_good_for_sixty_seconds(seconds, fault):
    query = signed_query({"u": "abc"}, "secret", NOW)

    assert fault_of(query, "secret", NOW + datetime.timedelta(seconds=seconds)) == fault


@pytest.mark.parametrize(
    "change",
    [
        lambda query: query.replace("u=abc", "u=abd"),
        lambda query: query.replace("&u=abc", ""),
        lambda query: f"a=b&{query}",
        lambda query: f"{query}0",
        lambda query: query.rpartition("&s=")[0],
        lambda query: query.replace("t=", "t=1"),
        lambda query: f"{query}&s={signature('other', query)}",
        lambda query: "",
    ],
    ids=["value", "left out", "added", "signature", "unsigned", "time", "signed anew", "empty"],
)
def test_a_changed_link_is_forged(change):
    query = change(signed_query({"u": "abc"}, "secret", NOW))

    assert fault_of(query, "secret", NOW) == LinkFault.FORGED


def test_two_links_of_one_second_differ():
    assert signed_query({}, "secret", NOW) != signed_query({}, "secret", NOW)


def test_a_code_depends_on_key_resource_person_and_renewals():
    codes = {
        pseudonym(key, resource, person, number)
        for key in (KEY, b"l" * 32)
        for resource in ("a", "b")
        for person in ("x", "y")
        for number in (0, 1)
    }

    assert len(codes) == 16
    assert {len(code) for code in codes} == {43}
    assert all(code.isascii() for code in codes)
    assert pseudonym(KEY, "a", "x", 0) == "3cU4qlEy0rmOaoMKWrI6CAf6CtAV8gktj_2l-3N1xV4"


def test_the_secret_of_links_is_no_code():
    assert link_secret(KEY, "a") != link_secret(KEY, "b")
    assert len(link_secret(KEY, "a")) == 64


def test_attributes_are_never_told_unless_somebody_says_so():
    fields = ("role_telling", "school_telling", "level_telling")

    assert [getattr(ResourceConnection(), name) for name in fields] == [Telling.NEVER] * 3


def test_a_week_begins_on_monday():
    assert [monday_of(day) for day in (D(2026, 11, 29), D(2026, 11, 30))] == [
        D(2026, 11, 23),
        D(2026, 11, 30),
    ]
