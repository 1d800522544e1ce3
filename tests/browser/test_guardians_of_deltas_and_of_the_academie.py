"""Guardians in a delta set of a school and in sets of a whole académie, as leaders and families read
it; a leader links a guardian's login by an ENT and takes it off. French on a phone, English on a
laptop; axe on each page.
"""

import pytest
from django.core import mail
from django.utils import timezone

from courses.documents.values import as_typed
from courses.people.models import Person
from courses.roster.services import academy
from courses.signin.models import UnknownIdentity
from tests.browser.office import Office
from tests.factories.academies import a_taker, an_academy_set, dropped
from tests.factories.continuity import LeaderFactory, SchoolClassFactory, StudentFactory
from tests.factories.deltas import a_delta, changed
from tests.factories.guardians import GuardianFactory, follows, with_guardians
from tests.factories.relatives import (
    AUTHORITY,
    CHILDREN,
    INFORMED,
    RELATIVES,
    a_child,
    a_relative,
    a_school_with_guardians,
    relation,
    who_follows,
    with_relatives,
)
from tests.factories.rosters import HEAD, TAIL, of_key
from tests.factories.signin import DIRECTORY, IdentityProviderFactory, known_as
from tests.factories.worker import run_worker

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.at("2026-11-25T12:00"),
    pytest.mark.parametrize(
        ("language", "width"), [("fr", 360), ("en", 1280)], ids=["French", "English"]
    ),
]
SCHEMES = {"fr": "dark", "en": "light"}
SCHOOLS = {"3001": "0140004D", "3002": "0500025M", "3003": "0610001R"}


@pytest.fixture
def opened(live_server, browser, language, width):
    def opened(person) -> Office:
        person.language = language
        person.save()
        office = Office(browser, live_server.url, person, width=width).log_in_by_cookie()
        office.page.emulate_media(color_scheme=SCHEMES[language])
        return office

    return opened


def test_a_delta_set_says_of_some_students_who_follows_them(opened):
    school = a_school_with_guardians()
    office = opened(LeaderFactory(leads=school))
    office.chooses(school, with_relatives(*RELATIVES, students=CHILDREN))
    office.says("button[name=what]")
    before = who_follows(school)
    family = opened(Person.objects.get(given_name="Morgane"))
    family.visit("continuity:children")
    family.shows("Inès")

    aunt = a_relative("910", "Solène", "LE GOFF-DE-LA-VILLEMARQUÉ-KERGUELEN")
    students = [
        changed("1", ENTElevePersRelEleve=[relation("902")]),
        changed("3", ENTElevePersRelEleve=[relation("902", "2"), relation("910"), relation("99")]),
    ]
    office.chooses(school, a_delta(students, PersRelEleve=[aunt]))
    office.reads("Paused: look closely before you say yes")
    office.shows("ENTElevePersRelEleve")
    office.says("button[name=what][value=all]")

    assert who_follows(school) == [
        ("Inès", "Yann", AUTHORITY),
        ("Tom", "Morgane", AUTHORITY),
        ("Zoé", "Solène", AUTHORITY),
        ("Zoé", "Yann", INFORMED),
    ]
    family.visit("continuity:children")
    assert "Inès" not in family.page.inner_text("main")
    office.says("form[action$='/undo/'] button")
    assert who_follows(school) == before
    family.visit("continuity:children")
    family.shows("Inès")


def child_at(key: str, school: str, given: str, *relations: str) -> str:
    places = {"ENTPersonStructRattach": school, "ENTEleveClasses": [f"{school}$2DE1"]}
    return a_child(key, given, "ABADIE", *relations, **places)


def the_set(*children: str, day: str) -> bytes:
    name = f"ENT_NORMANDIE_Complet_{day}_PersRelEleve_0000.xml"
    guardians = {name: (HEAD + "".join(RELATIVES) + TAIL).encode()}
    return an_academy_set(SCHOOLS, *children, day=day, more=guardians)


def test_a_guardian_of_children_in_two_schools_is_withdrawn_in_one(opened, settings, tmp_path):
    settings.ROSTER_FOLDER = tmp_path
    one, two, without = (a_taker(uai) for uai in SCHOOLS.values())
    first, second, third = (opened(with_guardians(one).leader), opened(with_guardians(two).leader),
        opened(without.leader))  # fmt: skip
    sister, brother = (
        child_at("1", "3001", "Inès", relation("901"), relation("902", "2")),
        child_at("2", "3002", "Tom", relation("901")),
    )
    other = child_at("3", "3003", "Zoé", relation("901"))

    def given(*children, day):
        dropped(tmp_path, the_set(*children, day=day))
        academy.take(timezone.now())

    def applies(office, school, selector="button[name=what]"):
        office.visit("roster:school", school.public_id)
        office.press("section[aria-labelledby=before] a")
        if school == without:
            office.reads("Nothing is read of guardians: your school hasn’t switched them on")
        office.says(selector)

    given(sister, brother, other, day="20261120")
    for office, school in ((first, one), (second, two), (third, without)):
        applies(office, school)
    assert who_follows(one) == [("Inès", "Morgane", AUTHORITY), ("Inès", "Yann", INFORMED)]
    assert who_follows(two) == [("Tom", "Morgane", AUTHORITY)]
    assert who_follows(without) == []
    family = opened(Person.objects.get(given_name="Morgane"))
    family.visit("continuity:children")
    family.shows("Inès")
    family.shows("Tom")

    alone = child_at("1", "3001", "Inès", relation("902", "2"))
    given(alone, brother, other, day="20261121")
    applies(first, one, "button[name=what][value=all]")
    assert who_follows(one) == [("Inès", "Yann", INFORMED)]
    assert who_follows(two) == [("Tom", "Morgane", AUTHORITY)]
    family.visit("continuity:children")
    assert "Inès" not in family.page.inner_text("main")
    family.shows("Tom")
    first.says("form[action$='/undo/'] button")
    family.visit("continuity:children")
    family.shows("Inès")


def test_a_leader_links_a_guardians_login_and_takes_it_off(opened):
    student = StudentFactory(in_class=SchoolClassFactory())
    school = with_guardians(student.current_memberships[0].organisation)
    guardian, other = GuardianFactory(), GuardianFactory()
    follows(guardian, student)
    follows(other, StudentFactory(in_class=SchoolClassFactory()))
    provider = IdentityProviderFactory()
    known_as(other, "77")
    UnknownIdentity.objects.create(
        provider=provider, day="2026-11-25", mark="m", times=1, reference=as_typed("7F3K-0219"),
        namespace=DIRECTORY, value="88",
    )  # fmt: skip
    office = opened(LeaderFactory(leads=school))
    office.cuts = ("422",)

    office.visit("people:student", student.public_id)
    office.press("a[href$='/guardians/']")
    office.press(f"a[href*='{guardian.public_id}'][href$='/ent/']")
    office.page.fill("[name=reference]", "7f3k-021")
    office.press("main form button.button--main")
    office.page.fill("[name=reference]", "7f3k-0219")
    office.press("main form button.button--main")
    office.reads("The login is linked to this account.")
    office.press("form[action*='/ent/'] .button--quiet")
    office.reads("The key is off: no login by an ENT opens this account by it.")
    run_worker()
    assert guardian.email in mail.outbox[-1].to[0]

    assert not guardian.identities.exists()
    assert of_key("77") == other
