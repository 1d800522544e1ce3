"""Enrolment that opens or closes by itself: the rule reads the clock, other pages are told."""

from datetime import datetime, timedelta

from training.models import Session
from training.services import elsewhere

LATE = timedelta(minutes=15)  # as late as a tick may be


def tell_pages(now: datetime) -> int:
    """For the tick: pages that are kept show sessions whose enrolment has just opened or closed.
    May run twice.
    """
    sessions = Session.objects.opening_or_closing(now - LATE, now).with_page_rows()
    for session in sessions:
        elsewhere.session_changed(session)
    return len(sessions)
