"""Classes, groups and options: who is in them, who teaches what there, who looks after them."""

import datetime

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from courses.documents.values import public_id
from courses.people.enums import ClassKind, Role
from courses.people.models.persons import Membership, Organisation, Person, Subject, today

LONGEST_CLASS_NAME = 40


def holds_on(day: datetime.date) -> Q:
    """Half-open, as in OneRoster: the first day counts, the end doesn't."""
    return Q(since__lte=day) & (Q(until__isnull=True) | Q(until__gt=day))


def holds(since: datetime.date, until: datetime.date | None, day: datetime.date) -> bool:
    """As `holds_on`, for a row at hand."""
    return since <= day and (until is None or day < until)


def holds_between(first: datetime.date, last: datetime.date) -> Q:
    """On at least one day from `first` to `last`, both included."""
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
        return self.filter(pk__in=Teaching.objects.open_to(person, day).values("school_class"))

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
    return day.year + (day.month >= 8)


def end_of_school_year(day: datetime.date) -> datetime.date:
    """31 August of the school year that the day is in."""
    return datetime.date(min(school_year(day), datetime.MAXYEAR), 8, 31)


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


class TeachingQuerySet(models.QuerySet):
    def on(self, day: datetime.date):
        return self.filter(holds_on(day))

    def open_to(self, person, day: datetime.date | None = None):
        """What the person teaches on that day, or takes over as a stand-in on that very day.

        Nothing of a school that they have left: the teaching stays theirs by name until its leader
        hands it over.
        """
        day = day or today()
        standing_in = StandIn.objects.on(day).filter(teacher=person).values("teaching")
        there = self.filter(holds_on(day), school_class__school__in=person.places_as(Role.TEACHER))
        return there.filter(Q(teacher=person) | Q(pk__in=standing_in))

    def answered_by(self, person, day: datetime.date | None = None):
        """What the person gives on that day, and what was given of the same subject in the class
        and reaches nobody any more.

        What students wrote there is theirs to read and answer: of a teaching that has ended, or
        whose teacher has left the school. Asks two short queries at once, three where the subject
        was given by others, too: as one statement it is put together for 9 ms on each page.
        """
        own, left_behind = _answered_by(person, day or today())
        return self.filter(pk__in=own | left_behind)

    def left_behind_to(self, person, day: datetime.date | None = None):
        """Of `answered_by`, those that the person answers for in their teacher's place."""
        return self.filter(pk__in=_answered_by(person, day or today())[1]).order_by()

    def with_presence(self, day: datetime.date):
        """Annotate `teacher_is_there`: whether the teacher belongs to the class's school on that
        day.
        """
        school = OuterRef("school_class__school")
        there = (
            Membership.objects.on(day)
            .teaching()
            .filter(organisation=school, person=OuterRef("teacher"))
        )
        return self.annotate(teacher_is_there=Exists(there))

    def reaching_somebody(self, day: datetime.date):
        """Those that somebody gives on that day, as `open_to` says: the teacher, or who stands in."""
        return (
            self.on(day).with_presence(day).filter(Q(teacher_is_there=True) | Q(_taken_over(day)))
        )

    def reaching_nobody(self, day: datetime.date):
        """Those whose teacher has left the school, with nobody who stands in on that day."""
        return self.on(day).with_presence(day).filter(~_taken_over(day), teacher_is_there=False)

    def given_by_no_colleague(self, day: datetime.date):
        """Without those whose subject somebody else gives in the same class on that day."""
        same = {"school_class": OuterRef("school_class"), "subject": OuterRef("subject")}
        return self.exclude(
            Exists(Teaching.objects.reaching_somebody(day).order_by().filter(**same))
        )


