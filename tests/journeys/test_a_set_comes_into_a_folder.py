"""Sets that come into a school's folder on the server: taken by the tick, told, applied by itself
where the school wishes it so.
"""

import datetime
import os
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.core import mail
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone, translation

from courses.jobs.models import PeriodicRun
from courses.people.enums import Role
from courses.people.models import Membership
from courses.people.models.classes import school_year
from courses.roster.enums import ImportState
from courses.roster.models import RosterFolder, RosterImport
from courses.roster.services import folder as folders
from tests.factories.continuity import LeaderFactory, SchoolClassFactory
from tests.factories.people import PersonFactory
from tests.factories.rosters import UAI, a_set, a_student, apply, choose, of_key, places, undo
from tests.factories.school_pages import get, send, told
from tests.factories.worker import run_worker

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]

CLASS_OF_30 = {str(n): "2DE1" for n in range(30)}
ONE_MINUTE = datetime.timedelta(minutes=1)
ONE_MOVES = CLASS_OF_30 | {"0": "2DE2"}


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def school():
    school = SchoolClassFactory(name="2DE1", school_year=school_year(timezone.localdate())).school
    school.uai = UAI
    school.save()
    return school


@pytest.fixture
def leader(school):
    return LeaderFactory(leads=school, language="en")


@pytest.fixture
def drop(settings, tmp_path):
    """Of the school. The archive has rested for as long as it says."""
    settings.ROSTER_FOLDER = tmp_path
    (tmp_path / UAI).mkdir()

    def drop(data: bytes, name="set.zip", rested=datetime.timedelta(minutes=5)) -> Path:
        path = tmp_path / UAI / name
        path.write_bytes(data)
        then = (timezone.now() - rested).timestamp()
        os.utime(path, (then, then))
        return path

    return drop


def said(students: dict[str, str], day="20261120") -> bytes:
    named = [
        a_student(key, f"Prénom{'abcdefghij'[int(key) % 10]}", f"NOM {'ABC'[int(key) // 10]}", name)
        for key, name in students.items()
    ]
    return a_set(UAI, *named, day=day)


def wish(client, leader, school, *people, **more):
    return send(
        client, leader, "roster:folder", school.public_id, told=[p.pk for p in people], **more
    )


def minute_passes() -> None:
    """The tick, then the worker with all that follows."""
    last = PeriodicRun.objects.filter(name="courses.look_into_folders").first()
    now = max(timezone.now(), last.started_at + ONE_MINUTE) if last else timezone.now()
    with time_machine.travel(now, tick=True):
        call_command("tick", stdout=StringIO(), stderr=StringIO())
        run_worker()


def letters() -> list[tuple[str, str]]:
    return [(message.to[0], message.subject) for message in mail.outbox]


def test_a_set_in_the_folder_waits_and_who_was_chosen_is_told(client, school, leader, drop):
    office = PersonFactory(language="en")
    Membership.objects.create(person=office, organisation=school, role=Role.OFFICE)
    saved = wish(client, leader, school, office)

    path = drop(said(CLASS_OF_30))
    minute_passes()

    assert told(saved) == ["Saved. Sets that come into the folder are taken."]
    one = RosterImport.objects.get()
    assert (one.state, one.by) == (ImportState.WAITING, None)
    assert not path.exists()
    assert [office.email in to for to, _subject in letters()] == [True]
    text = mail.outbox[0].body
    assert "came into the folder of" in text
    assert reverse("roster:import", args=[one.public_id]) in text
    assert "from the folder" in get(client, leader, "roster:school", school.public_id).text


def test_nothing_is_taken_until_the_school_wishes_it(client, school, leader, drop):
    path = drop(said(CLASS_OF_30))

    minute_passes()

    assert path.exists()
    assert not RosterImport.objects.exists()


def test_nothing_is_taken_once_the_school_wishes_it_no_more(client, school, leader, drop):
    wish(client, leader, school, leader)
    send(client, leader, "roster:folder", school.public_id, leave="yes")
    path = drop(said(CLASS_OF_30))

    minute_passes()

    assert path.exists()
    assert not RosterFolder.objects.exists()


def test_an_archive_that_still_grows_is_left(client, school, leader, drop):
    wish(client, leader, school, leader)
    path = drop(said(CLASS_OF_30), rested=datetime.timedelta(minutes=1))

    minute_passes()

    assert path.exists()
    assert not RosterImport.objects.exists()


def test_somebody_is_to_be_told(client, school, leader, drop):
    answer = send(client, leader, "roster:folder", school.public_id)

    assert answer.status_code == 422
    assert "Choose somebody: a set that waits needs a yes." in answer.text
    assert not RosterFolder.objects.exists()


def test_where_none_of_them_keeps_students_any_more_all_who_do_are_told(
    client, school, leader, drop
):
    gone = LeaderFactory(leads=school)
    wish(client, leader, school, gone)
    gone.memberships.update(until=timezone.localdate() - datetime.timedelta(days=1))
    drop(said(CLASS_OF_30))

    minute_passes()

    assert [leader.email in to for to, _subject in letters()] == [True]


