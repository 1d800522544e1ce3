"""Delta sets that come into a school's folder, one after the other."""

import datetime
import os

import pytest
from django.utils import timezone

from courses.people.models.classes import school_year
from courses.roster.enums import ImportState
from courses.roster.models import RosterFolder, RosterImport
from tests.factories.continuity import SchoolClassFactory
from tests.factories.deltas import a_change, a_delta, deleted
from tests.factories.roster_folder import minute_passes
from tests.factories.rosters import UAI, a_set, a_student, apply, follow, of_key, places
from tests.factories.school_pages import send

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.at("2026-11-25T12:00"),
    pytest.mark.usefixtures("english"),
]
CLASS_OF_30 = [a_student(f"{n}", f"Prénom{chr(97 + n)}", "ABADIE") for n in range(26)]


@pytest.fixture
def school():
    school = SchoolClassFactory(name="2DE1", school_year=school_year(timezone.localdate())).school
    school.uai = UAI
    school.save()
    return school


@pytest.fixture
def drop(client, school, leader, settings, tmp_path):
    """The school has a complete set and wishes the next ones applied. `minutes`: how long ago."""
    settings.ROSTER_FOLDER = tmp_path
    (tmp_path / UAI).mkdir()
    follow(client, leader, school, *CLASS_OF_30)
    wish = {"recipients": [leader.pk], "applies_by_itself": "on"}
    send(client, leader, "roster:folder", school.public_id, **wish)

    def drop(data: bytes, minutes: int = 5):
        path = tmp_path / UAI / f"{minutes}.zip"
        path.write_bytes(data)
        then = (timezone.now() - datetime.timedelta(minutes=minutes)).timestamp()
        os.utime(path, (then, then))
        return path

    return drop


def moves(number: int, day: str) -> bytes:
    return a_delta([a_change(f"{number}", f"Prénom{chr(97 + number)}", "ABADIE", "2DE2")], day=day)


def left_in_folder(path) -> int:
    return len(list(path.parent.iterdir()))


def states() -> list[str]:
    return list(RosterImport.objects.order_by("pk").values_list("state", flat=True))


def test_the_delta_of_the_next_day_is_applied_by_itself(drop):
    drop(moves(0, "20261121"))

    minute_passes()

    assert states() == [ImportState.APPLIED, ImportState.APPLIED]
    assert places(of_key("0")) == ["2DE2"]


def test_a_delta_after_a_day_without_one_waits_for_a_yes(client, leader, drop):
    drop(moves(0, "20261122"))

    minute_passes()

    one = RosterImport.objects.first()
    assert one.state == ImportState.WAITING
    page = client.get(f"/en/roster/{one.public_id}/")
    assert "Nothing was read of the days between Friday 20 November 2026 and this set" in page.text


def test_a_delta_never_takes_the_place_of_one_that_waits(client, leader, drop):
    drop(a_delta([deleted("0"), deleted("1"), deleted("2")]), minutes=9)  # paused
    second = drop(moves(3, "20261122"), minutes=5)
    minute_passes()
    assert states() == [ImportState.APPLIED, ImportState.WAITING]
    assert left_in_folder(second) == 1

    apply(client, leader, what="all")
    minute_passes()

    assert states() == [ImportState.APPLIED] * 3
    assert not of_key("0").is_active
    assert places(of_key("3")) == ["2DE2"]
    assert left_in_folder(second) == 0


def test_a_complete_set_takes_the_place_of_deltas_that_wait(drop):
    drop(a_delta([deleted("0"), deleted("1"), deleted("2")]), minutes=9)
    drop(moves(3, "20261122"), minutes=7)
    path = drop(a_set(UAI, *CLASS_OF_30[:25], day="20261123"), minutes=5)

    minute_passes()
    minute_passes()

    assert states() == [ImportState.APPLIED, ImportState.REFUSED, ImportState.APPLIED]
    assert not of_key("25").is_active
    assert of_key("0").is_active
    assert left_in_folder(path) == 0
    assert RosterFolder.objects.get().refusal is None  # the complete set says what the delta said


def test_a_delta_without_a_base_is_told(client, school, leader, drop):
    RosterImport.objects.update(base={})
    drop(moves(0, "20261121"))

    minute_passes()

    refusal = RosterFolder.objects.get().last_refusal
    assert "there is none from which it could go on" in refusal.reason
