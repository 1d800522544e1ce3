"""Trainers who no longer work for the provider: what they led to come is theirs no longer.

What they may read ends with the membership itself (`models.leading.works_for`); this is what
calendars, passes and training planners are told.
"""

import logging
from datetime import datetime

from django.db import transaction
from wagtail.log_actions import log

from training.models import Session
from training.queries.leading import (
    led_by_somebody_who_left,
    trainers_who_left,
    working_trainers_of,
)
from training.services import attendance, elsewhere
from training.services.session_revisions import hold_session
from training.services.session_trainers import release_trainer
from training.services.substitutes import give_back_dates_of_who_left, release_unneeded_substitutes

logger = logging.getLogger(__name__)


def release_who_left(now: datetime) -> None:
    """For the tick. A membership that is corrected within minutes, by its days or by a new one,
    changes nothing; nor does a gap before one that is entered already and holds on the dates to
    come. Each session has its own transaction: one that fails is logged and tried again.
    """
    for session in list(led_by_somebody_who_left(now)):
        try:
            _release(session, now)
        except Exception:  # the sessions behind it are looked at all the same
            logger.exception("who left session %s is still one of its trainers", session.public_id)


def _release(session: Session, now: datetime) -> None:
    """Release who left as when a planner takes them out of the session: who led a date that has
    begun stays on its sheet, they are told with a CANCEL for each date to come, and their passes
    are withdrawn. A date that somebody leads in their place stays that person's, unless another
    trainer of the session leads it, too. May leave the session without a trainer, which planners
    read on their first page.
    """
    with transaction.atomic():
        session = hold_session(session)
        working = working_trainers_of(session)
        gone = trainers_who_left(session, now=now)
        if gone and session.is_open:
            attendance.keep_who_led(session, now=now)
        session.trainers.remove(*gone)
        for trainer in gone if session.is_open else ():
            release_trainer(session, trainer, now=now)
        for _trainer in gone:
            log(instance=session, action="training.trainer_left")
        if session.is_open:
            give_back_dates_of_who_left(session, now=now)
            if working:
                release_unneeded_substitutes(session, now=now)
        elsewhere.session_changed(session)
