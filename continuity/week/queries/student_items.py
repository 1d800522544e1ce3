"""A student's items with their state: asked of them or not, done or not, still to do or not.

`as_they_stand` decides it for the week, the first page, the hand-in list, paper, calendar feed and
counts alike.
"""

import datetime
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from django.utils import timezone

from continuity.homework.queries.due import DueDates
from continuity.models import Assignment
from continuity.week.queries.class_week import ClassItem, class_items, given_since
from continuity.week.queries.given import Given, given_of
from continuity.week.queries.marks import (
    OF_ITEMS,
    OF_THE_FIRST_WEEK,
    OF_THE_WEEK,
    HandedIn,
    MarkDays,
    Marks,
    marks_of,
    marks_of_each,
)
from continuity.week.queries.places import ClassPlace, places_of, places_of_each
from courses.agenda.queries import ONE_DAY, ONE_WEEK, monday_of
from courses.live.values import OPENS_BEFORE
from courses.people.enums import ClassKind, Role
from courses.people.models import Organisation, Person
from courses.people.models.classes import school_year_began

# Work that is to be handed in is asked for until it comes, or the school year ends. What was due
# longer ago than this is folded: "3 older pieces of work not handed in".
LATE_WITHIN = 4 * ONE_WEEK
# How long what is done, or was never to be handed in, stays in lists.
DUE_WITHIN = 9 * ONE_WEEK
AHEAD = 9 * ONE_WEEK


@dataclass(frozen=True)
class ItemLook:
    """All that a row's words depend on beside what the class shares.

    Whoever has the same look reads the same words.
    """

    is_done: bool = False  # ticked
    handed: str = ""  # "", "begun" or "in"; what is to be done again isn't in
    is_late: bool = False  # handed in late, or late now
    is_again: bool = False  # returned with "do again", and not handed in since
    is_over: bool = False  # of a video class
    is_exempt: bool = False
    is_former: bool = (
        False  # of a class that the student has left by then: it may be done, it isn't asked
    )
    asked: bool = False

    @property
    def is_handed_in(self) -> bool:
        return self.handed == "in"


@dataclass(frozen=True)
class MyItem:
    """An item of the class with its state for one student."""

    item: ClassItem
    look: ItemLook
    is_asked: bool = (
        True  # done or not: neither exempt nor of a class that the student has left by then
    )
    is_on_plan: bool = True  # not exempt; what an exempt student handed in is shown like others'
    is_open: bool = False  # still to do
    is_older: bool = False  # not done, and was due longer ago than lists show unfolded
    is_returned: bool = False  # with the teacher's answer
    handed_in_at: datetime.datetime | None = None
    due_at: datetime.datetime | None = None
    is_extended: bool = False  # the date is the student's own

    @property
    def minutes_left(self) -> int:
        return self.item.minutes if self.is_open else 0

    @property
    def waits_for_hand_in(self) -> bool:
        return self.is_open and self.item.is_to_hand_in

    @property
    def may_hand_in(self) -> bool:
        return self.item.is_to_hand_in and not self.look.is_handed_in and not self.look.is_exempt

    @property
    def is_finished(self) -> bool:
        """Done by the student, for good: a tick alone hands nothing in."""
        return self.look.is_handed_in or (self.look.is_done and not self.item.is_to_hand_in)

    def is_when_possible(self, today: datetime.date) -> bool:
        """Whether its date is past, and nothing is late on it."""
        look = self.look
        is_past = self.due_day is not None and self.due_day < today
        return self.waits_for_hand_in and is_past and not look.is_late and not look.is_again

    @cached_property
    def due_day(self) -> datetime.date | None:
        return timezone.localdate(self.due_at) if self.due_at else None

    @property
    def order(self) -> tuple:
        day = self.due_day or self.item.day
        return (day, self.due_at.timestamp() if self.due_at else 0, self.item.order)


