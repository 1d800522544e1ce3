"""The terms of a loan in plain data: what is signed, and what its fingerprint is of."""

import datetime
import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import Any, Self

type Clauses = dict[str, list[tuple[str, str]]]


@dataclass(frozen=True)
class LentThing:
    """A thing as it stood when the agreement was drawn up."""

    public_id: str
    kind: str
    number: str
    model: str = ""
    serial: str = ""
    value_euros: int | None = None


@dataclass(frozen=True)
class Terms:
    """Who, what, until when, and the sentences of the agreement: heading and text, by language."""

    school: str
    student: str
    due_on: datetime.date
    things: tuple[LentThing, ...]
    clauses: Clauses = field(default_factory=dict)

    @classmethod
    def read(cls, data: dict[str, Any]) -> Self:
        """From what `as_data` gave."""
        return cls(
            school=data["school"],
            student=data["student"],
            due_on=datetime.date.fromisoformat(data["due_on"]),
            things=tuple(LentThing(**one) for one in data["things"]),
            clauses={
                language: [(heading, text) for heading, text in said]
                for language, said in data["clauses"].items()
            },
        )

    @property
    def as_data(self) -> dict[str, Any]:
        return asdict(self) | {
            "due_on": self.due_on.isoformat(),
            "things": [asdict(one) for one in self.things],
        }


def fingerprint(data: dict[str, Any]) -> str:
    """SHA-256 of all that is signed, whatever the order of its keys."""
    whole = json.dumps(data, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(whole.encode()).hexdigest()
