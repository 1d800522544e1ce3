"""What stands on other pages of a session and its training: they are told, after commit, that it
isn't so any more.
"""

from courses.digest.services import tell
from training.models import Session, Training


def session_changed(session: Session) -> None:
    tell(f"session:{session.public_id}", *keys_of(session.training))


def keys_of(training: Training) -> list[str]:
    return [f"training:{training.public_id}", f"resource:{training.resource.slug}"]
