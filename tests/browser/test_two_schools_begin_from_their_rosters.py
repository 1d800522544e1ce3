"""Two schools begin, one from an AAF set and one from a OneRoster bundle. A student of the first comes
in by CAS, one of the second by SAML, a teacher by OpenID Connect, each at a server that others have
written, and read the week. The next day's set moves three students and lacks a class: it is paused,
explained, applied in part and undone; what was handed in before is still read by its teacher. French
on a phone, English on a laptop; axe on each page.
"""

import datetime

import pytest
from django.test import override_settings

from courses.people.models import Teaching
from courses.signin import gateways
from courses.signin.values import ProviderSettings
from tests.browser.office import Office
from tests.browser.test_a_teacher_comes_in_by_oidc import Traveller
from tests.doors import casserver, lemon, real_clock
from tests.factories.bundles import a_bundle, a_pupil
from tests.factories.continuity import (
    LeaderFactory,
    SchoolClassFactory,
    at,
    homework_item,
    part_of,
)
from tests.factories.handins import handed_in
from tests.factories.rosters import UAI, a_student, a_teacher, of_key, places, with_staff
from tests.factories.saml_idp import SamlProviderFactory, key_pair, needs_xmlsec1
from tests.factories.signin import IdentityProviderFactory, OidcProviderFactory
from tests.factories.staff import a_school_with_subjects

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), needs_xmlsec1]

MONDAY, TUESDAY, FRIDAY = (datetime.date(2026, 11, day) for day in (23, 24, 27))
OTHER_UAI = "0760096E"
BUNDLES = f"oneroster:lvs:{OTHER_UAI}"  # the namespace of its keys
PER_CLASS = 12
BOTH_CLASSES = {
    f"{name}-{n}": name for name in ("2DE1", "2DE2") for n in range(PER_CLASS)
}  # by key
MOVED = ["2DE1-0", "2DE1-1", "2DE1-2"]
NEXT_DAY = {
    key: name
    for key, name in (BOTH_CLASSES | dict.fromkeys(MOVED, "2DE3")).items()
    if name != "2DE2"
}
A_CLASS_IS_MISSING = {
    "fr": "n’en a plus dans celui-ci\N{NO-BREAK SPACE}: 2DE2",
    "en": "has none in this one: 2DE2",
}
AT_CAS = {"lou": {"aaf": [MOVED[0]]}}
AT_THE_PORTAL = {"anne": {"aaf": "T1"}, "sam": {"aaf": "1DE1-0"}}


def named(students: dict[str, str]) -> list[tuple[str, str, str, str]]:
    return [
        (key, f"Prénom{'abcdefghijkl'[int(key.split('-')[1])]}", f"NOM {name}", name)
        for key, name in students.items()
    ]


def aaf_set(students: dict[str, str], day: str) -> bytes:
    teacher = a_teacher("T1", "Anne", "ABEL", ["2DE1$020700"])
    pupils = [a_student(*one) for one in named(students)]
    classes = ("2DE1", "2DE2", "2DE3")
    return with_staff(UAI, teacher, students=pupils, day=day, classes=classes)


def oneroster_bundle(students: dict[str, str]) -> bytes:
    pupils = [a_pupil(*one) for one in named(students)]
    return a_bundle(*pupils, uai=OTHER_UAI, classes=("1DE1",), day=MONDAY)


@pytest.fixture(scope="module")
def cas(live_server, tmp_path_factory):
    with casserver.running(tmp_path_factory.mktemp("cas"), live_server.url, AT_CAS) as address:
        yield address


@pytest.fixture(scope="module")
def portal(live_server, tmp_path_factory):
    """OpenID Connect and SAML."""
    pair = key_pair("sp")
    with override_settings(
        SAML_KEYS=[(pair.key_file, pair.cert_file)], SITE_ADDRESS=live_server.url
    ):
        back = f"{live_server.url}/signin/saml/back/"
        ours = gateways.saml_client(ProviderSettings("1", back=back)).our_metadata()
        home = tmp_path_factory.mktemp("lemon")
        with lemon.running(
            home, [live_server.url], AT_THE_PORTAL, slug="oidc", saml=ours
        ) as portal:
            yield portal


