"""The forms of what the demo's teachers write: which class hour of the week, and what."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Written:
    """A lesson, on the day of the `nth` hour of the subject in that week (from 0)."""

    nth: int
    title: str
    minutes: int
    body: str


@dataclass(frozen=True)
class Work:
    """A homework given on the day of the `nth` hour, due `days` later at `hour` o’clock or the next day with class."""

    nth: int
    title: str
    minutes: int
    days: int
    hour: int
    returns: str
    body: str


@dataclass(frozen=True)
class Note:
    nth: int
    title: str
    minutes: int
    text: str


@dataclass(frozen=True)
class Look:
    """A resource of the bouquet, by its slug, where the school has it."""

    nth: int
    slug: str
    title: str
    minutes: int
    text: str
