"""A student's week: what page, print and PDF read.

What a class shares, with the student's own marks put in.
"""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone

from continuity.models import PlanItem
from continuity.week.queries.class_week import ClassItem
from continuity.week.queries.marks import CameBack, Marks
from continuity.week.queries.places import ClassPlace, places_of
from continuity.week.queries.student_items import (
    AHEAD,
    DUE_WITHIN,
    Load,
    MyItem,
    Span,
    as_they_stand,
    from_the_database,
    room_is_open,
    week_marks,
)
from courses.agenda.enums import DayOff
from courses.agenda.queries import ONE_DAY, ONE_WEEK, SchoolDays, monday_of, public_day_off
from courses.agenda.values import PARIS
from courses.people.models import ClassMembership, Person, Teaching
from courses.people.models.classes import holds_on, school_year_began
from courses.people.models.teachings import TeachingQuerySet

# From then on the next week stands first: what is left of this one comes after it.
NEXT_WEEK_FROM = (5, datetime.time(18))  # Friday, 18:00 in Paris
FRIDAY = 5


@dataclass
class WeekDay:
    date: datetime.date
    items: list[MyItem] = field(default_factory=list)
    off: tuple[DayOff, str] | None = None
    is_today: bool = False
    is_left_behind: bool = (
        False  # something given that day is still to do, and stands in another place
    )

    @property
    def minutes(self) -> int:
        return sum(mine.minutes_left for mine in self.items)

    @property
    def left(self) -> int:
        return sum(mine.is_open for mine in self.items)

    @property
    def is_done(self) -> bool:
        """All its work, and there is some."""
        works = [mine for mine in self.items if mine.item.is_work and not mine.look.is_exempt]
        return bool(works) and all(mine.is_finished for mine in works) and not self.is_left_behind


@dataclass
class Week:
    """One student's week as it stands at an instant. Each thing stands once."""

    monday: datetime.date
    today: datetime.date
    places: list[ClassPlace]
    marks: Marks
    days: list[WeekDay]
    now: list[MyItem] = field(
        default_factory=list
    )  # rooms that are open; they stand on their day, too
    again: list[MyItem] = field(default_factory=list)  # returned to be done again
    late: list[MyItem] = field(default_factory=list)
    older: list[MyItem] = field(default_factory=list)  # late or not, and due weeks ago
    left: list[MyItem] = field(default_factory=list)  # from earlier days, not late
    later: list[MyItem] = field(default_factory=list)  # given on earlier days, due after this week
    former: list[MyItem] = field(
        default_factory=list
    )  # open, of a class that the student has left by then
    has_plan: bool = False
    stands_first: bool = False  # with what is late, and what is left of earlier days

    @property
    def back(self) -> list[CameBack]:
        return self.marks.answers

    @property
    def friday(self) -> datetime.date:
        return self.monday + 4 * ONE_DAY

    @property
    def minutes_left(self) -> int:
        """Without what was due weeks ago, which is folded."""
        return sum(mine.minutes_left for mine in self if not mine.is_older)

    @property
    def is_this_week(self) -> bool:
        return self.monday == monday_of(self.today)

    @property
    def ahead(self) -> list[WeekDay]:
        """The days to look at first: all, but in the week that stands first those that are over."""
        return (
            [day for day in self.days if day.date >= self.today] if self.stands_first else self.days
        )

    @property
    def before(self) -> list[WeekDay]:
        """Days that are over, where nothing is to do any more."""
        return [day for day in self.days if day.date < self.today] if self.stands_first else []

    def __iter__(self) -> Iterator[MyItem]:
        for day in self.days:
            yield from day.items
        for items in (self.again, self.late, self.left, self.later, self.older, self.former):
            yield from items


def week_first_shown(now: datetime.datetime) -> datetime.date:
    """The Monday of the week that stands first: from Friday evening that of next week."""
    here = timezone.localtime(now)
    monday = monday_of(here.date())
    return monday + ONE_WEEK if (here.isoweekday(), here.time()) >= NEXT_WEEK_FROM else monday


def items_of(student: Person) -> QuerySet[PlanItem]:
    """Everything that a student is given: in published parts of classes they are in on the item's
    day, or until it is due.

    The same as `given.is_given`. For links and ticks.
    """
    due_on = TruncDate("assignment__due_at", tzinfo=PARIS)
    is_in = ClassMembership.objects.filter(
        Q(until__isnull=True) | Q(until__gt=OuterRef("day")),
        student=student,
        school_class=OuterRef("part__plan__school_class"),
        since__lte=OuterRef("last_day"),
    )
    return (
        PlanItem.objects.shown().annotate(last_day=Coalesce(due_on, F("day"))).filter(Exists(is_in))
    )


