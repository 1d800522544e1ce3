"""Trainers and planners are told of seats that became free, as numbers: once a day, and soon within
the last day before a session.
"""

from collections import defaultdict
from datetime import datetime

from courses.mail.services import post
from courses.people.models import Person
from training.enums import Letters
from training.models import EnrolmentStep
from training.queries.given_back import readers_of, seats_given_back, told_before
from training.rules import is_time_to_tell_of_seats
from training.values import SEATS_TOLD_WITHIN


def tell(now: datetime) -> int:
    """For the tick: one letter for each reader to whom something is to be told. Says how many.

    The letter's row holds what it tells, so each seat is told once to each. May run twice, and two
    ticks at once. What was given back before an outage of more than four days isn't told.
    """
    since = now - SEATS_TOLD_WITHIN
    steps = list(seats_given_back(now).filter(at__gt=since, at__lte=now))
    if not steps:
        return 0
    readers = readers_of({step.enrolment.session for step in steps})
    told = told_before(readers, steps, since)
    due = {
        reader: _due(
            reader, [s for s in steps if s.enrolment.session_id in own], told[reader.pk], now
        )
        for reader, own in readers.items()
    }
    for reader, pks in due.items():
        if pks:
            key = f"seats-given-back:{reader.pk}:{max(pks)}"
            post(Letters.SEATS_GIVEN_BACK, to=reader, key=key, details={"steps": pks})
    return sum(1 for pks in due.values() if pks)


def _due(
    reader: Person, steps: list[EnrolmentStep], told: dict[int, datetime], now: datetime
) -> list[int]:
    """Of the reader's sessions, the steps to tell of now; nobody is told of their own."""
    by_session: dict[int, list[EnrolmentStep]] = defaultdict(list)
    for step in steps:
        by_session[step.enrolment.session_id].append(step)
    due: list[int] = []
    for of_session in by_session.values():
        new = [step for step in of_session if step.pk not in told and step.by_id != reader.pk]
        last_told = max((told[step.pk] for step in of_session if step.pk in told), default=None)
        if new and is_time_to_tell_of_seats(
            new[0].enrolment.session,
            first_at=min(step.at for step in new),
            told_at=last_told,
            now=now,
        ):
            due += [step.pk for step in new]
    return due
