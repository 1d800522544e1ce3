"""A student's week: what page, print, PDF and calendar feed read. What a class shares, with the student's own marks put in."""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from continuity.enums import HandInState
from continuity.models import Assignment, PlanItem
from continuity.queries.class_week import ClassItem, class_items
from continuity.queries.marks import CameBack, Marks, Place, marks_of, places_of
from courses.agenda.enums import DayOff
from courses.agenda.queries import ONE_DAY, ONE_WEEK, SchoolDays, monday_of, public_day_off
from courses.live.values import OPENS_BEFORE
from courses.people.enums import Role
from courses.people.models import ClassMembership, Organisation, Teaching
from courses.people.models.classes import holds_on

# From then on the next week stands first: what is left of this one comes after it.
NEXT_WEEK_FROM = (5, datetime.time(18))  # Friday, 18:00 in Paris
LATE_WITHIN = 4 * ONE_WEEK
FRIDAY = 5
CALENDAR_WEEKS = 5  # that a calendar program is told


@dataclass(frozen=True)
class Look:
    """All that a row's words depend on beside what the class shares. Whoever has the same look reads the same words."""

    is_done: bool = False
    handed: str = ""  # "", "begun" or "in"
    is_late: bool = False  # handed in late, or late now
    is_over: bool = False  # of a video class
    is_exempt: bool = False
    asked: bool = False

    @property
    def is_handed_in(self) -> bool:
        return self.handed == "in"


@dataclass(frozen=True)
class MyItem:
    """What the class is given, as it stands for one student."""

    item: ClassItem
    look: Look
    due_at: datetime.datetime | None = None
    is_extended: bool = False  # the date is the student's own

    @property
    def minutes_left(self) -> int:
        counts = self.item.is_work and not (self.look.is_done or self.look.is_handed_in or self.look.is_exempt)
        return self.item.minutes if counts else 0

    @property
    def is_open(self) -> bool:
        """Still to do."""
        return self.item.is_work and not (self.look.is_done or self.look.is_handed_in or self.look.is_exempt)

    @property
    def waits_for_hand_in(self) -> bool:
        return self.item.is_to_hand_in and not (self.look.is_handed_in or self.look.is_exempt)


@dataclass
class Day:
    date: datetime.date
    items: list[MyItem] = field(default_factory=list)
    off: tuple[DayOff, str] | None = None
    is_today: bool = False

    @property
    def minutes(self) -> int:
        return sum(mine.minutes_left for mine in self.items)

    @property
    def left(self) -> int:
        return sum(mine.is_open for mine in self.items)

    @property
    def has_work(self) -> bool:
        return any(mine.item.is_work for mine in self.items)


@dataclass
class Week:
    """One student's week as it stands at an instant."""

    monday: datetime.date
    today: datetime.date
    places: list[Place]
    marks: Marks
    days: list[Day]
    now: list[MyItem] = field(default_factory=list)  # rooms that are open
    left: list[MyItem] = field(default_factory=list)  # from earlier days, not late
    late: list[MyItem] = field(default_factory=list)
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
        return sum(day.minutes for day in self.days) + sum(mine.minutes_left for mine in [*self.left, *self.late])

    @property
    def is_this_week(self) -> bool:
        return self.monday == monday_of(self.today)

    @property
    def today_and_after(self) -> list[Day]:
        return [day for day in self.days if day.date >= self.today]

    @property
    def before_today(self) -> list[Day]:
        return [day for day in self.days if day.date < self.today]

    def __iter__(self):
        for day in self.days:
            yield from day.items
        yield from self.left
        yield from self.late


def week_first_shown(now: datetime.datetime) -> datetime.date:
    """The Monday of the week that stands first: from Friday evening that of next week."""
    here = timezone.localtime(now)
    monday = monday_of(here.date())
    return monday + ONE_WEEK if (here.isoweekday(), here.time()) >= NEXT_WEEK_FROM else monday


def school_of(student) -> Organisation | None:
    return next(iter(student.places_as(Role.STUDENT)), None)


