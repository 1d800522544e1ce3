"""Hours. Thought in Europe/Paris, kept in UTC."""

import datetime
import secrets
from dataclasses import dataclass

from courses.jobs.values import PARIS


@dataclass(frozen=True, order=True)
class Hours:
    """Period from an instant to an instant.

    Both are aware and kept in UTC, so that their difference is the real length.
    """

    starts_at: datetime.datetime
    ends_at: datetime.datetime

    def __post_init__(self) -> None:
        if self.starts_at.tzinfo is None or self.ends_at.tzinfo is None:
            raise ValueError("hours need a time zone")
        object.__setattr__(self, "starts_at", self.starts_at.astimezone(datetime.UTC))
        object.__setattr__(self, "ends_at", self.ends_at.astimezone(datetime.UTC))
        if self.ends_at <= self.starts_at:
            raise ValueError("hours end after they begin")

    @property
    def duration(self) -> datetime.timedelta:
        return self.ends_at - self.starts_at

    def overlap(self, other: "Hours") -> bool:
        """They share time; one that begins when the other ends doesn't."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


def instants_of(day: datetime.date, hour: datetime.time) -> list[datetime.datetime]:
    """The instants that read so on a clock in Paris: one, none in the hour that spring skips, two
    in the one autumn repeats.
    """
    wall = datetime.datetime.combine(day, hour)
    both = [wall.replace(tzinfo=PARIS, fold=fold).astimezone(datetime.UTC) for fold in (0, 1)]
    return sorted(
        {one for one in both if one.astimezone(PARIS).replace(tzinfo=None, fold=0) == wall}
    )


def feed_secret() -> str:
    """Return the secret of a calendar's address: 192 random bits. Whoever has it reads the feed,
    and it can't be guessed.
    """
    return secrets.token_urlsafe(24)
