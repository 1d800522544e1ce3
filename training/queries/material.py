"""Queries of material for the participants of a session."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F, QuerySet

from courses.agenda.models import Meeting
from courses.people.models import Person
from training.models import Material, Session


def material_to_read(session: Session, person: Person, *, now: datetime) -> list[Material]:
    """That of the whole session first, then that of its dates. One query."""
    return list(_in_order(session.materials.readable_by(person, now=now)))


def material_kept(session: Session, person: Person, *, now: datetime) -> list[Material]:
    """Return the material that can be removed, and that removed within the last hour."""
    found = _in_order(session.materials.kept_by(person, now=now))
    return list(found.select_related("by", "removed_by"))


def titles_to_say(session: Session, *, at: Iterable[Meeting] = ()) -> list[str]:
    """Titles of what a letter about these dates names. One query."""
    there = session.materials.there()
    there = there.filter(meeting=None) | there.filter(meeting__in=list(at))
    return [one.title for one in _in_order(there)]


def added_since(session: Session, first: int) -> list[Material]:
    """Return the material added from this row on that wasn't removed."""
    return list(_in_order(session.materials.there().filter(pk__gte=first)))


def _in_order(found: QuerySet[Material]) -> QuerySet[Material]:
    by_date = F("meeting__occurrence__start").asc(nulls_first=True)
    return found.select_related("meeting__occurrence").order_by(by_date, "pk")
