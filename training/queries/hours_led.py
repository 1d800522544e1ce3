"""How long trainers led, from the sheets that are closed: real minutes, of dates that count. Who led
a date is kept on its sheet (`Sheet.leaders`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.utils import timezone

from courses.people.models import Organisation, Person
from training.enums import SheetState
from training.models import Sheet
from training.values import certificate_year


@dataclass(frozen=True)
class LedDate:
    """One date as one of those who led it; two who lead together count it each."""

    person: Person
    sheet: Sheet

    @property
    def minutes(self) -> int:
        return self.sheet.real_minutes

    @property
    def provider(self) -> Organisation:
        return self.sheet.session.provider

    @property
    def year(self) -> int:
        """The year in which the school year began."""
        return certificate_year(timezone.localdate(self.sheet.meeting.starts_at))


@dataclass(frozen=True)
class LedYear:
    year: int
    dates: list[LedDate]

    @property
    def name(self) -> str:
        return f"{self.year}-{self.year + 1}"

    @property
    def minutes(self) -> int:
        return sum(one.minutes for one in self.dates)


@dataclass(frozen=True)
class LedByOne:
    """Dates that one trainer led for a provider."""

    person: Person
    dates: list[LedDate]

    @property
    def minutes(self) -> int:
        return sum(one.minutes for one in self.dates)


@dataclass(frozen=True)
class LedForProvider:
    """`minutes` count each date once, also where two led it."""

    provider: Organisation
    trainers: list[LedByOne]

    @property
    def sheets(self) -> list[Sheet]:
        return list(
            {one.sheet.pk: one.sheet for who in self.trainers for one in who.dates}.values()
        )

    @property
    def minutes(self) -> int:
        return sum(sheet.real_minutes for sheet in self.sheets)


def dates_led(person: Person | None = None) -> list[LedDate]:
    """The newest first; of one person, or of all. Two queries."""
    sheets = Sheet.objects.filter(
        state=SheetState.CLOSED, meeting__occurrence__cancelled=False
    ).select_related("meeting__occurrence", "session__training", "session__provider")
    if person:
        sheets = sheets.filter(leaders=person)
    sheets = sheets.prefetch_related("leaders").order_by("-meeting__occurrence__start", "-pk")
    return [
        LedDate(who, sheet)
        for sheet in sheets
        for who in sheet.leaders.all()
        if person is None or who == person
    ]


def by_year(dates: Iterable[LedDate]) -> list[LedYear]:
    """The newest year first; the dates come in order."""
    return [LedYear(year, list(group)) for year, group in groupby(dates, key=lambda one: one.year)]


def by_provider(dates: Iterable[LedDate]) -> list[LedForProvider]:
    """Group the dates by provider and trainer, both ordered by name."""
    found: dict[Organisation, dict[Person, list[LedDate]]] = {}
    for one in dates:
        found.setdefault(one.provider, {}).setdefault(one.person, []).append(one)
    return [
        LedForProvider(
            provider,
            [
                LedByOne(person, theirs)
                for person, theirs in sorted(people.items(), key=lambda item: _name(item[0]))
            ],
        )
        for provider, people in sorted(found.items(), key=lambda item: item[0].name)
    ]


def _name(person: Person) -> tuple[str, str, int]:
    return person.family_name, person.given_name, person.pk
