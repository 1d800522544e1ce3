"""Emails that wait, and by how much emails are late: the rule that pages, health and metrics share."""

import datetime

from django.db.models import Count, Max, Min, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from courses.jobs.values import LATE_AFTER, Backlog
from courses.mail.enums import LetterState
from courses.mail.models import Letter
from courses.mail.values import LateMail

A_DAY = datetime.timedelta(days=1)
# One reader's mail server may be away for hours; three at once is our own.
MANY_READERS = 3


# Until a letter is tried, `not_before` is its own time; later, the time of the next try.
DUE_AT = Coalesce("not_before", "posted_at")
TRIED = Q(attempts__gt=0)


def letters_backlog(now: datetime.datetime) -> Backlog:
    """Letters whose time has come and that no worker has taken yet."""
    untried = Letter.objects.waiting().annotate(due_at=DUE_AT).filter(~TRIED, due_at__lte=now)
    found = untried.aggregate(number=Count("pk"), oldest=Min("due_at"))
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
    waiting = (
        Letter.objects.waiting()
        .annotate(due_at=DUE_AT)
        .aggregate(
            untried_since=Min("due_at", filter=~TRIED),
            tried_since=Min("posted_at", filter=TRIED),
            readers=Count("to", distinct=True, filter=TRIED),
        )
    )
    late_since = [waiting["untried_since"] or now]  # of one whose time is to come: no delay
    if waiting["readers"] >= MANY_READERS:
        late_since.append(_last_sent(waiting["tried_since"]) or waiting["tried_since"])
    delay = now - min(late_since)
    return delay if delay > LATE_AFTER["mail"] else None


def given_up(now: datetime.datetime) -> int:
    """Letters given up in the last 24 hours, of people who have an address."""
    return Letter.objects.given_up(now - A_DAY).count()


def late_mail(now: datetime.datetime) -> LateMail | None:
    """What is said beside emails and promises of one; None while they go in time."""
    delay = mail_delay(now)
    return LateMail(delay, given_up(now)) if delay else None


def _last_sent(since: datetime.datetime) -> datetime.datetime | None:
    """When the mail server last took a letter after that instant. A reminder that waits was posted
    days before its time, so its own age says nothing.
    """
    sent = Letter.objects.filter(state=LetterState.SENT, sent_at__gt=since)
    return sent.aggregate(last=Max("sent_at"))["last"]
