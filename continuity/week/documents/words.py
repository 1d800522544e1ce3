"""The week in words: days, instants, states, changes, as page, paper and calendar say them."""

import datetime
from collections.abc import Iterable

from django.utils import dates, timezone, translation
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from continuity.enums import ItemKind, Returns
from continuity.week.queries.class_week import ClassItem, RecordedChange
from continuity.week.queries.student_items import MyItem
from continuity.week.queries.week import FRIDAY, Week, WeekDay
from courses.agenda.enums import DayOff
from courses.agenda.queries import ONE_DAY
from courses.dates import number_of_day
from courses.people.models import StandIn
from courses.templatetags.passerelle import date_words, day_without_year, duration, hour

ON_ANY_DAY = (
    datetime.date.min
)  # no day of ours is that one, or the next: days are said by their name


def instant_in_words(when: datetime.datetime, today: datetime.date) -> str:
    """Today at 20:00, tomorrow at 8:00, Thursday 26 November at 20:00: as it stands inside a
    sentence.
    """
    day, at = timezone.localdate(when), hour(when)
    if day == today:
        return pgettext("until when", "today at %(hour)s") % {"hour": at}
    if day == today + ONE_DAY:
        return pgettext("until when", "tomorrow at %(hour)s") % {"hour": at}
    return pgettext("until when", "%(day)s at %(hour)s") % {
        "day": day_without_year(day),
        "hour": at,
    }


def title_in_words(subject: str, title: str) -> str:
    return _("%(subject)s: %(title)s") % {"subject": subject, "title": title}


def title_of(item: ClassItem) -> str:
    return title_in_words(item.subject_title, item.title)


def marked_title_of(item: ClassItem) -> str:
    """The title as in `title_of`, with the teacher's own words marked where they are in another
    language than the page: WCAG 3.1.2.
    """
    if item.written_in == translation.get_language():
        return title_of(item)
    return format_html(
        title_in_words("{}", "{}"), item.subject_title, spoken(item.title, item.written_in)
    )


def spoken(text: str, language: str) -> SafeString:
    return format_html('<span lang="{}">{}</span>', language, text)


def tick_in_words(item: ClassItem) -> str:
    """The tick button's label for screen readers."""
    return _("Done: %(title)s") % {"title": title_of(item)}


def day_in_words(day: WeekDay) -> str:
    """Its heading."""
    words = day_without_year(day.date)
    return _("Today, %(day)s") % {"day": words} if day.is_today else words[:1].upper() + words[1:]


def ends_in_words(monday: datetime.date, friday: datetime.date) -> dict[str, str]:
    """23 and 27 November 2026, 30 November and 4 December 2026: what stands after from and to."""
    first = (
        number_of_day(monday)
        if monday.month == friday.month
        else f"{number_of_day(monday)} {dates.MONTHS[monday.month]}"
    )
    return {"first": first, "last": date_words(friday)}


def off_in_words(off: tuple[DayOff, str] | None) -> str:
    """Why there is no class; a Sunday needs no words."""
    if off is None or off[0] == DayOff.SUNDAY:
        return ""
    return _("no class: %(reason)s") % {"reason": off[1]}


def closed_in_words(week: Week) -> str:
    """A week without any class: its holidays, or the school's closure.

    What is due stays open to be handed in (case C5).
    """
    off = [day.off for day in week.days[:5] if day.off]
    if len(off) < FRIDAY:
        return ""
    # Holidays that have a bank holiday among them are named alone.
    reasons = dict.fromkeys(name for kind, name in off if kind != DayOff.BANK_HOLIDAY)
    return _("No class this week: %(reason)s.") % {"reason": ", ".join(reasons) or off[0][1]}


def detail_of(mine: MyItem, today: datetime.date) -> str:
    """Minutes and form of return in words; of a video class its hours. What is to be done again has
    no date.
    """
    item = mine.item
    if item.is_gone:
        return (
            _("Moved to %(when)s.") % {"when": _value("hours", item.note)}
            if item.note
            else _("Taken out by the teacher.")
        )
    if item.kind == ItemKind.VIDEO and item.starts_at:
        return _("Video class, from %(starts)s to %(ends)s") % {
            "starts": hour(item.starts_at),
            "ends": hour(item.ends_at),
        }
    minutes = duration(item.minutes) if item.minutes else ""
    if item.kind == ItemKind.HOMEWORK and mine.due_at and not mine.look.is_again:
        said = _returns(item.returns, instant_in_words(mine.due_at, today))
    elif item.kind == ItemKind.RESOURCE:
        said = _("on %(resource)s") % {"resource": item.resource}
    else:
        said = ""
    return (
        _("%(minutes)s, %(what)s") % {"minutes": minutes, "what": said}
        if minutes and said
        else minutes or said
    )


