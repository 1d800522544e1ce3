"""What a form says of pictures and files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Files:
    """What happens to the pictures and files of a lesson or homework: by public id, and the new
    ones with what they show.
    """

    new: Sequence[tuple[Any, str]] = ()
    alts: Mapping[str, str] = field(default_factory=dict)
    removed: frozenset[str] = frozenset()

    @property
    def change_something(self) -> bool:
        return bool(self.new or self.alts or self.removed)
