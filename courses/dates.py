"""Days and hours as people of each language write them, in Paris."""

import datetime
from typing import cast

from django.utils import dates, formats, timezone
from django.utils.html import avoid_wrapping
from django.utils.timesince import TIME_STRINGS, timesince
from django.utils.translation import gettext, ngettext_lazy, pgettext, pgettext_lazy

SHORT_WEEKDAYS = [
    pgettext_lazy("short weekday", "Mon"),
    pgettext_lazy("short weekday", "Tue"),
    pgettext_lazy("short weekday", "Wed"),
    pgettext_lazy("short weekday", "Thu"),
    pgettext_lazy("short weekday", "Fri"),
    pgettext_lazy("short weekday", "Sat"),
    pgettext_lazy("short weekday", "Sun"),
]
SHORT_MONTHS = [
    pgettext_lazy("short month", "Jan"),
    pgettext_lazy("short month", "Feb"),
    pgettext_lazy("short month", "Mar"),
    pgettext_lazy("short month", "Apr"),
    pgettext_lazy("short month", "May"),
    pgettext_lazy("short month", "Jun"),
    pgettext_lazy("short month", "Jul"),
    pgettext_lazy("short month", "Aug"),
    pgettext_lazy("short month", "Sep"),
    pgettext_lazy("short month", "Oct"),
    pgettext_lazy("short month", "Nov"),
    pgettext_lazy("short month", "Dec"),
]


SCHOOL_YEAR_BEGINS = 9  # September: of trainings, hours and costs; classes begin
CLASSES_CHANGE_IN = 8  # August: classes and weeks belong to the new school year (OneRoster)
# Django's French says "1 année" of an age.
TIME_UNITS: dict[str, str] = TIME_STRINGS | {
    "year": cast(str, ngettext_lazy("%(num)d year", "%(num)d years", "num"))
}
HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)
HOURS_COUNT_UNTIL = datetime.timedelta(hours=72)  # a backup may be 26 or 50 hours old, no more
DAYS_COUNT_UNTIL = datetime.timedelta(days=365)
MINUTES_COUNT_UNTIL = datetime.timedelta(hours=6)  # a delay of 1 h 59 min isn't one of an hour
FIRST_YEAR, LAST_YEAR = 2000, 2100  # of the pages that show a day, a week or a month


def day_asked(written: str | None) -> datetime.date | None:
    """A day out of an address: None for what is no day, or lies in a year that no page shows."""
    try:
        asked = datetime.date.fromisoformat(written or "")
    except ValueError:
        return None
    return asked if FIRST_YEAR <= asked.year <= LAST_YEAR else None


def paris_day(when: datetime.datetime | datetime.date) -> datetime.date:
    """The day it is in Paris at that instant; a day stays itself."""
    return timezone.localtime(when).date() if isinstance(when, datetime.datetime) else when


def midnight(day: datetime.date) -> datetime.datetime:
    """The instant at which the day begins in Paris."""
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))


def instants(
    first: datetime.date, last: datetime.date
) -> tuple[datetime.datetime, datetime.datetime]:
    """From when to when these days last, both included; the second instant isn't."""
    return midnight(first), midnight(last + datetime.timedelta(days=1))


def number_of_day(day: datetime.date) -> str:
    """French counts the first of a month: 1er décembre, 2 décembre."""
    return pgettext("first day of a month", "1") if day.day == 1 else str(day.day)


def day(when) -> str:
    """Wednesday 25 November 2026, mercredi 25 novembre 2026."""
    if not when:
        return ""
    it = paris_day(when)
    return pgettext("date", "%(weekday)s %(day)s %(month)s %(year)s") % {
        "weekday": dates.WEEKDAYS[it.weekday()],
        "day": number_of_day(it),
        "month": dates.MONTHS[it.month],
        "year": it.year,
    }


def day_without_year(when) -> str:
    """Wednesday 25 November, mercredi 25 novembre."""
    if not when:
        return ""
    it = paris_day(when)
    return pgettext("date", "%(weekday)s %(day)s %(month)s") % {
        "weekday": dates.WEEKDAYS[it.weekday()],
        "day": number_of_day(it),
        "month": dates.MONTHS[it.month],
    }


def day_short(when) -> str:
    """Wed 25 Nov, mer. 25 nov."""
    if not when:
        return ""
    it = paris_day(when)
    return f"{SHORT_WEEKDAYS[it.weekday()]} {number_of_day(it)} {SHORT_MONTHS[it.month - 1]}"


