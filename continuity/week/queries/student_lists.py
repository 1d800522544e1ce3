"""A student's lists beside the week: who teaches what in which class, and when."""

import datetime
from dataclasses import dataclass, field

from django.db.models import FETCH_PEERS

from continuity.enums import ItemKind
from continuity.models import PlanItem
from continuity.week.queries.marks import STAND_INS_WITHIN
from continuity.week.queries.student_items import school_of
from continuity.week.queries.week import items_of, teachings_of
from courses.agenda.queries import ONE_DAY, DatedHour, class_hours, monday_of, school_days
from courses.people.models import Person, SchoolClass, StandIn, Teaching, Tutorship
from courses.people.models.classes import holds_on

MOST_LESSONS = 40


@dataclass
class MyClass:
    school_class: SchoolClass
    tutors: list[str] = field(default_factory=list)
    teachings: list[Teaching] = field(default_factory=list)
    stand_ins: list[StandIn] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)  # the same in words


@dataclass
class MyClasses:
    classes: list[MyClass]
    hours: list[tuple[datetime.date, list[DatedHour]]]
    letter: str
    lessons: list[PlanItem]
    weeks: list[datetime.date]


def my_classes(student: Person, day: datetime.date) -> MyClasses:
    """Classes, groups and options with who teaches there; this week's timetable; lessons and weeks
    of before. Nine queries.
    """
    classes = list(SchoolClass.objects.of_student(student, day).order_by("kind", "name", "pk"))
    teachings = list(teachings_of(student, day).with_presence(day))
    known = {school_class.pk: MyClass(school_class) for school_class in classes}
    replaced = StandIn.objects.from_day(day).filter(
        teaching__in=teachings, first_day__lte=day + STAND_INS_WITHIN
    )
    replaced = replaced.select_related("teacher", "teaching__teacher", "teaching__subject")
    for one in replaced:
        known[one.teaching.school_class_id].stand_ins.append(one)
    deputies = {one.teaching_id: one.teacher for one in replaced if one.first_day <= day}
    for teaching in teachings:
        giver = teaching.teacher if teaching.teacher_is_there else deputies.get(teaching.pk)
        teaching.given_by = giver.display_name if giver else ""
    given = {(one.school_class_id, one.subject_id) for one in teachings if one.given_by}
    for teaching in teachings:
        if teaching.given_by or (teaching.school_class_id, teaching.subject_id) not in given:
            known[teaching.school_class_id].teachings.append(teaching)
    for tutorship in Tutorship.objects.filter(
        holds_on(day), school_class__in=classes
    ).select_related("teacher"):
        known[tutorship.school_class_id].tutors.append(tutorship.teacher.display_name)
    monday, school = monday_of(day), school_of(student)
    days = school_days(school) if school else None
    hours = class_hours(teachings, monday, monday + 5 * ONE_DAY, days) if days else []
    by_day: dict[datetime.date, list[DatedHour]] = {}
    for hour in hours:
        by_day.setdefault(hour.day, []).append(hour)
    past = items_of(student).filter(day__lt=monday)
    lessons = (
        past.filter(kind=ItemKind.LESSON)
        .select_related("lesson", "part__teaching__subject")
        .order_by("-day", "-pk")
    )
    weeks = (
        past.order_by("-part__plan__monday").values_list("part__plan__monday", flat=True).distinct()
    )
    return MyClasses(
        classes=list(known.values()),
        hours=sorted(by_day.items()),
        letter=days.week_letter(day) if days else "",
        lessons=list(lessons.fetch_mode(FETCH_PEERS)[:MOST_LESSONS]),
        weeks=list(weeks[:40]),
    )
