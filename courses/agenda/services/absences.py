"""Record and withdraw a teacher's absence from class; a signal is sent after commit."""

from django.db import transaction
from django.utils import timezone

from courses.agenda.models import Absence
from courses.agenda.queries import hours_missed
from courses.agenda.signals import absence_changed
from courses.agenda.values import Hours
from courses.people.models import Person


def record_absence(
    *, teacher: Person, key: str, hours: Hours, reason: str, url: str = ""
) -> Absence | None:
    """Record that the teacher misses class in these hours, in the caller's transaction. None outside
    class hours.

    `key` names the cause: recorded again the absence is moved, stands again if it was withdrawn,
    and is withdrawn if it falls into no class hour. The same hours twice change nothing. After
    commit `absence_changed` is sent; its receivers may be called twice.
    """
    if not hours_missed(teacher, hours):
        withdraw_absence(key=key)
        return None
    facts = {
        "teacher": teacher,
        "starts_at": hours.starts_at,
        "ends_at": hours.ends_at,
        "reason": reason[:200],
        "url": url,
        "withdrawn_at": None,
    }
    with transaction.atomic(savepoint=False):
        absence, is_new = Absence.objects.select_for_update(of=("self",)).get_or_create(
            key=key, defaults=facts
        )
        if not is_new and all(getattr(absence, name) == value for name, value in facts.items()):
            return absence
        for name, value in facts.items():
            setattr(absence, name, value)
        absence.settled_at = None
        absence.save()
        _tell(absence)
    return absence


def withdraw_absence(*, key: str) -> None:
    """Withdraw the absence with that key, if it stands. Idempotent."""
    with transaction.atomic(savepoint=False):
        absence = Absence.objects.select_for_update(of=("self",)).standing().filter(key=key).first()
        if absence:
            absence.withdrawn_at, absence.settled_at = timezone.now(), None
            absence.save(update_fields=["withdrawn_at", "settled_at"])
            _tell(absence)


def _tell(absence: Absence) -> None:
    transaction.on_commit(
        lambda: absence_changed.send_robust(sender=Absence, absence_id=absence.pk), robust=True
    )
