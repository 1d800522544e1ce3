"""A set of the directory was wrong: what it did is taken back, and nothing that people did."""

import datetime

import pytest
import time_machine
from django.utils import timezone

from cms.register.services.erasing import erase_what_is_over
from courses.people.enums import GuardianQuality, Role
from courses.people.models import ClassMembership, GuardianLink, Guardianship, Person
from courses.people.services import classes, first_passwords, guardians, leaving
from courses.roster.enums import ImportState
from courses.roster.models import LastSaid, RosterChange, RosterImport, StagedStudent
from courses.roster.services import applying
from tests.factories.continuity import SchoolClassFactory
from tests.factories.people import PersonFactory
from tests.factories.rosters import (
    UAI,
    a_set,
    a_student,
    apply,
    choose,
    follow,
    imported,
    of_key,
    places,
    undo,
)
from tests.factories.school_pages import get, send

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.at("2026-11-20T10:00"),
    pytest.mark.usefixtures("english"),
]

INES, TOM, ZOE = (
    a_student("1", "Inès", "ABADIE"),
    a_student("2", "Tom", "BRUNET"),
    a_student("3", "Zoé", "CARON"),
)


def on(month, day, hour=9, year=2026):
    return time_machine.travel(datetime.datetime(year, month, day, hour, tzinfo=datetime.UTC))


@pytest.fixture
def school():
    school = SchoolClassFactory(name="2DE1").school
    school.uai, school.with_guardians = UAI, True
    school.save()
    return school


def rows(student) -> list:
    held = ClassMembership.objects.filter(student=student).order_by("school_class__name", "since")
    return list(held.values_list("school_class__name", "since", "until"))


def test_who_was_suspended_is_there_again_with_guardians_and_what_was_entered_ahead(
    client, school, leader
):
    follow(client, leader, school, INES, TOM)
    ines = of_key("1")
    guardian = PersonFactory()
    held = guardians.guard(
        guardian=guardian,
        student=ines,
        school=school,
        quality=GuardianQuality.AUTHORITY,
        by=leader,
    )
    GuardianLink.objects.create(
        guardianship=held, token_hash="x" * 64, ends_on=datetime.date(2027, 6, 1)
    )
    ahead = SchoolClassFactory(school=school, name="2DE8")
    day = datetime.date(2027, 1, 4)
    classes.change_class(student=ines, to=ahead, on=day, by=leader)
    before = rows(ines)

    follow(client, leader, school, TOM, day="20261121")
    while_gone = Guardianship.objects.in_force().count()
    waiting = imported(client, leader)
    page = undo(client, leader)

    ines.refresh_from_db()
    assert while_gone == 0
    assert "their guardians and the personal links that haven’t run out" in waiting.text
    assert "change stays" not in page.text
    assert (ines.is_active, rows(ines)) == (True, before)
    assert Guardianship.objects.in_force().get().guardian == guardian
    assert guardian.memberships.current().get().role == Role.GUARDIAN
    assert GuardianLink.objects.get().guardianship == held


def test_a_move_that_is_taken_back_on_its_day_never_was(client, school, leader):
    follow(client, leader, school, INES)
    ines = of_key("1")
    ahead = SchoolClassFactory(school=school, name="2DE8")
    classes.change_class(student=ines, to=ahead, on=datetime.date(2027, 1, 4), by=leader)
    before = rows(ines)

    with on(11, 23):
        follow(client, leader, school, a_student("1", "Inès", "ABADIE", "2DE2"), day="20261123")
        assert rows(ines) != before
        undo(client, leader)

    assert rows(ines) == before


def test_a_move_that_is_taken_back_later_ends_on_that_day(client, school, leader):
    follow(client, leader, school, INES)
    ines = of_key("1")
    with on(11, 23):
        follow(client, leader, school, a_student("1", "Inès", "ABADIE", "2DE2"), day="20261123")
    with on(11, 26):
        undo(client, leader)

    day = datetime.date
    assert rows(ines) == [
        ("2DE1", day(2026, 11, 20), day(2026, 11, 23)),
        ("2DE1", day(2026, 11, 26), None),
        ("2DE2", day(2026, 11, 23), day(2026, 11, 26)),
    ]