@pytest.mark.at("2026-11-24T09:00")  # before the real moment: the sessions are of then
@pytest.mark.parametrize(
    ("language", "width"), [("fr", 360), ("en", 1280)], ids=["French", "English"]
)
def test_two_schools_begin_from_their_rosters(live_server, browser, cas, portal, language, width):
    def opened(kind, person):
        person.language = language
        person.save()
        return kind(browser, live_server.url, person, width=width)

    # One begins from an AAF set, with a teacher
    school = a_school_with_subjects()
    office = opened(Office, LeaderFactory(leads=school)).log_in_by_cookie()
    office.visit("people:students")
    office.press(f"a[href*='/schools/{school.public_id}/roster/']")
    office.chooses(school, aaf_set(BOTH_CLASSES, "20261123"))
    office.says("button[name=what]")
    assert places(of_key("2DE2-0")) == ["2DE2"]

    # The other from a OneRoster bundle
    other_school = SchoolClassFactory(name="1DE2").school
    other_school.uai = OTHER_UAI
    other_school.save()
    other_office = opened(Office, LeaderFactory(leads=other_school)).log_in_by_cookie()
    other_office.chooses(other_school, oneroster_bundle({"1DE1-0": "1DE1", "1DE1-1": "1DE1"}))
    other_office.says("button[name=what]")
    assert places(of_key("1DE1-0")) == ["1DE1"]

    # The superuser has connected the servers of both
    IdentityProviderFactory(slug="cas", address=cas, schools=[school])
    OidcProviderFactory(slug="oidc", address=portal.issuer, secret=lemon.SECRET, schools=[school])
    SamlProviderFactory(
        address=portal.metadata, metadata="", namespace=BUNDLES, schools=[other_school]
    )

    # A teacher by OpenID Connect
    of = Teaching.objects.get(teacher=of_key("T1"))
    teacher = opened(Traveller, of.teacher)
    with real_clock():
        teacher.visit("people:login")
        teacher.goes_to(portal.issuer, "oidc").logs_in_there("anne")
        teacher.reads("Is this address yours?")
        teacher.leaves("main form button", for_=lambda url: "/confirm/" not in url)

    # Students by CAS and by SAML, to their week
    given = homework_item(part_of(of, MONDAY), day=TUESDAY, due_at=at(FRIDAY, 18)).assignment
    student = of_key(MOVED[0])
    phone = opened(Traveller, student)
    with real_clock():
        phone.visit("people:login")
        phone.goes_to(cas, "cas").logs_in_there("lou", "username")
    phone.visit("today:home")
    phone.shows(given.homework.title)
    sam = opened(Traveller, of_key("1DE1-0"))
    with real_clock():
        sam.visit("people:login")
        sam.goes_to(portal.address, "saml").logs_in_there("sam")
    sam.visit("continuity:week")
    sam.shows("1DE1")

    # Work is handed in; in the next set three move, a class is missing. Paused, and applied in part.
    work = handed_in(given, student)
    office.chooses(school, aaf_set(NEXT_DAY, "20261124"))
    office.reads("Paused: look closely before you say yes")
    office.shows(A_CLASS_IS_MISSING[language])
    office.says("button[name=what][value=rest]")
    assert places(student) == ["2DE3"]
    assert of_key("2DE2-0").is_active
    teacher.visit("continuity:write_answer", work.public_id)
    teacher.shows(student.given_name)

    # Undone
    office.says("form[action$='/undo/'] button")
    assert places(student) == ["2DE1"]
    assert places(of_key("2DE2-0")) == ["2DE2"]
    phone.visit("today:home")
    phone.shows(given.homework.title)
    teacher.visit("continuity:write_answer", work.public_id)
    teacher.shows(student.given_name)
