"""Pictures and files as a form sends them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Files:
    """Changes to the pictures and files of a lesson or homework: by public id, and the new ones
    with their alternative text.
    """

    new: Sequence[tuple[Any, str]] = ()
    alts: Mapping[str, str] = field(default_factory=dict)
    removed: frozenset[str] = frozenset()

    @property
    def change_something(self) -> bool:
        return bool(self.new or self.alts or self.removed)
