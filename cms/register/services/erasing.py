"""Erase rows past their period: each holding of the register after its own, in batches, in the
order of the register.
"""

import datetime
import logging
import time
from collections import Counter

from django.conf import settings
from django.db import models
from django.db.models import F, ProtectedError
from django.utils import timezone

from cms.register.models import ErasedCount
from cms.register.queries import accounts_over, model_of, register, what_is_over
from cms.register.services import accounts, rows
from courses.digest.register import Holding

logger = logging.getLogger(__name__)

BATCH = 500
ACCOUNTS_AT_ONCE = 50


def erase_what_is_over(now: datetime.datetime, *, seconds: float = float("inf")) -> Counter:
    """Erase until nothing is over, or the time is up: then the next call goes on. Return the number
    of rows by model.

    May run twice, and be stopped between two batches. A row that another still needs is logged and
    stays.
    """
    stop_at = time.monotonic() + seconds
    erased: Counter = Counter()
    for holding in register().holdings:
        _erase(holding, now, stop_at, erased)
    _erase_accounts(now, stop_at, erased)
    return erased


def _erase(holding: Holding, now: datetime.datetime, stop_at: float, erased: Counter) -> None:
    over, needed = what_is_over(holding, now).order_by("-pk"), set[int]()
    while time.monotonic() < stop_at:
        batch = over.exclude(pk__in=needed)[:BATCH]
        try:
            gone, files = rows.delete(batch)
        except ProtectedError:
            gone, files = _erase_one_by_one(holding, list(batch), needed)
        if gone:
            erased[holding.model] += gone
            _count(holding.model, gone, files, now)
        elif not over.exclude(pk__in=needed).exists():
            return


def _erase_one_by_one(
    holding: Holding, batch: list[models.Model], needed: set[int]
) -> tuple[int, int]:
    """Those that others still need are logged and added to `needed`.

    Gives (rows, files) that went.
    """
    gone = files = 0
    for row in batch:
        try:
            one, of_one = rows.delete(model_of(holding)._base_manager.filter(pk=row.pk))
        except ProtectedError:
            logger.exception(
                "%s %s: its time is over, and others still need it", holding.model, row.pk
            )
            needed.add(row.pk)
        else:
            gone, files = gone + one, files + of_one
    return gone, files


def _erase_accounts(now: datetime.datetime, stop_at: float, erased: Counter) -> None:
    over, failed = accounts_over(now), set[int]()
    while time.monotonic() < stop_at:
        batch = list(over.exclude(pk__in=failed)[:ACCOUNTS_AT_ONCE])
        for person in batch:
            try:
                accounts.erase_account(person=person, now=now)
            except Exception:  # the others' time is over, too
                logger.exception("The account %s can't be erased", person.public_id)
                failed.add(person.pk)
        if not batch:
            return
        if gone := len([person for person in batch if person.pk not in failed]):
            erased["courses.Person"] += gone
            _count("courses.Person", gone, 0, now)


def _count(model: str, gone: int, files: int, now: datetime.datetime) -> None:
    """Store the numbers as a proof, and log them."""
    logger.info("%s: %s rows and %s files erased, their time was over", model, gone, files)
    count, _is_new = ErasedCount.objects.get_or_create(day=timezone.localdate(now), model=model)
    ErasedCount.objects.filter(pk=count.pk).update(rows=F("rows") + gone, files=F("files") + files)


def is_quiet(now: datetime.datetime) -> bool:
    """Whether it is between one and five in the morning: a school year's end is some hundred
    thousand rows.
    """
    return settings.ERASING_HOURS[0] <= timezone.localtime(now).hour < settings.ERASING_HOURS[1]
