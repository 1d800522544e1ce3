"""Emails that wait, and by how much emails are late: the rule that pages, health and metrics share."""

import datetime

from django.db.models import Count, Min
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from courses.jobs.values import LATE_AFTER, Backlog
from courses.mail.enums import LetterState
from courses.mail.models import Letter

# One reader's mail server may be away for hours; three at once is our own.
MANY_READERS = 3


def untried(now: datetime.datetime):
    """Letters whose time has come and that no worker has taken yet."""
    return (
        Letter.objects.waiting()
        .filter(attempts=0)
        .annotate(due_at=Coalesce("not_before", "posted_at"))
        .filter(due_at__lte=now)
    )


def letters_backlog(now: datetime.datetime) -> Backlog:
    found = untried(now).aggregate(number=Count("pk"), oldest=Min("due_at"))
    return Backlog(
        "letters",
        _("Emails that no worker has taken yet"),
        found["number"],
        found["oldest"],
        LATE_AFTER["mail"],
    )


def mail_delay(now: datetime.datetime) -> datetime.timedelta | None:
    """How late emails are; None while they go in time.

    Two things make them late: no worker takes them; or letters to three people or more were tried
    in vain, and none at all has gone for so long.
    """
    oldest = [at for at in (letters_backlog(now).oldest_at, _refused_since()) if at is not None]
    delay = now - min(oldest) if oldest else datetime.timedelta()
    return delay if delay > LATE_AFTER["mail"] else None


def _refused_since() -> datetime.datetime | None:
    tried = (
        Letter.objects.waiting()
        .filter(attempts__gt=0)
        .aggregate(readers=Count("to", distinct=True), oldest=Min("posted_at"))
    )
    if tried["readers"] < MANY_READERS:
        return None
    # A reminder was posted days before its time: what was sent since then says when the server
    # last took one.
    last = (
        Letter.objects.filter(state=LetterState.SENT, sent_at__gt=tried["oldest"])
        .order_by("-sent_at")
        .values_list("sent_at", flat=True)
        .first()
    )
    return max(last, tried["oldest"]) if last else tried["oldest"]
