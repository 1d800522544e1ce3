"""When the demo's sessions take place: on school days, at hours when teachers are free."""

import datetime

from courses.agenda.enums import WeeksBetween
from courses.agenda.queries import starts_every
from courses.agenda.values import PARIS, Hours
from courses.dates import month_before, month_of
from training.demo.stories import Story

STARTED = datetime.timedelta(minutes=12)
LATER = datetime.timedelta(hours=3)
WEEK = 7
SUNDAY = 6
SATURDAY = 5


def hours_of(story: Story, now: datetime.datetime) -> list[Hours]:
    """Weekly dates of the story, holidays left out."""
    length = datetime.timedelta(minutes=story.minutes)
    first = first_start(story, now)
    starts = [
        start
        for start in starts_every(first, WeeksBetween.WEEK, story.dates + 4)
        if not is_holiday(start.astimezone(PARIS).date())
        or (days_from_today(story, now) <= 0 and start <= now + LATER)
    ]
    return [Hours(start, start + length) for start in starts[: story.dates]]


def first_start(story: Story, now: datetime.datetime) -> datetime.datetime:
    """The instant of the first meeting. Today's are counted from now, at round minutes."""
    round_now = now.replace(minute=now.minute - now.minute % 5, second=0, microsecond=0)
    if story.hour == "now":
        return round_now - STARTED + datetime.timedelta(minutes=2)
    if story.hour == "soon":
        return round_now + datetime.timedelta(minutes=10)
    if story.hour == "later":
        return (round_now + LATER).replace(minute=0)
    day = school_day(now.astimezone(PARIS).date(), days_from_today(story, now))
    return datetime.datetime.combine(day, datetime.time.fromisoformat(story.hour), tzinfo=PARIS)


def days_from_today(story: Story, now: datetime.datetime) -> int:
    """Negative in the past."""
    if not story.months_ago:
        return story.day
    today = now.astimezone(PARIS).date()
    month = month_of(today)
    for _ in range(story.months_ago):
        month = month_before(month)
    return (month.replace(day=story.day) - today).days


def school_day(today: datetime.date, offset: int) -> datetime.date:
    """That day, or the nearest school day away from today."""
    day = today + datetime.timedelta(days=offset)
    step = datetime.timedelta(days=1 if offset > 0 else -1)
    while day.weekday() in (SATURDAY, SUNDAY) or (offset > 0 and is_holiday(day)):
        day += step
    return day


def by_day(instant: datetime.datetime, latest: datetime.datetime) -> datetime.datetime:
    """An instant of the night becomes one between 7 and 22 o'clock of the same day; which came
    first stays so.
    """
    local = instant.astimezone(PARIS)
    since_midnight = local - local.replace(hour=0, minute=0, second=0, microsecond=0)
    seven = datetime.datetime.combine(local.date(), datetime.time(7), tzinfo=PARIS)
    return min(seven + since_midnight * 15 / 24, latest - datetime.timedelta(minutes=5))


def is_holiday(day: datetime.date) -> bool:
    """The end of the year, near enough for a demo."""
    return (day.month, day.day) >= (12, 19) or (day.month, day.day) <= (1, 3)
