"""The number on a thing's label, as it is kept."""

import re

NUMBER = re.compile(r"(?=.*[A-Z0-9])[A-Z0-9-]{1,12}")  # as the form and the table say


def number_of(typed: str) -> str:
    """In capitals. Raises ValueError for other signs, or more than twelve."""
    number = typed.strip().upper()
    if NUMBER.fullmatch(number) is None:
        raise ValueError(typed)
    return number
