"""What staff should know of lending before a student leaves the school."""

from django.urls import reverse
from django.utils.translation import gettext as _

from continuity.equipment.queries.loans import agreements_open_in, open_loans, told_of
from continuity.models import Loan
from courses.digest.values import LeavingNote
from courses.people.models import ComingOfAge, Organisation, Person


def lent_on_leaving(student: Person, school: Organisation) -> list[LeavingNote]:
    """What is still lent, with who is told of it then; what isn't handed over yet."""
    lent = open_loans(school).filter(student=student)
    of_age = ComingOfAge.objects.filter(student=student).exists()
    return [
        *(_of_loan(one, of_age=of_age) for one in lent),
        *_of_agreements(student, school),
    ]


def _of_loan(loan: Loan, *, of_age: bool) -> LeavingNote:
    told = [one for one in told_of(loan) if of_age or one != loan.student]
    facts = {
        "numbers": ", ".join(one.thing.number for one in loan.lines.all() if one.back_at is None),
        "names": ", ".join(one.display_name for one in told),
    }
    said = _("Still lent: %(numbers)s. Nobody who signed can be told of this loan by email.")
    if told:
        said = _(
            "Still lent: %(numbers)s. Emails about this loan still go to %(names)s until everything"
            " is back."
        )
    url = reverse("continuity:loan", args=[loan.public_id])
    return LeavingNote(said % facts, url, _("The loan"))


def _of_agreements(student: Person, school: Organisation) -> list[LeavingNote]:
    said = _(
        "Not handed over yet: %(numbers)s. The agreement is taken off the list after the departure,"
        " and isn’t brought back if the departure is undone."
    )
    return [
        LeavingNote(
            said % {"numbers": one.numbers},
            reverse("continuity:agreement", args=[one.public_id]),
            _("Loan agreement"),
        )
        for one in agreements_open_in(school).filter(student=student, refused_at=None)
    ]
