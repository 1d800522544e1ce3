"""How long a code on paper is good, and how what was typed is read."""

import datetime
import re

from courses.agenda.queries.school_days import in_holidays, last_day_of_class

ONE_DAY = datetime.timedelta(days=1)
# Slips that are given out in the last days before holidays are for the term that follows.
SHORTEST = datetime.timedelta(days=14)


def end_of_term(day: datetime.date) -> datetime.date:
    """The last day before the holidays of Christmas, of spring or of summer, two weeks away or more."""
    first_year = day.year
    ends = [
        end
        for year in (first_year, first_year + 1)
        for end in (
            _before_holidays(datetime.date(year, 4, 10), datetime.date(year, 4, 30)),
            last_day_of_class(datetime.date(year, 5, 1)),
            _before_holidays(datetime.date(year, 12, 18), datetime.date(year, 12, 31)),
        )
    ]
    return next(end for end in ends if end >= day + SHORTEST)


def _before_holidays(earliest: datetime.date, latest: datetime.date) -> datetime.date:
    """The day before the holidays that some day between the two lies in; before `earliest`, where
    nobody has published them yet.
    """
    day = earliest
    while not in_holidays(day):
        if day == latest:
            return earliest - ONE_DAY
        day += ONE_DAY
    while in_holidays(day):
        day -= ONE_DAY
    return day


def as_printed(typed: str) -> str:
    """“KANU 7342 fopi” as it stands on paper, “kanu-7342-fopi”; empty for what has another form."""
    parts = re.fullmatch(r"([a-z]{4})(\d{4})([a-z]{4})", re.sub(r"[\W_]", "", typed.lower()))
    return "-".join(parts.groups()) if parts else ""
