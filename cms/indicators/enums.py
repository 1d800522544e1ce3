"""The words of counting: from what, when, and by whom a page was read."""

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ReaderDevice(models.TextChoices):
    PHONE = "phone", _("phone")
    COMPUTER = "computer", _("computer")


class Place(models.TextChoices):
    """When a page was read, on a clock in Paris."""

    CLASS_HOURS = "class", _("class hours")  # Monday to Friday, 8:00 to 18:00
    EVENING = (
        "evening",
        pgettext_lazy("time of day", "evening"),
    )  # from 18:00 to midnight, Monday to Friday
    WEEKEND = "weekend", _("weekend")  # Saturday and Sunday
    OTHER = "other", _("early morning")  # Monday to Friday, midnight to 8:00


class ReaderRole(models.TextChoices):
    """In which role a person is counted: the first of these that they hold in their school. A school
    has too few leaders to tell them apart: they would be hidden everywhere, and others with them.
    """

    TEACHER = "teacher", pgettext_lazy("role", "teachers")
    STUDENT = "student", pgettext_lazy("role", "students")
    OTHER = "other", pgettext_lazy("role", "others")


class InventedShare(StrEnum):
    """Which of the weeks on a page are the demo's."""

    ALL = "all"
    WEEK = "week"  # the one that is shown, and not all others
    BESIDE = "beside"  # others than the one that is shown
    SOME = "some"  # of the year that is shown


class KeySpan(models.TextChoices):
    """How long a counting key lives."""

    DAY = "day", _("day")
    WEEK = "week", _("week")


# `WeekFigure.part` beside the region's total: visitors, and people who belong to no school.
ELSEWHERE = "elsewhere"
