"""The week in a calendar program (RFC 5545)."""

import datetime
from collections.abc import Iterable

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from icalendar import Event

from continuity.week.documents.words import (
    ON_ANY_DAY,
    cancelled_in_words,
    detail_of,
    states_of,
    title_of,
)
from continuity.week.queries.student_items import MyItem
from courses.agenda.documents import subscription
from courses.agenda.queries import monday_of
from courses.mail.values import one_line
from courses.required import required


def week_ics(items: Iterable[MyItem], language: str) -> bytes:
    """The week as a calendar (RFC 5545): no name of a student or a teacher, only subjects and
    titles.
    """
    with translation.override(language):
        events = [
            _event(mine) for mine in items if not mine.item.is_gone and not mine.look.is_exempt
        ]
        return subscription(events, name=_("My week (Passerelle)"))


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
    if mine.look.is_handed_in:
        return _("Handed in, late") if mine.look.is_late else _("Handed in")
    if mine.is_finished:
        return _("Done.")
    return "\n".join(
        words for words in (detail_of(mine, ON_ANY_DAY), *states_of(mine), mine.item.note) if words
    )
