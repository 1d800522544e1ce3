"""Teachers are told 30 days before a subscription ends that includes them."""

import datetime
from collections import defaultdict

from courses.catalogue.models import Licence
from courses.catalogue.queries import entitlements_for_all
from courses.dates import paris_day
from courses.launches.enums import Letters
from courses.launches.queries.endings import TOLD_BEFORE, is_the_end
from courses.mail.models import Letter
from courses.mail.services import post
from courses.people.enums import Role
from courses.people.models import Membership, Person


def tell_of_ends(now: datetime.datetime) -> int:
    """Post one letter a teacher for each licence that ends within 30 days with nothing after it.
    Says how many. May run twice: the licence and its last day are the letter's key.
    """
    day = paris_day(now)
    ending: dict[int, list[Licence]] = defaultdict(list)
    for licence in Licence.objects.filter(until__gte=day, until__lte=day + TOLD_BEFORE):
        ending[licence.school_id].append(licence)
    return sum(_tell_school(school, licences, day) for school, licences in ending.items())


def _tell_school(school: int, licences: list[Licence], day: datetime.date) -> int:
    """Six queries, and those of each letter."""
    there = Membership.objects.on(day).filter(role=Role.TEACHER, organisation=school)
    teachers = Person.objects.filter(pk__in=there.values("person"), is_active=True)
    told = set(
        Letter.objects.filter(kind=Letters.LICENCE_ENDS, to__in=teachers).values_list(
            "key", flat=True
        )
    )
    entitlements = entitlements_for_all(teachers)
    posted = 0
    for teacher in teachers:
        for licence in licences:
            key = f"licence-ends:{licence.public_id}:{licence.until}:{teacher.public_id}"
            if key not in told and is_the_end(entitlements[teacher.pk], licence, day):
                details = {"until": str(licence.until)}
                post(Letters.LICENCE_ENDS, about=licence, to=teacher, key=key, details=details)
                posted += 1
    return posted
