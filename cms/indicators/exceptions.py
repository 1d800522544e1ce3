"""What can go wrong when a day or a week is closed."""


class DefinitionChanged(Exception):
    """A measure has other words than those frozen under its code and version."""


class DaysNotClosed(Exception):
    """These; what failed stands in the log."""


class WeeksNotClosed(Exception):
    """Their Mondays; what failed stands in the log."""
