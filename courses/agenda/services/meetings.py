"""Services on meetings, and on what people's calendars are told of them."""

from collections.abc import Callable, Iterable

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from schedule.models import Calendar, Event, Occurrence, Rule

from courses.agenda import documents
from courses.agenda.enums import OUR_CALENDAR, CalendarMethod, WeeksBetween
from courses.agenda.exceptions import MeetingCancelled
from courses.agenda.models import CalendarEntry, Meeting
from courses.agenda.queries import PlannedDate, series_starts
from courses.agenda.queries.series import rule_fields
from courses.agenda.values import Hours
from courses.locks import lock_then_read
from courses.mail.values import CalendarPart
from courses.people.models import Person


def plan_series(*, title: str, hours: list[Hours], every: int | None = None) -> Event:
    """A series with one meeting per date, ordinals 1..n in time order. Each date is a saved
    occurrence.

    With `every` (weeks) the series has a rule that begins with the first date and ends with the
    last; dates of the rule may be left out. Raises `ValueError` for a date that isn't of the rule.
    """
    if not hours:
        raise ValueError("a series has at least one date")
    hours = sorted(hours)
    with transaction.atomic():
        calendar, _made = Calendar.objects.get_or_create(
            slug=OUR_CALENDAR, defaults={"name": "Passerelle"}
        )
        series = Event(
            calendar=calendar, title=title[:255], start=hours[0].starts_at, end=hours[-1].ends_at
        )
        if every:
            series.end = hours[0].ends_at  # of a series with a rule, one date's length
            series.rule, series.end_recurring_period = _rule(every), hours[-1].starts_at
            if strays := {these.starts_at for these in hours}.difference(series_starts(series)):
                raise ValueError(f"not of the rule: {min(strays)}")
        series.save()
        occurrences = Occurrence.objects.bulk_create(
            [_occurrence(series, these) for these in hours]
        )
        Meeting.objects.bulk_create(
            [
                Meeting(series=series, ordinal=n, occurrence=occurrence)
                for n, occurrence in enumerate(occurrences, start=1)
            ]
        )
    return series


def prolong(*, series: Event, dates: list[PlannedDate]) -> list[Meeting]:
    """Further dates of the series' rule, which ends with the last of them; holds the series' row
    until commit.
    """
    with transaction.atomic():
        series = Event.objects.select_for_update().get(pk=series.pk)
        last = series.meetings.aggregate(last=Max("ordinal"))["last"] or 0
        meetings = []
        for ordinal, date in enumerate(dates, start=last + 1):
            fields = _fields(series, date.hours) | {
                "original_start": date.slot,
                "original_end": date.slot + date.hours.duration,
            }
            occurrence = Occurrence.objects.create(**fields)
            meetings.append(
                Meeting.objects.create(series=series, ordinal=ordinal, occurrence=occurrence)
            )
        if dates:
            series.end_recurring_period = max(date.slot for date in dates)
            series.save(update_fields=["end_recurring_period"])
    return meetings


def end_rule_with(*, meeting: Meeting) -> None:
    """No date of the rule after this meeting's.

    Nothing for a series without a rule; meetings stay as they are.
    """
    with transaction.atomic():
        series = Event.objects.select_for_update().get(pk=meeting.series_id)
        if series.rule_id:
            until = [
                slot for slot in series_starts(series) if slot <= meeting.occurrence.original_start
            ]
            series.end_recurring_period = until[-1] if until else series.start
            series.save(update_fields=["end_recurring_period"])


