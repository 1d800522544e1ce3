"""Who teaches what in a class, from when to when."""

import datetime
from collections.abc import Iterable
from typing import NamedTuple

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from courses.documents.values import public_id
from courses.people.enums import Role
from courses.people.models.classes import SchoolClass, holds_on
from courses.people.models.persons import Membership, Person, Subject, today
from courses.people.models.stand_ins import StandIn


class TeachingQuerySet(models.QuerySet):
    def on(self, day: datetime.date):
        return self.filter(holds_on(day))

    def open_to(self, person, day: datetime.date | None = None):
        """Teachings that the person gives on that day, or takes over as a stand-in on that very
        day.

        Nothing of a school that they have left: the teaching stays theirs by name until its leader
        hands it over.
        """
        day = day or today()
        taken_over = StandIn.objects.filter(first_day__lte=day, last_day__gte=day, teacher=person)
        if day != today():
            taken_over = taken_over.of_members(day)  # today's schools are asked below
        return self.filter(
            holds_on(day),
            Q(teacher=person) | Q(pk__in=taken_over.order_by().values("teaching")),
            school_class__school__in=person.places_as(Role.TEACHER),
        )

    def answered_by(self, person, day: datetime.date | None = None):
        """Teachings that the person gives on that day, and those of the same subject in the class
        that reach nobody any more.

        What students wrote there is theirs to read and answer: of a teaching that has ended, or
        whose teacher has left the school. Asks two short queries at once, three where the subject
        was given by others, too: as one statement it is put together for 9 ms on each page.
        """
        answered = Answered(person, day or today())
        return self.filter(pk__in=answered.left_behind.union(answered.own))

    def left_behind_to(self, person, day: datetime.date | None = None):
        """The part of `answered_by` that the person answers for in their teacher's place."""
        return self.filter(pk__in=Answered(person, day or today()).left_behind).order_by()

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

    def with_givers(self, day: datetime.date):
        """Annotate `has_giver`: whether on that day the teacher belongs to the class's school, or
        somebody stands in.
        """
        return self.with_presence(day).annotate(
            has_giver=Q(teacher_is_there=True) | Q(_taken_over(day))
        )

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


class Answered:
    """Parts of `TeachingQuerySet.answered_by`, for who asks of several teachings: each is read
    once, when it is asked for.
    """

    def __init__(self, person: Person, day: datetime.date):
        self.person, self.day = person, day

    @cached_property
    def own(self) -> dict[int, tuple[int, int]]:
        """Class and subject of what the person gives, by the teaching's pk. One query."""
        columns = ("pk", "school_class", "subject")
        rows = Teaching.objects.open_to(self.person, self.day).order_by().values_list(*columns)
        return {pk: (school_class, subject) for pk, school_class, subject in rows}

    @cached_property
    def left_behind(self) -> set[int]:
        """Keys of teachings answered in their teacher's place. One query, two where others gave the
        subject.
        """
        if not self.own:
            return set()
        classes = {school_class for school_class, _subject in self.own.values()}
        return left_behind(self.own, rows_in(classes, self.day), self.day)

    def covers(self, teaching: "Teaching") -> bool:
        """Whether the person gives it or answers it. One query, and `left_behind` only where the
        person gives the same subject in the class.
        """
        if teaching.pk in self.own:
            return True
        same = (teaching.school_class_id, teaching.subject_id)
        return same in self.own.values() and teaching.pk in self.left_behind


class TeachingRow(NamedTuple):
    """The columns by which it is decided who answers for a teaching."""

    pk: int
    school_class: int
    subject: int
    teacher: int
    school: int
    since: datetime.date
    until: datetime.date | None


def rows_in(
    classes: Iterable[int] | models.QuerySet, day: datetime.date = datetime.date.max
) -> list[TeachingRow]:
    """All that has begun in these classes by that day. One query."""
    columns = ("pk", "school_class", "subject", "teacher", "school_class__school", "since", "until")
    found = Teaching.objects.filter(school_class__in=classes, since__lte=day).order_by()
    return [TeachingRow(*row) for row in found.values_list(*columns)]


def left_behind(
    own: dict[int, tuple[int, int]], rows: Iterable[TeachingRow], day: datetime.date
) -> set[int]:
    """Return the keys of teachings that reach nobody on that day, of the classes and subjects of
    `own`.

    `rows`: those in these classes, and perhaps more. A query where others gave the subject.
    """
    given = set(own.values())
    same = {
        row.pk
        for row in rows
        if row.pk not in own and row.since <= day and (row.school_class, row.subject) in given
    }
    if not same:
        return set()
    reaching = Teaching.objects.reaching_somebody(day).order_by().filter(pk__in=same)
    return same - set(reaching.values_list("pk", flat=True))


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