@dataclass(frozen=True)
class Span:
    """Days whose plans are read; and due dates of homework that was given earlier."""

    first: datetime.date
    last: datetime.date
    due_since: datetime.date
    due_until: datetime.date
    open_since: datetime.date  # the due date of the oldest work that may be asked for
    stands_first: bool = False

    @property
    def due(self) -> dict[str, datetime.date]:
        """As `class_items` takes it."""
        return {
            "due_since": self.due_since,
            "due_until": self.due_until,
            "open_since": self.open_since,
        }

    @property
    def given_since(self) -> datetime.date:
        return given_since(self.first, self.open_since)

    def shows(self, mine: MyItem) -> bool:
        """Whether it is open, or of these days, or was handed in in them."""
        days = [mine.item.day, mine.due_day or mine.item.day]
        if mine.handed_in_at:
            days.append(timezone.localdate(mine.handed_in_at))
        return mine.is_open or mine.item.day >= self.first or max(days) >= self.due_since


type Load = Callable[[list[ClassPlace], Span], Iterable[list[ClassItem]]]


def from_the_database(places: list[ClassPlace], span: Span) -> Iterable[list[ClassItem]]:
    classes = {place.school_class for place in places}
    return class_items(classes, span.first, span.last, **span.due).values()


def school_of(student: Person) -> Organisation | None:
    return next(iter(student.places_as(Role.STUDENT)), None)


def week_marks(
    student: Person, span: Span, places: list[ClassPlace], now: datetime.datetime
) -> Marks:
    """A student's marks for a week; with answers and stand-ins only in the one that stands
    first.
    """
    schools = {place.school for place in places if place.holds_between(span.first, span.last)}
    if not span.stands_first:
        return own_marks(student, span, now, kinds=OF_THE_WEEK, schools=schools)
    today = timezone.localdate(now)
    classes = {place.school_class for place in places if place.holds_on(today)}
    return own_marks(student, span, now, kinds=OF_THE_FIRST_WEEK, classes=classes, schools=schools)


def own_marks(
    student: Person,
    span: Span,
    now: datetime.datetime,
    *,
    kinds: frozenset[str],
    classes: Collection[int] = (),
    schools: Collection[int] = (),
) -> Marks:
    """The student's marks, with those of work that was given earlier and may still be open."""
    school, days = school_of(student), mark_days(span)
    return marks_of(student, school, days, now, kinds=kinds, classes=classes, schools=schools)


def mark_days(span: Span) -> MarkDays:
    first = min(span.first, span.due_since, span.open_since)
    last = max(span.last, span.due_until)
    shown = {"shown_first": span.first, "shown_last": span.last}
    return MarkDays(first, last, given_since=span.given_since, **shown)


def span_of_items(today: datetime.date) -> Span:
    """From this week on, for nine weeks, with work given earlier."""
    monday = monday_of(today)
    last = monday + AHEAD - ONE_DAY
    return Span(monday, last, today - DUE_WITHIN, last + AHEAD, school_year_began(today))


def items_for(
    student: Person, now: datetime.datetime, *, load: Load = from_the_database
) -> list[MyItem]:
    """All that is given from this week on, for nine weeks; of what was given earlier, what was due
    in the last nine weeks or is open.

    Six queries beyond the student's memberships, and one for each rare kind of mark, whatever their
    number. `load` may have cached two of them.
    """
    span = span_of_items(timezone.localdate(now))
    places = places_of(student, span.given_since, span.last)
    marks = own_marks(student, span, now, kinds=OF_ITEMS)
    stand = as_they_stand(load(places, span), places, marks, now)
    return [mine for mine in stand if span.shows(mine)]


@dataclass(frozen=True)
class GivenTo:
    """One of several students: their classes, and what they are given."""

    places: list[ClassPlace]
    items: list[MyItem]

    def classes_on(self, day: datetime.date) -> list[str]:
        held = [one for one in self.places if one.kind == ClassKind.CLASS and one.holds_on(day)]
        return sorted({one.name for one in held})


