"""Sets of the directory through a school's life: a new school year, students who come from another
school, classes that are spelled otherwise, a worker that is killed.
"""

import datetime

import pytest
import time_machine
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from cms.register.services.erasing import erase_what_is_over
from courses.people.models import ClassMembership, Identity, Organisation, Person, SchoolClass
from courses.people.services import accounts, classes, leaving
from courses.roster.enums import ImportState, RosterChangeState
from courses.roster.models import LastSaid, RosterChange, RosterImport
from courses.roster.services import applying, undoing
from tests.factories.continuity import LeaderFactory, SchoolClassFactory, StudentFactory
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
from tests.factories.school_pages import send
from tests.factories.worker import run_worker

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.at("2027-06-20T10:00"),
    pytest.mark.usefixtures("english"),
]

INES = a_student("1", "Inès", "ABADIE", groups=["LATIN"])
TOM = a_student("2", "Tom", "BRUNET")
OTHER_UAI = "0140099X"


def on(year, month, day):
    return time_machine.travel(datetime.datetime(year, month, day, 9, tzinfo=datetime.UTC))


@pytest.fixture
def school():
    school = SchoolClassFactory(name="2DE1").school
    school.uai = UAI
    school.save()
    return school


@pytest.fixture
def elsewhere():
    school = Organisation.objects.create(kind="school", name="Ailleurs", uai=OTHER_UAI)
    return school, LeaderFactory(leads=school, language="en")


def years(student) -> list:
    today = timezone.localdate()
    held = (
        ClassMembership.objects.on(today)
        .filter(student=student, school_class__school_year=2028)
        .select_related("school_class")
    )
    return sorted((m.school_class.name, m.school_class.school_year) for m in held)


@pytest.mark.parametrize("day", [(2027, 8, 25), (2027, 9, 1)])
def test_who_stays_in_a_class_of_that_name_is_in_that_of_the_new_year(client, school, leader, day):
    follow(client, leader, school, INES, TOM, day="20270620")

    with on(*day):
        erase_what_is_over(timezone.now())
        trial = choose(client, leader, school, a_set(UAI, INES, TOM, day="20270824"))
        page = apply(client, leader)
        ines, tom = years(of_key("1")), years(of_key("2"))
        erase_what_is_over(timezone.now())
        again = choose(client, leader, school, a_set(UAI, INES, TOM, day="20270825"))

    assert "2 change class" in trial.text
    assert "Paused" not in trial.text
    assert "couldn’t be applied" not in page.text
    assert ines == [("2DE1", 2028), ("LATIN", 2028)]
    assert tom == [("2DE1", 2028)]
    assert "it changes nothing" in again.text
    assert set(LastSaid.objects.values_list("school_year", flat=True)) == {2028}


def test_a_set_of_last_year_is_neither_applied_nor_undone(client, school, leader):
    with on(2027, 7, 25):
        follow(client, leader, school, INES, day="20270720")
        first = RosterImport.objects.get()
        choose(client, leader, school, a_set(UAI, INES, TOM, day="20270725"))
    with on(2027, 8, 2):
        page = imported(client, leader)
        late = apply(client, leader)
        applying.sweep(timezone.now())
        refused = undo(client, leader, first)

    for said in (page, late):
        assert "This set is of the last school year" in said.text
    assert "within the school year" in refused.text
    assert RosterImport.objects.first().state == ImportState.REFUSED
    assert of_key("1").is_active


def test_who_comes_from_another_school_is_followed_once_that_one_has_let_go(
    client, school, leader, elsewhere
):
    theirs, keeper = elsewhere
    follow(client, leader, school, INES, TOM, day="20270620")
    old = of_key("1")
    moving = a_set(OTHER_UAI, a_student("1", "Inès", "ABADIE", "1RE1"), day="20270621")

    choose(client, keeper, theirs, moving)
    too_soon = apply(client, keeper)
    follow(client, leader, school, TOM, day="20270621")
    choose(client, keeper, theirs, moving)
    followed = apply(client, keeper)

    assert "belongs to an account of another school" in too_soon.text
    assert "1 is new" in followed.text
    new = of_key("1")
    assert new != old
    assert places(new) == ["1RE1"]
    old.refresh_from_db()
    assert (old.is_active, old.given_name, old.identities.count()) == (False, "Inès", 0)
    assert not old.memberships.filter(organisation=theirs).exists()


