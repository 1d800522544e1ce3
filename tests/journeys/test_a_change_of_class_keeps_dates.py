"""No date of homework comes nearer by a change of class: by page, by table, ahead, and taken back."""

import datetime

import pytest
from django.test import Client
from django.urls import reverse

from continuity.homework.services import extensions
from continuity.models import Assignment, Extension
from courses.people.enums import ClassKind
from courses.people.services import classes, leaving
from tests.factories.continuity import MONDAY, SchoolClassFactory, at, homework_item, part_of
from tests.factories.weeks import teaching
from tests.factories.work_stories import (
    FRIDAY,
    THURSDAY,
    TITLE,
    TUESDAY,
    WEDNESDAY,
    WorkStory,
    given_too,
    in_a_group_too,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def parallel(story: WorkStory):
    """Another class of the school, of the same teacher: its teaching."""
    other = SchoolClassFactory(name="2de 5", school=story.school_class.school)
    return teaching(other, teacher=story.teacher, subject=story.teaching.subject)


def by_page(story: WorkStory, to, on: datetime.date) -> None:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(story.leader)
    address = reverse("continuity:change_class", args=[story.student.public_id])
    answer = client.post(address, {"to": to.public_id, "on": str(on)})
    assert answer.status_code == 302


def by_table(story: WorkStory, to, on: datetime.date) -> None:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(story.leader)
    address = reverse("people:import_students", args=[to.school.public_id])
    lines = f"login;classe;depuis\n{story.student.login};{to.name};{on:%d/%m/%Y}"
    trial = client.post(address, {"pasted": lines})
    client.post(address, {"kept": trial.context["kept"]})


def dates_told(story: WorkStory, work: Assignment) -> dict[str, str]:
    """What the student reads, and in the class the teacher."""
    return {
        "homework": story.page(story.student, "homework", work.public_id),
        "list": story.page(story.student, "to_hand_in"),
        "week": story.page(story.student, "week"),
        "class": story.page(story.teacher, "homework", work.public_id),
        "family": story.page(story.guardian, "children"),
    }


@pytest.mark.parametrize("press", [by_page, by_table])
@pytest.mark.parametrize(
    ("new_due", "since"),
    [(MONDAY, MONDAY), (WEDNESDAY, TUESDAY), (WEDNESDAY, WEDNESDAY)],
    ids=["late at once", "a day nearer", "ahead"],
)
def test_the_later_date_stays(story, press, new_due, since):
    taught = parallel(story)
    old = story.give(at(THURSDAY, 18))
    new = given_too(story, taught, at(new_due, 18))
    story.at(TUESDAY, 9)

    press(story, taught.school_class, since)
    by_page(story, taught.school_class, since)  # again

    assert story.student.class_memberships.get(until=None).since == since
    more = Extension.objects.get()
    assert (more.assignment, more.due_at, more.granted_by) == (new, at(THURSDAY, 18), story.leader)
    told = dates_told(story, new)
    for reader in ("homework", "list", "week"):
        assert "Thursday 3 December" in told[reader]
        assert "late" not in told[reader].lower().replace("later", "")
    assert "1 late" not in told["family"]
    assert "1 missing" not in told["class"]
    assert story.at(THURSDAY, 9).hand_in_by(old if since > TUESDAY else new).is_late is False


def test_an_earlier_date_in_the_class_that_is_left_gives_no_more_time(story):
    taught = parallel(story)
    story.give(at(WEDNESDAY, 18))
    given_too(story, taught, at(FRIDAY, 18))

    by_page(story.at(TUESDAY, 9), taught.school_class, TUESDAY)

    assert not Extension.objects.exists()


def test_a_change_that_is_taken_back_leaves_the_date_as_it_was(story):
    taught = parallel(story)
    old = story.give(at(THURSDAY, 18))
    given_too(story, taught, at(WEDNESDAY, 18))
    story.at(TUESDAY, 9)

    by_page(story, taught.school_class, WEDNESDAY)
    by_page(story, story.school_class, TUESDAY)

    assert story.student.class_memberships.get().until is None
    assert "Thursday 3 December" in story.page(story.student, "homework", old.public_id)
    assert not old.extensions.exists()


def test_more_time_goes_along_to_the_new_class_and_back(story):
    taught = parallel(story)
    old = story.give(at(WEDNESDAY, 18))
    new = given_too(story, taught, at(WEDNESDAY, 12))
    extensions.extend(
        assignment=old, student=story.student, due_at=at(FRIDAY, 18), by=story.teacher
    )
    story.at(TUESDAY, 9)

    by_page(story, taught.school_class, TUESDAY)
    there = Extension.objects.standing().get().assignment
    by_page(story, story.school_class, TUESDAY)
    back = Extension.objects.standing().get()

    assert (there, back.assignment, back.due_at) == (new, old, at(FRIDAY, 18))


def test_who_leaves_the_school_and_is_back_has_the_dates_of_before(story):
    group = in_a_group_too(story)
    old = story.give(at(THURSDAY, 18))
    given_too(story, group, at(MONDAY, 18))
    story.at(TUESDAY, 9)
    facts = {"student": story.student, "school": story.school_class.school, "by": story.leader}

    leaving.close_student(**facts)
    leaving.reopen_student(**facts)

    assert "Thursday 3 December" in story.page(story.student, "homework", old.public_id)


def test_more_time_past_the_date_of_a_group_outlives_taking_out(story):
    """The group's own date is past; the student has until Friday."""
    group = in_a_group_too(story)
    whole = story.give(at(MONDAY, 18))
    later = given_too(story, group, at(TUESDAY, 8))
    extensions.extend(
        assignment=later, student=story.student, due_at=at(FRIDAY, 18), by=story.teacher
    )
    story.at(TUESDAY, 9)
    client = Client()
    client.force_login(story.leader)
    place = group.school_class.public_id

    client.post(reverse("continuity:leave_class", args=[story.student.public_id, place]))

    assert "Friday 4 December" in story.page(story.student, "homework", whole.public_id)
    assert whole.extensions.standing().get().due_at == at(FRIDAY, 18)


@pytest.mark.parametrize("joins_first", [True, False])
def test_from_one_half_of_the_class_to_the_other_by_two_presses_in_either_order(story, joins_first):
    one = in_a_group_too(story)
    half = SchoolClassFactory(name="Gr B", school=story.school_class.school, kind=ClassKind.GROUP)
    other = teaching(half, teacher=story.teacher, subject=story.teaching.subject)
    story.work = homework_item(
        part_of(one), due_at=at(THURSDAY, 18), day=MONDAY, title=TITLE
    ).assignment
    new = given_too(story, other, at(TUESDAY, 18))
    story.at(TUESDAY, 9)

    def join():
        classes.join_class(student=story.student, school_class=half, since=TUESDAY)

    def leave():
        classes.leave_class(student=story.student, school_class=one.school_class, until=TUESDAY)

    for press in (join, leave) if joins_first else (leave, join):
        press()

    assert Extension.objects.get().granted_by == story.teacher
    assert "Thursday 3 December" in story.page(story.student, "homework", new.public_id)


def test_a_group_that_was_left_gives_no_more_time_in_the_class_that_is_joined(story):
    """Its homework was optional then: nothing is lost by the class's earlier date."""
    group, taught = in_a_group_too(story), parallel(story)
    classes.leave_class(student=story.student, school_class=group.school_class, until=TUESDAY)
    story.work = homework_item(
        part_of(group), due_at=at(FRIDAY, 18), day=MONDAY, title=TITLE
    ).assignment
    new = given_too(story, taught, at(THURSDAY, 18))
    story.at(WEDNESDAY, 9)

    by_page(story, taught.school_class, WEDNESDAY)

    assert not Extension.objects.exists()
    assert "Thursday 3 December" in story.page(story.student, "homework", new.public_id)


@pytest.mark.parametrize("number", [1, 5])
def test_many_works_of_both_classes_take_as_many_queries_as_one(
    story, number, django_assert_max_num_queries
):
    taught = parallel(story)
    for count in range(number):
        story.give(at(THURSDAY, 18), title=f"B{count}")
        given_too(story, taught, at(WEDNESDAY, 18))
    story.at(TUESDAY, 9)

    with django_assert_max_num_queries(28):
        classes.change_class(student=story.student, to=taught.school_class, by=story.leader)

    assert Extension.objects.count() == number


def test_a_reason_stays_behind_that_did_not_make_the_date(story):
    """Days more on everything made the later date; the reason was of an earlier one."""
    taught = parallel(story)
    old = story.give(at(TUESDAY, 18))
    new = given_too(story, taught, at(TUESDAY, 12))
    mine = {"student": story.student}
    extensions.extend(
        **mine, assignment=old, due_at=at(WEDNESDAY, 18), by=story.teacher, reason="Panne"
    )
    extensions.extend_always(
        **mine,
        school=story.school_class.school,
        by=story.tutor,
        days_more=2,
        first_day=MONDAY,
        last_day=TUESDAY,
    )

    by_page(story.at(MONDAY, 9), taught.school_class, MONDAY)

    page = story.page(story.student, "homework", new.public_id)
    assert "Thursday 3 December" in page
    assert "Panne" not in page
