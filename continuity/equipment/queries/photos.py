"""Photos of loans, by who may read them."""

from django.db.models import OuterRef, QuerySet, StringAgg, Subquery, Value
from django.db.models.functions import Concat

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


def naming_photos(
    loans: QuerySet[Loan], student: Person, school: Organisation | None = None
) -> QuerySet[Loan]:
    """`photos_read`: those of `photos_of`, by loan, for `read_photos`. No query more."""
    seen = photos_of(student, school).filter(loan=OuterRef("pk")).order_by().values("loan")
    each = Concat("shows", Value(" "), "public_id")
    return loans.annotate(
        photos_read=Subquery(seen.annotate(all=StringAgg(each, Value(","))).values("all"))
    )


def read_photos(loan: Loan) -> list[tuple[str, str]]:
    """What each photo shows, in words, and its public id, of a loan of `naming_photos`."""
    named = [one.split(" ") for one in (getattr(loan, "photos_read", "") or "").split(",") if one]
    order = list(PhotoOf.values)
    named.sort(key=lambda one: (order.index(one[0]), one[1]))
    return [(str(PhotoOf(shows).label), public_id) for shows, public_id in named]


def has_come_back(loan: Loan) -> bool:
    """True if something of it did, or is lost; what was exchanged at home was never here. One query,
    none if its lines are read.
    """
    return any(line.outcome in RETURNS for line in loan.lines.all())