def _answered_by(person: Person, day: datetime.date) -> tuple[set[int], set[int]]:
    """Of `TeachingQuerySet.answered_by`: what the person gives, and what is left behind to them."""
    columns = ("pk", "school_class", "subject")
    mine = Teaching.objects.open_to(person, day).order_by().values_list(*columns)
    subjects = {pk: (school_class, subject) for pk, school_class, subject in mine}
    own, given = set(subjects), set(subjects.values())
    if not own:
        return own, set()
    others = Teaching.objects.filter(
        school_class__in={school_class for school_class, _subject in given}, since__lte=day
    )
    rows = others.exclude(pk__in=own).order_by().values_list(*columns)
    same = {pk for pk, school_class, subject in rows if (school_class, subject) in given}
    if not same:
        return own, set()
    reaching = Teaching.objects.reaching_somebody(day).order_by().filter(pk__in=same)
    return own, same - set(reaching.values_list("pk", flat=True))


def _taken_over(day: datetime.date) -> Exists:
    return Exists(StandIn.objects.on(day).filter(teaching=OuterRef("pk")))


class Teaching(models.Model):
    """A teacher gives a subject to a class, from a day until before another."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    school_class = models.ForeignKey(SchoolClass, models.PROTECT, related_name="teachings")
    subject = models.ForeignKey(
        Subject, models.PROTECT, related_name="teachings", verbose_name=_("subject")
    )
    teacher = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="teachings",
        verbose_name=_("teacher"),
    )
    since = models.DateField(_("from"), default=today)
    until = models.DateField(
        _("until"),
        null=True,
        blank=True,
        help_text=_("The first day on which it no longer applies."),
    )

    objects = TeachingQuerySet.as_manager()

    class Meta:
        ordering = ["school_class", "subject", "pk"]
        constraints = [
            # Of those that have ended there may be more: a colleague's was handed over to who had
            # one from the same day.
            models.UniqueConstraint(
                fields=["school_class", "subject", "teacher", "since"],
                condition=Q(until__isnull=True),
                name="teaching_once",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("since")), name="teaching_has_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject}, {self.school_class}"

    @property
    def last_day(self) -> datetime.date | None:
        return self.until - datetime.timedelta(days=1) if self.until else None


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


class StandInQuerySet(models.QuerySet):
    def of_members(self, day: datetime.date):
        """Those of teachers who belong to the class's school on that day, for teachings that
        haven't ended by then.
        """
        school = OuterRef("teaching__school_class__school")
        there = (
            Membership.objects.on(day)
            .teaching()
            .filter(organisation=school, person=OuterRef("teacher"))
        )
        return self.filter(
            Q(teaching__until__isnull=True) | Q(teaching__until__gt=day), Exists(there)
        )

    def from_day(self, day: datetime.date):
        """Those that hold on that day or later, of teachers who belong to the class's school when
        they begin or, if they have, on that day.
        """
        begins = Greatest(OuterRef("first_day"), Value(day, models.DateField()))
        there = Membership.objects.teaching().filter(
            Q(until__isnull=True) | Q(until__gte=begins),
            organisation=OuterRef("teaching__school_class__school"),
            person=OuterRef("teacher"),
            since__lte=begins,
        )
        ongoing = Q(teaching__until__isnull=True) | Q(teaching__until__gt=day)
        return self.filter(ongoing, Exists(there), last_day__gte=day)

    def on(self, day: datetime.date):
        """Those that hold on that day."""
        return self.of_members(day).filter(first_day__lte=day, last_day__gte=day)


class StandIn(models.Model):
    """Who takes a teacher's class on given dates, both included.

    On these dates only, the class is open to them.
    """

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    teaching = models.ForeignKey(Teaching, models.CASCADE, related_name="stand_ins")
    teacher = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="stand_ins",
        verbose_name=_("stand-in"),
    )
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))

    objects = StandInQuerySet.as_manager()

    class Meta:
        ordering = ["first_day", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["teaching", "teacher", "first_day"], name="stand_in_once"
            ),
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")), name="stand_in_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.teacher} for {self.teaching}"
