"""Photos of loans, by who may read them."""

from django.db.models import QuerySet

from continuity.enums import RETURNS, PhotoOf
from continuity.models import Loan, LoanPhoto
from courses.people.models import Organisation, Person


def photos_kept_by(person: Person) -> QuerySet[LoanPhoto]:
    """Of the schools that lend by this person's hands."""
    kept = Loan.objects.kept_by(person)
    return LoanPhoto.objects.filter(loan__in=kept).select_related("loan__school")


def photos_of(student: Person, school: Organisation | None = None) -> QuerySet[LoanPhoto]:
    """What a student reads; in one school, what a guardian reads through it: the sheet bears a
    signature, which another guardian doesn't get.
    """
    own = Loan.objects.filter(student=student)
    if school is None:
        return LoanPhoto.objects.filter(loan__in=own)
    found = LoanPhoto.objects.filter(loan__in=own.shown_in(school))
    return found.exclude(shows=PhotoOf.SHEET)


def has_come_back(loan: Loan) -> bool:
    """True if something of it did, or is lost; what was exchanged at home was never here. One query,
    none if its lines are read.
    """
    return any(line.outcome in RETURNS for line in loan.lines.all())