def items_of(student):
    """Everything that a student is given: in published parts of classes they are in on the item's day. For links and ticks."""
    is_in = ClassMembership.objects.filter(
        Q(until__isnull=True) | Q(until__gt=OuterRef("day")),
        student=student,
        school_class=OuterRef("part__plan__school_class"),
        since__lte=OuterRef("day"),
    )
    return PlanItem.objects.shown().filter(Exists(is_in))


def teachings_of(student, day: datetime.date):
    """Who teaches the student what on that day."""
    classes = ClassMembership.objects.filter(holds_on(day), student=student).values("school_class")
    chosen = Teaching.objects.on(day).filter(school_class__in=classes).select_related("subject", "school_class", "teacher")
    return chosen.order_by("subject__code", "school_class__name", "pk")


@dataclass(frozen=True)
class Span:
    """From which day to which, and since when work that wasn't handed in still counts as late."""

    first: datetime.date
    last: datetime.date
    due_since: datetime.date
    stands_first: bool = False


def span_of(monday: datetime.date, now: datetime.datetime) -> Span:
    """A week; the one that stands first has with it what is left of the running one."""
    this_monday = monday_of(timezone.localdate(now))
    last = monday + ONE_WEEK - ONE_DAY
    if monday == this_monday or (monday == this_monday + ONE_WEEK and week_first_shown(now) == monday):
        return Span(this_monday, last, timezone.localdate(now) - LATE_WITHIN, stands_first=True)
    return Span(monday, last, monday)


type Load = Callable[[list[Place], Span], Iterable[list[ClassItem]]]


def from_the_database(places: list[Place], span: Span) -> Iterable[list[ClassItem]]:
    return class_items({place.school_class for place in places}, span.first, span.last, due_since=span.due_since).values()


def own_marks(student, span: Span, now: datetime.datetime) -> Marks:
    """With those of earlier days whose work may still be open."""
    return marks_of(student, school_of(student), span.due_since - ONE_WEEK, span.last, now=now)


def week_of(student, monday: datetime.date, now: datetime.datetime, *, load: Load = from_the_database) -> Week:
    """Four queries beyond the student's memberships; two of them are the class's own, which `load` may have kept."""
    span = span_of(monday, now)
    places = places_of(student, span.first, span.last)
    return put_together(student.pk, monday, now, span, places, own_marks(student, span, now), load(places, span))


def put_together(
    student: int,
    monday: datetime.date,
    now: datetime.datetime,
    span: Span,
    places: list[Place],
    marks: Marks,
    shared: Iterable[list[ClassItem]],
) -> Week:
    """Asks the database nothing."""
    today = timezone.localdate(now)
    week = Week(
        monday=monday, today=today, places=places, marks=marks, days=_days(monday, today, marks.days), stands_first=span.stands_first
    )
    by_day = {day.date: day for day in week.days}
    held: dict[int, list[Place]] = {}
    for place in places:
        held.setdefault(place.school_class, []).append(place)
    for items in shared:
        for item in items:
            if not any(place.holds_on(item.day) for place in held.get(item.class_pk, ())):
                continue
            week.has_plan = week.has_plan or monday <= item.day <= span.last
            mine = my_item(item, marks, student, now)
            _put(week, by_day, mine, now)
    for day in week.days:
        day.items.sort(key=lambda mine: mine.item.order)
    for mines in (week.left, week.late):
        mines.sort(key=lambda mine: (mine.due_at or _at(mine.item.day), mine.item.order))
    week.days = [day for day in week.days if day.date.isoweekday() <= FRIDAY or day.items or day.is_today]
    return week


