"""Count of the subjects that those who come to a session teach: when it begins, and never again."""

from datetime import datetime

from training import rules
from training.models import Session
from training.queries.subjects import subjects_of_who_comes, to_be_counted

SESSIONS_A_TICK = 200  # those that began before the column was there are counted by and by


def count_at_start(now: datetime) -> int:
    """For the tick; how many sessions were counted. Two ticks at once keep the first numbers."""
    begun = to_be_counted(now).order_by("-starts_at")[:SESSIONS_A_TICK]
    done = 0
    for session in begun:
        if rules.are_subjects_shown(session, now=now):
            uncounted = Session.objects.filter(pk=session.pk, subjects_at_start__isnull=True)
            done += uncounted.update(subjects_at_start=subjects_of_who_comes(session))
    return done