def items_for_each(
    schools: Mapping[Person, Organisation],
    now: datetime.datetime,
    *,
    load: Load = from_the_database,
) -> dict[Person, GivenTo]:
    """As `items_for`, of several students with their schools at once, in as many queries as for
    one. What they asked the teachers isn't read.
    """
    today = timezone.localdate(now)
    span = span_of_items(today)
    of_each = places_of_each([student.pk for student in schools], span.given_since, span.last)
    days = mark_days(span)
    marks = marks_of_each([one.pk for one in schools], days, now)
    shared = list(load([place for places in of_each.values() for place in places], span))
    found = {}
    for one in schools:
        stand = as_they_stand(shared, of_each[one.pk], marks[one.pk], now)
        found[one] = GivenTo(of_each[one.pk], [mine for mine in stand if span.shows(mine)])
    return found


def as_they_stand(
    shared: Iterable[list[ClassItem]],
    places: list[ClassPlace],
    marks: Marks,
    now: datetime.datetime,
) -> list[MyItem]:
    """The student's own items among those that the classes share. Asks the database nothing."""
    given = given_of(shared, places, marks, timezone.localdate(now))
    return [_standing(one, marks, now) for one in given]


def _standing(given: Given, marks: Marks, now: datetime.datetime) -> MyItem:
    item, is_former = given.item, given.is_former
    assignment = given.decides or given.assignment
    handed = marks.handins.get(item.homework) if item.homework else None
    today = timezone.localdate(now)
    due_at = marks.due.of(assignment) if assignment else None
    day = timezone.localdate(due_at) if due_at else item.day
    is_again = handed is not None and handed.is_again
    is_in = handed is not None and handed.is_in and not is_again
    is_on_plan = marks.due.is_on_plan(given.school, item.subject, day)
    look = ItemLook(
        is_done=item.pk in marks.ticks,
        handed="in" if is_in else "begun" if handed and handed.is_begun else "",
        is_late=assignment is not None
        and item.is_to_hand_in
        and _is_late(assignment, handed, marks.due, now),
        is_again=item.is_to_hand_in and is_again,
        is_over=bool(item.ends_at and item.ends_at <= now),
        is_exempt=not is_on_plan and not (handed and handed.is_in),
        asked=item.pk in marks.asked,
    )
    is_asked = is_on_plan and not is_former
    is_returned = handed is not None and handed.is_returned
    mine = MyItem(
        item,
        look,
        is_asked=is_asked,
        is_on_plan=is_on_plan,
        is_returned=is_returned,
        handed_in_at=handed.at if handed else None,
        due_at=due_at,
        is_extended=assignment is not None and marks.due.is_extended(assignment),
    )
    if not _may_be_done(mine, today):
        return mine
    is_older = mine.due_day is not None and mine.due_day < today - LATE_WITHIN
    # What the teacher wants done again is asked, whatever class it is of.
    if is_former and not look.is_again:
        look = replace(look, is_former=True, is_late=False)
        return replace(mine, look=look, is_older=is_older)
    return replace(mine, is_open=True, is_older=is_older and not look.is_again)


def _is_late(
    assignment: Assignment, handed: HandedIn | None, due: DueDates, now: datetime.datetime
) -> bool:
    """Late now, or handed in late; what is to be done again is not late."""
    if handed is None or not handed.is_in:
        return due.is_late(assignment, now)
    return handed.is_late and not handed.is_again


def _may_be_done(mine: MyItem, today: datetime.date) -> bool:
    """Work that is to be handed in: until it is, or the school year ends.

    All else: until its week or its date is over.
    """
    item, look, due_day = mine.item, mine.look, mine.due_day
    if not item.is_work or look.is_exempt or mine.is_finished:
        return False
    if item.is_to_hand_in and due_day:
        return due_day >= school_year_began(today)
    return today < monday_of(item.day) + ONE_WEEK or (due_day is not None and today <= due_day)


def room_is_open(item: ClassItem, now: datetime.datetime) -> bool:
    """Whether the room is open: from a quarter of an hour before, while the class lasts."""
    if item.starts_at is None or item.ends_at is None or item.is_cancelled:
        return False
    return item.starts_at - OPENS_BEFORE <= now < item.ends_at