def teachings_of(student: Person, day: datetime.date) -> TeachingQuerySet:
    """The student's teachings on that day, with subject and teacher."""
    classes = ClassMembership.objects.filter(holds_on(day), student=student).values("school_class")
    chosen = (
        Teaching.objects.on(day)
        .filter(school_class__in=classes)
        .select_related("subject", "school_class", "teacher")
    )
    return chosen.order_by("subject__code", "school_class__name", "pk")


def span_of(monday: datetime.date, now: datetime.datetime) -> Span:
    """A week; the one that stands first has with it all open work of earlier days, whenever it is
    due.
    """
    this_monday, today = monday_of(timezone.localdate(now)), timezone.localdate(now)
    last = monday + ONE_WEEK - ONE_DAY
    due_since, due_until = min(monday, today) - DUE_WITHIN, last + AHEAD
    if monday == this_monday or (
        monday == this_monday + ONE_WEEK and week_first_shown(now) == monday
    ):
        began = school_year_began(today)
        return Span(this_monday, last, due_since, due_until, began, stands_first=True)
    return Span(monday, last, due_since, due_until, due_since)


def week_of(
    student: Person,
    monday: datetime.date,
    now: datetime.datetime,
    *,
    load: Load = from_the_database,
) -> Week:
    """Six queries beyond the student's memberships, and one for each rare kind of mark.

    `load` may have cached two of them.
    """
    span = span_of(monday, now)
    places = places_of(student, span.given_since, span.last)
    return put_together(
        monday,
        now,
        span,
        places,
        week_marks(student, span, places, now),
        load(places, span),
    )


def put_together(
    monday: datetime.date,
    now: datetime.datetime,
    span: Span,
    places: list[ClassPlace],
    marks: Marks,
    shared: Iterable[list[ClassItem]],
) -> Week:
    """Asks the database nothing."""
    today = timezone.localdate(now)
    days = _days(monday, today, marks.days)
    held = [place for place in places if place.holds_between(span.first, span.last)]
    week = Week(
        monday=monday,
        today=today,
        places=held,
        marks=marks,
        days=days,
        stands_first=span.stands_first,
    )
    by_day = {day.date: day for day in week.days}
    for mine in as_they_stand(shared, places, marks, now):
        item = mine.item
        week.has_plan = week.has_plan or monday <= item.day <= span.last
        if room_is_open(item, now) and not mine.look.is_exempt:
            week.now.append(mine)
        stands_in = _place_of(week, by_day, mine)
        if stands_in is None:
            continue
        stands_in.append(mine)
        given_on = by_day.get(item.day)
        if given_on and mine.is_open and stands_in is not given_on.items:
            given_on.is_left_behind = True
    for day in week.days:
        day.items.sort(key=lambda mine: mine.item.order)
    for mines in (week.again, week.late, week.left, week.later, week.older, week.former):
        mines.sort(key=lambda mine: mine.order)
    week.days = [
        day for day in week.days if day.date.isoweekday() <= FRIDAY or day.items or day.is_today
    ]
    return week


def _days(monday: datetime.date, today: datetime.date, school: SchoolDays | None) -> list[WeekDay]:
    off = school.day_off if school else public_day_off
    return [
        WeekDay(day, off=off(day), is_today=day == today)
        for day in (monday + n * ONE_DAY for n in range(7))
    ]


def _place_of(
    week: Week, by_day: dict[datetime.date, WeekDay], mine: MyItem
) -> list[MyItem] | None:
    """The list in which the student finds the item now; None: on another week's page."""
    item, day, start = mine.item, _shown_on(week, mine), max(week.today, week.monday)
    if week.stands_first and mine.look.is_former and not mine.is_older:
        return week.former
    if week.stands_first and mine.is_open:
        if mine.look.is_again:
            return week.again
        if mine.is_older:
            return week.older
        if mine.look.is_late:
            return week.late
        if item.day < start and day < start:
            return (
                week.later if mine.due_day and mine.due_day >= week.monday + ONE_WEEK else week.left
            )
    return by_day[day].items if day in by_day else None


def _shown_on(week: Week, mine: MyItem) -> datetime.date:
    """The day on which an item is shown: the day due, if it was given earlier and is open, or in an
    earlier week.
    """
    given_before = mine.item.day < week.monday or (mine.item.day < week.today and mine.is_open)
    if given_before and mine.due_day and week.monday <= mine.due_day < week.monday + ONE_WEEK:
        return mine.due_day
    return mine.item.day
