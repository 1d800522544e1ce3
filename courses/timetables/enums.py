"""The words for what a timetable's file says and what becomes of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class TimetableState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("timetable", "waits for your yes")
    APPLIED = "applied", pgettext_lazy("timetable", "applied")
    NOTHING = "nothing", pgettext_lazy("timetable", "nothing to do")
    REFUSED = "refused", pgettext_lazy("timetable", "set aside")
    UNDONE = "undone", pgettext_lazy("timetable", "undone")


class Covers(models.TextChoices):
    """Whose hours end when a file doesn't have them any more."""

    CLASSES = "classes", _("of the classes and groups that it names")
    TEACHERS = "teachers", _("of the teacher whose file it is, else of all whom it names")
    NOTHING = "nothing", _("of nobody: it only adds hours")


class WordKind(models.TextChoices):
    SUBJECT = "subject", pgettext_lazy("word of a timetable", "subject")
    TEACHER = "teacher", pgettext_lazy("word of a timetable", "teacher")
    CLASS = "class", pgettext_lazy("word of a timetable", "class or group")


class HourChangeKind(models.TextChoices):
    TEACHING = "teaching", pgettext_lazy("timetable", "teaching begun")
    ENDED = "ended", pgettext_lazy("timetable", "hour ended")
    NEW = "new", pgettext_lazy("timetable", "hour begun")
    PLACE = "place", pgettext_lazy("timetable", "room changed")
    SAME = "same", pgettext_lazy("timetable", "hour entered by hand that a file has, too")


class EventFault(models.TextChoices):
    """Why an event of a calendar is no class hour: the sentence that the page says."""

    CANCELLED = "cancelled", _("Cancelled: no class hour.")
    WHOLE_DAY = "whole_day", _("A whole day without hours.")
    FLOATING = "floating", _("The time doesn’t say its time zone.")
    OTHER_ZONE = "other_zone", _("The time is of another zone than Paris or UTC.")
    NO_TIME = "no_time", _("The beginning or the end is missing or can’t be read.")
    LENGTH = "length", _("Less than 5 minutes, or more than 8 hours.")
    SUNDAY = "sunday", _("On a Sunday.")
    OTHER_YEAR = "other_year", _("In another school year.")
    NO_LABELS = (
        "no_labels",
        _(
            "The description doesn’t name a subject, a teacher and a class or group by their labels."
        ),
    )


class LeftOutKind(models.TextChoices):
    """Why an hour of a file isn't put into the timetable."""

    UNKNOWN = "unknown", _("A subject, a teacher or a class isn’t matched yet.")
    IGNORED = "ignored", _("You chose to leave out the subject, the teacher or the class.")
    RARE = "rare", _("Not there regularly, in each week or each A or B week.")
    OVER = "over", _("Over before the day from which the files apply.")
    REFUSED = "refused", _("Another hour is in the way.")
