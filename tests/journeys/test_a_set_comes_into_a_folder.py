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
from django.utils import timezone

from courses.jobs.models import PeriodicRun
from courses.people.enums import Role
from courses.people.models import Membership
from courses.people.models.classes import school_year
from courses.roster.enums import ImportState
from courses.roster.models import RosterFolder, RosterImport
from courses.roster.services import folder as folders
from tests.factories.continuity import LeaderFactory, SchoolClassFactory, StudentFactory
from tests.factories.people import PersonFactory
from tests.factories.rosters import (
    UAI,
    a_set,
    a_student,
    apply,
    choose,
    imported,
    of_key,
    places,
    undo,
)
from tests.factories.school_pages import get, send, told
from tests.factories.worker import run_worker

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.at("2026-11-25T12:00"),
    pytest.mark.usefixtures("english"),
]

CLASS_OF_30 = {str(n): "2DE1" for n in range(30)}
ONE_MINUTE = datetime.timedelta(minutes=1)
ONE_STAYS = {"29": "2DE1"}
ONE_MOVES = CLASS_OF_30 | {"0": "2DE2"}


@pytest.fixture
def school():
    school = SchoolClassFactory(name="2DE1", school_year=school_year(timezone.localdate())).school
    school.uai = UAI
    school.save()
    return school


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


def said(students: dict[str, str], day="20261120", more=()) -> bytes:
    named = [
        a_student(key, f"Prénom{'abcdefghij'[int(key) % 10]}", f"NOM {'ABC'[int(key) // 10]}", name)
        for key, name in students.items()
    ]
    return a_set(UAI, *named, *more, day=day)


def followed(client, by, school, *people) -> None:
    """The school has said yes to a set of this year, and wishes the next ones applied."""
    choose(client, by, school, said(CLASS_OF_30))
    apply(client, by)
    wish(client, by, school, *(people or [by]), applies_by_itself="on")


def in_folder(path: Path) -> list[Path]:
    return sorted(path.parent.iterdir())


