"""What can go wrong when a week is closed."""


class DefinitionChanged(Exception):
    """A measure has other words than those frozen under its code and version."""


class WeeksNotClosed(Exception):
    """Their Mondays; what failed stands in the log."""