def date_words(when) -> str:
    """25 November 2026, 25 novembre 2026: a day whose weekday doesn't matter."""
    if not when:
        return ""
    it = paris_day(when)
    return f"{number_of_day(it)} {dates.MONTHS[it.month]} {it.year}"


def month_words(when) -> str:
    """November 2026, novembre 2026."""
    it = paris_day(when)
    return f"{dates.MONTHS[it.month]} {it.year}"


def first_of_school_year(year: int) -> datetime.date:
    """1 August of the school year that ends in `year`, on which classes change."""
    return datetime.date(year - 1, CLASSES_CHANGE_IN, 1)


def school_year_begun(day: datetime.date) -> int:
    """The year in which the school year of that day began, on 1 September: 2026 for 2026-2027. A
    class's `school_year` is the year in which it ends.
    """
    return day.year if day.month >= SCHOOL_YEAR_BEGINS else day.year - 1


def school_year_name(begins: int) -> str:
    return f"{begins}–{begins + 1}"


def school_year_asked(written: str) -> int | None:
    """The year in which it begins, out of an address; None for what is no year, or one that no page shows."""
    begins = day_asked(f"{written}-{SCHOOL_YEAR_BEGINS:02d}-01")
    return begins.year if begins else None


def months_of_school_year(begins: int) -> list[datetime.date]:
    """Twelve first days, September first."""
    months = [datetime.date(begins, SCHOOL_YEAR_BEGINS, 1)]
    while len(months) < 12:
        months.append(month_after(months[-1]))
    return months


def monday_of(day: datetime.date) -> datetime.date:
    """The Monday of its week."""
    return day - datetime.timedelta(days=day.weekday())


def month_of(day: datetime.date) -> datetime.date:
    """Its first day."""
    return day.replace(day=1)


def month_after(day: datetime.date) -> datetime.date:
    return month_of(month_of(day) + datetime.timedelta(days=31))


def month_before(day: datetime.date) -> datetime.date:
    return month_of(month_of(day) - datetime.timedelta(days=1))


def month_bounds(month: datetime.date) -> tuple[datetime.datetime, datetime.datetime]:
    """Its first instant and that of the next month, in Paris."""
    zone = timezone.get_default_timezone()
    first, last = (
        datetime.datetime.combine(one, datetime.time.min, tzinfo=zone)
        for one in (month, month_after(month))
    )
    return first, last


def hour(when) -> str:
    """14:30 in English, 14 h 30 in French, of the instant in Paris."""
    if not when:
        return ""
    return formats.time_format(
        timezone.localtime(when) if isinstance(when, datetime.datetime) else when, "TIME_FORMAT"
    )


def day_and_hour(when: datetime.datetime) -> str:
    """Wednesday 25 November at 14:30, mercredi 25 novembre à 14 h 30."""
    return pgettext("moment", "%(day)s at %(hour)s") % {
        "day": day_without_year(when),
        "hour": hour(when),
    }


def past_moment(when: datetime.datetime) -> str:
    """As `day_and_hour`, with the year where it isn't this one."""
    if paris_day(when).year == timezone.localdate().year:
        return day_and_hour(when)
    return pgettext("moment", "%(day)s at %(hour)s") % {"day": day(when), "hour": hour(when)}


def waited(delay: datetime.timedelta) -> str:
    """12 minutes, 1 hour and 59 minutes, 7 hours, 27 hours, 3 days, 105 days, 1 year: from six hours on
    one unit alone, so fine that an age of 27 hours differs from 26, and one of 105 days from 100.
    """
    if delay < datetime.timedelta(minutes=1):
        return gettext("less than a minute")
    if MINUTES_COUNT_UNTIL <= delay < DAYS_COUNT_UNTIL:
        name, unit = ("hour", HOUR) if delay < HOURS_COUNT_UNTIL else ("day", DAY)
        return avoid_wrapping(TIME_UNITS[name] % {"num": delay // unit})
    rest = delay % HOUR
    if HOUR <= delay < MINUTES_COUNT_UNTIL and rest >= datetime.timedelta(minutes=1):
        parts = {"hours": _largest_unit(delay), "minutes": _largest_unit(rest)}
        return gettext("%(hours)s and %(minutes)s") % parts
    return _largest_unit(delay)


def _largest_unit(delay: datetime.timedelta) -> str:
    now = timezone.now()
    return timesince(now - delay, now, time_strings=TIME_UNITS, depth=1)
