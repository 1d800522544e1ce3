"""The words for meetings and for what calendars are told."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CalendarMethod(models.TextChoices):
    """iTIP methods (RFC 5546) that we send."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


OUR_CALENDAR = (  # the slug of the one calendar of django-scheduler that our series are in
    "passerelle"
)


class Weekday(models.IntegerChoices):
    """ISO 8601: Monday is 1."""

    MONDAY = 1, pgettext_lazy("weekday", "Monday")
    TUESDAY = 2, pgettext_lazy("weekday", "Tuesday")
    WEDNESDAY = 3, pgettext_lazy("weekday", "Wednesday")
    THURSDAY = 4, pgettext_lazy("weekday", "Thursday")
    FRIDAY = 5, pgettext_lazy("weekday", "Friday")
    SATURDAY = 6, pgettext_lazy("weekday", "Saturday")


class Rhythm(models.TextChoices):
    EACH = "", _("each week")
    A = "A", _("A weeks")
    B = "B", _("B weeks")


class WeeksBetween(models.IntegerChoices):
    """How many weeks lie between two dates of a series."""

    WEEK = 1, _("every week")
    TWO_WEEKS = 2, _("every two weeks")


class DayOff(models.TextChoices):
    """Why there is no class on a day."""

    SUNDAY = "sunday", pgettext_lazy("weekday", "Sunday")
    HOLIDAYS = "holidays", _("Holidays")
    BANK_HOLIDAY = "bank_holiday", _("Bank holiday")
    CLOSURE = "closure", _("The school is closed")
