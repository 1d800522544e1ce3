"""Narrow the type of a value that a rule or a constraint guarantees."""


def required[T](value: T | None) -> T:
    """The value, where a constraint of the database or the caller's own condition says that there
    is one; else ValueError.
    """
    if value is None:
        raise ValueError("There is no value where a rule says that there is one.")
    return value
