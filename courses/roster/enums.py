"""The words for what a directory's file says and what becomes of it."""

from enum import Enum

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from courses.mail.enums import LetterKeys


class ImportState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("roster", "waits for your yes")
    APPLYING = "applying", pgettext_lazy("roster", "being applied")
    APPLIED = "applied", pgettext_lazy("roster", "applied")
    NOTHING = "nothing", pgettext_lazy("roster", "nothing to do")
    REFUSED = "refused", pgettext_lazy("roster", "set aside")
    UNDOING = "undoing", pgettext_lazy("roster", "being undone")
    UNDONE = "undone", pgettext_lazy("roster", "undone")


AT_WORK = (ImportState.APPLYING, ImportState.UNDOING)  # by the worker
OPEN = (ImportState.WAITING, *AT_WORK)  # no other set of the school comes meanwhile
NOT_OVER = (ImportState.WAITING, ImportState.APPLYING)


class RosterChangeKind(models.TextChoices):
    """In the order in which they are applied and shown."""

    MOVED = "moved", pgettext_lazy("roster", "change of class")
    GROUPS = "groups", pgettext_lazy("roster", "groups")
    RESTORED = "restored", pgettext_lazy("roster", "is back")
    RENAMED = "renamed", pgettext_lazy("roster", "name")
    NEW = "new", pgettext_lazy("roster", "new")
    SUSPENDED = "suspended", pgettext_lazy("roster", "leaves")
    TEACHER_NEW = "t_new", pgettext_lazy("roster", "new teacher")
    TEACHER_BACK = "t_back", pgettext_lazy("roster", "teacher is back")
    TEACHES = "teaches", pgettext_lazy("roster", "classes of a teacher")
    TEACHER_LEFT = "t_left", pgettext_lazy("roster", "teacher leaves")
    OF_AGE = "of_age", pgettext_lazy("roster", "of age")
    GUARDIAN_NEW = "g_new", pgettext_lazy("roster", "new guardian")
    GUARDIAN_QUALITY = "g_quality", pgettext_lazy("roster", "legal quality of a guardian")
    GUARDIAN_ENDED = "g_ended", pgettext_lazy("roster", "guardian ends")


OF_TEACHERS = (
    RosterChangeKind.TEACHER_NEW,
    RosterChangeKind.TEACHER_BACK,
    RosterChangeKind.TEACHES,
    RosterChangeKind.TEACHER_LEFT,
)
OF_GUARDIANS = (
    RosterChangeKind.GUARDIAN_NEW,
    RosterChangeKind.GUARDIAN_QUALITY,
    RosterChangeKind.GUARDIAN_ENDED,
)
# Named to the school's leaders alone, as on the pages where these are entered by hand.
OF_FAMILIES = (RosterChangeKind.OF_AGE, *OF_GUARDIANS)
OF_LEADERS = (*OF_TEACHERS, *OF_FAMILIES)  # applied with a leader's yes alone
OF_STUDENTS = tuple(kind for kind in RosterChangeKind if kind not in OF_LEADERS)
ADDED = (RosterChangeKind.NEW, RosterChangeKind.TEACHER_NEW, RosterChangeKind.GUARDIAN_NEW)


class AgeWord(models.TextChoices):
    """What a set says of a student's age, as of the day on which it came. Nothing: under age for more
    than 60 days to come, or not said.
    """

    SOON = "soon", pgettext_lazy("roster", "of age within 60 days")
    ADULT = "adult", pgettext_lazy("roster", "of age")


class RosterChangeState(models.TextChoices):
    PROPOSED = "proposed", pgettext_lazy("roster", "proposed")
    APPLIED = "applied", pgettext_lazy("roster", "applied")
    KEPT = "kept", pgettext_lazy("roster", "left as it is")
    REFUSED = "refused", pgettext_lazy("roster", "not applied")
    UNDONE = "undone", pgettext_lazy("roster", "undone")
    STAYED = "stayed", pgettext_lazy("roster", "changed since: stays")


class StudentAnswer(models.TextChoices):
    """Whether a new student of a set owns one of the accounts of that name; else the account's key."""

    LATER = "later", _("Not now: leave this student out")
    NO = "no", _("No, another person: open another account")


class TeacherAnswer(models.TextChoices):
    """Whether a new teacher of a set owns an account of the school."""

    YES = "yes", _("Yes: the account gets the key")
    NO = "no", _("No, another person: open another account")
    LATER = "later", _("Not now: leave this teacher out")


