"""A student's questions, ticks, leaves, extra time, calendar address and papers."""

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from courses.digest.register import (
    SCHOOL_YEAR,
    TWO_WEEKS,
    WHILE_THERE,
    Category,
    Controller,
    Holding,
    Whose,
    before,
    before_day,
)
from courses.people.enums import Role
from courses.people.models import Membership

CATEGORIES = (
    Category(
        key="questions",
        title=_("Questions to a teacher"),
        purpose=_("So that the teacher can help."),
        readers=_(
            "The student and the teachers of the class in that subject. The class tutor and the school’s"
            " leaders see when it was asked and who answered; the words the leaders get only in a copy of"
            " all the student’s data, and the student’s page then says so."
        ),
        controller=Controller.SCHOOL,
        whose=(Whose.STUDENTS,),
        period=SCHOOL_YEAR,
        child_title=pgettext_lazy("to a child", "Your questions"),
        child_text=pgettext_lazy(
            "to a child",
            "The teacher whom you ask, and whoever stands in or takes over; nobody else in the"
            " class. Your class tutor and the school’s leaders see when you asked and who answered. The"
            " leaders get the words only in a copy of all your data: this page then says so.",
        ),
        order=24,
    ),
    Category(
        key="week",
        title=_("What a student ticked as done"),
        purpose=_("To show the student what is left. The teacher sees who ticked their homework."),
        readers=_(
            "The student, the teacher of the item and, of homework, the class tutor and the school’s"
            " leaders. Where the school lets them follow the week, guardians."
        ),
        controller=Controller.SCHOOL,
        whose=(Whose.STUDENTS,),
        period=SCHOOL_YEAR,
        child_title=pgettext_lazy("to a child", "What you ticked as done"),
        child_text=pgettext_lazy(
            "to a child",
            "So that your week shows what is left. It isn’t a mark. Your teacher, your class tutor and"
            " the school’s leaders see which homework you ticked; so do your guardians if your school"
            " lets them follow your week.",
        ),
        order=26,
    ),
    Category(
        key="feed",
        title=_("The secret address of a week’s calendar"),
        purpose=_("To read the week in a calendar program."),
        readers=_("The student, and whoever has the address."),
        controller=Controller.SCHOOL,
        whose=(Whose.STUDENTS,),
        period=WHILE_THERE,
        child_title=pgettext_lazy("to a child", "Your week in a calendar"),
        child_text=pgettext_lazy(
            "to a child",
            "Whoever has the address reads your week: give it to nobody. It ends when you leave the"
            " school.",
        ),
        order=28,
    ),
    Category(
        key="papers",
        title=_("Papers that you asked for: weeks, lists, labels, notices"),
        purpose=_(
            "To print what you asked for, such as the week of a student, and to draw it once only."
        ),
        readers=_(
            "A student’s week: the student. Another paper: you, and whoever may ask for the same."
        ),
        controller=Controller.SCHOOL,
        whose=(Whose.STUDENTS, Whose.STAFF),
        period=TWO_WEEKS,
        child_title=pgettext_lazy("to a child", "Your week on paper"),
        child_text=pgettext_lazy(
            "to a child", "The sheet that you print. Nobody else can open it."
        ),
        order=29,
    ),
    Category(
        key="leaves",
        title=_("Authorised absences and exemptions"),
        purpose=_(
            "So that a student isn’t asked for work, or expected, where they needn’t be. No"
            " document is kept: who saw it, and when."
        ),
        readers=_(
            "The student, the class tutor and the school’s leaders. Teachers see the days and the"
            " subjects; guardians, where the school lets them follow the week, what isn’t to be done."
        ),
        controller=Controller.SCHOOL,
        whose=(Whose.STUDENTS,),
        period=SCHOOL_YEAR,
        child_title=pgettext_lazy("to a child", "Your authorised absences"),
        child_text=pgettext_lazy(
            "to a child",
            "The days and the subjects. No certificate is kept, and nothing on your health.",
        ),
        order=34,
    ),
    Category(
        key="contact",
        title=_("Days on which a student opened the week, weeks handed over on paper, calls"),
        purpose=_(
            "So that nobody stays silent unnoticed: the school calls students of whom nothing was"
            " heard for several school days. Beside these days stand those of work handed in or ticked,"
            " questions, answers read and presence, without what they say. No score, no ranking; of a"
            " call its result alone."
        ),
        readers=_(
            "The teachers of the student’s classes, the class tutor and the school’s leaders. The"
            " student sees their own."
        ),
        controller=Controller.SCHOOL,
        whose=(Whose.STUDENTS, Whose.STAFF),
        period=SCHOOL_YEAR,
        child_title=pgettext_lazy("to a child", "Signs that you are there, and calls"),
        child_text=pgettext_lazy(
            "to a child",
            "The days on which you opened your week (neither the hour nor the page), handed work in,"
            " ticked it, asked something, read an answer or were in class, the weeks you got on paper,"
            " and whether somebody called. Your teachers, your class tutor and the school’s leaders"
            " see it, and so do you.",
        ),
        order=35,
    ),
    Category(
        key="survey",
        title=_("Answers to the survey on equipment"),
        purpose=_(
            "To see who has nothing to work with at home, and what would help. Nobody has to answer."
        ),
        readers=_(
            "The student, the class tutor and the school’s leaders; a guardian what they answered"
            " themselves. The region gets numbers, none from one to four."
        ),
        controller=Controller.SCHOOL,
        whose=(Whose.STUDENTS, Whose.GUARDIANS, Whose.STAFF),
        period=SCHOOL_YEAR,
        child_title=pgettext_lazy("to a child", "What you work with at home"),
        child_text=pgettext_lazy(
            "to a child",
            "Your class tutor and the school’s management read what you or your guardians answered, or"
            " what was answered about you in a call. You needn’t answer, and you can delete your answers.",
        ),
        order=37,
    ),
    Category(
        key="extensions",
        title=_("More time for a student"),
        purpose=_("To move a due date for one student."),
        readers=_(
            "The student, their teachers, the class tutor and the school’s leaders. Where the school lets"
            " them follow the week, guardians see the date."
        ),
        controller=Controller.SCHOOL,
        whose=(Whose.STUDENTS,),
        period=SCHOOL_YEAR,
        child_title=pgettext_lazy("to a child", "More time for your work"),
        child_text=pgettext_lazy(
            "to a child",
            "You, your teachers, your class tutor and the school’s leaders see it; nobody else in the"
            " class. Your guardians see the date if your school lets them follow your week.",
        ),
        order=36,
    ),
)


