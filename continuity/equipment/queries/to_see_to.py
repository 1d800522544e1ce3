"""What the desk of a school has to see to: said by families, signed, or not back."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q

from continuity.models import Loan, LoanAgreement, LoanReport
from courses.people.enums import Role
from courses.people.models import Membership, Organisation


@dataclass
class ToSeeTo:
    """Of one school, in numbers."""

    reported: int = 0  # things that are out
    refused: int = 0  # agreements: the school calls
    signed: int = 0  # agreements of which nothing is handed over
    left: int = 0  # students who aren't here any more, and what they have follows them nowhere
    late: int = 0  # loans, those of `left` apart


def is_here() -> Exists:
    """True of a loan whose student is one of its school today."""
    return Exists(
        Membership.objects.current().filter(
            role=Role.STUDENT, person=OuterRef("student"), organisation=OuterRef("school")
        )
    )


def to_see_to_in(schools: Collection[Organisation], today: datetime.date) -> dict[int, ToSeeTo]:
    """By the school's pk. Three queries."""
    found = {school.pk: ToSeeTo() for school in schools}
    reports = LoanReport.objects.filter(
        settled_at__isnull=True, line__back_at__isnull=True, line__loan__school__in=schools
    )
    by_school = reports.order_by().values_list("line__loan__school")
    for school, number in by_school.annotate(number=Count("pk")):
        found[school].reported = number
    agreements = LoanAgreement.objects.open().filter(school__in=schools).order_by()
    refused, signed = Q(refused_at__isnull=False), Q(signed_at__isnull=False)
    for school, to_call, to_hand in agreements.values_list("school").annotate(
        to_call=Count("pk", filter=refused), to_hand=Count("pk", filter=signed)
    ):
        found[school].refused, found[school].signed = to_call, to_hand
    loans = Loan.objects.open().filter(school__in=schools).alias(is_here=is_here()).order_by()
    gone = Q(is_here=False, goes_to__isnull=True)
    late = Q(due_on__lt=today) & ~gone
    for school, left, overdue in loans.values_list("school").annotate(
        people=Count("student", filter=gone, distinct=True), overdue=Count("pk", filter=late)
    ):
        found[school].left, found[school].late = left, overdue
    return found