class RelationState(Enum):
    HERE = "here"  # the guardian is entered for the student today
    ENDED = "ended"  # by a set or with the student's leaving: a later set brings them again
    AWAY = "away"  # a person ended it


class GuardianTrouble(models.TextChoices):
    """Why a guardian of a set isn't brought in: the sentence that the page says."""

    OWN_NAME = (
        "own_name",
        _("This guardian has the student’s own name: enter them by hand, if it is another person."),
    )
    MAIL = (
        "mail",
        _(
            "The email address of this guardian is that of an account with another name, or of a"
            " student: check both with the guardian, and enter them by hand."
        ),
    )


class RecordFault(models.TextChoices):
    """What is wrong with one record of a file: the sentence that the page says."""

    NO_KEY = "no_key", _("The key is missing, so nobody can say who this is.")
    TWICE = "twice", _("This key stands in the set twice: this record isn’t read.")
    OTHER_VERB = "verb", _("A complete set only adds; this record changes or deletes.")
    OTHER_KEY = "other_key", _("“id” and ENTPersonJointure differ, so nobody can say who this is.")
    UNKNOWN = (
        "unknown",
        _("No set has named this key before, and the record doesn’t say who it is."),
    )
    ENTITY = "entity", _("An XML entity hides part of the text.")
    NAME = "name", _("This isn’t a name that can be printed, or it is missing.")
    NO_SCHOOL = "no_school", _("The school is missing before the sign $.")
    TWO_CLASSES = "two_classes", _("Two classes of the school at once.")
    PLACE = "place", _("The name of a class or group can’t be printed or is too long (40 at most).")
    MANY_GROUPS = "many_groups", _("More than 40 groups.")
    LONG_KEY = "long_key", _("The key is too long (255 at most), or can’t be printed.")
    PERSONAL_KEY = (
        "personal_key",
        _("The key has the form of an INE or of an email address, which are never kept."),
    )
    NO_ROLE = "no_role", _("“roles.csv” names no role as a student for this key.")
    EMPTY = "empty", _("What has to stand here is missing.")
    CELLS = "cells", _("The line has more or fewer values than the first line has columns.")
    REFERENCE = "reference", _("This names something that isn’t in the set.")
    NOT_A_DAY = "not_a_day", _("This isn’t a day as 2026-09-01 is.")
    CLASS_TYPE = "class_type", _("This is neither “homeroom” (a class) nor “scheduled”.")
    SAME_NAME = "same_name", _("Another group has this name, and no other code (classCode).")
    THREE_PARTS = "three_parts", _("School, class and subject are missing, with $ between them.")
    BIRTH = "birth", _("This isn’t a day as 31/12/2009 is: nothing is said of the student’s age.")
    RELATION = (
        "relation",
        _(
            "Not six parts with $ between them, or the fourth, parental authority, isn’t 0, 1 or 2,"
            " or the guardian stands there twice in two ways."
        ),
    )
    MANY_TEACHINGS = "many_teachings", _("More than 100 classes and subjects of one teacher.")


class TeacherTrouble(models.TextChoices):
    """Why something that a set says of a teacher isn't brought in: the sentence that the page
    says.
    """

    NO_MAIL = (
        "no_mail",
        _(
            "This new teacher has no email address, or none that can be written to, and an account"
            " needs one: have it entered in the directory, or ask the registrars for an account."
        ),
    )
    NOT_YOURS = (
        "not_yours",
        _(
            "The key or the email address of this teacher is that of an account about which no set of"
            " a school decides: ask the registrars."
        ),
    )
    NAMESAKE = (
        "namesake",
        _(
            "A teacher of your school has this name or this email address, and it can’t be asked"
            " whether they are the same: several have it, or no set of a school decides about the"
            " account. Ask the registrars."
        ),
    )
    SUBJECT = (
        "subject",
        _(
            "No subject is called so here: what is taught in it isn’t entered. Enter it by hand, or"
            " ask the registrars for the subject."
        ),
    )
    PLACE = (
        "place",
        _("Neither your school nor the students of this set have such a class or group."),
    )
    TWO_TUTORS = (
        "two_tutors",
        _("The set names more than one class tutor, and a class has one here: choose by hand."),
    )


class Letters(LetterKeys):
    """The key of each letter, kept in rows."""

    SET_WAITS = "roster.set_waits"
    SET_REFUSED = "roster.set_refused"
    ACADEMY_SET_REFUSED = "roster.academy_set_refused"
