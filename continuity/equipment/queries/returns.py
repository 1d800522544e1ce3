"""What came back of a loan, with all that was noted of it: corrections, estimates, erasure of data."""

import datetime
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from continuity.enums import LOSSES, ItemState
from continuity.models import ItemEvent, Loan, LoanLine, LossEstimate, ReturnCorrection
from courses.people.models import Organisation, Person


def with_history(loans: QuerySet[Loan]) -> QuerySet[Loan]:
    """Two queries more."""
    return loans.prefetch_related(
        Prefetch(
            "lines__corrections",
            ReturnCorrection.objects.select_related("corrected_by", "was_returned_to"),
        ),
        Prefetch("lines__estimates", LossEstimate.objects.select_related("estimated_by")),
    )


def lines_kept_by(person: Person) -> QuerySet[LoanLine]:
    """Of the schools that lend by this person's hands."""
    kept = LoanLine.objects.filter(loan__in=Loan.objects.kept_by(person))
    return kept.select_related("thing", "returned_to", "loan__student", "loan__school")


def to_replace(student: Person, school: Organisation, public_id: str) -> LoanLine | None:
    """A thing of this student that is broken or lost, or still out and about to be said so, and in
    whose place nothing was lent yet. One query.
    """
    lines = LoanLine.objects.filter(loan__student=student, loan__school=school)
    lines = lines.filter(outcome__in=["", *LOSSES]).exclude(replacements__loan__isnull=False)
    return lines.select_related("thing", "loan").filter(public_id=public_id).first()


@dataclass(frozen=True)
class ReturnedLine:
    """A thing that is out no more. `erasure`: when its data were erased after it had come back."""

    line: LoanLine
    erasure: ItemEvent | None

    @property
    def erased_by(self) -> Person | None:
        if self.line.is_erased:
            return self.line.returned_to
        return self.erasure.by if self.erasure else None

    @property
    def erased_at(self) -> datetime.datetime | None:
        if self.line.is_erased:
            return self.line.back_at
        return self.erasure.at if self.erasure else None

    @property
    def waits_for_erasure(self) -> bool:
        """Still here with data on it, whatever its line says since it was corrected."""
        thing = self.line.thing
        is_here = thing.state in (ItemState.TO_INSPECT, ItemState.IN_REPAIR)
        return is_here and thing.holds_data and self.erased_by is None

    @property
    def estimate(self) -> LossEstimate | None:
        """The newest, as long as the thing counts as damaged or lost."""
        found = self.line.outcome in LOSSES and list(self.line.estimates.all())
        return found[0] if found else None

    @property
    def can_be_replaced(self) -> bool:
        return self.line.outcome in LOSSES and not self.line.replacements.all()


def returned(loan: Loan) -> list[ReturnedLine]:
    """One query beside the loan's own, none while all is out."""
    back = [line for line in loan.lines.all() if line.back_at]
    if not back:
        return []
    things = [line.thing_id for line in back if line.thing.holds_data and not line.is_erased]
    events = ItemEvent.objects.filter(item__in=things, is_erased=True).select_related("by")
    erased = list(events.order_by("pk")) if things else []
    return [ReturnedLine(line, _erasure(line, erased)) for line in back]


def _erasure(line: LoanLine, events: list[ItemEvent]) -> ItemEvent | None:
    """The first after the thing came back."""
    came = line.back_at
    found = (one for one in events if one.item_id == line.thing_id and came and one.at >= came)
    return next(found, None)


def corrections_of(loan: Loan) -> list[ReturnCorrection]:
    """Of all its things, the oldest first."""
    found = [one for line in loan.lines.all() for one in line.corrections.all()]
    return sorted(found, key=lambda one: one.pk)
