"""A session as it is beside what a form would save."""

from dataclasses import dataclass
from datetime import datetime

from courses.dates import day_and_hour
from courses.people.enums import Language
from training.enums import OpenTo
from training.forms.planning import SessionForm
from training.models import Session


def as_it_is(session: Session) -> dict:
    return {
        "language": session.language,
        "capacity": session.capacity,
        "open_to": session.open_to,
        "schools": list(session.schools.all()),
        "school_quota": session.school_quota,
        "enrolment_opens_at": session.enrolment_opens_at,
        "enrolment_closes_at": session.enrolment_closes_at,
        "trainers": list(session.trainers.all()),
        "threshold_percent": session.threshold_percent,
        "note": session.note,
        "revision": session.revision,
    }


@dataclass(frozen=True)
class FieldDifference:
    label: str
    mine: str
    saved: str


def differences_between(form: SessionForm, session: Session) -> list[FieldDifference]:
    """Field by field, what the form says and what was saved meanwhile, in words."""
    saved, mine = as_it_is(session), form.compared
    pairs = [(name, _in_words(name, mine[name]), _in_words(name, saved[name])) for name in mine]
    return [
        FieldDifference(str(form.fields[name].label), ours, theirs)
        for name, ours, theirs in pairs
        if ours != theirs
    ]


def _in_words(name: str, value) -> str:
    if name == "trainers":
        return ", ".join(sorted(person.display_name for person in value))
    if name == "schools":
        return ", ".join(sorted(str(school) for school in value))
    if name == "open_to":
        return str(OpenTo(value).label)
    if value is None:
        return ""
    if isinstance(value, datetime):
        return day_and_hour(value)
    return str(Language(value).label) if name == "language" else str(value)