def test_an_account_that_a_person_closed_stays_closed(client, school, leader):
    follow(client, leader, school, INES, TOM, ZOE)
    ines, tom = of_key("1"), of_key("2")
    leaving.close_student(student=ines, school=school, by=leader)

    trial = choose(client, leader, school, a_set(UAI, TOM, ZOE, day="20261121"))
    assert "Departures" not in trial.text
    moved = a_student("2", "Tom", "BRUNET", "2DE2")
    trial = choose(client, leader, school, a_set(UAI, moved, ZOE, day="20261121"))
    leaving.close_student(student=tom, school=school, by=leader)  # while the set waits
    page = apply(client, leader)
    undo(client, leader)
    back = choose(client, leader, school, a_set(UAI, INES, TOM, ZOE, day="20261121"))

    assert "1 changes class" in trial.text
    assert "The account isn’t one of your school’s students any more." in page.text
    for student in (ines, tom):
        student.refresh_from_db()
        assert (student.is_active, places(student)) == (False, [])
    assert "nothing to do" in back.text.lower()


@pytest.mark.parametrize("number", [0, 1, 2])
def test_whom_a_person_took_out_is_named_where_the_set_has_them(client, school, leader, number):
    everybody = {"1": INES, "2": TOM, "3": ZOE, "4": a_student("4", "Hugo", "PARTI")}
    follow(client, leader, school, *everybody.values())
    for key in [*["1", "2"][:number], "4"]:
        leaving.close_student(student=of_key(key), school=school, by=leader)
    with on(11, 21):
        said = [INES, TOM, a_student("3", "Zoé", "CARON", "2DE2")]
        trial = choose(client, leader, school, a_set(UAI, *said, day="20261121"))
        if number:
            leaving.reopen_student(student=of_key("1"), school=school, by=leader)
        reopened = imported(client, leader)
        applied = apply(client, leader)

    part = trial.text.partition("What this set doesn’t touch")[2].partition("</section>")[0]
    assert part.count("<li>") == number
    assert part.startswith(f" ({number})") or not number
    assert ("ABADIE Inès" in part, "BRUNET Tom" in part) == (number > 0, number > 1)
    assert "PARTI" not in trial.text  # isn't in the set either
    assert ("What this set doesn’t touch" in reopened.text) is (number > 1)
    assert "ABADIE Inès" not in reopened.text
    assert "What this set doesn’t touch" not in applied.text
    assert not StagedStudent.objects.exists()


def test_who_is_closed_by_hand_after_the_trial_is_not_opened_by_the_undoing(client, school, leader):
    follow(client, leader, school, INES, TOM)
    ines = of_key("1")
    choose(client, leader, school, a_set(UAI, TOM, day="20261121"))
    leaving.close_student(student=ines, school=school, by=leader)
    apply(client, leader)

    undo(client, leader)

    ines.refresh_from_db()
    assert not ines.is_active


@pytest.mark.parametrize("what", ["password", "guardian", "class", "name", "login"])
def test_a_new_account_on_which_something_was_built_stays(client, school, leader, what):
    follow(client, leader, school, INES)
    ines = of_key("1")
    if what == "password":
        first_passwords.give_first_passwords([ines], now=timezone.now(), by=leader)
    elif what == "guardian":
        guardians.guard(
            guardian=PersonFactory(),
            student=ines,
            school=school,
            quality=GuardianQuality.AUTHORITY,
            by=leader,
        )
    elif what == "class":
        other = SchoolClassFactory(school=school, name="2DE8")
        classes.change_class(student=ines, to=other, by=leader)
    elif what == "name":
        send(client, leader, "people:student", ines.public_id, given_name="Inès", family_name="X")
    else:
        Person.objects.filter(pk=ines.pk).update(last_login=timezone.now())

    page = undo(client, leader)

    ines.refresh_from_db()
    assert ines.is_active
    assert "1 change stays, since something was built on it" in page.text
    assert "0 are new" in page.text


def test_groups_that_have_another_name_since_are_as_the_set_left_them(client, school, leader):
    follow(client, leader, school, INES)
    in_groups = a_student("1", "Inès", "ABADIE", groups=["GREC", "LATIN"])
    follow(client, leader, school, in_groups, day="20261120")
    school.classes.filter(name="LATIN").update(name="ALLEMAND")
    change = RosterChange.objects.latest("pk")
    change.done["after"].reverse()  # as another order of classes wrote it
    change.save()

    page = undo(client, leader)

    assert "change stays" not in page.text
    assert places(of_key("1")) == ["2DE1"]


def test_a_departure_is_called_so_only_where_it_happened(client, school, leader):
    follow(client, leader, school, INES, TOM)

    trial = choose(client, leader, school, a_set(UAI, TOM, day="20261121"))
    kept = apply(client, leader, what="rest")
    choose(client, leader, school, a_set(UAI, TOM, day="20261121"))
    done = apply(client, leader)
    undone = undo(client, leader)

    was = "The account was suspended."
    assert "With your yes the account is suspended." in trial.text
    assert was not in trial.text
    assert was not in kept.text
    assert "0 leave" in kept.text
    assert "1 change was left out, as you chose." in kept.text
    assert was in done.text
    assert "1 leaves" in done.text
    assert "The account was suspended, and opened again by the undoing." in undone.text
    assert "This was taken back:" in undone.text


