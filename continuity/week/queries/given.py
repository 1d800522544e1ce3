"""What a student's classes give them, each homework once: before it is said how it stands."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from continuity.homework.values import HomeworkClaim
from continuity.models import Assignment
from continuity.week.queries.class_week import ClassItem, RecordedChange
from continuity.week.queries.marks import Marks
from continuity.week.queries.places import ClassPlace
from courses.people.models import SchoolClass, Teaching
from courses.required import required


@dataclass(frozen=True)
class Given:
    """What one class of the student is given."""

    item: ClassItem
    school: int
    is_former: bool
    decides: Assignment | None = None  # by whose date it goes, where several classes have it

    @cached_property
    def assignment(self) -> Assignment | None:
        """With the columns that `DueDates` needs, without a query; None without a due date."""
        if self.item.due_at is None:
            return None
        # Without `public_id` Django would draw a new one for each.
        of_school = SchoolClass(school_id=self.school, public_id="")
        teaching = Teaching(subject_id=self.item.subject, school_class=of_school, public_id="")
        pk, due_at = self.item.assignment_pk, self.item.due_at
        found = Assignment(pk=pk, public_id="", due_at=due_at, teaching=teaching)
        found.is_former = self.is_former
        return found


def given_of(
    shared: Iterable[list[ClassItem]],
    places: list[ClassPlace],
    marks: Marks,
    today: datetime.date,
) -> list[Given]:
    """The student's own items among those that the classes share. Asks the database nothing."""
    held: dict[int, list[ClassPlace]] = {}
    for place in places:
        held.setdefault(place.school_class, []).append(place)
    given = [
        Given(item, theirs[0].school, is_former=_is_former(item, theirs, today))
        for items in shared
        for item in items
        if (theirs := held.get(item.class_pk)) and is_given(item, theirs)
    ]
    return _each_once(given, marks)


def _each_once(given: list[Given], marks: Marks) -> list[Given]:
    """The same homework for several classes of the student is asked once, by the assignment that
    counts for them, as in `homework.queries.own`.
    """
    by_homework: dict[int, list[Given]] = defaultdict(list)
    for one in given:
        if one.item.homework:
            by_homework[one.item.homework].append(one)
    found = []
    for one in given:
        same = by_homework[one.item.homework] if one.item.homework else [one]
        if len(same) > 1:
            counting = max(same, key=lambda other: _claim(other, marks))
            if one.item.assignment_pk != counting.item.assignment_pk:
                continue
            decides = _deciding(same, marks)
            one = replace(one, is_former=decides.is_former, decides=decides)
        if any(change.field == "due" for other in same for change in other.item.changes):
            changes = _changes_of_own_date(one, same, marks)
            one = replace(one, item=replace(one.item, changes=changes))
        found.append(one)
    return found


def _changes_of_own_date(
    counting: Given, same: list[Given], marks: Marks
) -> tuple[RecordedChange, ...]:
    """Changes of what counts, with one of its date: from the student's date before the classes'
    dates were changed to the student's date now, who may have more time.
    """
    before = _deciding(map(_as_published, same), marks)
    was, now = marks.due.of(before), marks.due.of(_deciding(same, marks))
    others = tuple(change for change in counting.item.changes if change.field != "due")
    return (
        others if was == now else (*others, RecordedChange("due", was.isoformat(), now.isoformat()))
    )


def _deciding(same: Iterable[Given], marks: Marks) -> Assignment:
    return marks.due.deciding(required(one.assignment) for one in same)


def _as_published(one: Given) -> Given:
    """With its date of before it was changed."""
    was = next((change.was for change in one.item.changes if change.field == "due"), "")
    due_at = parse_datetime(was) if was else None
    return replace(one, item=replace(one.item, due_at=due_at)) if due_at else one


def _claim(one: Given, marks: Marks) -> HomeworkClaim:
    item, assignment = one.item, required(one.assignment)
    handed = marks.handins.get(item.homework or 0)
    is_in = handed is not None and handed.is_in and handed.assignment == item.assignment_pk
    is_ticked = not item.is_to_hand_in and item.pk in marks.ticks
    return marks.due.claim(assignment, is_in=is_in or is_ticked)


def is_given(item: ClassItem, places: list[ClassPlace]) -> bool:
    """Whether the student is in the class on the item's day; for homework on any day until it is
    due.

    `AssignmentQuerySet.given_to` and `items_of` say the same in SQL.
    """
    last = timezone.localdate(item.due_at) if item.due_at else item.day
    return any(
        place.since <= max(item.day, last) and (place.until is None or item.day < place.until)
        for place in places
    )


def _is_former(item: ClassItem, places: list[ClassPlace], today: datetime.date) -> bool:
    """The student isn't in the class any more when it is due, as `queries.homework.roster` counts."""
    day = timezone.localdate(item.due_at) if item.due_at else max(item.day, today)
    return not any(place.holds_on(day) for place in places)
