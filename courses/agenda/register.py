"""Personal data in the agenda: a teacher's absences from class, calendar entries."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.digest.register import (
    ONE_YEAR,
    SCHOOL_YEAR,
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
            key="absences",
            title=_("Class hours during which a teacher is at a training"),
            purpose=_("To ask for a plan for these classes."),
            readers=_(
                "You, your school’s leaders, and for the hours alone the students of the class."
            ),
            controller=Controller.SCHOOL,
            whose=(Whose.STAFF,),
            period=SCHOOL_YEAR,
            order=40,
        ),
        Category(
            key="calendar",
            title=_("Invitations in your calendar"),
            purpose=_("To move or remove an entry of your calendar when a meeting moves."),
            readers=_("You."),
            controller=Controller.ACADEMIE,
            whose=(Whose.STAFF, Whose.TRAINERS),
            period=ONE_YEAR,
            order=62,
        ),
    ),
    holdings=(
        Holding(
            "courses.Absence",
            "absences",
            about=("teacher",),
            fields=("reason", "starts_at", "ends_at", "recorded_at", "withdrawn_at"),
            other=("teacher", "url", "settled_at"),
            past=before("ends_at"),
            leaving=Q(),
        ),
        Holding(
            "courses.CalendarEntry",
            "calendar",
            about=("person",),
            fields=("meeting", "starts_at", "ends_at", "method", "stamped_at"),
            other=("person", "sequence"),
            past=before("ends_at"),
            leaving=Q(),
        ),
    ),
    unrelated=(
        "courses.SchoolCalendar",
        "courses.Closure",
        "courses.ClassHour",
        "courses.Meeting",
        "schedule.*",
    ),
)
