"""Trainers and substitutes who work for the provider again after a gap between two memberships: what
changed in it is told to them, as nothing was while they had none.
"""

import logging
from datetime import datetime

from django.db import transaction

from courses.agenda.models import Meeting
from courses.live import services as live
from courses.live.enums import RoomRole
from courses.mail.services import post
from courses.people.models import Person
from training.enums import Letters
from training.models import Session
from training.queries.leading import meetings_led
from training.queries.returning import dates_not_told, question_not_told, who_has_come_back
from training.services import questions
from training.services.session_letters import post_with_calendar, tell_calendar
from training.services.session_revisions import hold_session

logger = logging.getLogger(__name__)


def tell_who_has_come_back(now: datetime) -> None:
    """For the tick. Idempotent: one letter a session, from what their calendar was told last and
    what holds. Each session has its own transaction: one that fails is logged and tried again.
    """
    for session, person in who_has_come_back(now):
        if not dates_not_told(session, person, now=now) and not question_not_told(
            session, person, now=now
        ):
            continue  # nearly all, at nearly every tick: no row is held for them
        try:
            _tell(session, person, now)
        except Exception:  # the others are told all the same
            logger.exception("a trainer isn't told of session %s", session.public_id)


def _tell(session: Session, person: Person, now: datetime) -> None:
    with transaction.atomic():
        session = hold_session(session)
        if meetings := dates_not_told(session, person, now=now):
            if session.is_cancelled:
                key = f"cancelled:{session.pk}:{session.revision}:{person.pk}"
                post_with_calendar(session, person, meetings, Letters.SESSION_CANCELLED, key=key)
            else:
                _tell_of_dates(session, person, meetings, now)
        if asked := question_not_told(session, person, now=now):
            questions.tell(asked, person, now=now)


def _tell_of_dates(session: Session, person: Person, changed: list[Meeting], now: datetime) -> None:
    """Every date to come is in the letter and has its pass, also those that didn't change."""
    led = meetings_led(person, session).filter(occurrence__cancelled=False, occurrence__end__gt=now)
    same = led.exclude(pk__in=[one.pk for one in changed]).select_related("occurrence")
    for meeting in led:
        live.give_pass(meeting=meeting, person=person, role=RoomRole.MODERATOR)
    news = tell_calendar(person, changed)
    entries = [*news, *tell_calendar(person, same)]
    post(
        Letters.TRAINER_IS_BACK,
        about=session,
        to=person,
        key=f"back:{news[0].meeting_id}:{person.pk}:{news[0].sequence}",
        details={"meetings": [entry.meeting_id for entry in entries]},
    )
