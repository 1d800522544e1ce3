"""Trainers and planners are told of seats that became free, as numbers: once a day, and soon within
the last day before a session.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from courses.mail.models import Letter
from courses.mail.services import post
from courses.people.models import Person
from training.enums import Letters
from training.models import EnrolmentStep
from training.queries.given_back import readers_of, seats_given_back, told_before
from training.rules import is_time_to_tell_of_seats
from training.values import SEATS_TOLD_WITHIN


def tell(now: datetime) -> int:
    """For the tick: one letter for each reader to whom something is to be told. Says how many.

    The letter's row holds what it tells, so each seat is told once to each; one that waits for its
    reader's summary grows. May run twice, and two ticks at once. What was given back before an outage
    of more than four days isn't told.
    """
    since = now - SEATS_TOLD_WITHIN
    steps = list(seats_given_back(now).filter(at__gt=since, at__lte=now))
    if not steps:
        return 0
    readers = readers_of({step.enrolment.session for step in steps})
    told, told_at = told_before(readers, since)
    due = {
        reader: _due(
            reader,
            [
                step
                for step in steps
                if step.enrolment.session_id in own and step.pk not in told[reader.pk]
            ],
            told_at.get(reader.pk),
            now,
        )
        for reader, own in readers.items()
    }
    due = {reader: pks for reader, pks in due.items() if pks}
    if due:
        with transaction.atomic():
            put_by = _put_by(due)
            for reader, pks in due.items():
                _tell(reader, pks, put_by.get(reader.pk), now)
    return len(due)


def _put_by(readers: Iterable[Person]) -> dict[int, Letter]:
    """Those that wait for their reader's summary, by reader. Held until commit: they were summed up
    before, and aren't among these, or are afterwards, with what is written here.
    """
    rows = Letter.objects.gathered().filter(kind=Letters.SEATS_GIVEN_BACK, to__in=readers)
    return {row.to_id: row for row in rows.select_for_update().order_by("pk")}


def _tell(reader: Person, steps: list[int], put_by: Letter | None, now: datetime) -> None:
    if put_by is None:
        key = f"seats-given-back:{reader.pk}:{max(steps)}"
        post(Letters.SEATS_GIVEN_BACK, to=reader, key=key, details={"steps": steps})
        return
    # Another tick may have written the same.
    put_by.details = {"steps": sorted({*put_by.details["steps"], *steps})}
    put_by.posted_at = now
    put_by.save(update_fields=["details", "posted_at"])


def _due(
    reader: Person, steps: list[EnrolmentStep], told_at: datetime | None, now: datetime
) -> list[int]:
    """Return which of these steps the reader is told of now; nobody is told of their own."""
    by_session: dict[int, list[EnrolmentStep]] = defaultdict(list)
    for step in steps:
        by_session[step.enrolment.session_id].append(step)
    due: list[int] = []
    for of_session in by_session.values():
        new = [step for step in of_session if step.by_id != reader.pk]
        if new and is_time_to_tell_of_seats(
            new[0].enrolment.session,
            first_at=min(step.at for step in new),
            told_at=told_at,
            now=now,
        ):
            due += [step.pk for step in new]
    return due
