"""A set of a school's directory is received by command, too."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from courses.people.models.classes import school_year
from courses.roster.models import RosterImport
from tests.factories.continuity import SchoolClassFactory
from tests.factories.people import PersonFactory
from tests.factories.roster_folder import (
    CLASS_OF_30,
    dropping_into,
    said,
)
from tests.factories.rosters import (
    UAI,
)

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.at("2026-11-25T12:00"),
    pytest.mark.usefixtures("english"),
]


@pytest.fixture
def school():
    school = SchoolClassFactory(name="2DE1", school_year=school_year(timezone.localdate())).school
    school.uai = UAI
    school.save()
    return school


@pytest.fixture
def drop(settings, tmp_path):
    return dropping_into(settings, tmp_path)


# By command


def received(*args: str) -> str:
    out = StringIO()
    call_command("receive_set", *args, stdout=out)
    return out.getvalue()


def test_a_set_is_received_by_command(client, school, leader, drop):
    path = drop(said(CLASS_OF_30))

    words = received(str(path), "--uai", UAI.lower(), "--by", leader.login)

    assert "new: 30" in words
    assert RosterImport.objects.get().by == leader
    assert path.exists()


@pytest.mark.parametrize("wrong", ["uai", "by", "file", "archive"])
def test_a_command_says_what_is_wrong(client, school, leader, drop, wrong):
    teacher = PersonFactory()
    path = drop(b"no archive" if wrong == "archive" else said(CLASS_OF_30))
    uai = "0000000A" if wrong == "uai" else UAI
    by = teacher.login if wrong == "by" else leader.login
    file = str(path) + ("x" if wrong == "file" else "")

    with pytest.raises(CommandError) as said_why:
        received(file, "--uai", uai, "--by", by)

    assert {
        "uai": "No school has the UAI",
        "by": "doesn't keep the students",
        "file": "can't be read: No such file",
        "archive": "This isn’t a zip archive.",
    }[wrong] in str(said_why.value)
    assert not RosterImport.objects.exists()
