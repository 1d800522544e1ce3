"""A guardian reads what the school that shows guardians the week has, nothing of another one."""

import datetime

import pytest
from django.urls import reverse

from continuity.attendance.values.roll_call import RollMark
from continuity.enums import Status
from continuity.models import Feedback
from courses.people.enums import Role
from courses.people.models import ClassMembership, ComingOfAge
from tests.factories import rolls
from tests.factories.contact import planned_class
from tests.factories.continuity import StudentFactory, at, handed_in, homework_item, part_of
from tests.factories.guardians import GuardianFactory, follows, linked
from tests.factories.people import _member

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]
WEDNESDAY = datetime.date(2026, 11, 18)
MOVED_ON = datetime.date(2026, 11, 23)


@pytest.fixture
def left():
    """A class of a school that shows guardians nothing."""
    return planned_class(name="2de 1")


@pytest.fixture
def kept(left):
    """The guardianship of a student who moved to a school that shows guardians the week."""
    student = StudentFactory(in_class=left.school_class)
    item = homework_item(part_of(left, WEDNESDAY), due_at=at(datetime.date(2026, 11, 19), 8))
    Feedback.objects.create(
        handin=handed_in(item.assignment, student, at(WEDNESDAY, 8)),
        comment="Well argued",
        written_by=left.teacher,
        returned_at=at(WEDNESDAY, 12),
        returned_by=left.teacher,
    )
    roll = rolls.begun(left, at(WEDNESDAY, 9))
    rolls.closed(roll, **{student.login: RollMark(Status.ABSENT)})
    student.memberships.update(until=MOVED_ON)
    student.class_memberships.update(until=MOVED_ON)
    joined = planned_class(name="1re 2").school_class
    _member(student, joined.school, Role.STUDENT)
    ClassMembership.objects.create(student=student, school_class=joined, since=MOVED_ON)
    return follows(GuardianFactory(language="en"), student, joined.school)


def _pages(client, kept):
    by_link = client.get(reverse("continuity:link_week", args=[linked(kept)])).text
    client.force_login(kept.guardian)
    week = client.get(reverse("continuity:child_week", args=[kept.public_id])).text
    return [by_link, week, client.get(reverse("continuity:children")).text]


def test_an_answer_and_an_hour_of_another_school_are_not_shown(client, kept, left):
    for page in _pages(client, kept):
        assert "Well argued" not in page
        assert left.subject.title not in page


def test_through_the_school_they_are_of_they_are_shown(client, kept, left):
    school = left.school_class.school
    kept.student.memberships.filter(organisation=school).update(until=None)
    follows(kept.guardian, kept.student, school)
    by_link, week, children = _pages(client, kept)
    for page in (by_link, week):
        assert "Well argued" in page
    for page in (by_link, week, children):
        assert left.subject.title in page


def test_of_age_the_page_does_not_say_that_guardians_see_the_week(client, kept):
    client.force_login(kept.student)
    address = reverse("continuity:who_reads")
    english = {"Accept-Language": "en"}
    assert "They see your week" in client.get(address, headers=english).text
    choice = ComingOfAge.objects.create(student=kept.student)
    page = client.get(address, headers=english).text
    assert "They see your week" not in page
    assert "see nothing any more" in page
    choice.shares = True
    choice.save()
    assert "They see your week" in client.get(address, headers=english).text
