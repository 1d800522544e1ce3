"""What continuity holds of people (GDPR, article 30): work handed in, answers, questions, rolls,
weeks.

In the order in which rows are erased: what protects another row comes first. That order is one
table, so this is one module.
"""

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from courses.digest.register import (
    ACCOUNT,
    SCHOOL_YEAR,
    THIRTY_DAYS,
    TWO_WEEKS,
    WHILE_THERE,
    Category,
    Controller,
    Holding,
    Register,
    Whose,
    before,
    before_day,
)
from courses.people.enums import Role
from courses.people.models import Membership

STUDENTS = (Whose.STUDENTS,)
STAFF = (Whose.STAFF,)
# As the receipt says it (templates/continuity/handins/hand_in_readers.html):
# `HandIn.objects.visible_to`, and the copy of all data.
THEIR_TEACHER = _(
    "The student, the teacher who asked for the work, and whoever stands in for them or takes over"
    " the class. The class tutor and the school’s leaders see that it was handed in, not the work;"
    " the school’s leaders get it only in a copy of all the student’s data, and the student’s page"
    " then says so."
)

CATEGORIES = (
    Category(
        key="handins",
        title=_("Work handed in, with its photos and receipts"),
        purpose=_(
            "To hand work in, to read it, to answer it. Where a photo was taken is erased when it"
            " arrives."
        ),
        readers=THEIR_TEACHER,
        controller=Controller.SCHOOL,
        whose=STUDENTS,
        period=SCHOOL_YEAR,
        child_title=pgettext_lazy("to a child", "Your work and your photos"),
        child_text=pgettext_lazy(
            "to a child",
            "The teacher who asked for the work reads it and answers you, and so may whoever stands"
            " in or takes over your class. The school’s leaders get it only in a copy of all your"
            " data: this page then says so. Where a photo was taken is erased as soon as it"
            " arrives.",
        ),
        order=20,
    ),
    Category(
        key="answers",
        title=_("Teachers’ answers to work, and the talk after them"),
        purpose=_("To tell a student what is right and what to do again. No marks."),
        readers=THEIR_TEACHER,
        controller=Controller.SCHOOL,
        whose=(Whose.STUDENTS, Whose.STAFF),
        period=SCHOOL_YEAR,
        child_title=pgettext_lazy("to a child", "The answers to your work"),
        child_text=pgettext_lazy(
            "to a child",
            "You and your teacher read them, and whoever stands in or takes over your class; nobody"
            " else in the class. The school’s leaders get them only in a copy of all your data.",
        ),
        order=22,
    ),
    Category(
        key="questions",
        title=_("Questions to a teacher"),
        purpose=_("So that the teacher can help."),
        readers=_("The student and the teachers of the class in that subject."),
        controller=Controller.SCHOOL,
        whose=STUDENTS,
        period=SCHOOL_YEAR,
        child_title=pgettext_lazy("to a child", "Your questions"),
        child_text=pgettext_lazy(
            "to a child",
            "The teacher whom you ask, and whoever stands in or takes over; nobody else in the"
            " class.",
        ),
        order=24,
    ),
    Category(
        key="week",
        title=_("What a student ticked as done"),
        purpose=_("To show the student what is left. The teacher sees who ticked their homework."),
        readers=_("The student and the teacher of the item."),
        controller=Controller.SCHOOL,
        whose=STUDENTS,
        period=SCHOOL_YEAR,
        child_title=pgettext_lazy("to a child", "What you ticked as done"),
        child_text=pgettext_lazy(
            "to a child", "So that your week shows what is left. It isn’t a mark."
        ),
        order=26,
    ),
    Category(
        key="feed",
        title=_("The secret address of a week’s calendar"),
        purpose=_("To read the week in a calendar program."),
        readers=_("The student, and whoever has the address."),
        controller=Controller.SCHOOL,
        whose=STUDENTS,
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
        title=_("Weeks on paper"),
        purpose=_("To print the week of a student, and to draw it once only."),
        readers=_("The student."),
        controller=Controller.SCHOOL,
        whose=STUDENTS,
        period=TWO_WEEKS,
        child_title=pgettext_lazy("to a child", "Your week on paper"),
        child_text=pgettext_lazy(
            "to a child", "The sheet that you print. Nobody else can open it."
        ),
        order=29,
    ),
    Category(
        key="rolls",
        title=_("Rolls: present, absent, late, and how the student attended"),
        purpose=_(
            "To know who was in class. The reason of an authorised absence isn’t in the roll."
        ),
        readers=_(
            "The teacher of the class, the class tutor and the school’s leaders. The student sees"
            " their own."
        ),
        controller=Controller.SCHOOL,
        whose=(Whose.STUDENTS, Whose.STAFF),
        period=SCHOOL_YEAR,
        child_title=pgettext_lazy("to a child", "The roll"),
        child_text=pgettext_lazy(
            "to a child",
            "Whether you were there, and how. Your teacher, your class tutor and the school’s"
            " leaders see it, and so do you.",
        ),
        order=32,
    ),
    Category(
        key="leaves",
        title=_("Authorised absences and exemptions"),
        purpose=_(
            "So that a student isn’t asked for work, or expected, where they needn’t be. No"
            " document is kept: who saw it, and when."
        ),
        readers=_(
            "The class tutor and the school’s leaders. Teachers see the days and the subjects."
        ),
        controller=Controller.SCHOOL,
        whose=STUDENTS,
        period=SCHOOL_YEAR,
        child_title=pgettext_lazy("to a child", "Your authorised absences"),
        child_text=pgettext_lazy(
            "to a child",
            "The days and the subjects. No certificate is kept, and nothing on your health.",
        ),
        order=34,
    ),
    Category(
        key="extensions",
        title=_("More time for a student"),
        purpose=_("To move a due date for one student."),
        readers=_("The student, their teachers and the school’s leaders."),
        controller=Controller.SCHOOL,
        whose=STUDENTS,
        period=SCHOOL_YEAR,
        child_title=pgettext_lazy("to a child", "More time for your work"),
        child_text=pgettext_lazy(
            "to a child",
            "You, your teachers and the school’s leaders see it; nobody else in the class.",
        ),
        order=36,
    ),
    Category(
        key="lessons",
        title=_("What a teacher writes: weeks, lessons, homework, comments"),
        purpose=_(
            "Teaching. With the account the name goes; what a class was given stays with the"
            " school."
        ),
        readers=_(
            "The classes it is given to, their teachers, the class tutor and the school’s leaders."
            " Your library and your comments: you."
        ),
        controller=Controller.SCHOOL,
        whose=STAFF,
        period=ACCOUNT,
        order=38,
    ),
    Category(
        key="changes",
        title=_("What changed in a week after it was published, and who took what out"),
        purpose=_("To tell the class what changed, and to put back what was taken out by mistake."),
        readers=_("The class and its teachers."),
        controller=Controller.SCHOOL,
        whose=STAFF,
        period=SCHOOL_YEAR,
        order=39,
    ),
)


