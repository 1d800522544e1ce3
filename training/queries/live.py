"""What stands ahead on a subject, for pages of the roof: open sessions only, so that a cancelled one is gone."""

import datetime

from training.enums import SessionState
from training.models import Session, Training
from training.queries.catalogue import LIGHT, Found, Line, entitlements_for, open_enrolments

ANY = "any"
MOST_OF_A_SUBJECT = 10


def ahead_of(subjects: frozenset[str], person, *, now: datetime.datetime) -> dict[str, list[Line]]:
    """The next open sessions of each subject, soonest first, with what this person needs to know of them.

    At most eight queries for somebody signed in, three for a visitor, however many subjects and sessions.
    """
    rows = Session.objects.visible_to(person).filter(state=SessionState.OPEN).to_come(now).order_by("starts_at", "pk")
    chosen: dict[str, list[int]] = {}
    for row in rows.values(*LIGHT):
        for subject in subjects & subjects_of(row):
            keys = chosen.setdefault(subject, [])
            if len(keys) < MOST_OF_A_SUBJECT:
                keys.append(row["pk"])
    wanted = sorted({pk for keys in chosen.values() for pk in keys})
    if not wanted:
        return {}
    found = Found(person, now, entitlements_for(person), wanted, set(), [], open_enrolments(person))
    lines = {line.session.pk: line for line in found.lines(wanted)}
    return {subject: [lines[pk] for pk in keys if pk in lines] for subject, keys in chosen.items()}


def subjects_of(row: dict) -> frozenset[str]:
    """All that a session is about."""
    return frozenset({ANY, f"resource:{row['training__resource__slug']}", f"training:{row['training__public_id']}"})


def published_trainings():
    """With their resource, in one query."""
    return Training.objects.published().select_related("resource")
