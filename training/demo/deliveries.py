"""The Region's months: delivery notes, the newest of which wait to be checked; months of no-shows."""

import datetime

from courses.dates import month_before, month_bounds
from training.models import DeliveryNote
from training.queries.deliveries import providers_without_note
from training.queries.month_sheets import closed_sheets_in, has_open_sheets
from training.rules import is_month_settled
from training.services import deliveries, no_shows
from training.values import NOTE_AT_THE_LATEST, NOTE_FROM_DAY

OFFICER = "region.demo"
MONTHS = 3
CHECKED_AFTER = datetime.timedelta(days=9)


def deliver(world) -> int:
    """Notes of the newest settled month and of those before it, the oldest first, each made on the day
    on which the tick would have made it; return how many.
    """
    months = [_newest_settled_month(world.today)]
    while len(months) < MONTHS:
        months.append(month_before(months[-1]))
    for month in reversed(months):
        no_shows.close_month(month)
        made_at = min(_settled_at(month), world.now)
        for provider in providers_without_note(month):
            if not closed_sheets_in(month, provider).exists():
                continue
            note = deliveries.make(provider=provider, month=month, now=made_at)
            if month != months[0]:
                checked_at = min(made_at + CHECKED_AFTER, world.now)
                deliveries.find_right(note=note, by=world.people[OFFICER], now=checked_at)
    no_shows.close_months(world.now)
    return DeliveryNote.objects.count()


def _newest_settled_month(today: datetime.date) -> datetime.date:
    """Last month, or the one before: that is settled from the tenth of last month on."""
    month = month_before(today)
    if is_month_settled(month, has_open_sheets=has_open_sheets(month), today=today):
        return month
    return month_before(month)


def _settled_at(month: datetime.date) -> datetime.datetime:
    """Four o'clock in the night of the first day on which the month is settled."""
    day = NOTE_AT_THE_LATEST if has_open_sheets(month) else NOTE_FROM_DAY
    return month_bounds(month)[1] + datetime.timedelta(days=day - 1, hours=4)
