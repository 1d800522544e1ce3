"""The text of a lesson, as its form sends it."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class LessonText:
    title: str
    body: str
    minutes: int
    in_library: bool = False
    tiles: list[str] = field(default_factory=list)  # slugs of resources
