"""Personal data of opening resources: what was told to whom, and when."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from courses.digest.register import (
    ACCOUNT,
    SIX_MONTHS,
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
            key="launches",
            title=_("Resources that you opened, and what they were told"),
            purpose=_(
                "To open the resources of your school without giving your name, and to show you"
                " what was told each time. What you chose to be told stays as long as your account."
            ),
            readers=_(
                "Only you. The Region reads numbers by month, no person; those that are hidden are"
                " deleted from the second month after on."
            ),
            controller=Controller.SCHOOL,
            whose=(Whose.STUDENTS, Whose.STAFF),
            period=SIX_MONTHS,
            child_title=pgettext_lazy("to a child", "The resources that you opened"),
            child_text=pgettext_lazy(
                "to a child",
                "When you open a resource such as a magazine or an encyclopaedia, it gets a code"
                " and not your name. You alone can see when you opened it and what it was told. What"
                " you chose stays as long as your account.",
            ),
            order=42,
        ),
    ),
    holdings=(
        Holding(
            "courses.LaunchIntent",
            "launches",
            about=("person",),
            fields=("connection", "school", "at", "used_at", "failed_at"),
            other=("person", "mark", "shown", "fault", "asked_address"),
            past=before("at"),
            leaving=Q(),
            for_person_alone=True,
        ),
        Holding(
            "courses.Launch",
            "launches",
            about=("person",),
            fields=("resource", "school", "told", "at", "failed_at"),
            other=("person", "way"),
            past=before("at"),
            leaving=Q(),
            for_person_alone=True,
        ),
        Holding(
            "courses.PersonalConnection",
            "launches",
            about=("person",),
            fields=("connection", "tells", "code_number"),
            other=("person", "fingerprint"),
            period=ACCOUNT,
            leaving=Q(),
            for_person_alone=True,
        ),
    ),
    unrelated=(
        "courses.ResourceConnection",
        "courses.LaunchCount",
        "courses.MonthOpeners",  # hidden numbers are set to 0 a month later (services.months)
        "courses.PracticeNonce",
    ),
)
