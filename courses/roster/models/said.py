"""What the last applied set said: the next is compared with it."""

from django.db import models
from django.db.models import Q

from courses.people.enums import GuardianQuality
from courses.people.models import Guardianship, Identity, Membership, Organisation
from courses.people.models.classes import LONGEST_CLASS_NAME
from courses.people.models.identities import LONGEST_KEY
from courses.roster.enums import AgeWord


class LastSaid(models.Model):
    """What the last applied set said of a student of a school: the next is compared with this,
    never with our rows, so that what a person changed by hand survives. Classes come back by name
    every year: what was said of another year's counts as nothing.
    """

    identity = models.ForeignKey(Identity, models.CASCADE, related_name="last_said")
    school = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    name_mark = models.CharField(max_length=40)  # a hash: no name is kept twice
    school_year = models.PositiveSmallIntegerField()  # of class and groups
    school_class = models.CharField(max_length=LONGEST_CLASS_NAME, blank=True)
    groups = models.JSONField(default=list)
    gone_at = models.DateTimeField(null=True)  # when a set suspended them
    of_age = models.CharField(max_length=5, choices=AgeWord, blank=True, default="", db_default="")
    comes_of_age_on = models.DateField(null=True)  # only while it lies in the coming 60 days

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["identity", "school"], name="last_said_once"),
            models.CheckConstraint(
                condition=Q(comes_of_age_on=None) | Q(of_age=AgeWord.SOON),
                name="last_said_day_of_coming_of_age",
            ),
        ]

    @property
    def is_gone(self) -> bool:
        return self.gone_at is not None

    def of_year(self, year: int) -> tuple[str, list[str]]:
        """Class and groups, as far as they were said of that school year."""
        return (self.school_class, self.groups) if self.school_year == year else ("", [])


class LastSaidOfTeacher(models.Model):
    """The same of a teacher. Names are the teacher's own: no set changes them."""

    identity = models.ForeignKey(Identity, models.CASCADE, related_name="last_said_of_teacher")
    school = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    # By which a set brought them to the school; none, where they were there before.
    membership = models.ForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    school_year = models.PositiveSmallIntegerField()  # of the duties
    duties = models.JSONField(default=list)  # `Duty.as_kept`, with codes of subjects
    begun = models.JSONField(default=list)  # those of them that a set began
    gone_at = models.DateTimeField(null=True)  # when a set ended the membership

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["identity", "school"], name="last_said_of_teacher_once")
        ]

    def of_year(self, year: int) -> tuple[list[str], list[str]]:
        """Duties, and those that a set began, as far as they were said of that school year."""
        return (self.duties, self.begun) if self.school_year == year else ([], [])


class LastSaidOfGuardian(models.Model):
    """The same of a guardian of one student: by the student's key and the guardian's."""

    identity = models.ForeignKey(Identity, models.CASCADE, related_name="last_said_of_guardians")
    school = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    key = models.CharField(max_length=LONGEST_KEY)
    guardianship = models.ForeignKey(Guardianship, models.SET_NULL, null=True, related_name="+")
    quality = models.CharField(max_length=9, choices=GuardianQuality)
    brought = models.BooleanField()  # by a set, which may end it; else a person entered it
    ended_at = models.DateTimeField(null=True)  # when a set ended it

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["identity", "school", "key"], name="last_said_of_guardian_once"
            )
        ]
