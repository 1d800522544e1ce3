"""Why not: hours of the timetable and closures. Pure."""

import datetime
from collections.abc import Iterable

from courses.agenda.enums import Rhythm
from courses.agenda.exceptions import (
    ClassHourTaken,
    ClosureEndsBeforeItBegins,
    ClosureTooLong,
    ColleagueHasThatHour,
    HourEndsBeforeItBegins,
    TeacherTaken,
)
from courses.agenda.models import ClassHour
from courses.exceptions import Refusal
from courses.people.models import Teaching

LONGEST_CLOSURE = datetime.timedelta(days=60)


def why_not_put_hour(
    teaching: Teaching,
    weekday: int,
    begins: datetime.time,
    ends: datetime.time,
    rhythm: str,
    *,
    others: Iterable[ClassHour],
) -> Refusal | None:
    """`others`: hours of the same class or the same teacher, with their teachings."""
    if ends <= begins:
        return HourEndsBeforeItBegins()
    for other in others:
        same_weeks = Rhythm.EACH in (rhythm, other.rhythm) or rhythm == other.rhythm
        if other.weekday == weekday and same_weeks and begins < other.ends and other.begins < ends:
            if other.teaching.school_class_id == teaching.school_class_id:
                if (
                    other.teaching.subject_id == teaching.subject_id
                    and other.teaching.teacher_id != teaching.teacher_id
                ):
                    return ColleagueHasThatHour(
                        school_class=teaching.school_class.name,
                        subject=teaching.subject.title,
                        teacher=other.teaching.teacher.display_name,
                    )
                return ClassHourTaken(
                    school_class=teaching.school_class.name, subject=other.teaching.subject.title
                )
            return TeacherTaken(
                teacher=teaching.teacher.display_name, school_class=other.teaching.school_class.name
            )
    return None


def why_not_close(first_day: datetime.date, last_day: datetime.date) -> Refusal | None:
    if last_day < first_day:
        return ClosureEndsBeforeItBegins(first=first_day, last=last_day)
    if last_day - first_day >= LONGEST_CLOSURE:
        return ClosureTooLong()
    return None
