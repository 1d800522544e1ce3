"""What students with a common guardian may have exchanged between them."""

from dataclasses import dataclass

from django.db.models import QuerySet

from continuity.models import Loan, LoanLine
from courses.people.models import Guardianship

MOST_SHOWN = 12


@dataclass(frozen=True)
class PossibleSwap:
    """Two things of one kind that are out: the loan's, and that of another child of a guardian."""

    line: LoanLine
    other: LoanLine


def with_a_common_guardian(loan: Loan) -> QuerySet[Guardianship]:
    """Guardianships of other students in the loan's school, held today by a guardian of its student."""
    here = Guardianship.objects.in_force().filter(school=loan.school_id).order_by()
    guardians = here.filter(student=loan.student_id).values("guardian")
    return here.filter(guardian__in=guardians).exclude(student=loan.student_id)


def possible_swaps(loan: Loan) -> list[PossibleSwap]:
    """At most `MOST_SHOWN`. One query, none if nothing of the loan is out."""
    out = [line for line in loan.lines.all() if line.back_at is None]
    if not out:
        return []
    others = LoanLine.objects.filter(
        back_at__isnull=True,
        loan__school=loan.school_id,
        loan__student__in=with_a_common_guardian(loan).values("student"),
        thing__kind__in={line.thing.kind for line in out},
    ).select_related("thing", "loan__student")
    pairs = [
        PossibleSwap(line, other)
        for other in others[:MOST_SHOWN]
        for line in out
        if line.thing.kind == other.thing.kind
    ]
    return pairs[:MOST_SHOWN]
