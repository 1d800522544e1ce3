"""Sessions that nobody has seen yet."""

from django.db import transaction
from wagtail.log_actions import log

from courses.agenda import services as agenda
from courses.people.models import Person
from training import rules
from training.models import Session
from training.services import enrolment as enrolments


def delete(*, session: Session, by: Person) -> None:
    """Delete a draft with its dates.

    Nobody was told of it, so nobody is told now. Raises `SessionIsNoDraft`.
    """
    with transaction.atomic():
        session = enrolments.locked(session)
        if refusal := rules.why_not_delete(session):
            raise refusal
        series = session.series
        log(instance=session, action="training.delete_draft", user=by)
        session.delete()
        agenda.delete_series(series)
