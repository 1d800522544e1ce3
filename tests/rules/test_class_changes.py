"""Whatever is entered in whatever order, a student is in one class a day and no day is lost."""

import contextlib
import datetime
import random

import pytest

from courses.exceptions import Refusal
from courses.people.enums import ClassKind, Role
from courses.people.exceptions import WasInClassFrom
from courses.people.models import ClassMembership, Membership, Organisation, Person, SchoolClass
from courses.people.rules.class_changes import change_of_class

ONE_DAY = datetime.timedelta(days=1)
BEGIN = datetime.date(2026, 9, 1)
SCHOOL = Organisation(pk=1, name="Lycée")
CLASSES = [
    SchoolClass(pk=pk, school=SCHOOL, name=f"2de {pk}", kind=ClassKind.CLASS, school_year=2027)
    for pk in (3, 4, 5)
]
STUDENT = Person(pk=1, given_name="Alix", family_name="Martin")
HELD = [Membership(organisation=SCHOOL, role=Role.STUDENT, since=BEGIN)]


def saved(change):
    """The rows as the service would save them."""
    return [
        ClassMembership(
            pk=number, school_class=stay.school_class, since=stay.since, until=stay.until
        )
        for number, stay in enumerate(change.after, 1)
    ]


def change(rows, to, on, today):
    return change_of_class(STUDENT, to, on, held=HELD, memberships=rows, today=today)


def class_on(rows, day):
    held = [r.school_class for r in rows if r.since <= day and (r.until is None or day < r.until)]
    assert len(held) <= 1
    return held[0] if held else None


LAST_YEAR = SchoolClass(pk=9, school=SCHOOL, name="3e 9", kind=ClassKind.CLASS, school_year=2026)


def test_who_left_a_class_is_in_it_again_from_its_first_day_or_a_later_one():
    today, left = datetime.date(2026, 11, 25), datetime.date(2026, 11, 18)
    rows = [ClassMembership(pk=1, school_class=CLASSES[0], since=BEGIN, until=left)]
    for to in CLASSES[:2]:
        for on in (BEGIN, left - ONE_DAY, left, left + ONE_DAY, today, today + ONE_DAY):
            made = change(rows, to, on, today)
            after = saved(made)
            assert made.changes_something
            assert class_on(after, on) == class_on(after, max(on, today)) == to
        with pytest.raises(WasInClassFrom) as refused:
            change(rows, to, BEGIN - ONE_DAY, today)
        assert "was in 2de 3 from Tuesday 1 September 2026 on" in str(refused.value.reason)


@pytest.mark.parametrize("seed", range(200))
def test_a_class_that_was_left_for_one_that_has_begun_leads_to_a_later_first_day(seed):
    draw = random.Random(seed)
    today = datetime.date(2026, 11, 25)
    rows = [ClassMembership(pk=1, school_class=CLASSES[0], since=BEGIN)]
    for _ in range(4):
        to, on = draw.choice(CLASSES), today + datetime.timedelta(days=draw.randint(-30, 1))
        with contextlib.suppress(Refusal):
            rows = saved(change(rows, to, on, today))
    now, later = class_on(rows, today), today + datetime.timedelta(days=draw.randint(0, 9))
    made = change(rows, now, later, today)
    left = made.left_for_it()
    if made.changes_something:
        return
    assert (left is None) == (made.place.since == BEGIN)
    if left and made.place.since < later:
        undone = saved(change(rows, left.school_class, made.place.since, today))
        after = saved(change(undone, now, later, today))
        assert (class_on(after, later - ONE_DAY), class_on(after, later)) == (
            left.school_class,
            now,
        )


@pytest.mark.parametrize("seed", range(100))
def test_last_years_class_is_cut_by_a_day_within_it_alone_and_never_lengthened(seed):
    draw = random.Random(seed)
    began, ends = datetime.date(2025, 9, 1), draw.choice([BEGIN, datetime.date(2026, 8, 29), None])
    rows = [ClassMembership(pk=1, school_class=LAST_YEAR, since=began, until=ends)]
    today = datetime.date(2026, 8, 20)
    for _ in range(8):
        today += datetime.timedelta(days=draw.choice([0, 0, 1, 5]))
        to, on = draw.choice(CLASSES), today + datetime.timedelta(days=draw.randint(-9, 20))
        try:
            made = change_of_class(
                STUDENT,
                to,
                on,
                held=[Membership(organisation=SCHOOL, role=Role.STUDENT, since=began)],
                memberships=rows,
                today=today,
            )
        except Refusal:
            continue
        after = saved(made)
        was, is_now = rows[0], after[0]
        is_cut = was.until is None or on < was.until
        assert (is_now.school_class, is_now.since) == (LAST_YEAR, began)
        assert is_now.until == (on if is_cut and made.changes_something else was.until)
        assert class_on(after, on) == to
        rows = after


@pytest.mark.parametrize("seed", range(200))
def test_any_changes_leave_one_class_a_day(seed):
    draw = random.Random(seed)
    rows = [ClassMembership(pk=1, school_class=CLASSES[0], since=BEGIN)]
    today = datetime.date(2026, 11, 2)
    for _ in range(12):
        today += datetime.timedelta(days=draw.choice([0, 0, 1, 5]))
        to, on = draw.choice(CLASSES), today + datetime.timedelta(days=draw.randint(-9, 20))
        try:
            made = change(rows, to, on, today)
        except Refusal:
            continue
        after = saved(made)
        for day in (BEGIN + datetime.timedelta(days=n) for n in range(150)):
            was, is_in = class_on(rows, day), class_on(after, day)
            assert is_in is not None
            if day < min(on, today):  # but for a first day that is moved, the past stays
                assert is_in in (was, to) or not made.changes_something
        if made.changes_something:
            assert class_on(after, made.place.since) == to
            assert class_on(after, on) == to
        assert not change(after, to, on, today).changes_something
        assert [row.until for row in after[:-1]] == [row.since for row in after[1:]]
        rows = after