def test_the_very_archive_that_was_undone_is_compared_again(client, school, leader):
    same = a_set(UAI, INES, TOM)
    choose(client, leader, school, same)
    apply(client, leader)
    applied = choose(client, leader, school, same)
    undo(client, leader)

    undone = choose(client, leader, school, same)

    assert "This is the very archive that came on" in applied.text
    assert "2 are back" in undone.text


@pytest.mark.parametrize("chosen", [0, 1])
def test_an_archive_that_changed_nothing_is_compared_again(client, school, leader, chosen):
    sets = [a_set(UAI, INES, TOM), a_set(UAI, INES, TOM, day="20261121")]
    with on(11, 21):
        choose(client, leader, school, sets[0])
        apply(client, leader)
        one = RosterImport.objects.get()
        before = [choose(client, leader, school, sets[number]).text for number in (1, chosen)]
        undo(client, leader, one)
        page = choose(client, leader, school, sets[chosen])

    assert all("it changes nothing" in text for text in before)
    assert "2 are back" in page.text


def test_whom_a_set_suspends_is_erased_when_the_pages_say_so(client, school, leader):
    follow(client, leader, school, INES, TOM)
    ines = of_key("1")
    first = get(client, leader, "roster:school", school.public_id)
    with on(11, 21):
        page = follow(client, leader, school, TOM, day="20261121")
        account = get(client, leader, "people:student", ines.public_id)

    for text in (first.text, page.text):
        assert "erased after six months, as with each departure" in text
        assert "past stays" not in text
    assert "23 May 2027" in account.text
    with on(5, 22, year=2027):
        erase_what_is_over(timezone.now())
        assert of_key("1") == ines
    with on(5, 23, year=2027):
        erase_what_is_over(timezone.now())
    ines.refresh_from_db()
    assert ines.erased_at
    assert not ines.identities.exists()  # from now on the key makes a new account


def test_a_set_that_was_set_aside_did_nothing_and_counts_nothing(client, school, leader):
    choose(client, leader, school, a_set(UAI, INES))
    one = RosterImport.objects.get()
    send(client, leader, "roster:set_aside", one.public_id)

    page = imported(client, leader, one)

    assert "Nothing of this set was applied." in page.text
    assert "1 is new" not in page.text


def test_a_set_can_be_undone_as_long_as_its_changes_are_kept(client, school, leader):
    """Thirty days from the yes, by one sum: also over the night in which clocks change."""
    choose(client, leader, school, a_set(UAI, INES))
    with on(12, 1):
        apply(client, leader)
    one = RosterImport.objects.get()

    with on(12, 31, 8):
        erase_what_is_over(timezone.now())
        assert RosterChange.objects.count() == 1
        assert "Undo this import" in imported(client, leader, one).text
    with on(1, 1, 9, 2027):
        erase_what_is_over(timezone.now())
        assert RosterChange.objects.count() == 0
        page = imported(client, leader, one)
        refused = undo(client, leader)

    assert "Undo this import" not in page.text
    assert "kept for 30 days, and isn’t there any more" in page.text
    assert "can be undone, for 30 days" in refused.text
    one.refresh_from_db()
    assert one.state == ImportState.APPLIED


def test_a_set_that_waited_two_weeks_is_set_aside_by_itself(client, school, leader):
    choose(client, leader, school, a_set(UAI, INES))
    with on(12, 5):
        page = imported(client, leader)
        late = apply(client, leader)
        applying.sweep(timezone.now())
        after = imported(client, leader)
        again = choose(client, leader, school, a_set(UAI, INES))

    assert "Apply this set" not in page.text
    assert "This set has waited for more than two weeks" in page.text
    assert "This set has waited for more than two weeks" in late.text
    assert "Nothing of this set was applied." in after.text
    assert "1 is new" in again.text


def test_who_is_back_after_weeks_was_not_there_meanwhile(client, school, leader):
    follow(client, leader, school, INES, TOM)
    ines = of_key("1")
    with on(11, 23):
        follow(client, leader, school, TOM, day="20261123")
    with on(12, 7):
        follow(client, leader, school, INES, TOM, day="20261207")

    day = datetime.date
    assert rows(ines) == [
        ("2DE1", day(2026, 11, 20), day(2026, 11, 23)),
        ("2DE1", day(2026, 12, 7), None),
    ]
    held = ines.memberships.order_by("since").values_list("since", "until")
    assert list(held) == [
        (day(2026, 11, 20), day(2026, 11, 22)),
        (day(2026, 12, 7), None),
    ]
    assert LastSaid.objects.exclude(gone_at=None).count() == 0
