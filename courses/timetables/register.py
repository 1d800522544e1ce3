"""Personal data of timetable files: names of teachers in what waits, and matched words."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.digest.register import (
    ONE_YEAR,
    THIRTY_DAYS,
    TWO_WEEKS,
    Category,
    Controller,
    Holding,
    Register,
    Whose,
    before,
)

REGISTER = Register(
    categories=(
        Category(
            key="timetables",
            title=_("Teachers in the files of a timetable"),
            purpose=_("To put class hours into the timetable without typing them."),
            readers=_("Your school’s leaders."),
            controller=Controller.SCHOOL,
            whose=(Whose.STAFF,),
            period=ONE_YEAR,
            order=41,
        ),
    ),
    holdings=(
        Holding(
            "courses.StagedHour",
            "timetables",
            other=(
                "timetable_import", "file", "weekday", "begins", "ends", "rhythm", "subject",
                "teachers", "school_class", "place", "since", "until", "is_regular", "seen", "of",
            ),
            period=TWO_WEEKS,
            past=before("timetable_import__received_at"),
        ),
        Holding(
            "courses.TimetableWord",
            "timetables",
            about=("teacher",),
            fields=("school", "kind", "word", "used_at"),
            other=("subject", "teacher", "school_class"),
            past=before("used_at"),
            leaving=Q(),
        ),
        Holding(
            "courses.HourChange",
            "timetables",
            other=("timetable_import", "kind", "hour", "teaching", "before"),
            period=THIRTY_DAYS,
            past=before("timetable_import__closed_at"),
        ),
        Holding(
            "courses.TimetableImport",
            "timetables",
            by=("by", "told_by"),
            other=(
                "school", "received_at", "closed_at", "state", "since", "ends_by_hand", "files",
                "counts",
            ),
            past=before("closed_at"),
        ),
    ),
)  # fmt: skip
