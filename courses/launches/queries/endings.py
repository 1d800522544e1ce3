"""When a teacher's last licence of a resource ends."""

import datetime

from courses.catalogue.models import Licence
from courses.catalogue.queries import Entitlements, entitlements_for
from courses.people.models import Person, today

TOLD_BEFORE = datetime.timedelta(days=30)


def is_the_end(entitlements: Entitlements, licence: Licence, day: datetime.date) -> bool:
    """Whether this licence's last day is the last on which the teacher, where they teach on `day`,
    has its resource.
    """
    if licence.until is None or not _stays_until(entitlements, licence.school_id, licence.until):
        return False
    period = entitlements.of(licence.resource_id, day, licence.until, teaching_on=day)
    # A period is named after the licence that ends last.
    return period is not None and period.licence is not None and period.licence.pk == licence.pk


def _stays_until(entitlements: Entitlements, school: int, day: datetime.date) -> bool:
    held = (one for one in entitlements.memberships if one.organisation_id == school)
    return any(one.holds_on(day) for one in held)


def ends_soon_for(teacher: Person, licence: Licence) -> bool:
    return is_the_end(entitlements_for(teacher), licence, today())