def test_a_set_of_the_future_shuts_no_true_one_out(client, school, leader):
    future = choose(client, leader, school, a_set(UAI, INES, day="20991231"))
    page = choose(client, leader, school, a_set(UAI, INES, day="20270620"))

    assert "which is to come" in future.text
    assert "1 is new" in page.text


def test_a_set_before_classes_are_made_is_paused(client, school, leader):
    follow(client, leader, school, INES, TOM, day="20270620")

    trial = choose(
        client,
        leader,
        school,
        a_set(UAI, a_student("1", "Inès", "ABADIE", ""), a_student("2", "Tom", "BRUNET", ""),
              day="20270621"),
    )  # fmt: skip
    apply(client, leader, what="rest")

    assert "Paused" in trial.text
    assert "2 students of 2 would be in no class." in trial.text
    assert "This class had students in the last set and has none in this one: 2DE1." in trial.text
    assert "nobody leaves the school, their class, all their groups or classes" in trial.text
    assert "2DE1" in places(of_key("1"))


def test_a_class_that_is_spelled_otherwise_is_the_same_class(client, leader, school):
    held = SchoolClassFactory(school=school, name="2de 4")
    by_hand = StudentFactory(in_class=held, given_name="Inès", family_name="Abadie")

    trial = choose(
        client, leader, school, a_set(UAI, a_student("1", "Inès", "ABADIE", "2DE4"), day="20270620")
    )
    apply(client, leader, same="yes")

    assert "1 new student has the same name and the same class" in trial.text
    assert of_key("1") == by_hand
    assert not SchoolClass.objects.filter(name="2DE4").exists()
    assert places(by_hand) == ["2de 4"]


def test_namesakes_in_other_classes_are_told_before_the_yes(client, leader, school):
    StudentFactory(
        in_class=SchoolClass.objects.get(name="2DE1"), given_name="Inès", family_name="Abadie"
    )

    trial = choose(
        client, leader, school, a_set(UAI, a_student("1", "Inès", "ABADIE", "2DE9"), day="20270620")
    )

    assert "Paused" in trial.text
    assert "1 new student has the name of an account that your school entered itself" in trial.text


def test_accounts_by_hand_of_last_year_are_told_of_in_september(client, leader, school):
    """Their classes are over: no class tells that they are the same people."""
    StudentFactory(
        in_class=SchoolClass.objects.get(name="2DE1"), given_name="Inès", family_name="Abadie"
    )
    with on(2027, 9, 2):
        erase_what_is_over(timezone.now())
        trial = choose(
            client, leader, school, a_set(UAI, a_student("1", "Inès", "ABADIE"), day="20270901")
        )

    assert "1 new student has the name of an account" in trial.text
    assert "Paused" in trial.text


def test_the_yes_is_looked_at_again_when_it_is_carried_out(client, leader, school):
    here = SchoolClass.objects.get(name="2DE1")
    by_hand = StudentFactory(in_class=here, given_name="Inès", family_name="Abadie")
    choose(client, leader, school, a_set(UAI, INES, day="20270620"))
    leaving.close_student(student=by_hand, school=school, by=leader)

    page = apply(client, leader, same="yes")

    assert "isn’t in this class any more" in page.text
    assert by_hand.identities.count() == 0
    assert LastSaid.objects.count() == 0


def test_a_change_by_hand_is_marked_where_the_set_says_something_else(client, leader, school):
    follow(client, leader, school, TOM, day="20270620")
    other = SchoolClassFactory(school=school, name="2DE9")
    classes.change_class(student=of_key("2"), to=other, by=leader)

    trial = choose(
        client, leader, school, a_set(UAI, a_student("2", "Tom", "BRUNET", "2DE3"), day="20270621")
    )

    assert "Here in 2DE9, changed by hand." in trial.text


def test_a_group_that_is_a_class_here_keeps_nobody_out(client, leader, school):
    SchoolClassFactory(school=school, name="LATIN")

    page = follow(client, leader, school, INES, day="20270620")

    assert "1 is new" in page.text
    assert places(of_key("1")) == ["2DE1"]