def my_item(item: ClassItem, marks: Marks, student: int, now: datetime.datetime) -> MyItem:
    """How it stands for the student: their own date, what they ticked and handed in, whether it is asked of them at all."""
    due_at, extended = item.due_at, False
    if item.due_at and (marks.due.personal or marks.due.standing):
        due_at = marks.due.of(Assignment(pk=item.assignment_pk, due_at=item.due_at))
        extended = due_at > item.due_at
    handed = marks.handins.get(item.assignment_pk) if item.assignment_pk else None
    is_in = handed is not None and handed.state == HandInState.HANDED_IN
    known = marks.exemptions
    due_day = timezone.localdate(due_at) if due_at else item.day
    look = Look(
        is_done=item.pk in marks.ticks,
        handed="in" if is_in else "begun" if handed else "",
        is_late=_is_late(item, handed if is_in else None, due_at, now)
        and (known is None or known.may_be_late(student, item.subject, due_day)),
        is_over=bool(item.ends_at and item.ends_at <= now),
        is_exempt=known is not None and not known.is_on_plan(student, item.subject, item.day),
        asked=item.pk in marks.asked,
    )
    return MyItem(item, look, due_at, extended)


def _is_late(item: ClassItem, handed, due_at, now) -> bool:
    if not item.is_to_hand_in or due_at is None:
        return False
    return handed.is_late if handed else now > due_at


def _days(monday: datetime.date, today: datetime.date, school: SchoolDays | None) -> list[Day]:
    off = school.day_off if school else public_day_off
    return [Day(day, off=off(day), is_today=day == today) for day in (monday + n * ONE_DAY for n in range(7))]


def _at(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time.min, tzinfo=datetime.UTC)


def turns_of(items: Iterable[ClassItem]) -> list[datetime.datetime]:
    """When a page says something else though nobody did anything: a room opens, begins, ends; a due date of the class passes."""
    found = []
    for item in items:
        if item.starts_at and item.ends_at:
            found += [item.starts_at - OPENS_BEFORE, item.starts_at, item.ends_at]
        elif item.due_at:
            found.append(item.due_at)
    return found


def own_turns(items: Iterable[ClassItem], marks: Marks) -> list[datetime.datetime]:
    """The student's own due dates, where they have some."""
    if not (marks.due.personal or marks.due.standing):
        return []
    return [marks.due.of(Assignment(pk=item.assignment_pk, due_at=item.due_at)) for item in items if item.due_at]


def _is_open(item: ClassItem, now: datetime.datetime) -> bool:
    """The room: from a quarter of an hour before, while the class lasts."""
    if item.starts_at is None or item.ends_at is None or item.is_cancelled:
        return False
    return item.starts_at - OPENS_BEFORE <= now < item.ends_at


def _put(week: Week, by_day: dict[datetime.date, Day], mine: MyItem, now: datetime.datetime) -> None:
    """Each thing stands once: where the student looks for it now."""
    item = mine.item
    if _is_open(item, now) and not mine.look.is_exempt:
        week.now.append(mine)
    if week.stands_first and mine.waits_for_hand_in and mine.look.is_late:
        week.late.append(mine)
    elif day := by_day.get(_shown_on(week, mine)):
        day.items.append(mine)
    elif week.stands_first and mine.is_open and item.day < week.monday and (mine.due_at or _at(item.day)) >= _still(week, now, item):
        week.left.append(mine)


def _still(week: Week, now: datetime.datetime, item: ClassItem) -> datetime.datetime:
    """Of earlier weeks only what may still be handed in is left, of the running one (while the next stands first) all that is open."""
    return now if item.due_at else _at(monday_of(week.today))


def _shown_on(week: Week, mine: MyItem) -> datetime.date:
    """What was given on an earlier day and is still open stands on the day on which it is due."""
    if mine.due_at and (mine.item.day < week.monday or (mine.item.day < week.today and mine.is_open)):
        due_day = timezone.localdate(mine.due_at)
        if week.monday <= due_day < week.monday + ONE_WEEK:
            return due_day
    return mine.item.day


def weeks_for_calendar(student, now: datetime.datetime) -> list[Week]:
    """The running week and those after it, for a month: read at once, whatever their number."""
    monday = monday_of(timezone.localdate(now))
    span = Span(monday, monday + CALENDAR_WEEKS * ONE_WEEK - ONE_DAY, monday)
    places = places_of(student, span.first, span.last)
    marks, shared = own_marks(student, span, now), list(from_the_database(places, span))
    mondays = [monday + n * ONE_WEEK for n in range(CALENDAR_WEEKS)]
    return [put_together(student.pk, each, now, span, places, marks, shared) for each in mondays]
