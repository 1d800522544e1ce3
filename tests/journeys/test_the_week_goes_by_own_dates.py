"""Work in a student's week by the student's own due dates: more time, leaves, another class, work to do again."""

import datetime

import pytest
import time_machine
from django.urls import reverse

from continuity.due.views.week import week_due
from continuity.enums import ExemptionKind, Verdict
from continuity.homework.services import extensions
from continuity.models import Feedback, Tick
from tests.factories.continuity import (
    MONDAY,
    SchoolClassFactory,
    StudentFactory,
    assignment,
    at,
    exemption_of,
    handed_in,
    homework_item,
    lesson_item,
    part_of,
)
from tests.factories.markup import tidy
from tests.factories.weeks import page, teaching

pytestmark = pytest.mark.django_db
TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (MONDAY + datetime.timedelta(days=n) for n in (1, 2, 3, 4))


@pytest.fixture
def part():
    return part_of(teaching(SchoolClassFactory(name="2de 4")))


@pytest.fixture
def student(part, client):
    student = StudentFactory(in_class=part.teaching.school_class)
    client.force_login(student)
    return student


def test_homework_given_earlier_stands_on_the_day_on_which_it_is_due(client, student, part):
    earlier = part_of(part.teaching, MONDAY - datetime.timedelta(days=7))
    homework_item(
        earlier,
        day=MONDAY - datetime.timedelta(days=5),
        due_at=at(THURSDAY, 8),
        title="Donné avant",
    )

    with time_machine.travel(at(MONDAY, 8), tick=False):
        shown = page(client)

    assert shown.index('id="d03"') < shown.index("Donné avant</a>") < shown.index('id="d04"')


def test_more_time_is_the_students_own_and_ends_the_lateness(client, student, part):
    item = homework_item(part, day=MONDAY, due_at=at(TUESDAY, 20), title="Prolongé")
    extensions.extend(
        assignment=item.assignment, student=student, due_at=at(FRIDAY, 20), by=part.teaching.teacher
    )

    with time_machine.travel(at(WEDNESDAY, 8), tick=False):
        shown = page(client)

    assert "Late, can still be handed in" not in shown
    assert "Friday 4 December at 20:00" in shown
    assert "You have more time: this is your own date." in shown


def test_more_time_that_was_taken_back_counts_no_more(client, student, part):
    item = homework_item(part, day=MONDAY, due_at=at(TUESDAY, 20), title="Prolongé")
    teacher = part.teaching.teacher
    more = extensions.extend(
        assignment=item.assignment, student=student, due_at=at(FRIDAY, 20), by=teacher
    )
    extensions.withdraw(extension=more, by=teacher)

    with time_machine.travel(at(WEDNESDAY, 8), tick=False):
        shown = page(client)
        desk = client.get(reverse("continuity:homework", args=[item.assignment.public_id])).text

    assert "It was due on Tuesday 1 December" in shown
    assert [
        said in f"{shown}{desk}"
        for said in ("Friday 4 December at 20:00", "You have more time", "Your own date")
    ] == [False] * 3


@pytest.mark.parametrize(
    ("last_day", "due"),
    [(THURSDAY, "Saturday 5 December at 20:00"), (WEDNESDAY, "Thursday 3 December at 20:00")],
)
def test_standing_more_time_counts_to_its_last_day_and_not_a_day_longer(
    client, student, part, last_day, due
):
    """Case C16: two days more on what is due until `last_day`, both included."""
    homework_item(part, day=MONDAY, due_at=at(THURSDAY, 20), title="Prolongé")
    extensions.extend_always(
        student=student,
        school=part.teaching.school_class.school,
        days_more=2,
        first_day=MONDAY,
        last_day=last_day,
        by=part.teaching.teacher,
    )

    with time_machine.travel(at(MONDAY, 8), tick=False):
        shown = page(client)

    assert due in shown


def test_who_is_on_long_leave_has_a_reduced_plan_without_late_marks(client, student, part):
    """Case C62."""
    other = part_of(teaching(part.teaching.school_class))
    staff = {"school": part.teaching.school_class.school, "entered_by": part.teaching.teacher}
    exemption_of(
        student,
        **staff,
        kind=ExemptionKind.LEAVE,
        keeps_working=True,
        subjects=[part.teaching.subject],
    )
    homework_item(part, day=MONDAY, due_at=at(TUESDAY, 20), title="Choisi")
    homework_item(other, day=MONDAY, due_at=at(TUESDAY, 20), title="Pas pour moi")

    with time_machine.travel(at(WEDNESDAY, 8), tick=False):
        shown = page(client)

    assert "Late, can still be handed in" not in shown
    assert "Choisi</a>" in shown
    assert "30\xa0min of work left" in shown
    assert "You are exempt: nothing to do here." in shown
    assert tidy(shown).count("Hand in<span") == 1


