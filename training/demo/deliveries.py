"""The Region's months: delivery notes, the newest of which wait to be checked, and a corrected one; months
of no-shows.
"""

import datetime

from django.db.models import Count
from django.utils import timezone

from courses.dates import month_before, month_bounds, month_of
from training.enums import SheetState
from training.models import DeliveryNote, Sheet
from training.queries.deliveries import providers_without_note
from training.queries.month_sheets import closed_sheets_in, has_open_sheets, meetings_in
from training.rules import is_month_settled
from training.services import deliveries, no_shows
from training.values import NOTE_AT_THE_LATEST, NOTE_FROM_DAY

OFFICER = "region.demo"
MONTHS = 3
CHECKED_AFTER = datetime.timedelta(days=9)
CLOSED_LATE_AFTER = datetime.timedelta(days=2)
CONTEST = "Une séance de la facture ne figure pas sur le bon."


def deliver(world) -> int:
    """Notes of the newest settled month and of those before it, the oldest first, each made on the day
    on which the tick would have made it; return how many.
    """
    months = [_newest_settled_month(world.today)]
    while len(months) < MONTHS:
        months.append(month_before(months[-1]))
    late = next(filter(None, map(_closed_late, months[1:])), None)
    late_in = late and month_of(timezone.localdate(late.meeting.starts_at))
    for month in reversed(months):
        if late and month == late_in:
            Sheet.objects.filter(pk=late.pk).update(state=SheetState.OPEN, closed_at=None)
        made_at = min(_settled_at(month), world.now)
        if not meetings_in(month).exists():
            continue  # before the first session no month is counted
        no_shows.close_month(month, made_at)
        for provider in providers_without_note(month):
            if not closed_sheets_in(month, provider).exists():
                continue
            note = deliveries.make(provider=provider, month=month, now=made_at)
            if month != months[0]:
                checked_at = min(made_at + CHECKED_AFTER, world.now)
                if late and late.session.provider == provider and month == late_in:
                    _correct(world, note, late, made_at)
                else:
                    deliveries.find_right(note=note, by=world.people[OFFICER], now=checked_at)
    no_shows.close_months(world.now)
    return DeliveryNote.objects.count()


def _closed_late(month: datetime.date) -> Sheet | None:
    """The sheet of fewest people whose provider has another one in the month."""
    sheets = closed_sheets_in(month).annotate(people=Count("lines")).order_by("people", "pk")
    found = list(sheets.select_related("session__provider"))
    providers = [one.session.provider_id for one in found]
    return next((one for one in found if providers.count(one.session.provider_id) > 1), None)


def _correct(world, note: DeliveryNote, late: Sheet, made_at: datetime.datetime) -> None:
    """The first note leaves the date out; its sheet is closed, and the corrected note waits."""
    closed_at = min(made_at + CLOSED_LATE_AFTER, world.now)
    Sheet.objects.filter(pk=late.pk).update(state=SheetState.CLOSED, closed_at=closed_at)
    officer = world.people[OFFICER]
    deliveries.contest(note=note, reason=CONTEST, by=officer, now=closed_at)
    deliveries.correct(note=note, by=officer, now=closed_at)


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
