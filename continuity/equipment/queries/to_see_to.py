"""What the desk of a school has to see to: said by families, signed, or not back."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import CharField, Count, Exists, OuterRef, QuerySet, Value

from continuity.equipment.queries.standing import things_gone
from continuity.models import EquipmentNeed, Loan, LoanAgreement, LoanReport
from courses.people.enums import Role
from courses.people.models import Membership, Organisation


@dataclass
class ToSeeTo:
    """Of one school, in numbers."""

    asked: int = 0  # requests that wait for a first answer
    reported: int = 0  # things that are out
    refused: int = 0  # agreements: the school calls
    signed: int = 0  # agreements: the things are to be handed over
    void: int = 0  # signed agreements, but a thing of theirs isn't free any more
    left: int = 0  # students who aren't here any more, and what they have follows them nowhere
    late: int = 0  # loans, those of `left` apart


def is_student_of(school: str) -> Exists:
    """True of a loan or an agreement whose student is one of its `school` today, or of its `goes_to`."""
    return Exists(
        Membership.objects.current().filter(
            role=Role.STUDENT, person=OuterRef("student"), organisation=OuterRef(school)
        )
    )


def to_see_to_in(schools: Collection[Organisation], today: datetime.date) -> dict[int, ToSeeTo]:
    """By the school's pk. One query; three more where an agreement is signed."""
    agreements = LoanAgreement.objects.open().filter(school__in=schools)
    signed = LoanAgreement.objects.holding(today).filter(school__in=schools)
    loans = Loan.objects.open().filter(school__in=schools)
    gone = ~is_student_of("school") & ~is_student_of("goes_to")
    reports = LoanReport.objects.filter(
        settled_at__isnull=True, line__back_at__isnull=True, line__loan__school__in=schools
    )
    asked = EquipmentNeed.objects.open().filter(verdict="", school__in=schools)
    counts = [
        _counted("asked", asked),
        _counted(
            "reported",
            reports,
            school="line__loan__school",
            number=Count("line", distinct=True),
        ),
        _counted("refused", agreements.filter(refused_at__isnull=False)),
        _counted("signed", signed),
        _counted("left", loans.filter(gone), number=Count("student", distinct=True)),
        _counted("late", loans.filter(~gone, due_on__lt=today)),
    ]
    found = {school.pk: ToSeeTo() for school in schools}
    for school, what, number in counts[0].union(*counts[1:], all=True).order_by():
        setattr(found[school], what, number)
    if any(one.signed for one in found.values()):
        waiting = list(signed)
        lacking = things_gone(waiting)
        for one in waiting:
            found[one.school_id].signed -= one.pk in lacking
            found[one.school_id].void += one.pk in lacking
    return found


def _counted(
    what: str, rows: QuerySet, *, school: str = "school", number: Count | None = None
) -> QuerySet:
    """School, `what` and the number of its rows, or `number`."""
    grouped = rows.order_by().values_list(school, Value(what, output_field=CharField()))
    return grouped.annotate(number=number or Count("pk"))
