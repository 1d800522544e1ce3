"""Personal data of a directory's sets: what waits, what was said last, what was changed."""

from django.db.models import Q

from courses.digest.register import (
    ACCOUNT,
    ONE_YEAR,
    THIRTY_DAYS,
    TWO_WEEKS,
    Holding,
    Register,
    before,
)

REGISTER = Register(
    holdings=(
        Holding(
            "courses.StagedStudent",
            "roster",
            other=(
                "roster_import", "key", "given_name", "family_name", "school_class", "groups",
                "of_age", "comes_of_age_on",
            ),
            period=TWO_WEEKS,
            past=before("roster_import__received_at"),
        ),
        Holding(
            "courses.StagedTeacher",
            "roster",
            other=("roster_import", "key", "given_name", "family_name", "email", "duties"),
            period=TWO_WEEKS,
            past=before("roster_import__received_at"),
        ),
        Holding(
            "courses.StagedGuardian",
            "guardians",
            other=("roster_import", "key", "given_name", "family_name", "email", "quality"),
            period=TWO_WEEKS,
            past=before("roster_import__received_at"),
        ),
        Holding(
            "courses.RosterChange",
            "roster",
            about=("person",),
            fields=("kind", "state", "before", "after"),
            # `done` and `refusal` repeat names and classes that the account and its changes say.
            other=(
                "roster_import", "namespace", "key", "person", "done", "file", "line", "refusal",
            ),
            period=THIRTY_DAYS,
            past=before("roster_import__closed_at"),
            leaving=Q(),
            # Not the class of somebody who has the same name, before anybody said who it is.
            shown=~Q(kind__in=["new", "t_new", "g_new"], state="proposed"),
        ),
        Holding(
            "courses.RosterImport",
            "roster",
            by=("by", "told_by"),
            other=(
                "school", "received_at", "closed_at", "namespace", "former", "day", "after", "base", "digest", "state",
                "also_leaving", "they_are_the_same", "students", "known", "namesakes",
                "missing_classes", "class_names", "bad_records", "bad", "without_key",
                "says_teachers", "known_teachers", "other_staff",
                "teacher_troubles", "teachers_staying", "reads_guardians", "says_guardians",
                "known_guardians", "guardian_troubles", "guardians_staying",
                "guardians_are_the_same", "academy_set",
            ),
            period=ONE_YEAR,
            past=before("closed_at"),
        ),
        Holding(
            "courses.ChosenDirectory",
            "memberships",
            by=("by",),
            other=("school", "namespace", "at"),
        ),
        Holding(
            "courses.AcademySet",
            "roster",
            by=("by",),
            other=("file", "digest", "day", "uais", "unknown", "received_at", "closed_at", "refusal"),
            period=ONE_YEAR,
            past=before("received_at"),
        ),
        Holding(
            "courses.RosterFolder",
            "memberships",
            about=("recipients",),
            fields=("school", "since"),
            by=("by",),
            other=("recipients", "applies_by_itself", "refusal", "refused_at"),
            leaving_blank={"recipients": None},
        ),
        Holding(
            "courses.LastSaid",
            "roster",
            about=("identity__person",),
            fields=(
                "school", "school_year", "school_class", "groups", "gone_at", "of_age",
                "comes_of_age_on",
            ),
            secret=("name_mark",),
            other=("identity",),
            leaving=Q(),
        ),
        Holding(
            "courses.LastSaidOfTeacher",
            "roster",
            about=("identity__person",),
            fields=("school", "school_year", "duties", "begun", "gone_at"),
            other=("identity", "membership"),
            leaving=Q(),
        ),
        Holding(
            "courses.LastSaidOfGuardian",
            "guardians",
            about=("identity__person", "guardianship__guardian"),
            fields=("school", "quality", "brought", "ended_at"),
            other=("identity", "guardianship", "key"),
            period=ACCOUNT,
            leaving=Q(),
        ),
    ),
    unrelated=("courses.SchoolRefusal",),
)  # fmt: skip
