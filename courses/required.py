"""Values that may be None by their type, and are there by a rule."""


def required[T](value: T | None) -> T:
    """The value, where a constraint of the database or the caller's own condition says that there
    is one; else ValueError.
    """
    if value is None:
        raise ValueError("There is no value where a rule says that there is one.")
    return value
