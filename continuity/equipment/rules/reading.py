"""Why no thing is found by what was typed or read from a label."""

from collections.abc import Sequence

from continuity.equipment.exceptions import (
    NoCodeInPhoto,
    NoSuchNumber,
    NotALabelOfOurs,
    SeveralLabels,
)
from courses.exceptions import Refusal

SHOWN = 40  # characters of what was typed


def why_not_read(codes: Sequence[str], numbers: Sequence[str]) -> Refusal | None:
    """`codes`: what stands in the photo; `numbers`: of the school's things that they name."""
    if not codes:
        return NoCodeInPhoto()
    if not numbers:
        return NotALabelOfOurs()
    if len(numbers) > 1:
        return SeveralLabels(numbers=", ".join(numbers))
    return None


def why_not_found(code: str) -> Refusal:
    """Nothing of the school has this number, or this address on its label."""
    return NotALabelOfOurs() if "/" in code else NoSuchNumber(number=code[:SHOWN])
