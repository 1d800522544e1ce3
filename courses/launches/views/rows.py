"""A resource as pages show it to one person: with why it can't be opened, or what it learns."""

import datetime
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from courses.catalogue.queries import Entitlement
from courses.dates import day as day_in_words
from courses.digest.values import ResourceTile
from courses.launches.queries import MyResource
from courses.launches.services.opening import Standing, standing_of
from courses.people.models import Person


@dataclass(frozen=True)
class ResourceRow:
    one: MyResource
    standing: Standing

    @property
    def opens_at_once(self) -> bool:
        """Whether the person has read what it learns, and that is still what it learns."""
        knowledge, personal = self.standing.knowledge, self.one.personal
        return bool(knowledge and personal and personal.fingerprint == knowledge.fingerprint)

    @property
    def tile(self) -> ResourceTile:
        """What *My resources* and every other page show of it."""
        resource, refusal = self.one.resource, self.standing.refusal
        tone, sign, state = _state_of(self.standing.word)
        opens = reverse("launches:open", args=[resource.slug]) if self.opens_at_once else ""
        return ResourceTile(
            name=resource.name,
            url=reverse("launches:learns", args=[resource.slug]),
            opens_at=opens,
            through=through(self.one.entitlement) if self.one.entitlement else "",
            why_not=str(refusal.reason) if refusal else "",
            tone=tone,
            sign=sign,
            state=state,
        )


def _state_of(word: str) -> tuple[str, str, str]:
    """Tone, sign and word of what can't be opened; nothing of what can."""
    return {
        "open": ("", "", ""),
        "over": ("calm", "lock", pgettext("subscription", "Ended")),
        "later": ("wait", "hourglass", _("Not yet")),
        "not": ("calm", "info", _("Can’t be opened here")),
    }[word]


def through(entitlement: Entitlement) -> str:
    school = str(entitlement.school)
    if entitlement.has_no_end:
        return _("Through %(school)s, without end.") % {"school": school}
    until = day_in_words(entitlement.until)
    return _("Through %(school)s, until %(day)s.") % {"school": school, "day": until}


def row_of(person: Person, one: MyResource, day: datetime.date) -> ResourceRow:
    return ResourceRow(one, standing_of(person, one, day))


def rows_of(person: Person, shown: list[MyResource], day: datetime.date) -> list[ResourceRow]:
    """What can be opened first."""
    rows = [row_of(person, one, day) for one in shown]
    return sorted(rows, key=lambda row: (row.standing.refusal is not None, row.one.resource.name))
