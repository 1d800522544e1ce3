"""The words for meetings and for what calendars are told."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CalendarMethod(models.TextChoices):
    """iTIP methods (RFC 5546) that we send."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


OUR_CALENDAR = "passerelle"  # the slug of the one calendar of django-scheduler that our series are in


class Weekday(models.IntegerChoices):
    """ISO 8601: Monday is 1."""

    MONDAY = 1, _("Monday")
    TUESDAY = 2, _("Tuesday")
    WEDNESDAY = 3, _("Wednesday")
    THURSDAY = 4, _("Thursday")
    FRIDAY = 5, _("Friday")
    SATURDAY = 6, _("Saturday")


class Rhythm(models.TextChoices):
    EACH = "", _("each week")
    A = "A", _("A weeks")
    B = "B", _("B weeks")


class DayOff(models.TextChoices):
    """Why there is no class on a day."""

    SUNDAY = "sunday", _("Sunday")
    HOLIDAYS = "holidays", _("Holidays")
    BANK_HOLIDAY = "bank_holiday", _("Bank holiday")
    CLOSURE = "closure", _("The school is closed")
