"""What happens to meetings, and what people's calendars are told of it."""

from collections.abc import Callable, Iterable

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from schedule.models import Calendar, Event, Occurrence

from courses.agenda import documents
from courses.agenda.enums import OUR_CALENDAR, CalendarMethod
from courses.agenda.exceptions import MeetingCancelled
from courses.agenda.models import CalendarEntry, Meeting
from courses.agenda.values import Hours
from courses.mail.values import CalendarPart


def plan_series(*, title: str, hours: list[Hours]) -> Event:
    """A series with one meeting per date, ordinals 1..n in time order. Each date is a saved occurrence."""
    if not hours:
        raise ValueError("a series has at least one date")
    hours = sorted(hours)
    with transaction.atomic():
        calendar, _made = Calendar.objects.get_or_create(slug=OUR_CALENDAR, defaults={"name": "Passerelle"})
        series = Event.objects.create(calendar=calendar, title=title[:255], start=hours[0].starts_at, end=hours[-1].ends_at)
        occurrences = Occurrence.objects.bulk_create([_occurrence(series, these) for these in hours])
        Meeting.objects.bulk_create(
            [Meeting(series=series, ordinal=n, occurrence=occurrence) for n, occurrence in enumerate(occurrences, start=1)]
        )
    return series


def delete_series(series: Event) -> None:
    """A series that nobody was told of, with its meetings. Raises `ProtectedError` if anything hangs on one of them."""
    with transaction.atomic():
        series.meetings.all().delete()
        # By themselves: a cascade reads them with deferred fields, which Occurrence.__init__ can't bear (django-scheduler 0.12).
        series.occurrence_set.all().delete()
        series.delete()


def add_meeting(*, series: Event, hours: Hours) -> Meeting:
    """One more date, with the next ordinal; holds the series' row until commit."""
    with transaction.atomic():
        series = Event.objects.select_for_update().get(pk=series.pk)
        last = series.meetings.aggregate(last=Max("ordinal"))["last"] or 0
        occurrence = Occurrence.objects.create(**_fields(series, hours))
        meeting = Meeting.objects.create(series=series, ordinal=last + 1, occurrence=occurrence)
        _keep_span(series)
    return meeting


def move(*, meeting: Meeting, hours: Hours) -> Meeting:
    """Other hours for the same meeting: its identity, its calendar UID and everything that hangs on it stay.

    Holds the meeting's row until commit. Moving to where it is changes nothing. Raises `MeetingCancelled`.
    `meeting` is brought up to date in place.
    """
    with transaction.atomic():
        held = _hold(meeting)
        if held.is_cancelled:
            raise MeetingCancelled(starts_at=held.starts_at)
        if (held.starts_at, held.ends_at) != (hours.starts_at, hours.ends_at):
            held.occurrence.move(hours.starts_at, hours.ends_at)
            _keep_span(held.series)
    return _brought_up_to_date(meeting, held)


def cancel(*, meeting: Meeting, reason: str) -> Meeting:
    """The date doesn't take place; its row stays. Cancelled twice keeps the first reason."""
    with transaction.atomic():
        held = _hold(meeting)
        if not held.is_cancelled:
            held.occurrence.cancel()
            held.cancel_reason = reason
            held.save(update_fields=["cancel_reason"])
    return _brought_up_to_date(meeting, held)


def tell(*, meeting: Meeting, person, method: str) -> CalendarEntry | None:
    """Note what this person's calendar is to be told, in the transaction of the fact; the mail itself is a letter.

    The sequence rises with a change of hours, with a CANCEL, and with a REQUEST after a CANCEL; it never falls
    (RFC 5545, 3.8.7.4). The same facts told twice change nothing. Nobody is invited to a cancelled meeting, and
    nobody's invitation is taken back who never had one: then the answer is the entry as it was, or None.
    Holds the meeting's row until commit.
    """
    with transaction.atomic(savepoint=False):
        held = _hold(meeting)
        entry = CalendarEntry.objects.filter(meeting=held, person=person).first()
        if method == CalendarMethod.REQUEST and held.is_cancelled:
            return entry
        if entry is None:
            if method == CalendarMethod.CANCEL:
                return None
            return CalendarEntry.objects.create(meeting=held, person=person, method=method, starts_at=held.starts_at, ends_at=held.ends_at)
        if entry.says(method, held.starts_at, held.ends_at):
            return entry
        entry.sequence += 1
        entry.method, entry.starts_at, entry.ends_at, entry.stamped_at = method, held.starts_at, held.ends_at, timezone.now()
        entry.save()
    return entry


def invitation(*, entry: CalendarEntry, summary: str, description: str, url: str) -> CalendarPart:
    """The iCalendar of that entry as it stands now, for the one person it is about. `url` is our own join page."""
    return CalendarPart(
        method=entry.method,
        content=documents.invitation(entry, summary=summary, description=description, url=url),
    )


def meeting_ics(
    meetings: Meeting | Iterable[Meeting], *, summary: str, description: str, url: Callable[[Meeting], str], person=None
) -> bytes:
    """A file to download: these meetings, for anybody's calendar. With `person`, in step with the mails they had."""
    chosen = [meetings] if isinstance(meetings, Meeting) else list(meetings)
    sequences = dict(CalendarEntry.objects.filter(meeting__in=chosen, person=person).values_list("meeting", "sequence") if person else [])
    return documents.published(chosen, sequences, summary=summary, description=description, url=url)


def _fields(series: Event, hours: Hours) -> dict:
    return {
        "event": series,
        "title": series.title,
        "start": hours.starts_at,
        "end": hours.ends_at,
        "original_start": hours.starts_at,
        "original_end": hours.ends_at,
    }


def _occurrence(series: Event, hours: Hours) -> Occurrence:
    return Occurrence(**_fields(series, hours))


def _hold(meeting: Meeting) -> Meeting:
    """The meeting as it is now, its row held until commit."""
    return Meeting.objects.select_for_update(of=("self",)).select_related("occurrence", "series").get(pk=meeting.pk)


def _brought_up_to_date(meeting: Meeting, held: Meeting) -> Meeting:
    meeting.occurrence, meeting.cancel_reason = held.occurrence, held.cancel_reason
    return meeting


def _keep_span(series: Event) -> None:
    """The series reaches from its earliest to its latest date."""
    starts, ends = zip(*series.occurrence_set.values_list("start", "end"), strict=True)
    Event.objects.filter(pk=series.pk).update(start=min(starts), end=max(ends))
