"""A week's parts, each under its heading, as page and paper show them."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from continuity.week.documents.words import (
    closed_in_words,
    day_in_words,
    off_in_words,
    older_in_words,
)
from continuity.week.queries.student_items import MyItem
from continuity.week.queries.week import Week, WeekDay
from courses.templatetags.passerelle import duration


@dataclass(frozen=True)
class WeekSection:
    """One part of a week under its heading, as page and paper show it."""

    anchor: str
    heading: str
    aside: str
    items: list[MyItem]


def sections_of(week: Week) -> list[WeekSection]:
    """Today, what is to be done again or late, the days to come, then what has no day in this week."""
    closed = closed_in_words(week)
    ahead = [
        day for day in week.ahead if not closed or day.items
    ]  # a week without class says so once
    left = _("Still to do") if week.is_this_week else _("Left of this week")
    found = [
        *(section_of(day) for day in ahead if day.is_today),
        _section("again", _("To do again"), week.again),
        _section("late", _("Late, can still be handed in"), week.late),
        *(section_of(day) for day in ahead if not day.is_today),
        _section("left", left, week.left),
        _section("later", _("For next week or later"), week.later),
        _section("former", _("Optional: for another class"), week.former),
    ]
    return [section for section in found if section.items or section.aside]


def older_of(week: Week) -> WeekSection | None:
    """Open work that was due weeks ago: the page folds it."""
    if not week.older:
        return None
    return _section("older", older_in_words(len(week.older)), week.older)


def section_of(day: WeekDay) -> WeekSection:
    minutes = duration(day.minutes) if day.minutes else "" if day.items else _("nothing to do")
    return WeekSection(
        anchor_of(day), day_in_words(day), off_in_words(day.off) or minutes, day.items
    )


def anchor_of(day: WeekDay) -> str:
    return f"d{day.date:%d}"


def _section(anchor: str, heading: str, items: list[MyItem]) -> WeekSection:
    minutes = sum(mine.minutes_left for mine in items)
    return WeekSection(anchor, heading, duration(minutes) if minutes else "", items)