def of_work_over(handin: str):
    """Begun and due before: work given in July for September belongs to the new year."""
    prefix = f"{handin}__" if handin else ""
    return before(f"{prefix}begun_at", f"{prefix}assignment__due_at")


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
    """Of students who have left, from the day after their last one."""
    here = Membership.objects.current().filter(person=OuterRef("student"), role=Role.STUDENT)
    return Q(~Exists(here))


HANDINS = (
    Holding(
        "continuity.Pin",
        "answers",
        about=("feedback__handin__student",),
        fields=("page", "text"),
        by=("author",),
        other=("feedback", "x", "y"),
        past=of_work_over("feedback__handin"),
        leaving=Q(),
        shown=Q(feedback__returned_at__isnull=False),
    ),
    Holding(
        "continuity.Reply",
        "answers",
        about=("feedback__handin__student",),
        fields=("author", "text", "said_at", "read_at"),
        other=("feedback",),
        past=of_work_over("feedback__handin"),
        leaving=Q(),
        shown=Q(feedback__returned_at__isnull=False),
    ),
    Holding(
        "continuity.Feedback",
        "answers",
        about=("handin__student",),
        fields=("handin", "comment", "verdict", "returned_at", "read_at"),
        by=("written_by", "returned_by"),
        other=("saved_at",),
        past=of_work_over("handin"),
        leaving=Q(),
        shown=Q(returned_at__isnull=False),
    ),
    Holding(
        "continuity.HandInPage",
        "handins",
        about=("part__handin__student",),
        fields=("number", "file"),
        other=("part", "width", "height"),
        past=of_work_over("part__handin"),
        leaving=Q(),
    ),
    Holding(
        "continuity.HandInPart",
        "handins",
        about=("handin__student",),
        fields=("handin", "kind", "file", "received_at", "checksum"),
        other=("turned", "size_bytes", "width", "height", "pages", "seconds"),
        past=of_work_over("handin"),
        leaving=Q(),
    ),
    Holding(
        "continuity.HandIn",
        "handins",
        about=("student",),
        fields=(
            "assignment", "version", "state", "text", "begun_at", "receipt_number", "handed_in_at", "student_name", "is_late",
            "pages", "checksum", "pdf",
        ),
        other=("student", "touched_at", "expected_parts", "receipt_key", "pdf_failed"),
        past=of_work_over(""),
        leaving=Q(),
    ),
)  # fmt: skip

