"""What a school lends, and to whom."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from courses.digest.register import (
    ONE_YEAR,
    TEN_YEARS,
    Category,
    Controller,
    Holding,
    Whose,
    before,
)

CATEGORIES = (
    Category(
        key="loans",
        title=_("Equipment lent to a student"),
        purpose=_(
            "To know who has which device of the school, under a signed agreement, and what came"
            " back. An open loan stays until everything is back or written off."
        ),
        readers=_("The student, the school’s leaders and its office."),
        controller=Controller.SCHOOL,
        whose=(Whose.STUDENTS, Whose.STAFF),
        period=ONE_YEAR,
        child_title=pgettext_lazy("to a child", "What the school lends you"),
        child_text=pgettext_lazy(
            "to a child",
            "Which things, from when until when, and how they came back. The year counts from the"
            " day on which everything is back.",
        ),
        order=33,
    ),
    Category(
        key="pool",
        title=_("Who did what with a device of the school"),
        purpose=_("To follow each device from its purchase to the end, without its borrowers."),
        readers=_("The school’s leaders and its office."),
        controller=Controller.SCHOOL,
        whose=(Whose.STAFF,),
        period=TEN_YEARS,
        order=34,
    ),
)


def returned_of_ended_loans(cutoff) -> Q:
    return Q(loan__ended_at__lt=cutoff)


HOLDINGS = (
    Holding(
        "continuity.LoanLine",
        "loans",
        about=("loan__student",),
        fields=("thing", "outcome", "back_at", "is_erased"),
        by=("returned_to",),
        other=("loan",),
        past=returned_of_ended_loans,
        leaving=Q(loan__ended_at__isnull=False),
    ),
    Holding(
        "continuity.Loan",
        "loans",
        about=("student",),
        fields=("lent_at", "due_on", "signed_as", "ended_at"),
        by=("lent_by",),
        other=("student", "school"),
        past=before("ended_at"),
        leaving=Q(ended_at__isnull=False),
    ),
    Holding(
        "continuity.ItemEvent",
        "pool",
        by=("by",),
        other=("item", "state", "at", "loan"),
        past=before("at"),
    ),
)
