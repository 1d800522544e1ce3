"""Counting keys: one of each day, one of each week, held while something is written under them."""

import datetime

from django.db import DatabaseError

from cms.indicators.enums import KeySpan
from cms.indicators.models import CountingKey

TRIES = 5


def is_there(span: KeySpan, first_day: datetime.date) -> bool:
    """The first page of a day or week makes its key; its close deletes it, or the register weeks later."""
    return CountingKey.objects.filter(span=span, first_day=first_day).exists()


def hold(span: KeySpan, first_day: datetime.date) -> CountingKey:
    """The key of that day or week, made if there is none, locked until commit.

    A flush and the close of its day both hold the key first, so that one sees what the other did.
    Where the close has deleted the row meanwhile, another one is made.
    """
    for _try in range(TRIES):
        CountingKey.objects.bulk_create(
            [CountingKey(span=span, first_day=first_day)], ignore_conflicts=True
        )
        held = CountingKey.objects.select_for_update()
        if key := held.filter(span=span, first_day=first_day).first():
            return key
    raise DatabaseError(f"no counting key for {first_day}")
