"""What a delivery note says, in plain values: frozen as JSON, read back as these."""

import datetime
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Self

from django.utils import translation

NOTE_FROM_DAY = 3  # of the next month, where every sheet of the month is closed
NOTE_AT_THE_LATEST = 10  # where some are still open
LONGEST_CONTEST = 500  # and the longest answer to it


@dataclass(frozen=True)
class DeliveredDate:
    """A date that was held: its sheet is closed. `present`: how many people were there; None where it
    is hidden.
    """

    meeting: str  # public id
    session: str
    resource: str  # slug
    title_fr: str
    title_en: str
    starts_at: str  # ISO 8601, in Paris
    ends_at: str
    planned_minutes: int
    minutes: int
    led_by: list[str]
    present: int | None

    @property
    def title(self) -> str:
        return self.title_en if translation.get_language() == "en" else self.title_fr

    @property
    def start(self) -> datetime.datetime:
        return datetime.datetime.fromisoformat(self.starts_at)

    @property
    def end(self) -> datetime.datetime:
        return datetime.datetime.fromisoformat(self.ends_at)


@dataclass(frozen=True)
class DateNotCounted:
    """A date of the month that isn't counted: no trainer came, or its sheet is still open."""

    meeting: str
    title_fr: str
    title_en: str
    starts_at: str
    no_trainer_came: bool
    resource: str = field(default="", compare=False)  # slug

    @property
    def title(self) -> str:
        return self.title_en if translation.get_language() == "en" else self.title_fr

    @property
    def start(self) -> datetime.datetime:
        return datetime.datetime.fromisoformat(self.starts_at)


@dataclass(frozen=True)
class DeliveredResource:
    """`followed_minutes`: what participants followed on these dates, added up; None where hidden.

    `is_of_before`: on a corrected note, minutes that leave corrections out, because the difference to
    the earlier note could be that of a few people.
    """

    slug: str
    name: str
    followed_minutes: int | None
    is_of_before: bool = False


@dataclass(frozen=True)
class Delivery:
    """The content of a note."""

    provider: str
    organiser: str
    dates: list[DeliveredDate] = field(default_factory=list)
    not_counted: list[DateNotCounted] = field(default_factory=list)
    resources: list[DeliveredResource] = field(default_factory=list)

    @property
    def minutes(self) -> int:
        return sum(one.minutes for one in self.dates)

    @property
    def sessions(self) -> int:
        """Of which at least one date was held in the month."""
        return len({one.session for one in self.dates})

    @property
    def hides_people(self) -> bool:
        return any(one.present is None for one in self.dates)

    def stands_on_it(self) -> "Delivery":
        """What is read on the note, and has to differ for another one to be made: minutes followed
        aren't shown there.
        """
        return replace(self, resources=[])

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, frozen: dict[str, Any]) -> Self:
        return cls(
            provider=frozen["provider"],
            organiser=frozen["organiser"],
            dates=[DeliveredDate(**one) for one in frozen["dates"]],
            not_counted=[DateNotCounted(**one) for one in frozen["not_counted"]],
            resources=[DeliveredResource(**one) for one in frozen["resources"]],
        )
