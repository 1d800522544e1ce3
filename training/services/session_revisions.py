"""A session's row, held, and its revision, which rises with every save by an adviser."""

from courses.exceptions import StaleSheet
from training.models import Session
from training.services import enrolment as enrolments


def hold_session(session: Session, revision: int | None = None) -> Session:
    held = enrolments.locked(session)
    refuse_if_stale(held, revision)
    return held


def refuse_if_stale(session: Session, revision: int | None) -> None:
    if revision is not None and session.revision != revision:
        raise StaleSheet


def save_next_revision(session: Session, *fields: str) -> None:
    session.revision += 1
    session.save(update_fields=["revision", *fields])
