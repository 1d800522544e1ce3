"""The processes behind the site: their heartbeats; whether the worker and the tick run, whether
jobs and letters pile up.
"""

import datetime
from dataclasses import dataclass

from django.db.models import Count, Min, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from wagtail import hooks

from cms.today.models import Heartbeat
from courses.dates import waited
from courses.digest.enums import Hook
from courses.jobs.queries import job_lines, queue_states
from courses.mail.models import Letter
from courses.mail.queries import given_up, mail_delay

# The worker beats after each job; looking at the links of a long page takes some minutes.
WORKER_WITHIN = datetime.timedelta(minutes=15)
TICK_WITHIN = datetime.timedelta(minutes=5)
# Tried for about twenty minutes without success: no single address, but the mail server.
TRIES_OF_A_DEAD_SERVER = 5


@dataclass(frozen=True)
class HealthCheck:
    """`name` is for machines, `title` and `state` are sentences in the reader's language, `runbook` is
    the part of docs/runbook.md that says what to do.
    """

    name: str
    title: str
    state: str
    is_fine: bool
    runbook: str = ""


def beat(name: str, now: datetime.datetime) -> None:
    Heartbeat.objects.bulk_create(
        [Heartbeat(name=name, at=now)],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["at"],
    )


def checks_of_jobs(now: datetime.datetime) -> list[HealthCheck]:
    return [
        _heartbeat("worker", _("Worker"), WORKER_WITHIN, now, "WorkerStopped"),
        _heartbeat("tick", _("Minute tick"), TICK_WITHIN, now, "TickStopped"),
        _periodic_jobs(now),
        _queue(now),
        _letters(now),
    ]


def _heartbeat(
    name: str, title: str, within: datetime.timedelta, now: datetime.datetime, runbook: str
) -> HealthCheck:
    at = Heartbeat.objects.filter(name=name).values_list("at", flat=True).first()
    if at is None:
        return HealthCheck(name, title, _("has never run"), False, "NeverSeen")
    state = _("last seen %(ago)s ago") % {"ago": waited(now - at)}
    return HealthCheck(name, title, state, now - at <= within, runbook)


def _joined(states: list[str]) -> str:
    return pgettext("between states of a check", "; ").join(states)


def _periodic_jobs(now: datetime.datetime) -> HealthCheck:
    """A job that failed is named; those that are overdue are counted: a stopped tick has them all."""
    lines = job_lines(hooks.get_hooks(Hook.TICK), now)
    failed = [line.name for line in lines if line.has_failed]
    overdue = sum(line.is_overdue for line in lines)
    states = []
    if failed:
        states.append(_("failed: %(names)s") % {"names": ", ".join(failed)})
    if overdue:
        words = ngettext(
            "%(number)d job should have run by now",
            "%(number)d jobs should have run by now",
            overdue,
        )
        states.append(words % {"number": overdue})
    state = _joined(states) or _("in order")
    runbook = "JobFailed" if failed else "JobOverdue"
    return HealthCheck("periodic", _("Periodic jobs"), state, not states, runbook)


def _queue(now: datetime.datetime) -> HealthCheck:
    queues = queue_states()
    oldest = min((one.oldest_due_at for one in queues if one.oldest_due_at), default=None)
    if oldest is None:
        return HealthCheck("queue", _("Queue of jobs"), _("empty"), True, "QueueLate")
    counted = {
        "number": sum(one.jobs for one in queues),
        "ago": waited(now - oldest),
    }
    state = _("jobs waiting: %(number)s, the oldest for %(ago)s") % counted
    is_fine = not any(one.is_late(now) for one in queues)
    return HealthCheck("queue", _("Queue of jobs"), state, is_fine, "QueueLate")


def _letters(now: datetime.datetime) -> HealthCheck:
    tried = Letter.objects.waiting().filter(attempts__gt=0)
    found = tried.aggregate(
        number=Count("pk"),
        oldest_at=Min("posted_at"),
        stuck=Count("pk", filter=Q(attempts__gte=TRIES_OF_A_DEAD_SERVER)),
    )
    delay = mail_delay(now)
    states = [_("late by %(delay)s") % {"delay": waited(delay)}] if delay else []
    if found["number"]:
        words = _("tried in vain, to be tried again: %(number)s, the oldest posted %(ago)s ago")
        ago = waited(now - found["oldest_at"])
        states.append(words % {"number": found["number"], "ago": ago})
    else:
        states.append(_("none tried in vain"))
    states.append(_("given up in the last 24 hours: %(number)s") % {"number": given_up(now)})
    is_fine = not found["stuck"] and delay is None
    return HealthCheck("letters", _("Emails"), _joined(states), is_fine, "MailLate")
