"""Adds up the page views of all processes by the hour."""

from collections import Counter

from django.db import transaction

from cms.indicators.models import HourCount, PageTally

TALLIES_AT_ONCE = 20_000
ROWS_AT_ONCE = 500


def fold() -> int:
    """Returns the number of tallies that were added up, and deleted with it in one transaction: run
    twice, it adds nothing twice. Of two that make the same hour's first row at once, one fails, and
    the next run takes its tallies up.
    """
    folded = 0
    while number := _fold_some():
        folded += number
    return folded


@transaction.atomic
def _fold_some() -> int:
    tallies = list(PageTally.objects.select_for_update().order_by("pk")[:TALLIES_AT_ONCE])
    pages: Counter[tuple] = Counter()
    for tally in tallies:
        pages[tally.hour, tally.school_id, tally.device, tally.place] += tally.pages
    counts = {
        (count.hour, count.school_id, count.device): count
        for count in HourCount.objects.select_for_update().filter(
            hour__in={tally.hour for tally in tallies}
        )
    }
    changed, new = [], []
    for (hour, school, device, place), number in pages.items():
        if count := counts.get((hour, school, device)):
            count.pages += number
            changed.append(count)
        else:
            new.append(
                HourCount(hour=hour, school_id=school, device=device, place=place, pages=number)
            )
    HourCount.objects.bulk_update(changed, ["pages"], batch_size=ROWS_AT_ONCE)
    HourCount.objects.bulk_create(new, batch_size=ROWS_AT_ONCE)
    PageTally.objects.filter(pk__in=[tally.pk for tally in tallies]).delete()
    return len(tallies)
