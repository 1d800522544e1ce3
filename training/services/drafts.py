"""Sessions that were never opened."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from courses.agenda import services as agenda
from courses.people.models import Person
from training import rules
from training.models import Session
from training.services import enrolment as enrolments
from training.services import proposals


def delete(*, session: Session, by: Person, now: datetime | None = None) -> None:
    """Delete a draft with its dates.

    Its provider was told of it if it was made of a proposal, nobody else: see `give_up_draft`.
    Raises `SessionIsNoDraft`.
    """
    with transaction.atomic():
        session = enrolments.locked(session)
        if refusal := rules.why_not_delete(session):
            raise refusal
        series = session.series
        proposals.give_up_draft(session=session, now=now or timezone.now())
        log(instance=session, action="training.delete_draft", user=by)
        session.delete()
        agenda.delete_series(series)