def wish(client, leader, school, *people, **more):
    return send(
        client, leader, "roster:folder", school.public_id, recipients=[p.pk for p in people], **more
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
    assert (len(in_folder(path)), letters()) == (1, [])

    apply(client, leader)
    minute_passes()

    assert in_folder(path) == []
    assert RosterImport.objects.filter(state=ImportState.WAITING, by=None).exists()


def test_a_set_is_applied_by_itself_as_the_school_wishes(client, school, leader, drop):
    followed(client, leader, school)
    drop(said(ONE_MOVES, day="20261121"))

    minute_passes()

    assert RosterImport.objects.first().told_by == leader
    assert places(of_key("0")) == ["2DE2"]
    assert letters() == []


def test_once_one_was_undone_the_next_waits_for_a_yes(client, school, leader, drop):
    followed(client, leader, school)
    drop(said(ONE_MOVES, day="20261121"))
    minute_passes()
    undo(client, leader)
    drop(said(ONE_MOVES | {"1": "2DE2"}, day="20261122"))

    minute_passes()

    assert places(of_key("0")) == ["2DE1"]
    assert len(letters()) == 1


def test_the_first_set_waits_whatever_the_school_wishes(client, school, leader, drop):
    wish(client, leader, school, leader, applies_by_itself="on")
    drop(said(CLASS_OF_30))

    minute_passes()

    assert RosterImport.objects.get().state == ImportState.WAITING


def test_the_first_set_of_a_school_year_waits(client, school, leader, drop):
    followed(client, leader, school)
    with time_machine.travel(datetime.datetime(2027, 8, 2, 10, tzinfo=datetime.UTC), tick=True):
        drop(said(CLASS_OF_30, day="20270801"))

        minute_passes()

        assert RosterImport.objects.first().state == ImportState.WAITING


def test_who_may_be_somebody_known_is_asked_about(client, school, leader, drop):
    followed(client, leader, school)
    one = SchoolClassFactory(name="2DE2", school=school, school_year=2026)
    StudentFactory(in_class=one, given_name="Prénoma", family_name="Nom Z")
    drop(said(CLASS_OF_30, day="20261121", more=[a_student("99", "PRENOMA", "NOM Z", "2DE2")]))

    minute_passes()

    assert RosterImport.objects.first().state == ImportState.WAITING
    assert len(letters()) == 1


def test_a_set_with_a_record_that_cannot_be_read_waits(client, school, leader, drop):
    followed(client, leader, school)
    drop(said(ONE_MOVES, day="20261121", more=[a_student("99", "", "NOM Z", "2DE1")]))

    minute_passes()

    assert RosterImport.objects.first().state == ImportState.WAITING


def test_a_paused_set_is_never_applied_by_itself(client, school, leader, drop):
    followed(client, leader, school)
    drop(said({key: name for key, name in CLASS_OF_30.items() if int(key) < 15}, day="20261121"))

    minute_passes()

    assert RosterImport.objects.first().state == ImportState.WAITING
    assert "It is paused: look closely before you say yes." in mail.outbox[0].body


def test_nothing_is_applied_by_itself_for_who_keeps_students_no_more(client, school, leader, drop):
    gone = LeaderFactory(leads=school)
    followed(client, gone, school, leader)
    gone.memberships.update(until=timezone.localdate() - datetime.timedelta(days=1))
    drop(said(ONE_MOVES, day="20261121"))

    minute_passes()

    page = get(client, leader, "roster:school", school.public_id)
    assert RosterImport.objects.first().state == ImportState.WAITING
    assert f"{gone.display_name} wished that sets be applied by themselves" in page.text
    assert "checked" not in page.text.partition("applies_by_itself")[2].partition(">")[0]


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


def test_an_older_set_never_takes_the_place_of_a_newer_one(client, school, leader, drop):
    wish(client, leader, school, leader)
    drop(said(ONE_MOVES, day="20261121"))
    minute_passes()
    drop(said(CLASS_OF_30))

    minute_passes()

    assert RosterImport.objects.get().day.day == 21
    assert "a newer one of Saturday 21 November 2026 waits already" in mail.outbox[-1].body


def test_a_set_that_is_being_applied_is_let_alone(client, school, leader, drop):
    wish(client, leader, school, leader)
    drop(said(CLASS_OF_30))
    minute_passes()
    RosterImport.objects.update(state=ImportState.APPLYING, told_by=leader)
    path = drop(said(ONE_MOVES, day="20261121"))

    folders.take(RosterFolder.objects.get().pk, timezone.now())

    assert len(in_folder(path)) == 1
    assert RosterImport.objects.get().state == ImportState.APPLYING
    assert len(letters()) == 1


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


def test_who_keeps_students_no_more_reads_no_letter(client, school, leader, drop):
    gone = LeaderFactory(leads=school)
    wish(client, leader, school, gone)
    drop(said(CLASS_OF_30))
    folders.take(RosterFolder.objects.get().pk, timezone.now())
    drop(b"no archive", rested=datetime.timedelta(hours=2))
    folders.take(RosterFolder.objects.get().pk, timezone.now())
    gone.memberships.update(until=timezone.localdate() - datetime.timedelta(days=1))

    run_worker()

    assert letters() == []


def test_only_who_keeps_the_school_s_students_can_be_told(client, school, leader, drop):
    other = LeaderFactory(family_name="Ailleurs")

    answer = wish(client, leader, school, other)

    assert answer.status_code == 422
    assert other.display_name not in answer.text


def test_the_last_set_is_undone_once_the_one_that_waits_is_set_aside(client, school, leader, drop):
    followed(client, leader, school)
    applied = RosterImport.objects.get()
    drop(said(ONE_STAYS, day="20261121"))
    minute_passes()

    waits = imported(client, leader, applied)
    send(client, leader, "roster:set_aside", RosterImport.objects.first().public_id)
    free = imported(client, leader, applied)

    assert "This import can be undone once the set of" in waits.text
    assert "Undo this import" not in waits.text
    assert "Undo this import" in free.text
    assert "once the set of" not in free.text


def test_sets_that_change_nothing_do_not_hide_the_one_that_did(client, school, leader, drop):
    followed(client, leader, school)
    for n in range(25):
        drop(said(CLASS_OF_30, day="20261121"), f"{n}.zip", datetime.timedelta(minutes=50 - n))
    minute_passes()

    page = get(client, leader, "roster:school", school.public_id)

    assert RosterImport.objects.count() == 26
    assert page.text.count("/roster/") < 10
    first = RosterImport.objects.last()
    assert reverse("roster:import", args=[first.public_id]) in page.text


def test_a_school_leaves_the_folder_though_the_site_has_none_any_more(
    client, school, leader, drop, settings
):
    wish(client, leader, school, leader)
    settings.ROSTER_FOLDER = ""

    send(client, leader, "roster:folder", school.public_id, leave="yes")

    assert not RosterFolder.objects.exists()


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
