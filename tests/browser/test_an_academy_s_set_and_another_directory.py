"""The registrar's page of a set of the whole académie, and what two of its schools read; a school that
goes on with another directory, and one whose set names guardians. French on a phone, English on a
laptop; axe on each page.
"""

import pytest
from django.core import mail
from django.utils import timezone

from courses.people.enums import Role
from courses.people.models import Guardianship, Membership
from courses.roster.models import RosterImport
from courses.roster.services import academy
from tests.browser.office import Office
from tests.factories.academies import a_taker, an_academy_set, dropped, of_school
from tests.factories.bundles import a_bundle, a_pupil
from tests.factories.continuity import LeaderFactory
from tests.factories.people import OrganisationFactory, PersonFactory
from tests.factories.relatives import (
    a_child,
    a_relative,
    a_school_with_guardians,
    relation,
    with_relatives,
)
from tests.factories.rosters import a_set, a_student, of_key, places
from tests.factories.worker import run_worker

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BOTH = pytest.mark.parametrize(
    ("language", "width"), [("fr", 360), ("en", 1280)], ids=["French", "English"]
)
SCHEMES = {"fr": "dark", "en": "light"}
ONE, TWO, THREE = "0140004D", "0500025M", "0610001R"
SCHOOLS = {"3001": ONE, "3002": TWO, "3004": "0769999Z"}
STUDENTS = [
    *of_school("3001", ("1", "Inès", "ABADIE"), ("2", "Tom", "BRUNET")),
    *of_school("3002", ("3", "Zoé", "CARON"), school_class="2DE2"),
]


@pytest.fixture
def opened(live_server, browser, language, width):
    def opened(person) -> Office:
        person.language = language
        person.save()
        office = Office(browser, live_server.url, person, width=width).log_in_by_cookie()
        office.page.emulate_media(color_scheme=SCHEMES[language])
        return office

    return opened


@pytest.mark.at("2026-11-25T12:00")
@BOTH
def test_the_registrar_and_two_schools_read_a_set_of_the_academie(
    opened, settings, tmp_path, language
):
    settings.ROSTER_FOLDER = tmp_path
    registrar = PersonFactory()
    place = OrganisationFactory(kind="academy", name="Académie")
    Membership.objects.create(person=registrar, organisation=place, role=Role.REGISTRAR)
    desk = opened(registrar)
    desk.visit("roster:academy")
    desk.reads("How a set comes")
    one, two, _unnamed = (a_taker(uai, language=language) for uai in (ONE, TWO, THREE))
    second = opened(two.leader)
    second.chooses(two, a_set(TWO, STUDENTS[0]))

    dropped(tmp_path, an_academy_set(SCHOOLS, *STUDENTS))
    academy.take(timezone.now())

    desk.visit("roster:academy")
    desk.reads("The set says nothing of this school.")
    desk.reads(
        "Another set of the school waits for a yes, or is being applied or undone: once that is over,"
        " the school gets its part of a set that comes then."
    )
    first = opened(one.leader)
    first.visit("roster:school", one.public_id)
    first.press("section[aria-labelledby=before] a")
    first.says("button[name=what]")
    assert places(of_key("1")) == ["2DE1"]
    first.says("form[action$='/undo/'] button")
    assert places(of_key("1")) == []

    dropped(tmp_path, an_academy_set(SCHOOLS, *STUDENTS, day="20261201"))
    academy.take(timezone.now())
    run_worker()

    assert [message.to[0] for message in mail.outbox if registrar.email in message.to[0]]
    desk.visit("roster:academy")
    desk.shows("academie.zip")
    desk.press("section[aria-labelledby=others] a")
    desk.shows(str(one))


@pytest.mark.at("2026-11-20T10:00")
@BOTH
def test_a_school_goes_on_with_another_directory(opened):
    school = a_school_with_guardians()
    office = opened(LeaderFactory(leads=school))
    names = [("1", "Inès", "ABADIE", "2DE1"), ("2", "Tom", "BRUNET", "2DE2")]
    office.chooses(school, a_set(school.uai, *(a_student(*one) for one in names)))
    office.says("button[name=what]")
    tom = of_key("2")

    bundle = a_bundle(
        a_pupil("p1", "Inès", "ABADIE"), a_pupil("p2", "Tom", "BRUNET"), uai=school.uai
    )
    office.chooses(school, bundle)
    office.reads("Go on with this directory")
    office.page.check("input[name=is_so]")
    office.press("form[action$='/directory/'] button")
    office.reads(
        "Saved. Choose the set once more, or wait for the next one: nothing is applied yet."
    )
    office.chooses(school, bundle)
    one = RosterImport.objects.first()
    change = one.changes.get(key="p2")
    office.page.check("input[name=same][value=yes]")
    office.page.select_option(f"select[name=student-{change.pk}]", str(tom.pk))
    office.says("button[name=what]")

    assert of_key("p2") == tom
    assert of_key("p1") == of_key("1")


@pytest.mark.at("2026-11-25T12:00")
@BOTH
def test_a_set_names_guardians(opened):
    school = a_school_with_guardians()
    office = opened(LeaderFactory(leads=school))
    child = a_child("1", "Inès", "ABADIE", relation("m"), relation("y", authority="2"))
    relatives = [
        a_relative("m", "Morgane", "ABADIE", "morgane@home.example"),
        a_relative("y", "Yann", "LE GOFF-DE-LA-VILLEMARQUÉ-KERGUELEN"),
    ]

    office.chooses(school, with_relatives(*relatives, students=[child]))
    office.shows("LE GOFF-DE-LA-VILLEMARQUÉ-KERGUELEN")
    office.says("button[name=what]")
    assert Guardianship.objects.running().filter(school=school).count() == 2

    office.chooses(
        school,
        with_relatives(
            students=[a_child("1", "Inès", "ABADIE"), a_child("2", "Tom", "BRUNET")], day="20261121"
        ),
    )
    office.reads("Paused: look closely before you say yes")
    office.says("button[name=what][value=all]")
    assert not Guardianship.objects.running().filter(school=school).exists()
