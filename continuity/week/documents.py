"""A student's week in words: in the rows of its page, on sheets of paper, in a calendar program.

Whole sentences, in one language.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils import dates, timezone, translation
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from icalendar import Calendar, Event

from continuity.enums import ItemKind, Returns
from continuity.week.queries.class_week import Change, ClassItem
from continuity.week.queries.student_items import MyItem
from continuity.week.queries.week import FRIDAY, Day, Week, week_of
from courses.agenda.enums import DayOff
from courses.agenda.queries import ONE_DAY, monday_of
from courses.dates import number_of_day
from courses.documents.models import Paper
from courses.documents.registry import PaperKind, PaperPage
from courses.documents.services import pdf
from courses.mail.values import one_line
from courses.people.models import Person, StandIn
from courses.required import required
from courses.templatetags.passerelle import date_words, day, day_without_year, duration, hour

# What a calendar program asks again after.
ASKED_AGAIN = "PT4H"
ON_ANY_DAY = (
    datetime.date.min
)  # no day of ours is that one, or the next: days are said by their name

# Words


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
    """As `title_of`, the teacher's own words marked where they are of another language than the
    page: WCAG 3.1.2.
    """
    if item.written_in == translation.get_language():
        return title_of(item)
    return format_html(
        title_in_words("{}", "{}"), item.subject_title, spoken(item.title, item.written_in)
    )


def spoken(text: str, language: str) -> SafeString:
    return format_html('<span lang="{}">{}</span>', language, text)


def tick_in_words(item: ClassItem) -> str:
    """What the button to tick says to who doesn't see it."""
    return _("Done: %(title)s") % {"title": title_of(item)}


def day_in_words(day: Day) -> str:
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


@dataclass(frozen=True)
class Section:
    """One part of a week under its heading, as page and paper show it."""

    anchor: str
    heading: str
    aside: str
    items: list[MyItem]


def sections_of(week: Week) -> list[Section]:
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
        _section("former", _("From a class you have left"), week.former),
    ]
    return [section for section in found if section.items or section.aside]


def section_of(day: Day) -> Section:
    minutes = duration(day.minutes) if day.minutes else "" if day.items else _("nothing to do")
    return Section(anchor_of(day), day_in_words(day), off_in_words(day.off) or minutes, day.items)


def anchor_of(day: Day) -> str:
    return f"d{day.date:%d}"


def _section(anchor: str, heading: str, items: list[MyItem]) -> Section:
    minutes = sum(mine.minutes_left for mine in items)
    return Section(anchor, heading, duration(minutes) if minutes else "", items)


def detail_of(mine: MyItem, today: datetime.date) -> str:
    """How long it takes and what is to be given back; of a video class its hours."""
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
    if item.kind == ItemKind.HOMEWORK and mine.due_at:
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


def states_of(mine: MyItem) -> list[str]:
    """What is to be known beside the date: sentences that hold on any day."""
    found = []
    if mine.look.is_again:
        found.append(_("To be done again: read your teacher’s answer."))
    if mine.look.is_done and mine.may_hand_in:
        found.append(_("Prepared, not handed in yet."))
    if mine.look.is_former:
        found.append(
            _("Optional: you are no longer in %(class)s by then.") % {"class": mine.item.class_name}
        )
    return found


def stand_in_in_words(one: StandIn, today: datetime.date) -> str:
    """Who takes a teacher's class, and until when; from when, where it begins later."""
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


def changes_of(changes: Iterable[Change]) -> list[dict[str, str]]:
    """Each with `was` and `now` in words; without them, a sentence alone in `said`."""
    return [words for change in changes if (words := _change(change))]


def _change(change: Change) -> dict[str, str]:
    if change.field == "added":
        return {"said": _("New since the plan was published.")}
    if change.field == "text":
        return {"said": _("The text has changed.")}
    if change.field == "cancelled" or not change.now:
        return {}
    if change.field == "hours" and (hours := _same_day(change)):
        return hours
    return {"was": _value(change.field, change.was), "now": _value(change.field, change.now)}


def _same_day(change: Change) -> dict[str, str]:
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


# Paper


def _draw(paper: Paper) -> bytes:
    return week_pdf(paper, week_of(required(paper.owner), monday_of_paper(paper), paper.asked_at))


def _page(paper: Paper, reader: Person) -> PaperPage | None:
    """The student's alone."""
    if paper.owner_id != reader.pk:
        return None
    monday = monday_of_paper(paper)
    asked = {"day": day_without_year(paper.asked_at), "hour": hour(paper.asked_at)}
    return PaperPage(
        heading=_("The week on paper"),
        lead=_("Week of %(day)s") % {"day": day(monday)},
        content=_(
            "A4, in black and white, with boxes to tick: the week as it was on %(day)s at %(hour)s."
        )
        % asked,
        instead=_(
            "The week itself is all there: print its page from the browser, or ask once more later."
        ),
        back_url=reverse("continuity:week_of", args=[monday.isoformat()]),
        back_label=_("My week"),
        file_name=f"semaine-{monday.isoformat()}.pdf",
    )


def monday_of_paper(paper: Paper) -> datetime.date:
    return datetime.date.fromisoformat(paper.about.partition(" ")[2])