def test_a_newer_set_takes_the_place_of_one_that_waits(client, school, leader, drop):
    wish(client, leader, school, leader)
    drop(said(CLASS_OF_30))
    minute_passes()
    drop(said(ONE_MOVES, day="20261121"))

    minute_passes()

    states = RosterImport.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == [ImportState.REFUSED, ImportState.WAITING]


def test_of_several_the_newest_waits(client, school, leader, drop):
    wish(client, leader, school, leader)
    drop(said(ONE_MOVES, day="20261121"), "a.zip", datetime.timedelta(minutes=3))
    drop(said(CLASS_OF_30), "b.ZIP", datetime.timedelta(hours=3))

    minute_passes()

    waiting = RosterImport.objects.get(state=ImportState.WAITING)
    assert waiting.day == datetime.date(2026, 11, 21)
    assert [subject for _to, subject in letters()] == ["A set of the directory waits for your yes"]


def test_a_set_that_a_person_chose_is_never_replaced(client, school, leader, drop):
    wish(client, leader, school, leader)
    choose(client, leader, school, said(CLASS_OF_30))
    path = drop(said(ONE_MOVES, day="20261121"))

    minute_passes()

    assert RosterImport.objects.get().by == leader
    assert path.exists()

    apply(client, leader)
    minute_passes()

    assert not path.exists()
    assert RosterImport.objects.filter(state=ImportState.WAITING, by=None).exists()


def test_a_set_is_applied_by_itself_as_the_school_wishes(client, school, leader, drop):
    wish(client, leader, school, leader, applies_by_itself="on")
    drop(said(CLASS_OF_30))
    minute_passes()
    first = [(one.state, one.told_by) for one in RosterImport.objects.all()]
    drop(said(ONE_MOVES, day="20261121"))

    minute_passes()

    assert first == [(ImportState.APPLIED, leader)]
    assert places(of_key("0")) == ["2DE2"]
    assert letters() == []

    undo(client, leader)

    assert places(of_key("0")) == ["2DE1"]


def test_a_paused_set_is_never_applied_by_itself(client, school, leader, drop):
    wish(client, leader, school, leader, applies_by_itself="on")
    drop(said(CLASS_OF_30))
    minute_passes()
    drop(said({key: name for key, name in CLASS_OF_30.items() if int(key) < 15}, day="20261121"))

    minute_passes()

    assert RosterImport.objects.first().state == ImportState.WAITING
    assert "It is paused: look closely before you say yes." in mail.outbox[0].body


def test_nothing_is_applied_by_itself_for_who_keeps_students_no_more(client, school, leader, drop):
    gone = LeaderFactory(leads=school)
    wish(client, gone, school, leader, applies_by_itself="on")
    gone.memberships.update(until=timezone.localdate() - datetime.timedelta(days=1))
    drop(said(CLASS_OF_30))

    minute_passes()

    assert RosterImport.objects.get().state == ImportState.WAITING


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"no archive", "This isn’t a zip archive."),
        (b"PK" * 1024 * 1024 + b"P", "This archive is larger than 2 MB."),
    ],
    ids=["no archive", "too large"],
)
def test_a_refused_archive_is_told_once_and_stands_on_the_page(
    client, school, leader, drop, data, reason
):
    wish(client, leader, school, leader)
    path = drop(data)
    minute_passes()
    drop(data)

    minute_passes()

    assert not path.exists()
    assert [subject for _to, subject in letters()] == ["A set of the directory can’t be read"]
    assert reason in mail.outbox[0].body
    assert reason in get(client, leader, "roster:school", school.public_id).text

    drop(said(CLASS_OF_30))
    minute_passes()

    assert reason not in get(client, leader, "roster:school", school.public_id).text


def test_a_refused_archive_leaves_the_set_that_waits(client, school, leader, drop):
    wish(client, leader, school, leader)
    drop(said(CLASS_OF_30))
    minute_passes()
    drop(b"no archive")

    minute_passes()

    assert RosterImport.objects.get().state == ImportState.WAITING


@pytest.mark.parametrize("is_applied", [True, False], ids=["applied", "waits"])
def test_the_same_archive_again_says_nothing(client, school, leader, drop, is_applied):
    wish(client, leader, school, leader, **({"applies_by_itself": "on"} if is_applied else {}))
    drop(said(CLASS_OF_30))
    minute_passes()
    before = letters()
    path = drop(said(CLASS_OF_30))

    minute_passes()

    assert not path.exists()
    assert RosterImport.objects.count() == 1
    assert letters() == before
    assert RosterFolder.objects.get().refusal is None


def test_a_site_without_a_folder_offers_none(client, school, leader, settings):
    settings.ROSTER_FOLDER = ""

    page = get(client, leader, "roster:school", school.public_id)
    answer = wish(client, leader, school, leader)

    assert "Sets that come by themselves" not in page.text
    assert answer.status_code == 404


def test_a_worker_that_finds_the_archive_gone_does_nothing(client, school, leader, drop):
    wish(client, leader, school, leader)

    assert folders.take(RosterFolder.objects.get().pk, timezone.now()) == 0


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
