"""What a delivery note says, in plain values: frozen as JSON, read back as these."""

import datetime
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Self

from django.utils import translation
from django.utils.translation import gettext as _

NOTE_FROM_DAY = 3  # of the next month, where every sheet of the month is closed
NOTE_AT_THE_LATEST = 10  # where some are still open
LONGEST_CONTEST = 500  # and the longest answer to it


@dataclass(frozen=True)
class DeliveredDate:
    """A date that was held: its sheet is closed. How many were there isn't told of one date: beside the
    month's no-shows it would be how few weren't.
    """

    meeting: str  # public id
    session: str
    resource: int  # primary key
    resource_name: str
    title_fr: str
    title_en: str
    starts_at: str  # ISO 8601, in Paris
    ends_at: str
    planned_minutes: int
    minutes: int
    led_by: list[str]
    # The same names by the persons' public ids; empty on notes made before they were kept so.
    leaders: dict[str, str] = field(default_factory=dict, compare=False)

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
    resource: int = field(default=0, compare=False)  # primary key

    @property
    def title(self) -> str:
        return self.title_en if translation.get_language() == "en" else self.title_fr

    @property
    def start(self) -> datetime.datetime:
        return datetime.datetime.fromisoformat(self.starts_at)


@dataclass(frozen=True)
class DeliveredResource:
    """What stands of a resource's dates together. `present`: how many people were there, whoever came to
    two dates twice; None where it is hidden. On a corrected note it is that of the first note, beside
    today's dates and minutes; None of a resource that wasn't `on_first_note`.
    """

    resource: int  # primary key
    name: str
    dates: int
    minutes: int
    present: int | None
    on_first_note: bool = True

    @property
    def is_hidden(self) -> bool:
        return self.present is None and self.on_first_note


@dataclass(frozen=True)
class Delivery:
    """The content of a note. On a corrected one numbers of people are those of `people_of`, the number of
    the first note of the month. They were counted on `people_told_on`, empty on a first note of that day, and where
    none is told and the day isn't known.
    """

    provider: str
    organiser: str
    dates: list[DeliveredDate] = field(default_factory=list)
    not_counted: list[DateNotCounted] = field(default_factory=list)
    resources: list[DeliveredResource] = field(default_factory=list)
    people_of: str = ""
    people_told_on: str = ""  # ISO 8601

    @property
    def minutes(self) -> int:
        return sum(one.minutes for one in self.dates)

    @property
    def sessions(self) -> int:
        """Of which at least one date was held in the month."""
        return len({one.session for one in self.dates})

    @property
    def hides_people(self) -> bool:
        return any(one.is_hidden for one in self.resources)

    @property
    def tells_people(self) -> bool:
        return any(one.present is not None for one in self.resources)

    @property
    def followed_minutes(self) -> dict[int, int | None]:
        """By resource (primary key), None where people are hidden. About: people present, times the mean
        length of a date. Minutes as sheets have them would tell, where dates differ in length, how many were
        there on each. Empty of a corrected note: its people and its hours are of different days.
        """
        if self.people_of:
            return {}
        return {
            one.resource: None
            if one.present is None
            else round(one.present * one.minutes / one.dates)
            for one in self.resources
        }

    def made_on(self, day: datetime.date) -> "Delivery":
        """As a note of that day has it: there it need not say when people were counted."""
        is_said = self.people_of or self.people_told_on != day.isoformat()
        return self if is_said else replace(self, people_told_on="")

    def stands_on_it(self) -> "Delivery":
        """What has to differ for another note to be made. Not who organises: an académie that takes another
        name would have officers contest every note. Nor the order of dates of the same hour.
        """
        in_order = sorted(self.not_counted, key=lambda one: (one.starts_at, one.meeting))
        return replace(self, organiser="", people_of="", people_told_on="", not_counted=in_order)

    @property
    def people_heading(self) -> str:
        if self.people_of:
            return _("Present, by delivery note no. %(number)s") % {"number": self.people_of}
        return _("People present")

    @property
    def people_day(self) -> datetime.date:
        return datetime.date.fromisoformat(self.people_told_on)

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
            people_of=frozen["people_of"],
            people_told_on=frozen["people_told_on"],
        )
