"""A row of a school's OneRoster bundle can't be read: nobody leaves, moves or loses a group by it."""

import datetime
import os

import pytest
import time_machine
from django.utils import timezone

from courses.roster.enums import ImportState
from courses.roster.models import RosterFolder, RosterImport
from courses.roster.services import folder as folders
from tests.factories.bundles import a_class, a_pupil, a_role, an_enrolment, files_of, tables_of
from tests.factories.continuity import SchoolClassFactory
from tests.factories.rosters import UAI, apply, choose, packed

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.at("2026-11-20T10:00"),
    pytest.mark.usefixtures("english"),
]
CLASS_OF_40 = [
    a_pupil(
        f"p{n}",
        f"Prénom{'abcdefghij'[n % 10]}",
        f"FAMILLE {'ABCD'[n // 10]}",
        groups=["MATHS", *(["LATIN"] if n < 9 else [])],
    )
    for n in range(40)
]
NEXT = datetime.date(2026, 11, 21)


def on(day: int):
    return time_machine.travel(datetime.datetime(2026, 11, day, 9, tzinfo=datetime.UTC))


@pytest.fixture
def school():
    school = SchoolClassFactory(name="2DE1").school
    school.uai = UAI
    school.save()
    return school


def without_school(tables) -> None:
    tables["users"][1] = tables["users"][1] | {"orgSourcedIds": ""}


def without_role(tables) -> None:
    tables["roles"] = [row for row in tables["roles"] if row["userSourcedId"] != "p0"]


def role_without_school(tables) -> None:
    tables["roles"][1] = a_role("p0", orgSourcedId="")


def wrong_day(tables) -> None:
    at = next(n for n, row in enumerate(tables["enrollments"]) if row["userSourcedId"] == "p0")
    tables["enrollments"][at] |= {"beginDate": "01/09/2026"}


def unknown_term(tables) -> None:
    of_latin = next(row for row in tables["classes"] if row["title"] == "LATIN")
    of_latin["termSourcedIds"] = "t9"


def second_latin(tables) -> None:
    tables["classes"].append(a_class("L2", "scheduled", title="LATIN"))
    tables["enrollments"] += [an_enrolment(key, "L2") for key in ("p10", "p11")]


FAULTS = {
    "a user of no school": ("1.1", without_school, 1),
    "a user without a role": ("1.2", without_role, 1),
    "a role at no school": ("1.2", role_without_school, 1),
    "a day as elsewhere": ("1.1", wrong_day, 1),
    "a group of a term that isn't in the set": ("1.1", unknown_term, 1),
    "two groups of one name": ("1.1", second_latin, 2),
}


@pytest.mark.parametrize("kind", FAULTS)
def test_a_row_that_cant_be_read_changes_nobody(client, school, leader, kind):
    version, spoil, number = FAULTS[kind]
    tables = tables_of(*CLASS_OF_40, version=version)
    choose(client, leader, school, packed(files_of(tables, version)))
    apply(client, leader)
    spoil(tables)

    with on(21):
        page = choose(client, leader, school, packed(files_of(tables, version), NEXT))

    assert RosterImport.objects.first().changes.count() == 0
    assert "As far as this set can be read, it changes nothing." in page.text
    assert f"Records that can’t be read ({number})" in page.text


def test_a_set_of_which_no_student_can_be_read_is_refused(client, school, leader):
    ines = [a_pupil(f"12089017{n}FA", "Inès", "ABADIE") for n in range(3)]

    page = choose(client, leader, school, packed(files_of(tables_of(*ines))))

    assert f"No student of {school.name} can be read in this set." in page.text
    assert "which are never kept" in page.text
    assert RosterImport.objects.count() == 0


@pytest.mark.parametrize(("day", "received"), [(20, 1), (21, 2)], ids=["that day", "the next one"])
def test_the_same_bundle_in_the_folder_is_compared_again_next_day(
    settings, tmp_path, school, leader, day, received
):
    """It waits with the enrolments of a day: on another one they may be others."""
    settings.ROSTER_FOLDER = tmp_path
    folder = RosterFolder.objects.create(school=school, by=leader, since=timezone.now())
    archive = tmp_path / UAI / "set.zip"
    archive.parent.mkdir()

    for today in (20, day):
        with on(today):
            archive.write_bytes(packed(files_of(tables_of(*CLASS_OF_40))))
            rested = (timezone.now() - folders.RESTS * 2).timestamp()
            os.utime(archive, (rested, rested))
            assert folders.take(folder.pk, timezone.now()) == 1

    states = list(RosterImport.objects.values_list("state", flat=True))
    assert states == [ImportState.WAITING, ImportState.REFUSED][:received]
