"""Texts by people of the demo, read from `content/`: one TOML file for the plans of a subject, and
others for the rest.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CONTENT = Path(__file__).parent / "content"


@dataclass(frozen=True)
class Written:
    """A lesson, on the day of the `nth` hour of the subject in that week (from 0)."""

    nth: int
    title: str
    minutes: int
    body: str
    tiles: tuple[str, ...] = ()  # slugs of resources


@dataclass(frozen=True)
class DemoHomework:
    """A homework given on the day of the `nth` hour, due `days` later at `hour` o’clock or the next
    day with class.
    """

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
class DemoResource:
    """A resource of the bouquet, by its slug, where the school has it."""

    nth: int
    slug: str
    title: str
    minutes: int
    text: str


type PlannedText = Written | DemoHomework | Note | DemoResource
KINDS = {"lesson": Written, "homework": DemoHomework, "note": Note, "resource": DemoResource}


def content_of(name: str) -> dict[str, Any]:
    """The tables of `content/<name>.toml`."""
    return tomllib.loads((CONTENT / f"{name}.toml").read_text(encoding="utf-8"))


def weeks_of(name: str) -> list[list[PlannedText]]:
    """The texts of `content/<name>.toml`, a list a week.

    HTML has a line for each element there, and none here.
    """
    weeks: list[list[PlannedText]] = []
    for item in content_of(name)["item"]:
        kind, week = KINDS[item.pop("kind")], item.pop("week")
        while len(weeks) <= week:
            weeks.append([])
        weeks[week].append(
            kind(
                **{
                    key: value.replace("\n", "") if isinstance(value, str) else value
                    for key, value in item.items()
                }
            )
        )
    return weeks
