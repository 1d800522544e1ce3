"""What can go wrong when a day or a week is closed."""


class DefinitionChanged(Exception):
    """A measure has other words than those frozen under its code and version."""


class NotClosed(Exception):
    """These days, or Mondays of weeks; what failed stands in the log."""

    line = ""  # of the log; its %s is the day


class DaysNotClosed(NotClosed):
    line = "The day %s can't be closed"


class WeeksNotClosed(NotClosed):
    line = "The week of %s can't be closed"
