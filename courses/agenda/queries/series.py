"""Series with a rule: the instants of the rule, the dates as they are held, the series in words.

The rule is django-scheduler's `Rule` on the series (`Event`). Instants come from
`Event.get_rrule_object(PARIS)`: asked in UTC, it would be an hour off after a change of clocks.
What is held is in the saved occurrences: `original_start` is the instant of the rule, `start` where
the date is now.
"""

import datetime
import itertools
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import dates, formats
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from schedule.models import Event, Rule

from courses.agenda.enums import WeeksBetween
from courses.agenda.models import Meeting
from courses.agenda.values import PARIS, Hours
from courses.dates import number_of_day

NO_SHIFT = datetime.timedelta(0)
AN_HOUR = datetime.timedelta(hours=1)
WEEKLY = "WEEKLY"


def rule_fields(every: int) -> dict:
    """The natural key of a rule: the fields that find it."""
    return {"frequency": WEEKLY, "params": f"interval:{WeeksBetween(every).value}"}


def every_of(series: Event) -> WeeksBetween | None:
    """Each how many weeks, or None for a series of dates without a rule."""
    rule = series.rule if series.rule_id else None
    if rule is None or rule.frequency != WEEKLY:
        return None
    return WeeksBetween(rule.get_params().get("interval", 1))


def series_starts(series: Event, *, count: int | None = None) -> list[datetime.datetime]:
    """The instants (UTC) at which the rule begins a date: all until the end of the period, or the
    first `count`.

    Every one reads the same hour on a clock in Paris. An hour that a change of clocks skips is read
    as the clock before the change would (RFC 5545, 3.3.5). The first is the series' start itself,
    also in the hour that comes twice.
    """
    walls = series.get_rrule_object(PARIS)
    if walls is None:
        return [series.start]
    if count is None and series.end_recurring_period is None:
        raise ValueError("a series without an end needs a count")
    starts = [
        wall.replace(tzinfo=PARIS).astimezone(datetime.UTC)
        for wall in itertools.islice(walls, count)
    ]
    return [series.start.astimezone(datetime.UTC), *starts[1:]]


def starts_every(first_start: datetime.datetime, every: int, count: int) -> list[datetime.datetime]:
    """The first `count` instants of a series that isn't saved yet."""
    series = Event(start=first_start, end=first_start + AN_HOUR, rule=Rule(**rule_fields(every)))
    return series_starts(series, count=count)


@dataclass(frozen=True)
class PlannedDate:
    """A date that a series could go on with: the instant of its rule, and the hours it would be
    held at.
    """

    slot: datetime.datetime
    hours: Hours

    @property
    def day(self) -> datetime.date:
        return self.hours.starts_at.astimezone(PARIS).date()


def further_dates(
    series: Event, meetings: Iterable[Meeting], *, count: int, after: datetime.datetime
) -> list[PlannedDate]:
    """The next `count` dates of the rule past its end and past `after`; none for a series without a
    rule.

    They are held as the last two dates are, where both were moved alike: after "this and all that
    follow to 18:00", at 18:00.
    """
    every = every_of(series)
    if every is None or series.end_recurring_period is None:
        return []
    shift, length = _usual(series, meetings)
    known = len(series_starts(series))
    past = max(
        0, (after - series.start).days // (7 * every) + 1
    )  # slots that may lie before `after`
    slots = starts_every(series.start, every, max(known, past) + count + 1)[known:]
    planned = [
        PlannedDate(slot, Hours(start, start + length))
        for slot in slots
        if (start := _shifted(slot, shift)) > after
    ]
    return planned[:count]


def moves_along(meetings: Iterable[Meeting], meeting: Meeting, hours: Hours) -> dict[int, Hours]:
    """New hours, by the meeting's primary key, for this date and those after it on its weekday at
    its hour.

    Each moves by the same number of days, to the same hour on a clock in Paris, with the same
    length. A date that was moved by itself, to another weekday or hour, isn't among them.
    """
    was, shift = _wall(meeting.starts_at), _wall(hours.starts_at) - _wall(meeting.starts_at)
    moves = {}
    for other in meetings:
        wall = _wall(other.starts_at)
        follows = other.pk == meeting.pk or (
            other.starts_at > meeting.starts_at and not other.is_cancelled
        )
        if follows and (wall.weekday(), wall.time()) == (was.weekday(), was.time()):
            start = hours.starts_at if other.pk == meeting.pk else _shifted(other.starts_at, shift)
            moves[other.pk] = Hours(start, start + hours.duration)
    return moves


def series_in_words(series: Event, meetings: Iterable[Meeting]) -> str:
    """Say "every Monday at 17:00 until 14 June, not on 5 April", from the saved dates; "" where no
    two dates share a rhythm.

    `meetings` are all of the series', in time order, cancelled ones too; no query but for the rule,
    if it wasn't read along.
    """
    every = every_of(series)
    if every is None or series.end_recurring_period is None:
        return ""
    slots = series_starts(series)
    held, others = _by_slot(slots, meetings)
    stretches = _stretches(slots, held)
    if not stretches:
        return ""
    regular = {n for stretch in stretches for n in stretch.slots}
    words = stretches[0].in_words(slots, every)
    for stretch in stretches[1:]:
        words = _("%(series)s, then %(more)s") % {
            "series": words,
            "more": stretch.in_words(slots, every),
        }
    missing = [n for n in range(min(regular), max(regular)) if n not in regular]
    if left_out := [_day_left_out(_shifted(slots[n], _shift_at(n, stretches))) for n in missing]:
        words = _("%(series)s, not on %(days)s") % {"series": words, "days": _listed(left_out)}
    by_themselves = [meeting for n, meeting in held.items() if n not in regular] + others
    if apart := [
        _day_apart(start) for start in sorted(meeting.starts_at for meeting in by_themselves)
    ]:
        words = _("%(series)s, and on %(days)s") % {"series": words, "days": _listed(apart)}
    return words


