"""Rolls."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from courses.digest.register import SCHOOL_YEAR, Category, Controller, Holding, Whose, before

CATEGORIES = (
    Category(
        key="rolls",
        title=_("Rolls: present, absent, late, and how the student attended"),
        purpose=_(
            "To know who was in class. The reason of an authorised absence isn’t in the roll."
        ),
        readers=_(
            "The teacher of the class, the class tutor and the school’s leaders. The student sees"
            " their own. Where the school lets them follow the week, guardians see what was missed."
        ),
        controller=Controller.SCHOOL,
        whose=(Whose.STUDENTS, Whose.STAFF),
        period=SCHOOL_YEAR,
        child_title=pgettext_lazy("to a child", "The roll"),
        child_text=pgettext_lazy(
            "to a child",
            "Whether you were there, and how. Your teacher, your class tutor and the school’s"
            " leaders see it, and so do you. Your guardians see what you missed if your school lets them"
            " follow your week.",
        ),
        order=32,
    ),
)

HOLDINGS = (
    Holding(
        "continuity.RollCorrection",
        "rolls",
        about=("line__student",),
        fields=(
            "line", "was_status", "was_mode", "status", "mode", "minutes_late", "minutes_early",
            "reason", "saw_a_document", "corrected_at",
        ),
        by=("corrected_by",),
        past=before("line__roll_call__starts_at"),
        leaving_blank={"reason": ""},
    ),
    Holding(
        "continuity.Stranger",
        "rolls",
        about=("student",),
        fields=("roll_call", "shown_name", "minutes"),
        by=("decided_by",),
        secret=("occupant",),
        other=("student", "decided_at"),
        past=before("roll_call__starts_at"),
        leaving=Q(),
    ),
    Holding(
        "continuity.RollLine",
        "rolls",
        about=("student",),
        fields=(
            "roll_call", "status", "mode", "minutes_late", "minutes_early", "minutes_seen",
            "times_cut", "worked_at", "reason", "expectation", "closed_family_name",
            "closed_given_name",
        ),
        other=("student", "proposed_status", "proposed_mode", "proposed_late", "proposed_early"),
        past=before("roll_call__starts_at"),
        leaving_blank={"reason": "", "closed_family_name": "", "closed_given_name": ""},
        shown=Q(roll_call__closed_at__isnull=False),
    ),
    Holding(
        "continuity.RollCall",
        "rolls",
        about=("closed_by",),
        fields=("closed_by_name",),
        by=("closed_by",),
        leaving_blank={"closed_by_name": ""},
        other=(
            "teaching", "class_hour", "meeting", "starts_at", "ends_at", "saved_at", "closed_at",
        ),
        past=before("starts_at"),
    ),
)  # fmt: skip
