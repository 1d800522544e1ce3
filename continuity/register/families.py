"""What guardians send and choose."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from courses.digest.register import (
    ACCOUNT,
    SCHOOL_YEAR,
    Category,
    Controller,
    Holding,
    Whose,
    before_day,
)

CATEGORIES = (
    Category(
        key="announced",
        title=_("Absences that a guardian announced"),
        purpose=_("So that the school knows beforehand. Nothing on health is asked."),
        readers=_(
            "The guardian who told it, the class tutor and the school’s leaders; without the motive,"
            " whoever takes the roll on these days, and the teachers of the class where nothing has"
            " been heard of the student. The student, in the copy of their data. No other guardian."
        ),
        controller=Controller.SCHOOL,
        whose=(Whose.STUDENTS, Whose.GUARDIANS),
        period=SCHOOL_YEAR,
        child_title=pgettext_lazy("to a child", "Absences announced for you"),
        child_text=pgettext_lazy(
            "to a child", "The days, and a motive from a list. Nothing on your health."
        ),
        order=35,
    ),
    Category(
        key="family_mails",
        title=_("That a guardian wants no weekly email"),
        purpose=_("So that none is sent."),
        readers=_("The guardian."),
        controller=Controller.SCHOOL,
        whose=(Whose.GUARDIANS,),
        period=ACCOUNT,
        order=36,
    ),
)

HOLDINGS = (
    Holding(
        "continuity.AbsenceNotice",
        "announced",
        about=("guardianship__guardian", "guardianship__student"),
        fields=("first_day", "last_day", "motive", "sent_at", "withdrawn_at"),
        other=("guardianship",),
        past=before_day("last_day"),
        leaving=Q(),
    ),
    Holding(
        "continuity.NoFamilyMails",
        "family_mails",
        about=("guardian",),
        fields=("since",),
        other=("guardian",),
        leaving=Q(),
    ),
)
