"""Who leads the meetings of a session. Pages, permissions, letters, calendars and certificates ask
here, or the database by `models.leading.led_by`.
"""

from collections.abc import Iterable

from django.db.models import QuerySet

from courses.agenda.models import Meeting
from courses.people.models import Person
from training.models import Session, Sheet, Substitution
from training.models.leading import led_by

WITH_SUBSTITUTION = ("substitution__substitute", "substitution__replaces")  # of a meeting


def leaders_of(session: Session, meetings: Iterable[Meeting]) -> dict[int, list[Person]]:
    """By the meeting's primary key. Two queries, one if the trainers are there already."""
    trainers, instead = list(session.trainers.all()), substitutions_of(session)
    return {one.pk: leading(trainers, instead.get(one.pk)) for one in meetings}


def leading(trainers: list[Person], instead: Substitution | None) -> list[Person]:
    if instead is None:
        return trainers
    there = [one for one in trainers if one.pk != instead.replaces_id]
    return there if instead.substitute in there else [*there, instead.substitute]


def everybody_leading(session: Session, meetings: Iterable[Meeting]) -> list[Person]:
    """Each once. Two queries."""
    by_meeting = leaders_of(session, meetings).values()
    return list({person.pk: person for people in by_meeting for person in people}.values())


def everybody_who_led(session: Session, meetings: Iterable[Meeting]) -> list[Person]:
    """Each once, in the order of the meetings: as kept on the sheet, whoever became a trainer of the
    session since; of other meetings, who leads them. Four queries at most.
    """
    meetings = list(meetings)
    sheets = Sheet.objects.filter(meeting__in=meetings).prefetch_related("leaders")
    kept = {one.meeting_id: people for one in sheets if (people := list(one.leaders.all()))}
    by_meeting = leaders_of(session, [one for one in meetings if one.pk not in kept]) | kept
    found = [person for one in meetings for person in by_meeting[one.pk]]
    return list({person.pk: person for person in found}.values())


def substitutions_of(session: Session) -> dict[int, Substitution]:
    """By the meeting's primary key."""
    found = session.substitutions.select_related("replaces", "substitute")
    return {one.meeting_id: one for one in found}


def substitution_of(meeting: Meeting) -> Substitution | None:
    found = Substitution.objects.filter(meeting=meeting)
    return found.select_related("replaces", "substitute").first()


def meetings_led(person: Person, session: Session) -> QuerySet[Meeting]:
    """Cancelled ones too, in time order."""
    return session.meetings.filter(led_by(person))


def leads(person: Person, meeting: Meeting) -> bool:
    return Meeting.objects.filter(led_by(person), pk=meeting.pk).exists()


def is_trainer_in(person: Person, session: Session) -> bool:
    """Of the session, or in somebody's place on one date."""
    return Session.objects.with_dates_of(person).filter(pk=session.pk).exists()
