"""Work handed in, and the answers to it."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from courses.digest.register import SCHOOL_YEAR, Category, Controller, Holding, Whose, before

# As the receipt says it (templates/continuity/handins/hand_in_readers.html):
# `HandIn.objects.visible_to`, and the copy of all data; as a guardian's page shows it
# (templates/continuity/families).
OF_WORK = _(
    "The student, the teacher who asked for the work, and whoever stands in for them or takes over"
    " the class. The class tutor, the school’s leaders and, where the school lets them follow the"
    " week, guardians see that it was handed in, not the work; the school’s leaders get it only in a"
    " copy of all the student’s data, and the student’s page then says so."
)
OF_ANSWERS = _(
    "The student, the teacher who asked for the work, and whoever stands in for them or takes over"
    " the class. Where the school lets them follow the week, guardians read the comment and whether"
    " it is to be done again. The class tutor and the school’s leaders see that there is an answer,"
    " and whether it is to be done again; the leaders get the words only in a copy of all the student’s"
    " data, and the student’s page then says so."
)

CATEGORIES = (
    Category(
        key="handins",
        title=_("Work handed in, with its photos and receipts"),
        purpose=_(
            "To hand work in, to read it, to answer it. Where a photo was taken is erased when it"
            " arrives."
        ),
        readers=OF_WORK,
        controller=Controller.SCHOOL,
        whose=(Whose.STUDENTS,),
        period=SCHOOL_YEAR,
        child_title=pgettext_lazy("to a child", "Your work and your photos"),
        child_text=pgettext_lazy(
            "to a child",
            "The teacher who asked for the work reads it and answers you, and so may whoever stands"
            " in or takes over your class. Your class tutor, the school’s leaders and, if your school"
            " lets them follow your week, your guardians see that you handed it in. The leaders get it"
            " only in a copy of all your data: this page then says so. Where a photo was taken is erased"
            " as soon as it arrives.",
        ),
        order=20,
    ),
    Category(
        key="answers",
        title=_("Teachers’ answers to work, and the talk after them"),
        purpose=_("To tell a student what is right and what to do again. No marks."),
        readers=OF_ANSWERS,
        controller=Controller.SCHOOL,
        whose=(Whose.STUDENTS, Whose.STAFF),
        period=SCHOOL_YEAR,
        child_title=pgettext_lazy("to a child", "The answers to your work"),
        child_text=pgettext_lazy(
            "to a child",
            "You and your teacher read them, and whoever stands in or takes over your class; nobody"
            " else in the class. Your guardians read the comment if your school lets them follow your"
            " week. Your class tutor and the school’s leaders see that there is one, and whether to do"
            " the work again; the leaders get the words only in a copy of all your data.",
        ),
        order=22,
    ),
)


def of_work_over(handin: str):
    """Begun and due before: work given in July for September belongs to the new year."""
    prefix = f"{handin}__" if handin else ""
    return before(f"{prefix}begun_at", f"{prefix}assignment__due_at")


HOLDINGS = (
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
            "assignment", "version", "state", "text", "begun_at", "receipt_number", "handed_in_at",
            "student_name", "is_late", "pages", "checksum", "pdf",
        ),
        other=("student", "touched_at", "expected_parts", "receipt_key", "pdf_failed"),
        past=of_work_over(""),
        leaving=Q(),
    ),
)  # fmt: skip
