"""What counts for the silence of many students, read as one statement: rows of several models in
the columns of `Fact`. A first page so asks once, whatever the number of models.
"""

import datetime
from collections.abc import Collection, Iterable, Iterator
from typing import Any, NamedTuple

from django.db.models import Case, DateField, F, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Coalesce

from continuity.enums import SILENT_AFTER
from continuity.models import Exemption, PlanPart
from courses.agenda.models import ClassHour, Closure
from courses.people.enums import ClassKind
from courses.people.models import ClassMembership, Organisation

NO_DAY = Cast(Value(None), DateField())  # typed: PostgreSQL reads a bare NULL as text
NO_WORD, NOTHING = Value(""), Value(0)

# Kinds of facts. A membership is called by the kind of its class, a sign of life by its channel.
IN_CLASS, IN_GROUP = ClassKind.CLASS.value, (ClassKind.GROUP.value, ClassKind.OPTION.value)
SCHOOL, CLOSURE, LEAVE, PLAN, HOUR = "school", "closure", "leave", "plan", "hour"
PAUSES = "pauses"  # the word of a school whose A and B weeks wait during holidays


class Fact(NamedTuple):
    """What a fact has no use for is 0, "" or None."""

    fact: str
    who: int  # the student
    place: int  # the class or the school
    first: Any  # a day
    last: Any
    word: str
    figure: int


def as_facts(rows: QuerySet, *, by: dict[str, Any] | None = None, **columns: Any) -> QuerySet:
    """The rows in the columns of `Fact`. Where a column is an aggregate: by student and `by`."""
    without: dict[str, Any] = {"place": NOTHING, "first": NO_DAY, "last": NO_DAY}
    without |= {"word": NO_WORD, "figure": NOTHING}
    grouped = rows.order_by().values(who=columns.pop("who", NOTHING), **(by or {}))
    return grouped.annotate(**(without | columns)).values_list(*Fact._fields)


def read(branches: Iterable[QuerySet]) -> list[Fact]:
    """All rows, in one statement. The first queryset gives the columns their types."""
    first, *others = branches
    return [Fact(*row) for row in first.union(*others, all=True).order_by()]


def classes_of(students: QuerySet | Collection[int], year: int) -> QuerySet:
    """The pks of that school year's classes and groups of theirs."""
    rows = ClassMembership.objects.filter(student__in=students, school_class__school_year=year)
    return rows.order_by().values("school_class")


def facts_of_time(
    students: QuerySet | Collection[int],
    *,
    schools: Collection[int],
    year: int,
    began: datetime.date,
    first_monday: datetime.date,
    today: datetime.date,
) -> Iterator[QuerySet]:
    """Where the students were since the school year `began`, and on which days they were expected
    there.
    """
    memberships = ClassMembership.objects.filter(
        student__in=students,
        school_class__school__in=schools,
        school_class__school_year=year,
    )
    yield as_facts(
        memberships,
        fact=F("school_class__kind"),
        who=F("student"),
        place=F("school_class"),
        first=F("since"),
        last=F("until"),
        word=F("school_class__name"),
        figure=F("school_class__school"),
    )
    pauses = Case(When(calendar__pauses_in_holidays=True, then=Value(PAUSES)), default=Value(""))
    yield as_facts(
        Organisation.objects.filter(pk__in=schools),
        fact=Value(SCHOOL),
        place=F("pk"),
        first=F("calendar__week_a"),
        word=pauses,
        figure=Coalesce("continuity_settings__silent_after", SILENT_AFTER),
    )
    yield as_facts(
        Closure.objects.filter(school__in=schools, last_day__gte=began),
        fact=Value(CLOSURE),
        place=F("school"),
        first=F("first_day"),
        last=F("last_day"),
    )
    freeing = Exemption.objects.between(began, today).freeing()
    yield as_facts(
        freeing.filter(student__in=students, school__in=schools),
        fact=Value(LEAVE),
        who=F("student"),
        place=F("school"),
        first=F("first_day"),
        last=F("last_day"),
        word=F("rhythm"),
    )
    classes = classes_of(students, year)
    published = PlanPart.objects.published().filter(
        plan__school_class__in=classes, plan__monday__range=(first_monday, today)
    )
    yield as_facts(
        published, fact=Value(PLAN), place=F("plan__school_class"), first=F("plan__monday")
    ).distinct()
    hours = ClassHour.objects.filter(teaching__school_class__in=classes, since__lte=today)
    yield as_facts(
        hours.filter(Q(until__isnull=True) | Q(until__gt=began)),
        fact=Value(HOUR),
        place=F("teaching__school_class"),
        first=F("since"),
        last=Coalesce("until", "teaching__until"),
        word=F("rhythm"),
        figure=F("weekday"),
    ).distinct()
