"""What a set says that teachers do begins and ends, and is taken back with the import."""

import datetime

import pytest
import time_machine

from courses.people.models import (
    SchoolClass,
    Teaching,
    Tutorship,
    today,
)
from courses.roster.models import (
    LastSaidOfTeacher,
)
from tests.factories.continuity import teaching, tutor_of
from tests.factories.people import TeacherFactory
from tests.factories.rosters import (
    UAI,
    a_subject,
    a_teacher,
    apply,
    choose,
    of_key,
    undo,
    with_staff,
)
from tests.factories.staff import (
    NEXT_DAY,
    STAFF,
    STUDENTS,
    a_school_with_subjects,
    follow,
    schools_of,
    subject,
    taught,
)

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.at("2026-11-25T12:00"),
    pytest.mark.usefixtures("english"),
]


@pytest.fixture
def school():
    return a_school_with_subjects()


def test_one_teaching_ends_and_another_begins(client, school, leader):
    anne, ben = (
        a_teacher("1A", "Anne", "A", ["2DE1$020700", "2DE2$020700"]),
        a_teacher("1B", "Ben", "B"),
    )
    follow(client, leader, school, anne, ben)
    assert taught(of_key("1A")) == [("2DE1", "francais"), ("2DE2", "francais")]

    with time_machine.travel(NEXT_DAY):
        trial, _page = follow(
            client,
            leader,
            school,
            a_teacher("1A", "Anne", "A", ["2DE2$020700"]),
            a_teacher("1B", "Ben", "B", ["2DE1$020700", "2DE1$030201"]),
            day="20261126",
        )
        now = taught(of_key("1A")), taught(of_key("1B"))

    assert "2 teachers begin or end classes or subjects" in trial.text
    assert "2DE1 (French), 2DE2 (French)" in trial.text
    assert now == ([("2DE2", "francais")], [("2DE1", "anglais"), ("2DE1", "francais")])
    ended = Teaching.objects.get(teacher=of_key("1A"), school_class__name="2DE1")
    assert ended.until == datetime.date(2026, 11, 26)


def test_what_a_leader_entered_by_hand_is_left_alone(client, school, leader):
    class_1, class_2 = SchoolClass.objects.order_by("name")
    anne = TeacherFactory(
        works_at=school, email="agent1A@ac-normandie.example", given_name="Anne", family_name="A"
    )
    by_hand = teaching(class_1, teacher=anne, subject=subject("francais"))
    tutor = tutor_of(class_2)

    says = a_teacher("1A", "Anne", "A", ["2DE1$020700"], tutor=["2DE2"])
    follow(client, leader, school, says, same_teachers="yes")
    follow(client, leader, school, a_teacher("1A", "Anne", "A"), day="20261121", what="all")

    by_hand.refresh_from_db()
    assert by_hand.until is None
    assert Tutorship.objects.on(today()).get(school_class=class_2).teacher == tutor


def test_words_that_nobody_knows_here_are_named(client, school, leader):
    says = a_teacher("1A", "Anne", "A", ["2DE1$999900", "2DE1$061300", "TLE9$061300"])

    trial, page = follow(client, leader, school, says)

    assert "What isn’t brought in of teachers (2)" in trial.text
    assert "Not applied" not in page.text
    assert page.text.count("A Anne") == 2  # new, and what they teach
    assert "VIE DE CLASSE" in trial.text
    assert "No subject is called so here" in trial.text
    assert "TLE9" in trial.text
    assert taught(of_key("1A")) == [("2DE1", "maths")]


def test_where_a_subject_is_unknown_what_the_last_set_said_stays(client, school, leader):
    says = a_teacher("1A", "Anne", "A", ["2DE1$030201", "2DE2$061300"])
    follow(client, leader, school, says)

    changed = a_teacher("1A", "Anne", "A", ["2DE1$030201", "2DE2$020700"])
    words = [a_subject("030201", "LANGUE 1"), a_subject("020700", "FRANCAIS")]
    data = with_staff(UAI, changed, students=STUDENTS, day="20261121", subjects=words)
    trial = choose(client, leader, school, data)
    apply(client, leader)

    assert "LANGUE 1" in trial.text
    assert taught(of_key("1A")) == [("2DE1", "anglais"), ("2DE2", "francais")]


