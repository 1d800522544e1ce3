"""Classes, groups and options: who is in them, who looks after them."""

import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courses.dates import CLASSES_CHANGE_IN, SCHOOL_YEAR_BEGINS, first_of_school_year
from courses.documents.values import public_id
from courses.people import models as people  # Teaching, which knows of SchoolClass
from courses.people.enums import ClassKind, Role
from courses.people.models.organisations import Organisation
from courses.people.models.persons import Person, today

LONGEST_CLASS_NAME = 40


def holds_on(day: datetime.date) -> Q:
    """Half-open, as in OneRoster: the first day counts, the end doesn't."""
    return Q(since__lte=day) & (Q(until__isnull=True) | Q(until__gt=day))


def holds(since: datetime.date, until: datetime.date | None, day: datetime.date) -> bool:
    """As `holds_on`, for a row at hand."""
    return since <= day and (until is None or day < until)


def holds_between(first: datetime.date, last: datetime.date) -> Q:
    """Condition: holds on at least one day from `first` to `last`, both included."""
    return Q(since__lte=last) & (Q(until__isnull=True) | Q(until__gt=first))


class SchoolClassQuerySet(models.QuerySet):
    def of_year(self, day: datetime.date | None = None):
        """Those of the school year that the day is in."""
        return self.filter(school_year=school_year(day or today()))

    def of_student(self, person, day: datetime.date | None = None):
        """Class, groups and options that a student is in on that day."""
        memberships = ClassMembership.objects.filter(holds_on(day or today()), student=person)
        return self.filter(pk__in=memberships.values("school_class"))

    def taught_by(self, person, day: datetime.date | None = None):
        """Where a person teaches on that day, or stands in."""
        return self.filter(
            pk__in=people.Teaching.objects.open_to(person, day).values("school_class")
        )

    def led_by(self, person):
        """Those of the schools that the person leads."""
        return self.filter(school__in=person.places_as(Role.LEADER))

    def visible_to(self, person):
        """A student's own, a teacher's, a stand-in's on their dates, a leader's school; a tutor's,
        with groups drawn from it.
        """
        mine = [
            self.of_student(person),
            self.taught_by(person),
            self.tutored_by(person),
            self.with_students_tutored_by(person),
            self.led_by(person),
        ]
        return self.filter(
            pk__in=models.QuerySet.union(
                *(found.order_by().values("pk") for found in mine), all=True
            )
        )

    def tutored_by(self, person, day: datetime.date | None = None):
        held = Tutorship.objects.filter(holds_on(day or today()), teacher=person)
        return self.filter(
            pk__in=held.values("school_class"), school__in=person.places_as(Role.TEACHER)
        )

    def with_students_tutored_by(self, person, day: datetime.date | None = None):
        """Where students of a tutor's class are: their class, groups and options.

        There a tutor sees these students alone (case C1).
        """
        own_students = ClassMembership.objects.tutored_by(person, day).values("student")
        return self.filter(
            pk__in=ClassMembership.objects.filter(
                holds_on(day or today()), student__in=own_students
            ).values("school_class")
        )


def school_year(day: datetime.date) -> int:
    """The year in which the school year ends, as in OneRoster; one begins on 1 August."""
    return day.year + (day.month >= CLASSES_CHANGE_IN)


def school_year_began(day: datetime.date) -> datetime.date:
    """1 August of the school year that the day is in."""
    return first_of_school_year(school_year(day))


def classes_begin(day: datetime.date) -> datetime.date:
    """1 September of the school year that the day is in, which is before it but in August."""
    return datetime.date(school_year(day) - 1, SCHOOL_YEAR_BEGINS, 1)


def end_of_next_school_year(day: datetime.date) -> datetime.date:
    return end_of_school_year(end_of_school_year(day) + datetime.timedelta(days=1))


def end_of_school_year(day: datetime.date) -> datetime.date:
    """31 August of the school year that the day is in."""
    return datetime.date(min(school_year(day), datetime.MAXYEAR), 8, 31)


def first_day_in_class(day: datetime.date) -> datetime.date:
    """The day itself; in August 1 September, when the classes of the new school year begin."""
    return max(day, classes_begin(day))


class SchoolClass(models.Model):
    """A class (in French: une classe), a group drawn from several classes, or an option; for one
    school year.
    """

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    school = models.ForeignKey(
        Organisation, models.PROTECT, related_name="classes", verbose_name=_("school")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=ClassKind, default=ClassKind.CLASS)
    name = models.CharField(
        _("name"),
        max_length=LONGEST_CLASS_NAME,
        help_text=_("As it is said in the school: 2de 4, 1re G2, Latin."),
    )
    level = models.CharField(
        _("level"), max_length=20, blank=True, help_text=_("2de, 1re, Tle, CAP…")
    )
    school_year = models.PositiveSmallIntegerField(
        _("school year"), help_text=_("The year in which it ends.")
    )

    objects = SchoolClassQuerySet.as_manager()

    class Meta:
        verbose_name = _("class")
        verbose_name_plural = _("classes")
        ordering = ["kind", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["school", "school_year", "name"], name="class_name_once_a_year"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def students_on(self, day: datetime.date):
        """Who is in it on that day, in the order of the roll."""
        return Person.objects.filter(
            pk__in=self.memberships.filter(holds_on(day)).values("student")
        ).order_by("family_name", "given_name", "pk")

    @property
    def is_a_whole_class(self) -> bool:
        return self.kind == ClassKind.CLASS


class ClassMembershipQuerySet(models.QuerySet):
    def on(self, day: datetime.date):
        return self.filter(holds_on(day))

    def tutored_by(self, person, day: datetime.date | None = None):
        """Those of the classes that a person looks after on that day."""
        return self.on(day or today()).filter(
            school_class__in=SchoolClass.objects.tutored_by(person, day)
        )


class ClassMembership(models.Model):
    """A student in a class from a day until before another.

    Who changes class keeps what was done in the old one.
    """

    school_class = models.ForeignKey(SchoolClass, models.PROTECT, related_name="memberships")
    student = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="class_memberships"
    )
    since = models.DateField(_("from"), default=today)
    until = models.DateField(
        _("until"),
        null=True,
        blank=True,
        help_text=_("The first day on which it no longer applies."),
    )

    objects = ClassMembershipQuerySet.as_manager()

    class Meta:
        ordering = ["since", "pk"]
        indexes = [
            models.Index(fields=["student", "since", "until"], name="class_membership_of_student")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["school_class", "student", "since"], name="class_membership_once_a_day"
            ),
            models.UniqueConstraint(
                fields=["school_class", "student"],
                condition=Q(until__isnull=True),
                name="class_membership_open_once",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("since")),
                name="class_membership_has_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.student}, {self.school_class}"

    @property
    def last_day(self) -> datetime.date | None:
        return self.until and self.until - datetime.timedelta(days=1)


class TutorshipQuerySet(models.QuerySet):
    def on(self, day: datetime.date):
        return self.filter(holds_on(day))


class Tutorship(models.Model):
    """Who looks after a class: the professeur principal."""

    school_class = models.ForeignKey(SchoolClass, models.CASCADE, related_name="tutorships")
    teacher = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="tutorships")
    since = models.DateField(_("from"), default=today)
    until = models.DateField(_("until"), null=True, blank=True)

    objects = TutorshipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school_class", "teacher", "since"], name="tutorship_once"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("since")),
                name="tutorship_has_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.teacher}, {self.school_class}"