@dataclass
class Stretch:
    """Dates of a rule that are held alike:

    `shift` on the wall clock from the rule; `slots` are numbers of its dates, from 0.
    """

    shift: datetime.timedelta
    slots: list[int]

    def in_words(self, slots: list[datetime.datetime], every: WeeksBetween) -> str:
        first, last = (_wall(slots[n]) + self.shift for n in (self.slots[0], self.slots[-1]))
        facts = {
            "weekday": dates.WEEKDAYS[first.weekday()],
            "hour": _hour(first.time()),
            "day": _day_and_month(last.date()),
        }
        if every == WeeksBetween.TWO_WEEKS:
            return _("every second %(weekday)s at %(hour)s until %(day)s") % facts
        return _("every %(weekday)s at %(hour)s until %(day)s") % facts


def _by_slot(
    slots: list[datetime.datetime], meetings: Iterable[Meeting]
) -> tuple[dict[int, Meeting], list[Meeting]]:
    """Which date of the rule is held by which meeting, and the meetings that stand for none of its
    dates.
    """
    numbers = {slot: n for n, slot in enumerate(slots)}
    held: dict[int, Meeting] = {}
    others = []
    for meeting in meetings:
        if meeting.is_cancelled:
            continue
        n = numbers.get(meeting.occurrence.original_start)
        if n is None or n in held:
            others.append(meeting)
        else:
            held[n] = meeting
    return dict(sorted(held.items())), others


def _stretches(slots: list[datetime.datetime], held: dict[int, Meeting]) -> list[Stretch]:
    """Two or more dates after each other with one shift are a stretch; single ones between are
    exceptions.
    """
    runs = _joined([Stretch(_shift(slots[n], meeting), [n]) for n, meeting in held.items()])
    stretches = _joined([run for run in runs if len(run.slots) > 1])
    if stretches:
        return stretches
    as_planned = [n for run in runs if run.shift == NO_SHIFT for n in run.slots]
    return [Stretch(NO_SHIFT, as_planned)] if len(as_planned) > 1 else []


def _joined(runs: list[Stretch]) -> list[Stretch]:
    """Neighbours with the same shift become one."""
    joined = []
    for shift, group in itertools.groupby(runs, key=lambda run: run.shift):
        joined.append(Stretch(shift, [n for run in group for n in run.slots]))
    return joined


def _shift_at(n: int, stretches: list[Stretch]) -> datetime.timedelta:
    """How the dates before the n-th are held."""
    return [stretch.shift for stretch in stretches if stretch.slots[0] <= n][-1]


def _usual(
    series: Event, meetings: Iterable[Meeting]
) -> tuple[datetime.timedelta, datetime.timedelta]:
    """The shift and the length of dates to come: those of the last two, where they agree; else
    those of the rule.
    """
    slots = series_starts(series)
    held, _others = _by_slot(slots, meetings)
    last_two = [
        (_shift(slots[n], meeting), meeting.duration) for n, meeting in list(held.items())[-2:]
    ]
    if len(last_two) == 2 and last_two[0] == last_two[1]:
        return last_two[0]
    return NO_SHIFT, series.end - series.start


def _wall(instant: datetime.datetime) -> datetime.datetime:
    """Return the wall time in Paris, without a zone."""
    return instant.astimezone(PARIS).replace(tzinfo=None, fold=0)


def _shift(slot: datetime.datetime, meeting: Meeting) -> datetime.timedelta:
    return _wall(meeting.starts_at) - _wall(slot)


def _shifted(instant: datetime.datetime, shift: datetime.timedelta) -> datetime.datetime:
    """Moved on the wall clock; an instant that doesn't move stays the same, also in the hour that
    comes twice.
    """
    return (
        (_wall(instant) + shift).replace(tzinfo=PARIS).astimezone(datetime.UTC)
        if shift
        else instant
    )


def _hour(time: datetime.time) -> str:
    """17:00, 17:30; 17 h, 17 h 30 in French."""
    if time.minute:
        return formats.time_format(time, "TIME_FORMAT")
    return pgettext("a full hour", "%(hour)s:00") % {"hour": time.hour}


def _day_and_month(day: datetime.date) -> str:
    return f"{number_of_day(day)} {dates.MONTHS[day.month]}"


def _day_left_out(start: datetime.datetime) -> str:
    """5 April; le 5 avril."""
    return pgettext("not on", "%(day)s") % {"day": _day_and_month(_wall(start).date())}


def _day_apart(start: datetime.datetime) -> str:
    """Tuesday 6 April at 18:00; le mardi 6 avril à 18 h."""
    wall = _wall(start)
    facts = {
        "weekday": dates.WEEKDAYS[wall.weekday()],
        "day": _day_and_month(wall.date()),
        "hour": _hour(wall.time()),
    }
    return pgettext("and on", "%(weekday)s %(day)s at %(hour)s") % facts


def _listed(words: list[str]) -> str:
    *first, last = words
    return (
        _("%(first)s and %(last)s") % {"first": ", ".join(first), "last": last} if first else last
    )
