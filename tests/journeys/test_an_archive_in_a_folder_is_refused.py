"""What lies in a school's folder and is no set, is still on its way or came twice."""

import datetime
import os
from pathlib import Path

import pytest
from django.core import mail
from django.utils import timezone

from courses.people.models.classes import school_year
from courses.roster.enums import ImportState
from courses.roster.models import RosterFolder, RosterImport
from courses.roster.services import folder as folders
from tests.factories.continuity import SchoolClassFactory
from tests.factories.roster_folder import (
    CLASS_OF_30,
    ONE_MOVES,
    dropping_into,
    in_folder,
    letters,
    minute_passes,
    said,
    wish,
)
from tests.factories.rosters import (
    UAI,
    apply,
)
from tests.factories.school_pages import get

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


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"no archive", "This isn’t a zip archive."),
        (b"PK" * 1024 * 1024 + b"P", "This archive is larger than 2 MB."),
    ],
    ids=["no archive", "too large"],
)
def test_a_refused_archive_is_told_and_stands_on_the_page(
    client, school, leader, drop, data, reason
):
    wish(client, leader, school, leader)
    path = drop(data, rested=datetime.timedelta(hours=2))

    minute_passes()

    page = get(client, leader, "roster:school", school.public_id).text
    assert in_folder(path) == []
    assert [subject for _to, subject in letters()] == ["A set of the directory was refused"]
    for words in (reason, "“set.zip”"):
        assert words in mail.outbox[0].body
        assert words in page

    drop(said(CLASS_OF_30))
    minute_passes()

    assert reason not in get(client, leader, "roster:school", school.public_id).text


def test_two_refused_archives_make_two_letters_each_with_its_reason(client, school, leader, drop):
    wish(client, leader, school, leader)
    drop(b"no archive", "one.zip", datetime.timedelta(hours=2))
    drop(b"PK" * 1024 * 1024 + b"P", "two.zip", datetime.timedelta(hours=2))

    minute_passes()

    said_why = sorted("2 MB" in message.body for message in mail.outbox)
    assert said_why == [False, True]


def test_an_archive_that_may_be_on_its_way_is_tried_again(client, school, leader, drop):
    wish(client, leader, school, leader)
    whole = said(CLASS_OF_30)
    path = drop(whole[:200])
    minute_passes()
    half = in_folder(path)
    half[0].write_bytes(whole)
    os.utime(half[0], ((timezone.now() - datetime.timedelta(minutes=3)).timestamp(),) * 2)

    minute_passes()

    assert [subject for _to, subject in letters()] == ["A set of the directory waits for your yes"]
    assert in_folder(path) == []


def test_what_cannot_be_renamed_is_never_received_and_told_once(
    client, school, leader, drop, monkeypatch
):
    def read_only(self, target):
        raise OSError(30, "Read-only file system")

    wish(client, leader, school, leader)
    drop(said(CLASS_OF_30))
    monkeypatch.setattr(Path, "rename", read_only)

    minute_passes()
    minute_passes()

    assert not RosterImport.objects.exists()
    assert [subject for _to, subject in letters()] == ["A set of the directory was refused"]
    assert "can’t remove it" in mail.outbox[0].body


@pytest.mark.parametrize("kind", ["folder", "loop", "link", "pipe", "hidden", "part"])
def test_what_is_no_file_of_its_own_is_passed_over(client, school, leader, drop, kind):
    wish(client, leader, school, leader)
    good = drop(said(CLASS_OF_30), "z.zip")
    odd = good.with_name({"hidden": ".in.a.zip", "part": "a.zip.part"}.get(kind, "a.zip"))
    elsewhere = drop(said(ONE_MOVES), "../elsewhere.kept")
    match kind:
        case "folder":
            odd.mkdir()
        case "loop":
            odd.symlink_to("a.zip")
        case "link":
            odd.symlink_to(elsewhere)
        case "pipe":
            os.mkfifo(odd)
        case _:
            odd.write_bytes(said(ONE_MOVES))
    then = (timezone.now() - datetime.timedelta(days=1)).timestamp()
    os.utime(odd, (then, then), follow_symlinks=False)

    minute_passes()

    assert RosterImport.objects.count() == 1
    assert os.path.lexists(odd)
    assert elsewhere.exists()
    assert not good.exists()


def test_a_newer_archive_of_the_same_name_is_not_removed_unread(client, school, leader, drop):
    wish(client, leader, school, leader)
    path = drop(said(CLASS_OF_30))
    taken = folders.claim(path)
    drop(said(ONE_MOVES, day="20261121"))

    minute_passes()

    assert [one.day.day for one in RosterImport.objects.order_by("pk")] == [20, 21]
    assert not taken.exists()
    assert in_folder(path) == []


def test_a_worker_that_was_killed_before_it_removed_the_archive_loses_nothing(
    client, school, leader, drop
):
    wish(client, leader, school, leader)
    path = drop(said(CLASS_OF_30))
    data = path.read_bytes()
    minute_passes()
    drop(data, f"set.zip.12{folders.TAKEN}")

    minute_passes()

    assert RosterImport.objects.get().state == ImportState.WAITING
    assert in_folder(path) == []
    assert len(letters()) == 1


def test_a_refused_archive_leaves_the_set_that_waits(client, school, leader, drop):
    wish(client, leader, school, leader)
    drop(said(CLASS_OF_30))
    minute_passes()
    drop(b"no archive")

    minute_passes()

    assert RosterImport.objects.get().state == ImportState.WAITING


@pytest.mark.parametrize("is_applied", [True, False], ids=["applied", "waits"])
def test_the_same_archive_again_says_nothing(client, school, leader, drop, is_applied):
    wish(client, leader, school, leader)
    archive = said(CLASS_OF_30)
    path = drop(archive)
    minute_passes()
    if is_applied:
        apply(client, leader)
    drop(b"no archive", rested=datetime.timedelta(hours=2))
    minute_passes()
    before = letters()
    drop(archive)

    minute_passes()

    assert in_folder(path) == []
    assert RosterImport.objects.count() == 1
    assert letters() == before
    assert RosterFolder.objects.get().refusal is None


def test_a_worker_that_finds_the_archive_gone_does_nothing(client, school, leader, drop):
    wish(client, leader, school, leader)

    assert folders.take(RosterFolder.objects.get().pk, timezone.now()) == 0
