"""One homework in two classes of a student: whether it is late is asked once, for both; taken from
one class and brought back, work stays where it belongs.
"""

import uuid

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from continuity.enums import ExemptionKind
from continuity.homework.services import extensions, homework
from continuity.homework.services.lateness import forgive, forgive_student
from continuity.homework.values import DueDate
from continuity.models import Assignment, HandIn
from courses.agenda.queries import ONE_WEEK
from courses.people.enums import ClassKind
from courses.people.services import classes
from tests.factories.continuity import (
    MONDAY,
    SchoolClassFactory,
    StudentFactory,
    at,
    exemption_of,
    part_of,
)
from tests.factories.handins import hand_in
from tests.factories.weeks import teaching
from tests.factories.work_stories import (
    FRIDAY,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    WorkStory,
    bring_back,
    given_too,
    in_a_group_too,
    is_late,
    leave_to,
    moved,
    not_told_handed_in,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def an_unrelated_leave(story: WorkStory) -> None:
    """One day, weeks later."""
    day = MONDAY + 8 * ONE_WEEK
    story.leave(day, last=day)


def replaced(story: WorkStory, work: Assignment) -> HandIn:
    """By the receipt's button and the form."""
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(story.student)
    client.post(reverse("continuity:hand_in_again", args=[work.public_id]))
    return story.hand_in_by(work, "Mieux")


# One rule for late


def test_a_leave_of_another_day_takes_no_late_away_by_the_class_that_was_left(story):
    old = story.give(at(FRIDAY, 18))
    new = given_too(story, moved(story, TUESDAY), at(WEDNESDAY, 18))
    handin = story.at(THURSDAY, 9).hand_in_by(old)
    before = (handin.assignment, handin.is_late)

    an_unrelated_leave(story)

    assert before == (new, True)
    assert is_late(handin)


def test_a_leave_on_the_earlier_date_doesnt_cover_the_later_one_now_or_afterwards(story):
    taught = in_a_group_too(story)
    whole = story.give(at(MONDAY, 18))
    later = given_too(story, taught, at(WEDNESDAY, 18))
    story.leave(MONDAY, last=MONDAY)
    story.at(THURSDAY, 9)
    page = story.page(story.student, "hand_in", whole.public_id)
    handin = story.hand_in_by(whole)
    before = (handin.assignment, handin.is_late)

    an_unrelated_leave(story)

    assert "will be marked late" in page
    assert before == (later, True)
    assert is_late(handin)


@pytest.mark.parametrize("here", [True, False])
def test_a_leave_that_another_school_entered_takes_no_late_away(story, here):
    other = SchoolClassFactory(name="Gr A", kind=ClassKind.GROUP)
    story.student.class_memberships.create(school_class=other, since=MONDAY - 9 * ONE_WEEK)
    story.give(at(TUESDAY, 18))
    given_too(story, teaching(other, teacher=story.teacher), at(MONDAY, 18))
    handin = story.at(THURSDAY, 9).hand_in()
    exemption_of(
        story.student,
        school=story.school_class.school if here else other.school,
        entered_by=story.tutor,
        first_day=MONDAY,
        last_day=TUESDAY,
        kind=ExemptionKind.LEAVE,
    )

    forgive_student(story.student)

    assert is_late(handin) is not here


def test_what_isnt_given_to_the_student_any_more_is_late_by_its_own_date(story):
    story.give(at(MONDAY, 18))
    handin = story.at(TUESDAY, 9).hand_in()
    story.student.class_memberships.update(since=WEDNESDAY)

    an_unrelated_leave(story)

    assert is_late(handin)


@pytest.mark.parametrize("by", ["joining", "changing class"])
def test_joining_a_class_with_a_later_date_takes_late_away_at_once(story, by):
    school = story.school_class.school
    kind = ClassKind.GROUP if by == "joining" else ClassKind.CLASS
    joined = SchoolClassFactory(name="2de 5", school=school, kind=kind)
    whole = story.give(at(MONDAY, 18))
    given_too(story, teaching(joined, subject=story.teaching.subject), at(FRIDAY, 18))
    handin = story.at(TUESDAY, 9).hand_in_by(whole)
    before = handin.is_late
    story.at(WEDNESDAY, 9)

    if by == "joining":
        classes.join_class(student=story.student, school_class=joined)
    else:
        classes.change_class(student=story.student, to=joined)

    assert (before, is_late(handin)) == (True, False)


def test_joining_a_class_that_doesnt_have_the_homework_takes_no_late_away(story):
    group = SchoolClassFactory(school=story.school_class.school, kind=ClassKind.GROUP)
    whole = story.give(at(MONDAY, 18))
    handin = story.at(TUESDAY, 9).hand_in_by(whole)

    classes.join_class(student=story.student, school_class=group)

    assert is_late(handin)


def test_a_class_that_is_added_with_a_later_date_takes_late_away(story):
    taught = in_a_group_too(story)
    part_of(taught)
    whole = story.give(at(MONDAY, 18))
    handin = story.at(TUESDAY, 9).hand_in_by(whole)
    whole.homework.refresh_from_db()
    before = handin.is_late

    homework.edit(
        homework=whole.homework,
        revision=whole.homework.revision,
        by=story.teacher,
        classes={story.teaching: DueDate(whole.due_at), taught: DueDate(at(FRIDAY, 18))},
    )

    assert (before, is_late(handin)) == (True, False)
    assert not_told_handed_in(story) == []


def test_a_class_that_is_added_for_others_takes_no_late_away(story):
    other = teaching(SchoolClassFactory(school=story.school_class.school), teacher=story.teacher)
    whole = story.give(at(MONDAY, 18))
    handin = story.at(TUESDAY, 9).hand_in_by(whole)
    whole.homework.refresh_from_db()

    homework.edit(
        homework=whole.homework,
        revision=whole.homework.revision,
        by=story.teacher,
        classes={story.teaching: DueDate(whole.due_at), other: DueDate(at(FRIDAY, 18))},
    )

    assert is_late(handin)


@pytest.mark.parametrize("number", [1, 4])
def test_late_is_asked_anew_in_as_many_queries_for_many_as_for_one(story, number):
    taught = in_a_group_too(story)
    for count in range(number):
        work = story.give(at(MONDAY, 18), title=f"B{count}")
        given_too(story, taught, at(MONDAY, 19))
        story.at(THURSDAY, 9).hand_in()
        hand_in(work, StudentFactory(in_class=story.school_class), text="x", now=timezone.now())
    assert HandIn.objects.filter(is_late=True).count() == 2 * number

    with CaptureQueriesContext(connection) as of_all:
        forgive(Assignment.objects.all())
    with CaptureQueriesContext(connection) as of_one:
        forgive_student(story.student)

    assert HandIn.objects.filter(is_late=True).count() == 2 * number
    assert (len(of_all), len(of_one)) == (6, 5)


# Replacing


def test_replacing_is_on_time_until_the_date_of_the_class_that_has_it_again(story):
    taught = in_a_group_too(story)
    whole = story.give(at(MONDAY, 18))
    given_too(story, taught, at(THURSDAY, 18))
    handin = story.at(TUESDAY, 9).hand_in_by(whole)
    leave_to(story, whole)
    bring_back(story)
    story.at(WEDNESDAY, 9)

    receipt = story.page(story.student, "receipt", handin.public_id)
    again = replaced(story, whole)

    assert "Until Thursday 3 December" in receipt
    assert (again.assignment, again.version, again.is_late) == (whole, 2, False)
    assert not_told_handed_in(story) == []


def test_replacing_what_was_on_time_warns_before_it_is_late(story):
    whole = story.give(at(MONDAY, 18))
    more = extensions.extend(
        assignment=whole, student=story.student, due_at=at(THURSDAY, 18), by=story.teacher
    )
    handin = story.at(TUESDAY, 9).hand_in_by(whole)
    extensions.withdraw(extension=more, by=story.teacher)
    story.at(WEDNESDAY, 9)
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(story.student)
    client.post(reverse("continuity:hand_in_again", args=[whole.public_id]))

    page = story.page(story.student, "hand_in", whole.public_id)
    before = is_late(handin)
    again = story.hand_in_by(whole, "Mieux")

    assert "You are replacing what you handed in" in page
    assert "What you hand in now will be marked late; the earlier work isn’t." in page
    assert (before, again.is_late) == (False, True)


def test_replacing_what_was_late_says_once_more_that_it_is(story):
    whole = story.give(at(MONDAY, 18))
    story.at(TUESDAY, 9).hand_in_by(whole)
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(story.student)
    client.post(reverse("continuity:hand_in_again", args=[whole.public_id]))

    page = story.page(story.student, "hand_in", whole.public_id)

    assert "You are replacing what you handed in" in page
    assert "You can still hand in: it will be marked late." in page
    assert "the earlier work isn’t" not in page


def test_a_replacement_that_comes_too_late_is_shown_and_goes_on_with_more_time(story):
    whole = story.give(at(TUESDAY, 18))
    story.at(MONDAY, 9).hand_in_by(whole)
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(story.student)
    url = reverse("continuity:hand_in", args=[whole.public_id])
    client.post(reverse("continuity:hand_in_again", args=[whole.public_id]))
    before = client.get(url).text
    story.at(TUESDAY, 19)

    refused = client.post(url, {"receipt_key": str(uuid.uuid4()), "text": "Bien <b>mieux</b>"})
    again = client.get(url)
    more = {"assignment": whole, "student": story.student, "by": story.teacher}
    extensions.extend(due_at=at(WEDNESDAY, 18), **more)
    opened = client.get(url)

    assert ">What you had written</h2>" not in before
    for page in (refused.text, again.text):
        assert "It could be replaced until" in page
        assert ">What you had written</h2>" in page
        assert "Bien &lt;b&gt;mieux&lt;/b&gt;" in page
        assert "It isn’t handed in." in page
        link = BeautifulSoup(page, "html.parser").select_one('main a[href*="?item="]')
        assert client.get(link["href"]).status_code == 200
    assert ">What you had written</h2>" not in opened.text
    assert "Bien &lt;b&gt;mieux&lt;/b&gt;" in opened.text
