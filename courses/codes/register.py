"""Personal data of codes on paper: how many somebody was given, and when one was used."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from courses.digest.register import (
    THIRTY_DAYS,
    Category,
    Controller,
    Holding,
    Register,
    Whose,
    before_day,
)

REGISTER = Register(
    categories=(
        Category(
            key="codes",
            title=_("Codes on paper, and when one was used"),
            purpose=_(
                "To let students in on a day on which the ENT doesn’t answer. The code itself is"
                " known to its paper alone. The period counts from the last day on which the code is"
                " good."
            ),
            readers=_(
                "You, and whoever keeps the students’ accounts at your school: how many are left,"
                " when one was used."
            ),
            controller=Controller.SCHOOL,
            whose=(Whose.STUDENTS,),
            period=THIRTY_DAYS,
            child_title=pgettext_lazy("to a child", "Your codes on paper"),
            child_text=pgettext_lazy(
                "to a child",
                "With such a code you log in when the ENT is down. Your school sees how many you have"
                " left and when you used one. The days count from the last one on which your codes"
                " are good.",
            ),
            order=93,
        ),
    ),
    holdings=(
        Holding(
            "courses.PaperCode",
            "codes",
            about=("student",),
            fields=("made_at", "ends_on", "used_at"),
            by=("made_by",),
            secret=("mark",),
            other=("student", "school", "press"),
            past=before_day("ends_on"),
            leaving=Q(),
        ),
    ),
)
