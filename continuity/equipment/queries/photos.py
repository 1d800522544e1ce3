"""Photos of loans, by who may read them."""

from django.db.models import Case, Count, OuterRef, Q, QuerySet, StringAgg, Subquery, Value, When
from django.db.models.functions import Concat

from continuity.enums import RETURNS, PhotoOf
from continuity.models import Loan, LoanPhoto
from courses.people.models import Guardianship, Person


def photos_kept_by(person: Person) -> QuerySet[LoanPhoto]:
    """Of the schools that lend by this person's hands."""
    kept = Loan.objects.kept_by(person)
    return LoanPhoto.objects.filter(loan__in=kept).select_related("loan__school")


def photos_of(student: Person, kept: Guardianship | None = None) -> QuerySet[LoanPhoto]:
    """What a student reads; what a guardian reads by `kept`, in its school: the sheet bears a
    signature, which nobody but who signed gets.
    """
    own = Loan.objects.filter(student=student)
    if kept is None:
        return LoanPhoto.objects.filter(loan__in=own)
    found = LoanPhoto.objects.filter(loan__in=own.shown_in(kept.school))
    is_theirs = Q(loan__agreement__signed_by=kept.guardian_id)
    return found.filter(~Q(shows=PhotoOf.SHEET) | is_theirs)


def naming_photos(
    loans: QuerySet[Loan], student: Person, kept: Guardianship | None = None
) -> QuerySet[Loan]:
    """`photos_read`: those of `photos_of`, by loan, for `read_photos`. No query more."""
    seen = photos_of(student, kept).filter(loan=OuterRef("pk")).order_by().values("loan")
    named = Case(When(removed_at=None, then="public_id"), default=Value(""))
    each = Concat("shows", Value(" "), named)
    return loans.annotate(
        photos_read=Subquery(seen.annotate(all=StringAgg(each, Value(","))).values("all"))
    )


def read_photos(loan: Loan) -> list[tuple[str, str]]:
    """What each photo shows, in words, and its public id, empty of a removed one; of a loan of
    `naming_photos`.
    """
    named = [one.split(" ") for one in (getattr(loan, "photos_read", "") or "").split(",") if one]
    order = list(PhotoOf.values)
    named.sort(key=lambda one: (order.index(one[0]), one[1]))
    return [(str(PhotoOf(shows).label), public_id) for shows, public_id in named]


def counting_photos(loans: QuerySet[Loan]) -> QuerySet[Loan]:
    """`photos_there`: how many, without the removed ones; None for none. No query more."""
    there = LoanPhoto.objects.filter(loan=OuterRef("pk"), removed_at=None).order_by()
    number = there.values("loan").annotate(number=Count("pk")).values("number")
    return loans.annotate(photos_there=Subquery(number))


def has_come_back(loan: Loan) -> bool:
    """True if something of it did, or is lost; what was exchanged at home was never here. One query,
    none if its lines are read.
    """
    return any(line.outcome in RETURNS for line in loan.lines.all())
