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
                "Only you. The Region reads numbers, no person: how often resources were opened in a week,"
                " of all schools together, and how many people opened each in a month, by school; hidden"
                " ones are deleted from the second month after on. Registrars read how often a resource was"
                " said not to have opened, of all schools together, fewer than five not exactly; it is"
                " counted by school and week, without a person, and deleted after three weeks."
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
        "courses.LaunchCount",  # failures, deleted after three weeks (services.opening)
        "courses.MonthOpeners",  # hidden numbers are set to 0 a month later (services.months)
        "courses.PracticeNonce",
    ),
)