def ended_or_open(begins: str, ends: str):
    """Over when its last day has passed; without one, when it began in a year that is over: it is
    entered anew.
    """

    def past(cutoff) -> Q:
        return before_day(ends)(cutoff) | Q(**{f"{ends}__isnull": True}) & before_day(begins)(
            cutoff
        )

    return past


def extensions_over(cutoff) -> Q:
    personal = Q(assignment__isnull=False) & before("due_at", "granted_at")(cutoff)
    return personal | Q(assignment__isnull=True) & ended_or_open("first_day", "last_day")(cutoff)


def of_nobody_here(cutoff) -> Q:
    """Rows of students who have left, from the day after their last one."""
    here = Membership.objects.current().filter(person=OuterRef("student"), role=Role.STUDENT)
    return Q(~Exists(here))


HOLDINGS = (
    Holding(
        "continuity.HelpRequest",
        "questions",
        about=("student",),
        fields=("teaching", "item", "text", "asked_at", "answer", "answered_at", "read_at"),
        by=("answered_by",),
        other=("student",),
        past=before("asked_at"),
        leaving=Q(),
    ),
    Holding(
        "continuity.Tick",
        "week",
        about=("student",),
        fields=("item", "ticked_at"),
        other=("student",),
        past=before("ticked_at"),
        leaving=Q(),
    ),
    Holding(
        "continuity.PaperHandover",
        "contact",
        about=("student",),
        fields=("handed_on", "recorded_at", "withdrawn_at"),
        by=("recorded_by",),
        other=("student",),
        past=before_day("handed_on"),
        leaving=Q(),
    ),
    Holding(
        "continuity.Call",
        "contact",
        about=("student",),
        fields=("taken_at", "given_back_at", "result", "noted_at", "next_on", "undone_at"),
        by=("caller",),
        other=("student",),
        past=before("taken_at"),
        leaving=Q(),
    ),
    Holding(
        "continuity.WeekOpening",
        "contact",
        about=("student",),
        fields=("day",),
        other=("student",),
        past=before_day("day"),
        leaving=Q(),
    ),
    Holding(
        "continuity.Extension",
        "extensions",
        about=("student",),
        fields=(
            "assignment", "due_at", "days_more", "first_day", "last_day", "reason", "granted_at",
            "withdrawn_at",
        ),
        by=("granted_by",),
        other=("student", "school"),
        past=extensions_over,
        leaving=Q(),
    ),
    Holding(
        "continuity.Exemption",
        "leaves",
        about=("student",),
        fields=(
            "kind", "first_day", "last_day", "rhythm", "subjects", "attends", "keeps_working",
            "motive", "document_seen_on", "entered_at", "withdrawn_at",
        ),
        by=("entered_by",),
        other=("student", "school"),
        past=ended_or_open("first_day", "last_day"),
        leaving=Q(),
    ),
    Holding(
        "continuity.SurveyPause",
        "survey",
        about=("student",),
        fields=("campaign", "until", "paused_at"),
        other=("student",),
        past=before("paused_at"),
        leaving=Q(),
        counts=False,  # staff never read who put it off
    ),
    Holding(
        "continuity.SurveyAnswer",
        "survey",
        about=("student",),
        fields=(
            "campaign", "origin", "speaker", "answered_at", "device", "shared_with", "connection",
            "runs_out", "printer", "quiet_place", "help_computer", "help_connection",
            "help_printing", "help_place",
        ),
        by=("answered_by",),
        other=("student", "finished_at"),
        past=before("answered_at"),
        leaving=Q(),
    ),
    Holding(
        "continuity.SurveyCampaign",
        "survey",
        by=("begun_by",),
        other=("school", "proposal", "opens_on", "closes_on", "begun_at"),
        past=before_day("closes_on"),
    ),
    Holding(
        "continuity.DeclinedProposal",
        "survey",
        by=("declined_by",),
        other=("proposal", "school", "declined_at"),
        past=before("declined_at"),
    ),
    Holding(
        "continuity.SurveyProposal",
        "survey",
        by=("proposed_by",),
        other=("opens_on", "closes_on", "proposed_at", "withdrawn_at"),
        past=before_day("closes_on"),
    ),
    Holding(
        "continuity.FeedKey",
        "feed",
        about=("student",),
        fields=("made_at",),
        secret=("secret",),
        other=("student",),
        past=of_nobody_here,
        leaving=Q(),
    ),
    Holding(
        "courses.Paper",
        "papers",
        about=("owner",),
        fields=("kind", "asked_at", "file"),
        other=(
            "owner", "about", "language", "fingerprint", "failed", "selection", "parts",
            "parts_done",
        ),
        past=before("asked_at"),
        leaving=Q(),
    ),
)  # fmt: skip