ON_PAPER = PaperKind("continuity.week", _draw, _page)


def week_pdf(paper: Paper, week: Week) -> bytes:
    """A4, black and white, a box to tick at each thing. Raises `PdfUnavailable`."""
    with translation.override(paper.language):
        return pdf(
            "continuity/week/documents/week.html",
            paper_context(paper, week),
            stylesheet="documents.css",
        )


def paper_context(paper: Paper, week: Week) -> dict:
    student = required(paper.owner)
    sections = [_part(section) for section in sections_of(week)]
    return {
        "language": paper.language,
        **ends_in_words(week.monday, week.friday),
        "monday": week.monday,
        "student": student.display_name,
        "classes": ", ".join(place.name for place in week.places if place.kind == "class"),
        "school": str(week.marks.days.school) if week.marks.days and week.marks.days.school else "",
        "minutes": duration(week.minutes_left) if week.minutes_left else "",
        "printed": (
            _("%(day)s, %(hour)s")
            % {
                "day": day_without_year(paper.asked_at),
                "hour": hour(paper.asked_at),
            }
        ),
        "sections": [section for section in sections if section["lines"] or section["note"]],
        "closed": closed_in_words(week),
        "address": settings.SITE_ADDRESS.partition("://")[2],
        "is_demo": settings.ONE_CLICK_LOGINS,
    }


def _part(section: Section) -> dict:
    lines = [_line(mine) for mine in section.items if not mine.look.is_exempt]
    return {"heading": section.heading, "note": section.aside, "lines": lines}


def _line(mine: MyItem) -> dict:
    """Days by their name: a sheet is read on another one."""
    item, look = mine.item, mine.look
    if item.is_cancelled:
        detail = cancelled_in_words(item)
    elif look.is_handed_in:
        detail = _("Handed in")
    else:
        detail = was_due(mine) if look.is_late and mine.due_at else detail_of(mine, ON_ANY_DAY)
    return {
        "title": title_of(item),
        "detail": "\n".join(words for words in (detail, *states_of(mine)) if words),
        "note": "" if item.is_gone else item.note,
        "changes": changes_of(item.changes),
        "has_box": item.is_work or bool(item.starts_at and not item.is_cancelled),
        "is_done": mine.is_finished,
        "is_gone": item.is_gone or bool(item.is_cancelled),
        "due": _due(mine),
    }


def _due(mine: MyItem) -> str:
    if mine.item.starts_at:
        return hour(mine.item.starts_at)
    if mine.waits_for_hand_in and mine.due_at and not mine.look.is_again:
        return _("%(day)s, %(hour)s") % {
            "day": day_without_year(mine.due_at),
            "hour": hour(mine.due_at),
        }
    return ""


# A calendar feed


def week_ics(items: Iterable[MyItem], language: str) -> bytes:
    """For anybody's calendar (RFC 5545): no name of a student or a teacher, only subjects and
    titles.

    Without METHOD: a subscription is no message between calendars (RFC 5546, 3.2.1, wants an
    ORGANIZER for PUBLISH).
    """
    with translation.override(language):
        calendar = Calendar()
        for name, value in (
            ("prodid", "-//Passerelle//Passerelle//FR"),
            ("version", "2.0"),
            ("calscale", "GREGORIAN"),
            ("x-wr-calname", _("My week (Passerelle)")),
            ("x-published-ttl", ASKED_AGAIN),
        ):
            calendar.add(name, value)
        calendar.add(
            "refresh-interval", datetime.timedelta(hours=4), parameters={"VALUE": "DURATION"}
        )
        for mine in items:
            if not mine.item.is_gone and not mine.look.is_exempt:
                calendar.add_component(_event(mine))
        return calendar.to_ical()


def _event(mine: MyItem) -> Event:
    item = mine.item
    monday = monday_of(mine.due_day or item.day)
    event = Event()
    event.add("uid", f"{item.public_id}@week.passerelle")
    event.add("dtstamp", timezone.now().astimezone(datetime.UTC))
    event.add("summary", one_line(title_of(item)))
    event.add("description", _description(mine))
    event.add(
        "url", f"{settings.SITE_ADDRESS}{reverse('continuity:week_of', args=[monday.isoformat()])}"
    )
    event.add("transp", "TRANSPARENT" if not item.starts_at else "OPAQUE")
    if item.starts_at:
        event.add("dtstart", item.starts_at.astimezone(datetime.UTC))
        event.add("dtend", required(item.ends_at).astimezone(datetime.UTC))
        event.add("status", "CANCELLED" if item.is_cancelled else "CONFIRMED")
    elif mine.due_at:
        # An instant, not a span: without DTEND it ends when it begins (RFC 5545, 3.6.1).
        event.add("dtstart", mine.due_at.astimezone(datetime.UTC))
    else:
        event.add("dtstart", item.day)
    return event


def _description(mine: MyItem) -> str:
    """Words that hold on any day: a calendar keeps them longer than one."""
    if mine.item.is_cancelled:
        return cancelled_in_words(mine.item)
    if mine.is_finished:
        return _("Done.")
    return "\n".join(
        words for words in (detail_of(mine, ON_ANY_DAY), *states_of(mine), mine.item.note) if words
    )


# A lesson
