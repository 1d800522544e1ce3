"""Sets that came, what they changed, and what waits for a yes."""

import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from courses.documents.values import public_id
from courses.exceptions import Refusal, refusal_kept
from courses.people.enums import GuardianQuality
from courses.people.models import Organisation
from courses.people.models.classes import LONGEST_CLASS_NAME
from courses.people.models.identities import LONGEST_KEY, LONGEST_NAMESPACE
from courses.roster.enums import (
    NOT_OVER,
    OF_FAMILIES,
    OF_TEACHERS,
    OPEN,
    AgeWord,
    ImportState,
    RosterChangeKind,
    RosterChangeState,
)
from courses.roster.models.academies import AcademySet
from courses.roster.values import BUNDLE

ONE_DAY = datetime.timedelta(days=1)


class RosterImportQuerySet(models.QuerySet):
    def kept_by(self, person):
        """Those of the schools whose students the person keeps."""
        return self.filter(school__in=person.keeps_students_of)


class RosterImport(models.Model):
    """One set that a school's keeper chose, or that came into the school's folder."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    school = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    # Who chose it; nobody, where it came into the school's folder.
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    # Whose part it is; none, where the set is the school's own.
    academy_set = models.ForeignKey(AcademySet, models.SET_NULL, null=True, related_name="imports")
    # Who said the last yes: to applying, or to undoing.
    told_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    also_leaving = models.BooleanField(default=True)
    they_are_the_same = models.BooleanField(default=False)
    received_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True)
    namespace = models.CharField(max_length=LONGEST_NAMESPACE)
    day = models.DateField()  # as the files' names say; of OneRoster, the archive's newest file
    # Where students of the school are known to another directory alone: the one before.
    former = models.CharField(max_length=LONGEST_NAMESPACE, blank=True, default="", db_default="")
    # Of a delta set: the day of the set from which it goes on. None of a complete set.
    after = models.DateField(null=True)
    # Of the last complete AAF set alone: what delta sets are read by (`DeltaBase`).
    base = models.JSONField(default=dict, db_default={})
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=ImportState, default=ImportState.WAITING)
    students = models.PositiveIntegerField(default=0)  # in the set
    known = models.PositiveIntegerField(default=0)  # of the last set, here
    namesakes = models.PositiveIntegerField(default=0)  # as `Losses` has it
    missing_classes = models.JSONField(default=list)
    class_names = models.JSONField(default=list)  # of all its classes
    bad_records = models.JSONField(default=list)  # the first ones
    bad = models.PositiveIntegerField(default=0)
    without_key = models.BooleanField(default=False)  # a bad record of which nobody knows whose
    says_teachers = models.BooleanField(default=False, db_default=False)
    known_teachers = models.PositiveIntegerField(default=0, db_default=0)  # as `known`
    other_staff = models.PositiveIntegerField(default=0, db_default=0)  # passed over
    # What isn't brought in of teachers: file, line, word, key, `TeacherTrouble`; the first ones.
    teacher_troubles = models.JSONField(default=list, db_default=[])
    # Keys of those of whom the set says nothing, and whom no set brought.
    teachers_staying = models.JSONField(default=list, db_default=[])
    # Guardians were switched on when it was read; it says who they are; known: who would still
    # follow a student. Troubles: as of teachers, with `GuardianTrouble`. Staying: relations.
    reads_guardians = models.BooleanField(default=False, db_default=False)
    says_guardians = models.BooleanField(default=False, db_default=False)
    known_guardians = models.PositiveIntegerField(default=0, db_default=0)
    guardian_troubles = models.JSONField(default=list, db_default=[])
    guardians_staying = models.JSONField(default=list, db_default=[])
    guardians_are_the_same = models.BooleanField(default=False, db_default=False)

    objects = RosterImportQuerySet.as_manager()

    class Meta:
        ordering = ["-received_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["school"], condition=Q(state__in=OPEN), name="roster_waits_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=NOT_OVER, closed_at__isnull=True)
                | (~Q(state__in=NOT_OVER) & Q(closed_at__isnull=False)),
                name="roster_closed_when_over",
            ),
        ]

    @property
    def is_a_bundle(self) -> bool:
        """Of OneRoster; else an AAF set."""
        return self.namespace.startswith(BUNDLE)

    @property
    def is_delta(self) -> bool:
        return self.after is not None

    @property
    def misses_days(self) -> bool:
        """A delta set after a day of which none was read: nobody knows whether there is one."""
        return self.after is not None and self.day > self.after + ONE_DAY

    @property
    def asks_who_they_are(self) -> bool:
        """It waits, and a new student may be who was entered by hand. One query."""
        asked = self.changes.filter(kind=RosterChangeKind.NEW, person__isnull=False)
        return self.state == ImportState.WAITING and asked.exists()

    @property
    def asked_of_teachers(self) -> models.QuerySet:
        """New teachers who may have an account, while it waits."""
        asked = self.changes.filter(kind=RosterChangeKind.TEACHER_NEW, person__isnull=False)
        return asked if self.state == ImportState.WAITING else asked.none()

    @property
    def asks_of_guardians(self) -> bool:
        """It waits, and a new guardian may be who was entered by hand. One query."""
        asked = self.changes.filter(kind=RosterChangeKind.GUARDIAN_NEW, person__isnull=False)
        return self.state == ImportState.WAITING and asked.exists()

    @property
    def changes_of_families(self) -> models.QuerySet:
        return self.changes.filter(kind__in=OF_FAMILIES)

    @property
    def changes_of_teachers(self) -> models.QuerySet:
        return self.changes.filter(kind__in=OF_TEACHERS)


class StagedStudent(models.Model):
    """What a waiting set says of one student. Deleted when the import is closed; of a new student
    who couldn't be entered, two weeks after the set came: somebody has to know who it is.
    """

    roster_import = models.ForeignKey(RosterImport, models.CASCADE, related_name="staged")
    key = models.CharField(max_length=LONGEST_KEY)
    given_name = models.CharField(max_length=80)
    family_name = models.CharField(max_length=80)
    school_class = models.CharField(max_length=LONGEST_CLASS_NAME, blank=True)
    groups = models.JSONField(default=list)
    of_age = models.CharField(max_length=5, choices=AgeWord, blank=True, default="", db_default="")
    comes_of_age_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["roster_import", "key"], name="staged_student_once")
        ]

    @property
    def name(self) -> str:
        return f"{self.family_name.upper()} {self.given_name}"


class StagedTeacher(models.Model):
    """What a waiting set says of one teacher; the address is needed to open an account. Deleted as
    `StagedStudent`.
    """

    roster_import = models.ForeignKey(RosterImport, models.CASCADE, related_name="staged_teachers")
    key = models.CharField(max_length=LONGEST_KEY)
    given_name = models.CharField(max_length=80)
    family_name = models.CharField(max_length=80)
    email = models.EmailField(blank=True)
    duties = models.JSONField(default=list)  # `Duty.as_kept`, with codes of subjects

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["roster_import", "key"], name="staged_teacher_once")
        ]

    @property
    def name(self) -> str:
        return f"{self.family_name.upper()} {self.given_name}"


class StagedGuardian(models.Model):
    """What a waiting set says of one guardian of one student. Deleted as `StagedStudent`."""

    roster_import = models.ForeignKey(RosterImport, models.CASCADE, related_name="staged_guardians")
    key = models.CharField(max_length=LONGEST_KEY)  # of the relation
    given_name = models.CharField(max_length=80)
    family_name = models.CharField(max_length=80)
    email = models.EmailField(blank=True)
    quality = models.CharField(max_length=9, choices=GuardianQuality)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["roster_import", "key"], name="staged_guardian_once")
        ]

    @property
    def name(self) -> str:
        return f"{self.family_name.upper()} {self.given_name}"


class RosterChange(models.Model):
    """One change of one student, teacher or guardian of a student. Names stand in the account, or in
    what is staged; only a change of name keeps both, and a refusal may say whom it is about.
    """

    roster_import = models.ForeignKey(RosterImport, models.CASCADE, related_name="changes")
    kind = models.CharField(max_length=9, choices=RosterChangeKind)
    state = models.CharField(
        max_length=8, choices=RosterChangeState, default=RosterChangeState.PROPOSED
    )
    key = models.CharField(max_length=LONGEST_KEY)
    # Of the key, where it isn't that of the set: somebody leaves whom only a directory before knows.
    namespace = models.CharField(
        max_length=LONGEST_NAMESPACE, blank=True, default="", db_default=""
    )
    # For a new student: whose account has the same name in the same class, entered by hand or by a
    # directory before. For a new teacher: whose account has the same address or name. For a new
    # guardian: who was entered by hand under the same name for the same student.
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+"
    )
    before = models.JSONField(default=list)  # as the sets say it
    after = models.JSONField(default=list)
    done = models.JSONField(default=dict)  # what undoing needs
    file = models.CharField(max_length=100, blank=True)
    line = models.PositiveIntegerField(default=0)
    refusal = models.JSONField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["roster_import", "namespace", "key", "kind"], name="roster_change_once"
            )
        ]


class ChosenDirectory(models.Model):
    """The directory with which a school goes on, by a leader's word: its sets are read, too. The
    first that is applied takes the place of those before.
    """

    school = models.OneToOneField(Organisation, models.CASCADE, related_name="chosen_directory")
    namespace = models.CharField(max_length=LONGEST_NAMESPACE)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()


class RosterFolder(models.Model):
    """A school takes the sets that come into its folder on the server. Without a row it doesn't."""

    school = models.OneToOneField(Organisation, models.CASCADE, related_name="roster_folder")
    # Who wished it so: what is applied by itself is applied with their yes.
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    since = models.DateTimeField(default=timezone.now)
    applies_by_itself = models.BooleanField(default=False)
    recipients = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", blank=True)
    # Of the last archive that was refused, until a better one comes.
    refusal = models.JSONField(null=True)
    refused_at = models.DateTimeField(null=True)

    @property
    def last_refusal(self) -> Refusal | None:
        return refusal_kept(self.refusal) if self.refusal else None

    @property
    def refused_file(self) -> str:
        return self.refusal.get("file", "") if self.refusal else ""

    @property
    def is_part_refused(self) -> bool:
        """The school's part of a set of the académie; else a file of its own folder."""
        return bool(self.refusal and self.refusal.get("of_academy"))
