"""Counts a page view in memory: no query, no cookie, nothing of the address that was read."""

import re
from datetime import datetime

from cms.indicators.enums import ReaderDevice
from cms.indicators.services.flushing import View
from cms.indicators.services.memory import MEMORY
from cms.indicators.values import moments
from courses.people.models import Person

# Programs name themselves so, or not at all. CUBOT is a brand of phones.
PROGRAM = re.compile(
    r"(?<!cu)bot\b|crawl|spider|slurp|preview|monitor|curl|wget|python|java/|go-http|http-?client|feed",
    re.IGNORECASE,
)


def is_program(user_agent: str) -> bool:
    return not user_agent or PROGRAM.search(user_agent) is not None


def device_of(user_agent: str, says_mobile: str) -> ReaderDevice:
    """`says_mobile`: what the header Sec-CH-UA-Mobile says; few browsers send it."""
    if says_mobile:
        return ReaderDevice.PHONE if says_mobile == "?1" else ReaderDevice.COMPUTER
    return ReaderDevice.PHONE if "Mobi" in user_agent else ReaderDevice.COMPUTER


def count(*, person: Person | None, device: ReaderDevice, now: datetime) -> None:
    """A page that was read at that moment, by a visitor if `person` is None. Who doesn't want to be
    counted isn't.
    """
    if person is None or person.is_counted:
        pk = None if person is None else person.pk
        MEMORY.add(View(moments.half_hour_of(now), pk, device))
