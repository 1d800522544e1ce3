"""What a student finds beside the week: all that is to be handed in, and who teaches what in which class."""

import datetime
from dataclasses import dataclass, field

from django.db.models import FETCH_PEERS
from django.utils import timezone

from continuity.enums import ItemKind
from continuity.models import PlanItem
from continuity.queries.marks import places_of
from continuity.queries.week import LATE_WITHIN, MyItem, Span, from_the_database, items_of, my_item, own_marks, school_of, teachings_of
from courses.agenda.queries import ONE_DAY, ONE_WEEK, DatedHour, class_hours, monday_of, school_days
from courses.people.models import SchoolClass, Teaching, Tutorship
from courses.people.models.classes import holds_on

AHEAD = 9 * ONE_WEEK
MOST_LESSONS = 40
HANDED_IN_WITHIN = 2 * ONE_WEEK


@dataclass
class ToHandIn:
    """By the student's own due dates."""

    late: list[MyItem] = field(default_factory=list)
    ahead: list[MyItem] = field(default_factory=list)
    done: list[MyItem] = field(default_factory=list)  # handed in lately, newest due date first


def to_hand_in(student, now: datetime.datetime) -> ToHandIn:
    """Four queries beyond the student's memberships, whatever their number."""
    today = timezone.localdate(now)
    span = Span(monday_of(today), monday_of(today) + AHEAD - ONE_DAY, today - LATE_WITHIN)
    places, marks = places_of(student, span.first, span.last), own_marks(student, span, now)
    found = ToHandIn()
    for items in from_the_database(places, span):
        for item in items:
            if item.is_to_hand_in and item.due_at and any(p.school_class == item.class_pk and p.holds_on(item.day) for p in places):
                _sort_in(found, my_item(item, marks, student.pk, now), now)
    for mines in (found.late, found.ahead, found.done):
        mines.sort(key=lambda mine: (mine.due_at or now, mine.item.pk))
    found.done.reverse()
    return found


def _sort_in(found: ToHandIn, mine: MyItem, now: datetime.datetime) -> None:
    due_at = mine.due_at or now
    if mine.look.is_handed_in:
        if due_at > now - HANDED_IN_WITHIN:
            found.done.append(mine)
    elif not mine.look.is_exempt:
        (found.late if mine.look.is_late else found.ahead).append(mine)


@dataclass
class MyClass:
    school_class: SchoolClass
    tutors: list[str] = field(default_factory=list)
    teachings: list[Teaching] = field(default_factory=list)


@dataclass
class MyClasses:
    classes: list[MyClass]
    hours: list[tuple[datetime.date, list[DatedHour]]]
    letter: str
    lessons: list[PlanItem]
    weeks: list[datetime.date]


def my_classes(student, day: datetime.date) -> MyClasses:
    """Classes, groups and options with who teaches there; this week's timetable; lessons and weeks of before. Eight queries."""
    classes = list(SchoolClass.objects.of_student(student, day).order_by("kind", "name", "pk"))
    teachings = list(teachings_of(student, day))
    known = {school_class.pk: MyClass(school_class) for school_class in classes}
    for teaching in teachings:
        known[teaching.school_class_id].teachings.append(teaching)
    for tutorship in Tutorship.objects.filter(holds_on(day), school_class__in=classes).select_related("teacher"):
        known[tutorship.school_class_id].tutors.append(tutorship.teacher.display_name)
    monday, school = monday_of(day), school_of(student)
    days = school_days(school) if school else None
    hours = class_hours(teachings, monday, monday + 5 * ONE_DAY, days) if days else []
    by_day: dict[datetime.date, list[DatedHour]] = {}
    for hour in hours:
        by_day.setdefault(hour.day, []).append(hour)
    past = items_of(student).filter(day__lt=monday)
    lessons = past.filter(kind=ItemKind.LESSON).select_related("lesson", "part__teaching__subject").order_by("-day", "-pk")
    weeks = past.order_by("-part__plan__monday").values_list("part__plan__monday", flat=True).distinct()
    return MyClasses(
        classes=list(known.values()),
        hours=sorted(by_day.items()),
        letter=days.week_letter(day) if days else "",
        lessons=list(lessons.fetch_mode(FETCH_PEERS)[:MOST_LESSONS]),
        weeks=list(weeks[:40]),
    )
