"""Values of a form, as the columns of its row, to recognise a form that arrives twice."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django.db.models import Model

from continuity.writing.values.rich_text import clean

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

FIRST_REVISION = 1  # of a lesson or homework that nobody changed since it was written
RICH = {"body", "correction"}


def columns_of(text: "DataclassInstance", purpose: str) -> dict[str, Any]:
    """Each field of the text, cleaned where it is HTML. `purpose` is lesson or homework."""
    return {
        name: clean(value, purpose) if name in RICH else value
        for name, value in asdict(text).items()
    }


def says(row: Model, columns: dict[str, Any]) -> bool:
    """Whether the row holds these values already."""
    return all(getattr(row, name) == value for name, value in columns.items())
