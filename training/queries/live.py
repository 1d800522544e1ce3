"""Sessions to come on a subject, for pages of the roof: open sessions only, so that a cancelled one
is gone.
"""

import datetime

from django.db import models
from django.db.models import Q, QuerySet

from courses.people.models import Person
from training.enums import SessionState
from training.models import Session, Training
from training.queries.catalogue import CatalogueResults, SessionLine, open_enrolments
from training.queries.rights import rights_of_reader
from training.queries.sessions import put_in_line

ANY = "any"
MOST_OF_A_SUBJECT = 10


def ahead_of(
    subjects: frozenset[str], person: Person, *, now: datetime.datetime
) -> dict[str, list[SessionLine]]:
    """The next open sessions of each subject, soonest first, with what this person needs to know of
    them.

    One query for a visitor, at most seven for somebody signed in, however many subjects and
    sessions.
    """
    ahead = (
        Session.objects.visible_to(person)
        .filter(state=SessionState.OPEN)
        .to_come(now)
        .order_by("starts_at", "pk")
    )
    about = {
        subject: among for subject in subjects if (among := of_subject(ahead, subject)) is not None
    }
    if not about:
        return {}
    wanted = Q()
    for among in about.values():
        wanted |= Q(pk__in=among.values("pk")[:MOST_OF_A_SUBJECT])
    sessions = list(
        Session.objects.filter(wanted)
        .order_by("starts_at", "pk")
        .with_page_rows()
        .with_counts()
        .fetch_mode(models.FETCH_PEERS)
    )
    put_in_line(sessions)
    mine = open_enrolments(person)
    lines = CatalogueResults(person, now, rights_of_reader(person), [], set(), mine=mine).lines_of(
        sessions
    )
    found = {
        subject: [line for line in lines if subject in subjects_of(line.session)][
            :MOST_OF_A_SUBJECT
        ]
        for subject in about
    }
    return {subject: lines for subject, lines in found.items() if lines}


def of_subject(sessions: QuerySet[Session], subject: str) -> QuerySet[Session] | None:
    kind, _colon, name = subject.partition(":")
    if subject == ANY:
        return sessions
    if kind == "resource":
        return sessions.filter(training__resource__slug=name)
    if kind == "training":
        return sessions.filter(training__public_id=name)
    return None


def subjects_of(session: Session) -> set[str]:
    """All that a session is about."""
    return {ANY, f"resource:{session.resource.slug}", f"training:{session.training.public_id}"}


def published_trainings() -> QuerySet[Training]:
    """Return published trainings with their resource, in one query."""
    return Training.objects.published().select_related("resource")
