"""What a lesson's form sends."""

from dataclasses import dataclass


@dataclass(frozen=True)
class LessonText:
    title: str
    body: str
    minutes: int
    in_library: bool = False