ROLLS = (
    Holding(
        "continuity.RollCorrection",
        "rolls",
        about=("line__student",),
        fields=(
            "line", "was_status", "was_mode", "status", "mode", "minutes_late", "minutes_early", "reason", "saw_a_document",
            "corrected_at",
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
            "roll_call", "status", "mode", "minutes_late", "minutes_early", "minutes_seen", "times_cut", "worked_at", "reason",
            "expectation", "closed_family_name", "closed_given_name",
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
        other=("teaching", "class_hour", "meeting", "starts_at", "ends_at", "saved_at", "closed_at"),
        past=before("starts_at"),
    ),
)  # fmt: skip

STUDENTS_OWN = (
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
        "continuity.Extension",
        "extensions",
        about=("student",),
        fields=("assignment", "due_at", "days_more", "first_day", "last_day", "reason", "granted_at", "withdrawn_at"),
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
            "kind", "first_day", "last_day", "rhythm", "subjects", "attends", "keeps_working", "motive", "document_seen_on", "entered_at",
            "withdrawn_at",
        ),
        by=("entered_by",),
        other=("student", "school"),
        past=ended_or_open("first_day", "last_day"),
        leaving=Q(),
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
            "owner", "about", "language", "fingerprint", "failed", "selection", "parts", "parts_done",
        ),
        past=before("asked_at"),
        leaving=Q(),
    ),
)  # fmt: skip

TEACHERS = (
    Holding(
        "continuity.BankComment",
        "lessons",
        about=("teacher",),
        fields=("text", "used"),
        other=("teacher",),
        leaving=Q(),
    ),
    Holding(
        "continuity.Cover",
        "absences",
        about=("absence__teacher",),
        fields=("teaching", "day", "starts_at", "ends_at", "state"),
        other=("absence", "class_hour", "part", "item", "opened_at"),
        past=before("ends_at"),
        leaving=Q(),
    ),
    Holding(
        "continuity.RemovedItem",
        "changes",
        by=("removed_by",),
        secret=("kept",),
        other=("part", "item_public_id", "title", "removed_at"),
        period=THIRTY_DAYS,
        past=before("removed_at"),
    ),
    Holding(
        "continuity.ItemChange",
        "changes",
        other=("part", "item", "item_title", "day", "field", "was", "now", "changed_at"),
        past=before("changed_at"),
    ),
    Holding(
        "continuity.HomeworkEdit",
        "changes",
        by=("edited_by",),
        other=("homework", "was", "now", "edited_at"),
        past=before("edited_at"),
    ),
    Holding(
        "continuity.Lesson",
        "lessons",
        about=("author",),
        fields=("subject", "title", "body", "minutes", "in_library", "saved_at"),
        other=("author", "copied_from"),
        leaving=Q(items__isnull=True),
    ),
    Holding(
        "continuity.Homework",
        "lessons",
        about=("author",),
        fields=(
            "subject",
            "title",
            "body",
            "minutes",
            "returns",
            "correction",
            "in_library",
            "saved_at",
        ),
        by=("deleted_by",),
        other=("author", "copied_from", "deleted_at"),
        leaving=Q(assignments__isnull=True),
    ),
    Holding(
        "continuity.Attachment",
        "lessons",
        about=("owner",),
        fields=("name", "file", "alt", "added_at"),
        other=(
            "lesson",
            "homework",
            "owner",
            "is_correction",
            "is_picture",
            "number",
            "media_type",
            "size_bytes",
            "width",
            "height",
        ),
        leaving=Q(lesson__isnull=True, homework__isnull=True),
    ),
    Holding(
        "continuity.PlanPart",
        "lessons",
        about=("teaching__teacher",),
        fields=("plan", "teaching", "state", "published_at"),
        by=("saved_by",),
        other=("publish_at", "saved_at"),
    ),
    Holding(
        "continuity.PlanItem",
        "lessons",
        about=("part__teaching__teacher",),
        fields=("kind", "day", "title", "minutes", "note"),
        other=("part", "class_hour", "lesson", "assignment", "meeting", "resource", "is_held_back"),
    ),
    Holding(
        "continuity.VideoClass",
        "lessons",
        about=("teaching__teacher",),
        fields=("teaching", "title", "made_at"),
        by=("made_by",),
        other=("series",),
    ),
)

REGISTER = Register(
    CATEGORIES,
    (*HANDINS, *ROLLS, *STUDENTS_OWN, *TEACHERS),
    unrelated=("continuity.ContinuityPlan", "continuity.Assignment", "continuity.SchoolSettings"),
)
