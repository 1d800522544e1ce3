"""Rows of the form of dates: from a session's dates, and one more."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.agenda.enums import WeeksBetween
from courses.agenda.models import Meeting
from courses.agenda.values import Hours, instants_of
from training.forms.dates import MOST_ROWS, hours_of_series


def days_later(meetings: list[Meeting], today: date, *, every: int | None = None) -> list[dict]:
    """The same weekdays and hours, the first one after today and after what they were: a row with
    a rhythm where they have one, else a row each. Where the series, each `every` weeks, left out
    days off alone, its copy leaves out those on its way.
    """
    if not meetings:
        return []
    first = timezone.localdate(meetings[0].starts_at)
    later = timedelta(weeks=max(1, (today - first).days // 7 + 1))
    rows = rows_of_dates(meetings, later=later)
    if every and len(rows) > 1 and _leaves_out_days_off(meetings, every):
        return [{**rows[0], "every": every, "times": len(rows), "leave_out_days_off": True}]
    return rows


def _leaves_out_days_off(meetings: list[Meeting], every: int) -> bool:
    """These dates are a series of that rhythm but for days off."""
    first, *others = [Hours(one.starts_at, one.ends_at) for one in meetings]
    times = len(others) + 1
    return [first, *others] == hours_of_series(
        first, every=every, times=times, leave_out_days_off=True
    )


def rows_of_dates(
    dates: Sequence[Meeting | Hours], *, later: timedelta = timedelta()
) -> list[dict]:
    """Return rows to fill in the form of dates: one with a rhythm, else one each. These dates are
    known: none is left out.
    """
    rows = [
        {
            "day": timezone.localdate(one.starts_at) + later,
            "hour": timezone.localtime(one.starts_at).time(),
            "minutes": int(one.duration.total_seconds() // 60),
            "times": 1,
            "leave_out_days_off": False,
        }
        for one in dates[:MOST_ROWS]
    ]
    every = _rhythm_of(rows)
    return [{**rows[0], "every": every, "times": len(rows)}] if every else rows


def _rhythm_of(rows: list[dict]) -> int | None:
    """How many weeks lie between dates at the same hour, if the form knows such a rhythm."""
    gaps = {after["day"] - before["day"] for before, after in pairwise(rows)}
    if len(gaps) != 1 or len({(row["hour"], row["minutes"]) for row in rows}) != 1:
        return None
    weeks, days = divmod(gaps.pop().days, 7)
    return weeks if not days and weeks in WeeksBetween.values else None


def hours_of_row(row: dict) -> list[Hours]:
    """Return the hours that the form reads in a row that it is filled in with; none at an hour that
    spring skips.
    """
    length = timedelta(minutes=row["minutes"])
    return [
        hours
        for start in instants_of(row["day"], row["hour"])[:1]
        for hours in hours_of_series(
            Hours(start, start + length),
            every=row.get("every") or WeeksBetween.WEEK,
            times=row["times"],
            leave_out_days_off=row["leave_out_days_off"],
        )
    ]


def with_a_row_more(request: HttpRequest) -> list[dict]:
    """The dates typed so far, and one more: empty day, the hours of the row above. A form that has as
    many rows as it takes stays as it is, and that is said.
    """
    typed = request.POST
    asked = typed.get("dates-TOTAL_FORMS", "")
    count = min(int(asked), MOST_ROWS) if asked.isdecimal() else 1
    rows = [
        {
            name: typed.get(f"dates-{n}-{name}", "")
            for name in ("day", "hour", "which", "minutes", "every", "times")
        }
        | {"leave_out_days_off": f"dates-{n}-leave_out_days_off" in typed}
        for n in range(count)
    ]
    if len(rows) == MOST_ROWS:
        messages.warning(
            request,
            _(
                "This form takes %(most)s rows of dates: none was added. A date that comes back"
                " needs one row alone, with how many times."
            )
            % {"most": MOST_ROWS},
        )
        return rows
    return [*rows, {**rows[-1], "day": "", "which": "", "times": "1"}] if rows else [{}]
