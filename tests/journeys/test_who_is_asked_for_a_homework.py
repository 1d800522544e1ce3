"""Of whom a homework is asked: not of who is on leave, nor of who joins after it was due."""

import pytest
from django.utils import timezone

from continuity.enums import ExemptionKind, Motive, Returns
from continuity.homework.queries.due import due_dates_of
from continuity.homework.queries.homework import standing_of
from continuity.models import Assignment, Exemption
from continuity.week.queries.student_items import items_for
from courses.people.models import ClassMembership
from tests.factories.continuity import (
    LeaderFactory,
    StudentFactory,
    assignment,
    at,
    homework_item,
    part_of,
    teaching,
)
from tests.factories.homework import DAY, FRIDAY, MONDAY, given_to_a_class, page_of
from tests.factories.people import SubjectFactory

pytestmark = pytest.mark.django_db
NOW = at(MONDAY, 7)


@pytest.fixture(autouse=True)
def _on_a_monday(monkeypatch):
    """It is Monday 30 November 2026, 7:00."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def on_leave(student, school, *subjects, **facts) -> Exemption:
    kept = {
        "kind": ExemptionKind.LEAVE,
        "first_day": MONDAY - 7 * DAY,
        "motive": Motive.AGREED,
        "entered_by": LeaderFactory(leads=school),
    }
    leave = Exemption.objects.create(student=student, school=school, **kept | facts)
    leave.subjects.set(subjects)
    return leave


def test_nothing_is_late_or_missing_for_who_works_from_a_hospital(client):
    """Case C62."""
    given = given_to_a_class(due_at=at(MONDAY, 6))
    school_class = given.teaching.school_class
    away, present = StudentFactory.create_batch(2, in_class=school_class)
    on_leave(away, school_class.school, given.teaching.subject, keeps_working=True)

    standing = standing_of(given, NOW)
    own = page_of(client, given, away)

    assert [row.student for row in standing.rows if row.is_missing] == [present]
    assert due_dates_of(away).is_late(given, NOW) is False
    assert due_dates_of(present).is_late(given, NOW) is True
    of_the_week = {one: items_for(one, NOW) for one in (away, present)}
    assert [mine.look.is_late for mine in of_the_week[away]] == [False]
    assert [mine.look.is_late for mine in of_the_week[present]] == [True]
    assert "An exemption or an authorised absence covers this date: nothing is late." in own
    assert "marked late" not in own


def test_a_subject_that_a_long_leave_leaves_out_is_asked_of_nobody_on_leave():
    """Case C62: the reduced plan."""
    given = given_to_a_class(due_at=at(MONDAY, 6))
    school_class = given.teaching.school_class
    away, _present = StudentFactory.create_batch(2, in_class=school_class)
    on_leave(away, school_class.school, SubjectFactory(), keeps_working=True)

    standing = standing_of(given, NOW)

    assert (standing.asked, standing.missing) == (1, 1)


def test_who_changed_class_keeps_what_was_asked_in_the_old_one_and_isnt_asked_what_came_after():
    of = teaching()
    student = StudentFactory()
    ClassMembership.objects.create(
        student=student, school_class=of.school_class, since=MONDAY - 30 * DAY, until=MONDAY + DAY
    )
    before = given_to_a_class(of=of)
    after = homework_item(part_of(of, MONDAY), assignment(of), MONDAY + 2 * DAY).assignment

    assert list(Assignment.objects.given_to(student)) == [before]
    assert student not in [row.student for row in standing_of(after, NOW).rows]


def test_who_joins_before_it_is_due_is_asked_who_joins_later_isnt():
    given = given_to_a_class()
    in_time, later = StudentFactory(), StudentFactory()
    for student, since in ((in_time, FRIDAY), (later, FRIDAY + DAY)):
        ClassMembership.objects.create(
            student=student, school_class=given.teaching.school_class, since=since
        )

    assert [list(Assignment.objects.given_to(student)) for student in (in_time, later)] == [
        [given],
        [],
    ]
    assert [row.student for row in standing_of(given, NOW).rows] == [in_time]


def test_what_is_only_to_be_done_is_counted_by_ticks(client):
    given = given_to_a_class(returns=Returns.NOTHING, due_at=at(MONDAY, 6))
    done, _not = StudentFactory.create_batch(2, in_class=given.teaching.school_class)
    given.items.get().ticks.create(student=done)

    page = page_of(client, given, given.teaching.teacher)

    assert "Ticked off" in page
    assert "Not ticked off" in page
    assert "Hand in my work" not in page_of(client, given, done)
