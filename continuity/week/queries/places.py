"""The classes of students in the days of a week, each with the version of its plans."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import CharField, Exists, Max, OuterRef, Subquery, Sum, Value
from django.db.models.functions import Concat

from continuity.models import ContinuityPlan, Loan, LoanAgreement, SurveyCampaign
from courses.agenda.queries import monday_of
from courses.people.models import ClassMembership, ComingOfAge, Person
from courses.people.models.classes import holds_between


@dataclass(frozen=True)
class ClassPlace:
    """A class that the student is in from a day until before another, and how often its plans have
    changed.
    """

    school_class: int
    name: str
    kind: str
    school: int
    since: datetime.date
    until: datetime.date | None
    version: str | None  # none without a plan
    survey_until: datetime.date | None = None  # the last day of a survey of the school that invites
    loan_late: datetime.date | None = None  # the last day of a loan of the school that isn't back
    is_to_sign: bool = False  # an agreement of the school, by the student, who is of age

    def holds_on(self, day: datetime.date) -> bool:
        return self.holds_between(day, day)

    def holds_between(self, first: datetime.date, last: datetime.date) -> bool:
        """On at least one of these days, both included."""
        return self.since <= last and (self.until is None or first < self.until)


def places_of(
    student: Person,
    first: datetime.date,
    last: datetime.date,
    *,
    invited_on: datetime.date | None = None,
) -> list[ClassPlace]:
    """The student's classes on at least one day from `first` to `last`, both included. One query.

    The version counts the changes of the plans of these weeks. `invited_on`: with what the school
    asks of the student on that day.
    """
    columns = _told_of(student, invited_on) if invited_on else []
    return _places([student.pk], first, last, *columns)[student.pk]


def places_of_each(
    students: Collection[int], first: datetime.date, last: datetime.date
) -> dict[int, list[ClassPlace]]:
    """As `places_of`, of several students at once. One query."""
    return _places(students, first, last)


def _places(
    students: Collection[int],
    first: datetime.date,
    last: datetime.date,
    *columns: Subquery | Exists,
) -> dict[int, list[ClassPlace]]:
    """`columns`: more of a place, in the order of its fields."""
    plans = ContinuityPlan.objects.filter(
        school_class=OuterRef("school_class"), monday__range=(monday_of(first), last)
    )
    version = Concat(Max("pk"), Value("."), Sum("version"), output_field=CharField())
    versions = plans.order_by().values("school_class").annotate(state=version).values("state")
    rows = ClassMembership.objects.filter(
        holds_between(first, last), student__in=students
    ).values_list(
        "student",
        "school_class",
        "school_class__name",
        "school_class__kind",
        "school_class__school",
        "since",
        "until",
        Subquery(versions),
        *columns,
    )
    found: dict[int, list[ClassPlace]] = {pk: [] for pk in students}
    for student, *place in rows:
        found[student].append(ClassPlace(*place))
    return found


def _told_of(student: Person, day: datetime.date) -> list[Subquery | Exists]:
    """A survey, a loan whose last day has passed, an agreement to be signed: of the class's school."""
    here = OuterRef("school_class__school")
    late = Loan.objects.open().shown_in(here).filter(student=student, due_on__lt=day)
    of_age = ComingOfAge.objects.filter(student=OuterRef("student"))
    to_sign = LoanAgreement.objects.to_sign(day).filter(
        Exists(of_age), student=student, school=here
    )
    return [
        _survey_inviting(student, day),
        Subquery(late.order_by("due_on").values("due_on")[:1]),
        Exists(to_sign),
    ]


def _survey_inviting(student: Person, day: datetime.date) -> Subquery:
    """The last day of the survey of the class's school to which the student is invited."""
    surveys = SurveyCampaign.objects.inviting(student, day)
    here = surveys.filter(school=OuterRef("school_class__school")).order_by("closes_on")
    return Subquery(here.values("closes_on")[:1])
