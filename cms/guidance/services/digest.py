"""Monday's letter: which pages somebody keeps are behind, missing in English, or overdue for a
check.
"""

import datetime

from django.utils import timezone

from cms.guidance.enums import Letters
from cms.guidance.queries.parity import kept_and_late
from courses.mail import services as outbox
from courses.mail.models import Letter

MONDAY = 1
FROM_HOUR = 7


def tell_of_the_week(now: datetime.datetime) -> int:
    """For the tick: on Mondays from 7:00, Paris time, send one letter to each owner who has
    something to do. May run twice.
    """
    here = timezone.localtime(now)
    if here.isoweekday() != MONDAY or here.hour < FROM_HOUR:
        return 0
    year, week, _day = here.isocalendar()
    prefix = f"both-languages:{year}-W{week:02}:"
    owners = {
        pair.owner_id: pair.owner
        for pair in kept_and_late(here.date()).exclude(owner=None)
        if pair.owner.is_active
    }
    told = (
        set(Letter.objects.filter(key__startswith=prefix).values_list("key", flat=True))
        if owners
        else set()
    )
    new = [owner for pk, owner in sorted(owners.items()) if f"{prefix}{pk}" not in told]
    for owner in new:
        outbox.post(Letters.BOTH_LANGUAGES, about=owner, to=owner, key=f"{prefix}{owner.pk}")
    return len(new)
