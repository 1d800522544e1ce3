"""Guardians of OneRoster bundles, of sets that come by themselves, and the page in French."""

import os

import pytest
import time_machine
from django.utils import timezone, translation

from courses.people.enums import Role
from courses.people.models import Guardianship, today
from courses.people.services import guardians
from courses.roster.enums import ImportState
from courses.roster.models import RosterFolder, RosterImport
from courses.roster.services import folder as folders
from tests.factories.bundles import a_pupil, files_of, tables_of
from tests.factories.continuity import LeaderFactory
from tests.factories.people import MembershipFactory
from tests.factories.relatives import (
    AUTHORITY,
    CHILDREN,
    INFORMED,
    NEXT_DAY,
    RELATIVES,
    a_child,
    a_school_with_guardians,
    follow,
    relation,
    who_follows,
    with_relatives,
    words_of,
)
from tests.factories.rosters import UAI, apply, choose, of_key, packed
from tests.factories.worker import run_worker

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.at("2026-11-25T12:00"),
    pytest.mark.usefixtures("english"),
]


@pytest.fixture
def school():
    return a_school_with_guardians()


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_a_bundle_brings_guardians_who_may_only_be_told(client, school, leader, version):
    def bundle(*agents: str) -> bytes:
        mother = a_pupil("901", "Morgane", "ABADIE", "", role="parent", email="m@mail.example")
        aunt = a_pupil("902", "Odile", "TANTE", "", role="relative", email="")
        child = a_pupil("1", "Inès", "ABADIE", agentSourcedIds=",".join(agents))
        tables = tables_of(child, mother, aunt, version=version)
        return packed(files_of(tables, version), today())

    trial = choose(client, leader, school, bundle("901", "902"))
    apply(client, leader)

    assert "A OneRoster bundle doesn’t say who holds parental authority" in words_of(trial)
    both = [("Inès", "Morgane", INFORMED), ("Inès", "Odile", INFORMED)]
    assert who_follows(school) == both
    assert of_key("901").email == "m@mail.example"
    raised = Guardianship.objects.get(guardian=of_key("901"))
    guardians.set_quality(guardianship=raised, quality=AUTHORITY, by=leader)

    with time_machine.travel(NEXT_DAY, tick=False):
        choose(client, leader, school, bundle("901"))
        apply(client, leader)

        assert who_follows(school) == [("Inès", "Morgane", AUTHORITY)]


def test_guardians_come_by_themselves_only_where_a_leader_chose_so(
    client, school, leader, settings, tmp_path
):
    settings.ROSTER_FOLDER = tmp_path
    clerk = MembershipFactory(role=Role.OFFICE, organisation=school).person
    follow(client, leader, school, students=CHILDREN)

    def comes(day: str, by, *first: str) -> str:
        folders.set_folder(
            school=school, by=by, recipients=[leader], applies_by_itself=True, now=timezone.now()
        )
        path = tmp_path / UAI / f"{day}.zip"
        path.parent.mkdir(exist_ok=True)
        children = [a_child("1", "Inès", "ABADIE", *first), *CHILDREN[1:]]
        path.write_bytes(with_relatives(*RELATIVES, students=children, day=day))
        os.utime(path, (0, 0))
        folders.take(RosterFolder.objects.get().pk, timezone.now())
        run_worker()
        return RosterImport.objects.first().state

    the_first = comes("20261121", leader, relation("901"))
    apply(client, leader)
    of_the_office = comes("20261122", clerk, relation("901"), relation("902"))
    of_a_leader = comes("20261123", leader, relation("901"), relation("902"))

    assert the_first == ImportState.WAITING
    assert (of_the_office, of_a_leader) == (ImportState.WAITING, ImportState.APPLIED)
    assert ("Inès", "Yann", AUTHORITY) in who_follows(school)


def test_who_is_of_age_comes_by_itself_where_a_leader_chose_so(
    client, school, leader, settings, tmp_path
):
    settings.ROSTER_FOLDER = tmp_path
    follow(client, leader, school, students=[a_child("1", "Inès", "ABADIE"), CHILDREN[2]])
    folders.set_folder(
        school=school, by=leader, recipients=[leader], applies_by_itself=True, now=timezone.now()
    )
    adult = a_child("1", "Inès", "ABADIE", ENTPersonDateNaissance="24/11/2008")
    path = tmp_path / UAI / "set.zip"
    path.parent.mkdir()
    path.write_bytes(with_relatives(students=[adult, CHILDREN[2]], day="20261121"))
    os.utime(path, (0, 0))

    folders.take(RosterFolder.objects.get().pk, timezone.now())
    run_worker()

    assert RosterImport.objects.first().state == ImportState.APPLIED
    assert hasattr(of_key("1"), "coming_of_age")


def test_the_page_says_it_in_french(client, school):
    chef = LeaderFactory(leads=school, language="fr")

    with translation.override("fr"):
        page = choose(client, chef, school, with_relatives(*RELATIVES, students=CHILDREN))

    said = words_of(page)
    assert "3 responsables légaux sont nouveaux, chacun pour un élève" in said
    assert "ABADIE Morgane, pour ABADIE Inès" in said
    assert "exerce l’autorité parentale" in said
