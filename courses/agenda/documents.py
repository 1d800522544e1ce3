"""iCalendar (RFC 5545, 5546) from meetings.

Hours in Paris time, with the zone's own definition beside them.
"""

import datetime
from collections.abc import Callable, Iterable
from email.headerregistry import Address
from email.utils import parseaddr

from django.conf import settings
from django.utils import timezone
from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vCalAddress

from courses.agenda.enums import CalendarMethod
from courses.agenda.models import CalendarEntry, Meeting
from courses.agenda.values import PARIS
from courses.mail.values import one_line

ONE_HOUR = datetime.timedelta(hours=1)
ASKED_AGAIN = 4 * ONE_HOUR  # by the programs that subscribe


def invitation(entry: CalendarEntry, *, summary: str, description: str, url: str) -> bytes:
    """Return what one person's calendar is told of one meeting, as iCalendar: REQUEST or CANCEL."""
    calendar = _calendar(entry.method)
    event = _event(
        entry.meeting, entry.starts_at, entry.ends_at, entry.sequence, summary, description, url
    )
    event.add("attendee", _attendee(entry.person))
    # Un-inviting one person: no STATUS, or their calendar believes that the meeting is off for all
    # (RFC 5546, 3.2.5).
    if entry.method == CalendarMethod.REQUEST:
        event.add("status", "CONFIRMED")
    elif entry.meeting.is_cancelled:
        event.add("status", "CANCELLED")
    calendar.add_component(event)
    return calendar.to_ical()


def published(
    meetings: Iterable[Meeting],
    sequences: dict[int, int],
    *,
    summary: str,
    description: str,
    url: Callable[[Meeting], str],
) -> bytes:
    """A file for anybody's calendar: no attendee, nobody is invited (RFC 5546, 3.2.1)."""
    calendar = _calendar("PUBLISH")
    for meeting in meetings:
        sequence = sequences.get(meeting.pk, 0)
        event = _event(
            meeting,
            meeting.starts_at,
            meeting.ends_at,
            sequence,
            summary,
            description,
            url(meeting),
        )
        event.add("status", "CANCELLED" if meeting.is_cancelled else "CONFIRMED")
        calendar.add_component(event)
    return calendar.to_ical()


def subscription(events: Iterable[Event], *, name: str) -> bytes:
    """A calendar that programs ask for again every few hours (RFC 7986).

    Without METHOD: a subscription is no message between calendars (RFC 5546, 3.2.1, wants an
    ORGANIZER for PUBLISH).
    """
    calendar = _calendar()
    calendar.add("x-wr-calname", name)
    calendar.add("x-published-ttl", f"PT{ASKED_AGAIN // ONE_HOUR}H")
    calendar.add("refresh-interval", ASKED_AGAIN, parameters={"VALUE": "DURATION"})
    for event in events:
        calendar.add_component(event)
    return calendar.to_ical()


def subscribed(meeting: Meeting, *, summary: str, description: str, url: str) -> Event:
    """One meeting in a subscription: nobody is invited by it."""
    event = _event(meeting, meeting.starts_at, meeting.ends_at, 0, summary, description, url)
    del event["organizer"], event["sequence"]
    event.add("status", "CANCELLED" if meeting.is_cancelled else "CONFIRMED")
    return event


def _calendar(method: str = "") -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//Passerelle//Passerelle//FR")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    if method:
        calendar.add("method", method)
    calendar.add_component(_paris())
    return calendar


def _event(
    meeting: Meeting, starts_at, ends_at, sequence: int, summary: str, description: str, url: str
) -> Event:
    event = Event()
    event.add("uid", meeting.calendar_uid)
    event.add("dtstamp", timezone.now().astimezone(datetime.UTC))
    event.add("sequence", sequence)
    event.add("dtstart", starts_at.astimezone(PARIS))
    event.add("dtend", ends_at.astimezone(PARIS))
    event.add("summary", one_line(summary))
    event.add("description", description)
    event.add("location", url)
    event.add("url", url)
    event.add("organizer", _organiser())
    return event


def _organiser() -> vCalAddress:
    """Who sends the mail: calendars distrust an organiser who isn't the sender."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    organiser = vCalAddress(f"mailto:{address}")
    organiser.params["CN"] = name or address
    return organiser


def _attendee(person) -> vCalAddress:
    """One per mail, so that guests' addresses stay from each other.

    The seat is taken: nobody waits for an answer.
    """
    attendee = vCalAddress(
        f"mailto:{Address(addr_spec=person.email).addr_spec}" if person.email else "mailto:"
    )
    attendee.params["CN"] = one_line(person.display_name).replace(
        '"', "’"
    )  # RFC 5545, 3.2: no quote in a parameter
    attendee.params["ROLE"] = "REQ-PARTICIPANT"
    attendee.params["PARTSTAT"] = "ACCEPTED"
    attendee.params["RSVP"] = "FALSE"
    return attendee


def _paris() -> Timezone:
    """Europe/Paris as it has been since 1996: the last Sundays of March and October, at 01:00 UTC."""
    zone = Timezone()
    zone.add("tzid", "Europe/Paris")
    for turn, name, month, before, after, local in (
        (TimezoneDaylight(), "CEST", 3, 1, 2, datetime.datetime(1996, 3, 31, 2)),
        (TimezoneStandard(), "CET", 10, 2, 1, datetime.datetime(1996, 10, 27, 3)),
    ):
        turn.add("dtstart", local)
        turn.add("tzname", name)
        turn.add("tzoffsetfrom", datetime.timedelta(hours=before))
        turn.add("tzoffsetto", datetime.timedelta(hours=after))
        turn.add("rrule", {"freq": "yearly", "bymonth": month, "byday": "-1SU"})
        zone.add_component(turn)
    return zone