MANY = [a_student(f"m{n}", "Zoé", f"NOM {chr(65 + n // 26)}{chr(65 + n % 26)}") for n in range(90)]


def test_the_worker_goes_on_where_it_was_killed_and_the_page_says_how_far(client, leader, school):
    choose(client, leader, school, a_set(UAI, *MANY, day="20270620"))
    one = RosterImport.objects.get()
    send(client, leader, "roster:apply", one.public_id, what="all")
    applying.apply_piece(one.pk, at_once=20)
    half_way = imported(client, leader, one)
    other = choose(client, leader, school, a_set(UAI, *MANY[:1], day="20270621"))
    DBTaskResult.objects.all().delete()  # as if it had never been
    applying.sweep(timezone.now())
    run_worker()
    done = imported(client, leader, one)

    assert "Done: 20 of 90." in half_way.text
    assert "Undo this import" not in half_way.text
    assert "is being applied or undone" in other.text
    assert "90 are new" in done.text
    assert Identity.objects.count() == 90


def test_an_undoing_goes_on_piece_by_piece(client, leader, school):
    follow(client, leader, school, *MANY, day="20270620")
    one = RosterImport.objects.get()
    send(client, leader, "roster:undo", one.public_id)
    undoing.undo_piece(one.pk, at_once=40)
    half_way = imported(client, leader, one)
    run_worker()

    assert "Done: 40 of 90." in half_way.text
    assert "90 are new" in imported(client, leader, one).text
    assert not Person.objects.filter(identities__isnull=False, is_active=True).exists()
    assert set(RosterChange.objects.values_list("state", flat=True)) == {RosterChangeState.UNDONE}


def test_a_piece_that_runs_twice_does_nothing_the_second_time(client, leader, school):
    follow(client, leader, school, INES, day="20270620")
    one = RosterImport.objects.get()

    assert applying.apply_piece(one.pk) == 0
    assert Person.objects.filter(identities__isnull=False).count() == 1


@pytest.mark.parametrize("times", [1, 2])
def test_a_login_that_somebody_took_at_the_same_moment_is_another_one(
    client, leader, school, monkeypatch, times
):
    taken = accounts.create_person(given_name="Inès", family_name="Abadie", invited=False)
    seen = []
    free = accounts.free_logins

    def as_before_the_other_school_committed(names, *taken):
        seen.append(names)
        return ["ines.abadie"] * len(names) if len(seen) <= times else free(names, *taken)

    monkeypatch.setattr(accounts, "free_logins", as_before_the_other_school_committed)

    choose(client, leader, school, a_set(UAI, INES, TOM, day="20270620"))
    apply(client, leader, same="yes")  # as if others had been here: of these nobody was

    assert of_key("1").login != taken.login
    assert of_key("2").login == "tom.brunet"
    assert [len(names) for names in seen] == [2, *[1] * (times - 1), 1, 1]
    assert set(RosterChange.objects.values_list("state", flat=True)) == {RosterChangeState.APPLIED}


def test_a_long_set_is_shown_in_parts(client, leader, school, django_assert_max_num_queries):
    long = [
        a_student(f"m{n}", "Zoé", f"NOM {chr(65 + n // 26)}{chr(65 + n % 26)}") for n in range(103)
    ]
    choose(client, leader, school, a_set(UAI, *long, day="20270620"))
    one = RosterImport.objects.get()
    with django_assert_max_num_queries(15):
        page = imported(client, leader, one)
    rest = client.get(f"/en/roster/{one.public_id}/?kind=new&page=2", follow=True)

    assert "103 are new" in page.text
    assert page.text.count("As ENT_NORMANDIE") == 100
    assert "See all 103" in page.text
    assert rest.text.count("As ENT_NORMANDIE") == 3


def test_many_bad_records_are_named_up_to_a_number(client, leader, school):
    faulty = [a_student("", "Zoé", "X") for _n in range(203)]
    page = choose(client, leader, school, a_set(UAI, INES, *faulty, day="20270620"))

    assert "Records that can’t be read (203)" in " ".join(page.text.split())
    assert "in a class that can’t be read" not in page.text
    assert page.text.count("The key is missing") == 200
    assert "3 more can’t be read" in page.text
