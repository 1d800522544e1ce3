"""Sets that come into a school's folder on the server: taken by the tick, told, applied by itself
where the school wishes it so.
"""

import datetime

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from courses.people.enums import Role
from courses.people.models import Membership
from courses.people.models.classes import school_year
from courses.roster.enums import ImportState
from courses.roster.models import RosterFolder, RosterImport
from courses.roster.services import folder as folders
from tests.factories.continuity import LeaderFactory, SchoolClassFactory, StudentFactory
from tests.factories.people import PersonFactory
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


ONE_STAYS = {"29": "2DE1"}


@pytest.fixture
def school():
    school = SchoolClassFactory(name="2DE1", school_year=school_year(timezone.localdate())).school
    school.uai = UAI
    school.save()
    return school


@pytest.fixture
def drop(settings, tmp_path):
    return dropping_into(settings, tmp_path)


def followed(client, by, school, *people) -> None:
    """The school has said yes to a set of this year, and wishes the next ones applied."""
    choose(client, by, school, said(CLASS_OF_30))
    apply(client, by)
    wish(client, by, school, *(people or [by]), applies_by_itself="on")


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


def test_a_site_without_a_folder_offers_none(client, school, leader, settings):
    settings.ROSTER_FOLDER = ""

    page = get(client, leader, "roster:school", school.public_id)
    answer = wish(client, leader, school, leader)

    assert "Sets that come by themselves" not in page.text
    assert answer.status_code == 404
