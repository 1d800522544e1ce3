"""Holdings of teachers' texts, and of changes in them."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.digest.register import (
    ACCOUNT,
    SCHOOL_YEAR,
    THIRTY_DAYS,
    Category,
    Controller,
    Holding,
    Whose,
    before,
)

CATEGORIES = (
    Category(
        key="lessons",
        title=_("What a teacher writes: weeks, lessons, homework, comments"),
        purpose=_(
            "Teaching. With the account the name goes; what a class was given stays with the"
            " school."
        ),
        readers=_(
            "The classes it is given to, their teachers, the class tutor and the school’s leaders."
            " Where the school lets them follow the week, guardians see titles and days. Your library"
            " and your comments: you."
        ),
        controller=Controller.SCHOOL,
        whose=(Whose.STAFF,),
        period=ACCOUNT,
        order=38,
    ),
    Category(
        key="changes",
        title=_("What changed in a week after it was published, and who took what out"),
        purpose=_("To tell the class what changed, and to put back what was taken out by mistake."),
        readers=_(
            "The class, its teachers, the class tutor and the school’s leaders. Where the school lets"
            " them follow the week, guardians see what changed. Who changed it, and who took something"
            " out, staff alone see."
        ),
        controller=Controller.SCHOOL,
        whose=(Whose.STAFF,),
        period=SCHOOL_YEAR,
        order=39,
    ),
)

HOLDINGS = (
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
        fields=("subject", "title", "body", "minutes", "tiles", "in_library", "saved_at"),
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
            "tiles",
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
