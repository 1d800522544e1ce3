"""The chosen due days of a homework's form, with their load."""

import datetime
from dataclasses import dataclass

from django.utils import timezone

from continuity.homework.forms import DatesForm
from continuity.homework.queries.lighter_days import DueDateChoice, what_if
from continuity.models import Assignment, Homework
from continuity.plans.values.plans import LONGEST_MINUTES
from courses.agenda.queries import ONE_DAY
from courses.people.models import Person, Teaching


@dataclass(frozen=True)
class DueDayCheck:
    """A class's chosen day with its load, and why it has no class."""

    teaching: Teaching
    day: datetime.date
    choice: DueDateChoice
    why_off: str

    @property
    def name(self) -> str:
        return self.teaching.school_class.name


def checks_of(
    rows: list[DatesForm], minutes: int, teacher: Person, *, homework: Homework | None = None
) -> list[DueDayCheck]:
    """Checks of the classes that are chosen and have a day.

    A day without class is shown, never changed (case C6).
    """
    found, today = [], timezone.localdate()
    chosen = [(row.teaching, day) for row in rows if row.is_chosen and (day := _written_day(row))]
    days = chosen + (_of_colleagues(homework, rows) if homework else [])
    for teaching, day in chosen:
        others = [(other, later) for other, later in days if other != teaching and later > day]
        choice = what_if(
            teaching,
            day,
            minutes,
            teacher=teacher,
            not_before=today + ONE_DAY,
            apart_from=homework.pk if homework else None,
            elsewhere=_latest_days(others),
        )
        found.append(DueDayCheck(teaching, day, choice, choice.day.why_off))
    return found


def _of_colleagues(
    homework: Homework, rows: list[DatesForm]
) -> list[tuple[Teaching, datetime.date]]:
    """Days of the classes that the form doesn't ask for. One query."""
    given = Assignment.objects.published().filter(homework=homework)
    others = given.exclude(teaching__in=[row.teaching for row in rows])
    return [
        (one.teaching, timezone.localdate(one.due_at))
        for one in others.select_related("teaching__school_class")
    ]


def _latest_days(chosen: list[tuple[Teaching, datetime.date]]) -> dict[int, datetime.date]:
    """By student, the latest of these days on which they are in the class. One query a class."""
    found: dict[int, datetime.date] = {}
    for teaching, day in chosen:
        for student in teaching.school_class.students_on(day):
            found[student.pk] = max(day, found.get(student.pk, day))
    return found


def _written_day(row: DatesForm) -> datetime.date | None:
    value = row["due_on"].value()
    if isinstance(value, datetime.date):
        return value
    try:
        day = datetime.date.fromisoformat(value or "")
    except ValueError:
        return None
    return day if abs(day.year - timezone.localdate().year) <= 1 else None


def minutes_from(written) -> int:
    written = str(written)
    return (
        min(int(written), LONGEST_MINUTES)
        if written.isdecimal() and len(written) <= len(str(LONGEST_MINUTES))
        else 0
    )
