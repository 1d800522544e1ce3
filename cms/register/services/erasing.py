"""What is over goes: each holding of the register after its own period, in batches, in the order of the register."""

import datetime
import logging
import time
from collections import Counter

from django.conf import settings
from django.db.models import F, ProtectedError
from django.utils import timezone

from cms.register.models import ErasedCount
from cms.register.queries import register, what_is_over
from cms.register.services import accounts, rows
from courses.digest.register import Holding
from courses.people.queries import leavers

logger = logging.getLogger(__name__)

BATCH = 500
ACCOUNTS_AT_ONCE = 50


def erase_what_is_over(now: datetime.datetime, *, seconds: float = float("inf")) -> Counter:
    """Erase until nothing is over, or the time is up: then the next call goes on. Says how many rows of which model.

    May run twice, and be stopped between two batches. A row that another still needs is logged and stays.
    """
    stop_at = time.monotonic() + seconds
    erased: Counter = Counter()
    for holding in register().holdings:
        _erase(holding, now, stop_at, erased)
    _erase_accounts(now, stop_at, erased)
    return erased


def _erase(holding: Holding, now: datetime.datetime, stop_at: float, erased: Counter) -> None:
    over = what_is_over(holding, now).order_by("-pk")
    while time.monotonic() < stop_at:
        try:
            gone, files = rows.delete(over[:BATCH])
        except ProtectedError:
            logger.exception("%s: rows whose time is over are still needed by others", holding.model)
            return
        if not gone:
            return
        erased[holding.model] += gone
        _count(holding.model, gone, files, now)


def _erase_accounts(now: datetime.datetime, stop_at: float, erased: Counter) -> None:
    period = register().categories["account"].period
    while time.monotonic() < stop_at:
        batch = list(leavers(period.cutoff(now), now)[:ACCOUNTS_AT_ONCE])
        for person in batch:
            accounts.erase_account(person=person, now=now)
        if not batch:
            return
        erased["courses.Person"] += len(batch)
        _count("courses.Person", len(batch), 0, now)


def _count(model: str, gone: int, files: int, now: datetime.datetime) -> None:
    """Kept as a proof, and logged."""
    logger.info("%s: %s rows and %s files erased, their time was over", model, gone, files)
    count, _is_new = ErasedCount.objects.get_or_create(day=timezone.localdate(now), model=model)
    ErasedCount.objects.filter(pk=count.pk).update(rows=F("rows") + gone, files=F("files") + files)


def is_quiet(now: datetime.datetime) -> bool:
    """From one to five in the morning: a school year's end is some hundred thousand rows."""
    return settings.ERASING_HOURS[0] <= timezone.localtime(now).hour < settings.ERASING_HOURS[1]