def delete_series(series: Event) -> None:
    """A series that nobody was told of, with its meetings.

    Raises `ProtectedError` if anything hangs on one of them.
    """
    with transaction.atomic():
        series.meetings.all().delete()
        # By themselves: a cascade reads them with deferred fields, which Occurrence.__init__ can't
        # bear (django-scheduler 0.12).
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
    """Other hours for the same meeting: its identity, its calendar UID and everything that hangs on
    it stay.

    Holds the meeting's row until commit. Moving to where it is changes nothing. Raises
    `MeetingCancelled`. `meeting` is brought up to date in place.
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


def restore(*, meeting: Meeting) -> Meeting:
    """Restore a date that was cancelled. Idempotent."""
    with transaction.atomic():
        held = _hold(meeting)
        if held.is_cancelled:
            held.occurrence.uncancel()
            held.cancel_reason = ""
            held.save(update_fields=["cancel_reason"])
    return _brought_up_to_date(meeting, held)


def tell(*, meeting: Meeting, person: Person, method: str) -> CalendarEntry | None:
    """Note what this person's calendar is to be told, in the transaction of the fact; the mail
    itself is a letter.

    The sequence rises with a change of hours, with a CANCEL, and with a REQUEST after a CANCEL; it
    never falls (RFC 5545, 3.8.7.4). The same facts told twice change nothing. Nobody is invited to
    a cancelled meeting, and nobody's invitation is taken back who never had one: then the answer is
    the entry as it was, or None. Holds the meeting's row until commit.
    """
    with transaction.atomic(savepoint=False):
        held = _hold(meeting)
        entry = CalendarEntry.objects.filter(meeting=held, person=person).first()
        if method == CalendarMethod.REQUEST and held.is_cancelled:
            return entry
        if entry is None:
            if method == CalendarMethod.CANCEL:
                return None
            return CalendarEntry.objects.create(
                meeting=held,
                person=person,
                method=method,
                starts_at=held.starts_at,
                ends_at=held.ends_at,
            )
        if entry.says(method, held.starts_at, held.ends_at):
            return entry
        entry.sequence += 1
        entry.method, entry.starts_at, entry.ends_at, entry.stamped_at = (
            method,
            held.starts_at,
            held.ends_at,
            timezone.now(),
        )
        entry.save()
    return entry


def invitation(*, entry: CalendarEntry, summary: str, description: str, url: str) -> CalendarPart:
    """The iCalendar of that entry as it stands now, for the one person it is about.

    `url` is our own join page.
    """
    return CalendarPart(
        method=entry.method,
        content=documents.invitation(entry, summary=summary, description=description, url=url),
    )


def meeting_ics(
    meetings: Meeting | Iterable[Meeting],
    *,
    summary: str,
    description: str,
    url: Callable[[Meeting], str],
    person: Person | None = None,
) -> bytes:
    """A file to download: these meetings, for anybody's calendar.

    With `person`, in step with the mails they had.
    """
    chosen = [meetings] if isinstance(meetings, Meeting) else list(meetings)
    sequences = dict(
        CalendarEntry.objects.filter(meeting__in=chosen, person=person).values_list(
            "meeting", "sequence"
        )
        if person
        else []
    )
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
    """The meeting as it is now, its row held until commit.

    `no_key`: rows that point to it can be written meanwhile, such as those of a seat.
    """
    held = lock_then_read(Meeting.objects.filter(pk=meeting.pk), no_key=True)
    return held.select_related("occurrence", "series").get()


def _brought_up_to_date(meeting: Meeting, held: Meeting) -> Meeting:
    meeting.occurrence, meeting.cancel_reason = held.occurrence, held.cancel_reason
    return meeting


def _rule(every: int) -> Rule:
    """The row of django-scheduler's rules with this frequency and interval: looked up by them, as
    it has no unique key.
    """
    fields = rule_fields(every)
    return Rule.objects.filter(**fields).order_by("pk").first() or Rule.objects.create(
        **fields, name=str(WeeksBetween(every).name), description=""
    )


def _keep_span(series: Event) -> None:
    """The series reaches from its earliest to its latest date.

    With a rule its start is the rule's, and never changes.
    """
    if series.rule_id:
        return
    starts, ends = zip(*series.occurrence_set.values_list("start", "end"), strict=True)
    Event.objects.filter(pk=series.pk).update(start=min(starts), end=max(ends))