def test_a_class_of_which_a_set_names_two_tutors_keeps_the_one_it_has(client, school, leader):
    anne, ben = a_teacher("1A", "Anne", "A", tutor=["2DE1"]), a_teacher("1B", "Ben", "B")
    follow(client, leader, school, anne, ben)

    both = with_staff(
        UAI, anne, a_teacher("1B", "Ben", "B", tutor=["2DE1"]), students=STUDENTS, day="20261121"
    )
    page = choose(client, leader, school, both)

    assert "This set changes nothing." in page.text
    assert "This set says what the last one said" not in page.text
    assert "more than one class tutor" in page.text
    assert Tutorship.objects.on(today()).get().teacher == of_key("1A")


def test_an_import_is_undone_with_its_teachers(client, school, leader):
    by_hand = TeacherFactory(works_at=school, email="agent1B@ac-normandie.example")
    staff = [
        a_teacher("1A", "Anne", "A", ["2DE1$020700"], tutor=["2DE1"]),
        a_teacher("1B", "Ben", "B", ["2DE2$020700"]),
    ]
    follow(client, leader, school, *staff, same_teachers="yes")
    anne = of_key("1A")

    page = undo(client, leader)

    assert "stays, since" not in page.text
    assert schools_of(anne) == []
    assert not Teaching.objects.on(today()).exists()
    assert not Tutorship.objects.on(today()).exists()
    assert not by_hand.identities.exists()
    assert schools_of(by_hand) == [school.pk]
    assert not LastSaidOfTeacher.objects.exists()
    again, _page = follow(client, leader, school, *staff, day="20261121", same_teachers="yes")
    assert "2 teachers are new in the directory" in again.text
    assert of_key("1A") == anne
    assert schools_of(anne) == [school.pk]


def test_who_has_come_in_since_stays_when_the_import_is_undone(client, school, leader):
    follow(client, leader, school, a_teacher("1A", "Anne", "A"))
    anne = of_key("1A")
    anne.set_password("a password of her own")
    anne.save()

    page = undo(client, leader)

    assert "1 change stays, since something was built on it" in page.text
    assert schools_of(anne) == [school.pk]


def test_a_departure_and_other_classes_are_taken_back_on_a_later_day(client, school, leader):
    anne = a_teacher("1A", "Anne", "A", ["2DE1$020700", "2DE2$020700"])
    follow(client, leader, school, anne, *STAFF)
    with time_machine.travel(NEXT_DAY):
        follow(
            client, leader, school, a_teacher("1A", "Anne", "A", ["2DE2$020700"]), *STAFF[:24],
            day="20261126",
        )  # fmt: skip
    with time_machine.travel(NEXT_DAY + datetime.timedelta(days=3)):
        page = undo(client, leader)
        again = taught(of_key("1A"))
        there = schools_of(of_key("4024"))
        follow_up = choose(
            client, leader, school, with_staff(UAI, anne, *STAFF, students=STUDENTS, day="20261129")
        )

    assert "stays, since" not in page.text
    assert again == [("2DE1", "francais"), ("2DE2", "francais")]
    assert there == [school.pk]
    assert "Nothing to do" in follow_up.text


def test_a_class_tutor_of_a_set_follows_the_next_one(client, school, leader):
    anne, ben = a_teacher("1A", "Anne", "A", tutor=["2DE1"]), a_teacher("1B", "Ben", "B")
    follow(client, leader, school, anne, ben)
    with time_machine.travel(NEXT_DAY):
        follow(
            client, leader, school, a_teacher("1A", "Anne", "A"), a_teacher("1B", "Ben", "B", tutor=["2DE1"]),
            day="20261126",
        )  # fmt: skip
        now = Tutorship.objects.on(today()).get().teacher
        undo(client, leader)
        again = Tutorship.objects.on(today()).get().teacher

    assert (now, again) == (of_key("1B"), of_key("1A"))
