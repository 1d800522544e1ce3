"""The dates of a form before they are saved: what stands in their way, which are days off."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from courses.agenda.enums import DayOff
from courses.agenda.queries import public_day_off
from courses.agenda.values import Hours
from courses.dates import day
from courses.exceptions import Refusal
from courses.people.models import Person
from training.models import Session
from training.queries import filling
from training.rules import why_not_plan


@dataclass(frozen=True)
class Preview:
    """The dates as they would be, what stands in their way, and what else the trainers do at these
    hours.
    """

    hours: list[Hours]
    refusal: Refusal | None
    clashes: list[filling.Clash]

    @property
    def days_off(self) -> list[str]:
        return said_of_days_off(self.hours)


def said_of_days_off(hours: list[Hours]) -> list[str]:
    """A sentence for each date on a Sunday, a bank holiday or in the school holidays: nothing
    forbids them.
    """
    sentences = {
        DayOff.SUNDAY: _("%(day)s is a Sunday."),
        DayOff.BANK_HOLIDAY: _("%(day)s is a bank holiday."),
        DayOff.HOLIDAYS: _("%(day)s is in the school holidays."),
    }
    days = sorted({timezone.localdate(one.starts_at) for one in hours})
    return [
        sentences[off[0]] % {"day": capfirst(day(one))}
        for one in days
        if (off := public_day_off(one))
    ]


def preview_of(
    hours: list[Hours],
    trainers: Iterable[Person],
    *,
    apart_from: Session | None = None,
    refusal: Refusal | None = None,
) -> Preview:
    hours = sorted(hours)
    refusal = refusal or why_not_plan(hours, now=timezone.now())
    return Preview(
        hours, refusal, filling.clashes_of_trainers(list(trainers), hours, apart_from=apart_from)
    )
