"""What becomes of a school's days when it goes on as another."""

import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.agenda.enums import Rhythm
from courses.agenda.models import ClassHour, Closure
from courses.agenda.queries.school_days import (
    ONE_DAY,
    SchoolDays,
    in_holidays,
    last_day_of_class,
    monday_of,
    school_days,
)
from courses.dates import first_of_school_year
from courses.people.models import Organisation, today
from courses.people.models.classes import school_year
from courses.people.services.mergers import Follows, Merger, follow_unless_there

YEAR = "teaching__school_class__school_year"


def _past_days(rows: QuerySet[Any], name: str, merger: Merger) -> None:
    """Days that are over, so that nothing is missing of them. Those to come are days of a building:
    the other school has class on them.
    """
    day: datetime.date = today()
    follow_unless_there("first_day", "last_day")(rows.filter(last_day__lt=day), name, merger)
    if number := Closure.objects.filter(school=merger.old, last_day__gte=day).count():
        merger.notes.append(
            ngettext(
                "%(n)s day or period without class that isn’t over doesn’t follow: enter it at the"
                " other school if it is meant for everybody.",
                "%(n)s days or periods without class that aren’t over don’t follow: enter at the other"
                " school those that are meant for everybody.",
                number,
            )
            % {"n": number}
        )


def _weeks(rows: QuerySet[Any], name: str, merger: Merger) -> None:
    """Hours in A or B weeks stay in their weeks: the other school counts, so those of the old school's
    classes get the letter that their weeks have there, in each school year. Who has none yet counts
    as the old school.
    """
    before = school_days(merger.old)
    this_year = school_year(today())
    years = set(_in_a_or_b(merger.old).values_list(YEAR, flat=True))
    if not _in_a_or_b(merger.into).exists():
        follow_unless_there()(rows, name, merger)
    after = school_days(merger.into)
    for year in sorted(years):
        weeks = _weeks_to_come(after, max(today(), first_of_school_year(year)))
        differs = [before.week_letter(day) != after.week_letter(day) for day in weeks]
        if not any(differs):
            continue
        if differs[0]:
            _swap_letters(_in_a_or_b(merger.old).filter(**{YEAR: year}))
        note = _what_weeks_become(merger, is_whole=all(differs))
        if years != {this_year}:
            note = _("School year %(year)s: %(what)s") % {
                "year": f"{year - 1}-{year}",
                "what": note,
            }
        merger.notes.append(note)


def _what_weeks_become(merger: Merger, *, is_whole: bool) -> str:
    words = {"old": merger.old, "school": merger.into}
    if is_whole:
        return (
            _(
                "What %(old)s calls an A week is a B week at %(school)s: hours in A or B weeks get the"
                " other letter, and stay in their weeks."
            )
            % words
        )
    return (
        _(
            "In the holidays %(old)s and %(school)s don’t count A and B weeks alike, and the count of"
            " %(school)s applies. Hours stay in their weeks until the next holidays: check the weeks"
            " after them."
        )
        % words
    )


def _weeks_to_come(days: SchoolDays, first: datetime.date) -> list[datetime.date]:
    """A day in each week with class, from the next day with class to the summer holidays. Two weeks of
    holidays turn letters round while they last (`pauses_in_holidays`), and there are no hours in them;
    nor does a week count whose Wednesday is in them, as where class begins on a Friday.
    """
    first = days.next_day_with_class(first)
    weeks = (last_day_of_class(first) - first).days // 7 + 1
    each = (first + datetime.timedelta(weeks=n) for n in range(weeks))
    return [day for day in each if _counts(monday_of(day), days)]


def _counts(monday: datetime.date, days: SchoolDays) -> bool:
    return days.has_class_in_week(monday) and not in_holidays(monday + 2 * ONE_DAY)


def _in_a_or_b(school: Organisation) -> QuerySet[ClassHour]:
    """Of this school year and later ones."""
    since = school_year(today())
    hours = ClassHour.objects.filter(teaching__school_class__school=school).order_by()
    return hours.filter(**{f"{YEAR}__gte": since}).exclude(rhythm=Rhythm.EACH)


def _swap_letters(hours: QuerySet[ClassHour]) -> None:
    """By way of a third letter: two hours of one time, in A and in B weeks, are never alike."""
    for was, now in ((Rhythm.A, "-"), (Rhythm.B, Rhythm.A), ("-", Rhythm.B)):
        hours.filter(rhythm=was).update(rhythm=now)


MERGERS = [
    Follows("courses.SchoolCalendar.school", _weeks),
    Follows("courses.Closure.school", _past_days),
]
