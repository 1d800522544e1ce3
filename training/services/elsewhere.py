"""Signals to other pages that show a session and its training: sent after commit, they say that it
has changed.
"""

from courses.digest.services import tell
from training.models import Session, Training


def session_changed(session: Session) -> None:
    tell(f"session:{session.public_id}", *keys_of(session.training))


def keys_of(training: Training) -> list[str]:
    return [f"training:{training.public_id}", f"resource:{training.resource.slug}"]
