"""The Region's months: delivery notes, the newest of which wait to be checked; months of no-shows."""

import datetime

from courses.dates import month_before, month_bounds
from training.models import DeliveryNote
from training.queries.deliveries import providers_without_note
from training.queries.month_sheets import closed_sheets_in
from training.services import deliveries, no_shows

OFFICER = "region.demo"
MONTHS = 3
CHECKED_AFTER = datetime.timedelta(days=9)


def deliver(world) -> int:
    """The oldest month first, as the tick would have made them on the third of the next one; return
    how many notes.
    """
    months = [month_before(world.today)]
    while len(months) < MONTHS:
        months.append(month_before(months[-1]))
    for month in reversed(months):
        no_shows.close_month(month)  # though some sheets of the newest one are open
        made_at = min(month_bounds(month)[1] + datetime.timedelta(days=2, hours=4), world.now)
        for provider in providers_without_note(month):
            if not closed_sheets_in(month, provider).exists():
                continue
            note = deliveries.make(provider=provider, month=month, now=made_at)
            if month != months[0]:
                checked_at = min(made_at + CHECKED_AFTER, world.now)
                deliveries.find_right(note=note, by=world.people[OFFICER], now=checked_at)
    no_shows.close_months(world.now)
    return DeliveryNote.objects.count()