def _returns(returns: str | None, when: str) -> str:
    return {
        Returns.NOTHING: _("nothing to hand in, due %(when)s"),
        Returns.PHOTOS: _("to hand in as photos, due %(when)s"),
        Returns.FILE: _("to hand in as a file, due %(when)s"),
        Returns.SOUND: _("to hand in as a recording, due %(when)s"),
        Returns.TEXT: _("to hand in as a text, due %(when)s"),
    }[Returns(returns or Returns.NOTHING)] % {"when": when}


def was_due(mine: MyItem) -> str:
    return _("It was due on %(day)s. Your teacher still takes it.") % {
        "day": day_without_year(mine.due_at)
    }


def older_in_words(number: int) -> str:
    """Summary of a folded list of open work that was due weeks ago, late or not."""
    words = ngettext(
        "%(number)s older piece of work not handed in",
        "%(number)s older pieces of work not handed in",
        number,
    )
    return words % {"number": number}


def states_of(mine: MyItem) -> list[str]:
    """States shown beside the date, as sentences that hold on any day."""
    found = []
    if mine.look.is_again:
        found.append(_("To be done again: read your teacher’s answer."))
    if mine.look.is_done and mine.may_hand_in:
        found.append(_("Prepared, not handed in yet."))
    if mine.look.is_former:
        by_then = _("Optional: you are no longer in %(class)s by then.")
        said = by_then if mine.due_at else _("Optional: you are no longer in %(class)s.")
        found.append(said % {"class": mine.item.class_name})
    return found


def stand_in_in_words(one: StandIn, today: datetime.date) -> str:
    """Sentence on who stands in for a teacher, and until when; from when, where it begins later."""
    values = {
        "subject": one.teaching.subject.title,
        "stand_in": one.teacher.display_name,
        "teacher": one.teaching.teacher.display_name,
        "first": day_without_year(one.first_day),
        "last": day_without_year(one.last_day),
    }
    if one.first_day > today:
        return (
            _("%(subject)s: %(stand_in)s stands in for %(teacher)s from %(first)s to %(last)s.")
            % values
        )
    return _("%(subject)s: %(stand_in)s stands in for %(teacher)s until %(last)s.") % values


def cancelled_in_words(item: ClassItem) -> str:
    return (
        _("Cancelled: %(reason)s") % {"reason": item.cancel_reason}
        if item.cancel_reason
        else pgettext("video class", "Cancelled.")
    )


def changes_of(changes: Iterable[RecordedChange]) -> list[dict[str, str]]:
    """Changes with `was` and `now` in words; without them, a sentence alone in `said`."""
    return [words for change in changes if (words := _change(change))]


def _change(change: RecordedChange) -> dict[str, str]:
    if change.field == "added":
        return {"said": _("New since the plan was published.")}
    if change.field == "text":
        return {"said": _("The text has changed.")}
    if change.field == "cancelled" or not change.now:
        return {}
    if change.field == "hours" and (hours := _same_day(change)):
        return hours
    return {"was": _value(change.field, change.was), "now": _value(change.field, change.now)}


def _same_day(change: RecordedChange) -> dict[str, str]:
    """Moved within its day: the hours alone."""
    try:
        was, now = parse_datetime(change.was), parse_datetime(change.now)
    except ValueError:
        return {}
    if not was or not now or timezone.localdate(was) != timezone.localdate(now):
        return {}
    return {"was": hour(was), "now": hour(now)}


def _value(field: str, kept: str) -> str:
    """Days and instants were kept in ISO 8601; what can't be read is shown as it was kept."""
    if field == "minutes" and kept.isdecimal():
        return duration(int(kept))
    try:
        if day := parse_date(
            kept
        ):  # before instants: a day alone would be read as one, at midnight
            return day_without_year(day)
        if instant := parse_datetime(kept):
            return _("%(day)s, %(hour)s") % {
                "day": day_without_year(instant),
                "hour": hour(instant),
            }
    except ValueError:
        pass
    return kept