def test_who_changes_class_in_the_week_has_each_class_on_its_days(client, student, part):
    other = part_of(teaching(SchoolClassFactory(school=part.teaching.school_class.school)))
    for each, name in ((part, "ancienne"), (other, "nouvelle")):
        lesson_item(each, MONDAY, title=f"Lundi, {name}")
        lesson_item(each, FRIDAY, title=f"Vendredi, {name}")
    student.class_memberships.update(until=WEDNESDAY)
    student.class_memberships.create(school_class=other.teaching.school_class, since=WEDNESDAY)

    with time_machine.travel(at(MONDAY, 8), tick=False):
        shown = page(client)

    assert [
        name in shown
        for name in (
            "Lundi, ancienne",
            "Lundi, nouvelle",
            "Vendredi, ancienne",
            "Vendredi, nouvelle",
        )
    ] == [
        True,
        False,
        False,
        True,
    ]


def test_all_that_is_to_be_handed_in_by_ones_own_dates(client, student, part):
    homework_item(part, day=MONDAY, due_at=at(TUESDAY, 20), title="En retard")
    homework_item(part, day=MONDAY, due_at=at(FRIDAY, 20), title="Bientôt")
    homework_item(part, day=MONDAY, due_at=at(FRIDAY, 20), title="Rien à rendre", returns="nothing")

    with time_machine.travel(at(WEDNESDAY, 8), tick=False):
        shown = client.get(reverse("continuity:to_hand_in")).text

    assert shown.index("En retard</a>") < shown.index("Bientôt</a>")
    assert "1 piece of work ahead, 1 late" in shown
    assert "Rien à rendre" not in shown


def test_what_is_to_be_done_again_is_to_do(client, student, part):
    """On the week, in its minutes, in the hand-in list; with the way to do it again."""
    item = homework_item(part, day=MONDAY, due_at=at(TUESDAY, 20), title="La carte", minutes=30)
    handin = handed_in(item.assignment, student)
    with time_machine.travel(at(WEDNESDAY, 8), tick=False):
        before = page(client)
        Feedback.objects.create(
            handin=handin,
            verdict=Verdict.AGAIN,
            written_by=part.teaching.teacher,
            returned_at=at(TUESDAY, 21),
        )
        shown, listed = page(client), client.get(reverse("continuity:to_hand_in")).text

    button = f'href="{reverse("continuity:hand_in", args=[item.assignment.public_id])}">'
    assert "of work left" not in before
    assert "30\xa0min of work left" in shown
    for text in (shown, listed):
        assert "To do again" in text
        assert button in text
        assert "Do it again" in text
    assert "1 to do again" in listed


def test_work_due_after_this_week_stands_before_the_days_that_are_over(client, student, part):
    monday = MONDAY + datetime.timedelta(days=7)
    homework_item(part, day=TUESDAY, due_at=at(monday, 8), title="Pour lundi")
    done = lesson_item(part, MONDAY, title="Lundi, faite")
    Tick.objects.create(item=done, student=student)

    with time_machine.travel(at(THURSDAY, 8), tick=False):
        shown = page(client)

    places = [
        shown.index(word)
        for word in (
            "For next week or later",
            "Pour lundi</a>",
            "The days before",
            "Lundi, faite</a>",
        )
    ]
    assert places == sorted(places)


def test_a_tick_alone_hands_nothing_in(client, student, part):
    item = homework_item(part, day=MONDAY, due_at=at(FRIDAY, 20), title="Les exercices", minutes=30)
    Tick.objects.create(item=item, student=student)

    with time_machine.travel(at(MONDAY, 8), tick=False):
        shown, first = page(client), week_due(student, at(MONDAY, 8))

    assert "Prepared, not handed in yet." in shown
    assert "item--done" not in shown
    assert "30\xa0min of work left" in shown
    assert [due.url for due in first] == [
        reverse("continuity:hand_in", args=[item.assignment.public_id])
    ]


def test_work_of_the_class_of_before_is_optional_and_the_same_work_is_asked_once(
    client, student, part
):
    new = part_of(
        teaching(SchoolClassFactory(name="2de 5", school=part.teaching.school_class.school))
    )
    homework_item(part, day=MONDAY, due_at=at(FRIDAY, 20), title="Ancien travail")
    both = homework_item(part, day=MONDAY, due_at=at(FRIDAY, 18), title="La cellule")
    homework_item(
        new, assignment(new.teaching, at(FRIDAY, 20), homework=both.assignment.homework), day=MONDAY
    )
    student.class_memberships.update(until=WEDNESDAY)
    student.class_memberships.create(school_class=new.teaching.school_class, since=WEDNESDAY)

    with time_machine.travel(at(WEDNESDAY, 8), tick=False):
        shown = page(client)

    assert shown.count("La cellule</a>") == 1
    assert "Optional: you are no longer in 2de 4 by then." in shown
    assert "30\xa0min of work left" in shown
    assert shown.index("Optional: for another class") < shown.index("Ancien travail</a>")
