"""A set of the whole académie is read by two at the same instant, beside a set of a school's own: one
row of the set, each school one set that waits.
"""

import datetime

import pytest
from django.utils import timezone

from courses.roster.enums import ImportState
from courses.roster.models import AcademySet, RosterImport
from courses.roster.services import academy
from courses.roster.services import folder as folders
from tests.concurrency.threads import all_at_once
from tests.factories.academies import a_taker, an_academy_set, dropped, of_school
from tests.factories.rosters import a_set

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.at("2026-11-25T12:00")]

ONE, TWO = "0140004D", "0500025M"
STUDENTS = [
    *of_school("3001", ("1", "Inès", "ABADIE"), ("2", "Tom", "BRUNET")),
    *of_school("3002", ("3", "Zoé", "CARON")),
]
WHOLE = an_academy_set({"3001": ONE, "3002": TWO}, *STUDENTS)


def read(path) -> None:
    with path.open("rb") as file:
        academy.receive(file, name=path.name, by=None)


def waiting() -> list[tuple[str, datetime.date]]:
    held = RosterImport.objects.filter(state=ImportState.WAITING).order_by("school__uai")
    return [(one.school.uai, one.day) for one in held]


def test_one_archive_read_twice_at_once_is_one_set(tmp_path):
    a_taker(ONE)
    a_taker(TWO)
    path = dropped(tmp_path, WHOLE)

    answers = all_at_once([lambda: read(path)] * 2)

    assert answers == [None, None]
    assert AcademySet.objects.count() == 1
    assert RosterImport.objects.count() == 2
    assert not AcademySet.objects.get().refusals.exists()
    assert {one.academy_set for one in RosterImport.objects.all()} == {AcademySet.objects.get()}


def test_a_newer_set_of_the_school_itself_waits_whoever_is_first(settings, tmp_path):
    settings.ROSTER_FOLDER = tmp_path
    one = a_taker(ONE)
    a_taker(TWO)
    path = dropped(tmp_path, WHOLE)
    (tmp_path / ONE).mkdir()
    dropped(tmp_path / ONE, a_set(ONE, STUDENTS[0], day="20261124"))

    answers = all_at_once(
        [lambda: read(path), lambda: folders.take(one.roster_folder.pk, timezone.now())]
    )

    assert answers == [None, 1]
    assert waiting() == [(ONE, datetime.date(2026, 11, 24)), (TWO, datetime.date(2026, 11, 20))]
