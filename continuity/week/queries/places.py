"""The classes of students in the days of a week, each with the version of its plans."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import FilteredRelation, Max, Q, Sum

from courses.agenda.queries import monday_of
from courses.people.models import ClassMembership, Person
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

    def holds_on(self, day: datetime.date) -> bool:
        return self.holds_between(day, day)

    def holds_between(self, first: datetime.date, last: datetime.date) -> bool:
        """On at least one of these days, both included."""
        return self.since <= last and (self.until is None or first < self.until)


def places_of(student: Person, first: datetime.date, last: datetime.date) -> list[ClassPlace]:
    """The student's classes on at least one day from `first` to `last`, both included. One query.

    The version counts the changes of the plans of these weeks.
    """
    return places_of_each([student.pk], first, last)[student.pk]


def places_of_each(
    students: Collection[int], first: datetime.date, last: datetime.date
) -> dict[int, list[ClassPlace]]:
    """As `places_of`, of several students at once. One query."""
    of_these_weeks = Q(school_class__plans__monday__range=(monday_of(first), last))
    rows = (
        ClassMembership.objects.filter(holds_between(first, last), student__in=students)
        # Joined: Django puts a subquery for each row together in twice the time.
        .alias(plan=FilteredRelation("school_class__plans", condition=of_these_weeks))
        .annotate(latest=Max("plan__pk"), changes=Sum("plan__version"))
        .order_by("since", "pk")  # a grouped query leaves the model's order out
        .values_list(
            "student",
            "school_class",
            "school_class__name",
            "school_class__kind",
            "school_class__school",
            "since",
            "until",
            "latest",
            "changes",
        )
    )
    found: dict[int, list[ClassPlace]] = {pk: [] for pk in students}
    for student, school_class, name, kind, school, since, until, latest, changes in rows:
        version = None if latest is None else f"{latest}.{changes}"
        place = ClassPlace(school_class, name, kind, school, since, until, version)
        found[student].append(place)
    return found
