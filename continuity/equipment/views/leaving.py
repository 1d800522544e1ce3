"""What staff should know of lending before a student leaves the school."""

from django.urls import reverse
from django.utils.translation import gettext as _

from continuity.equipment.queries.loans import (
    agreements_open_in,
    loans_read_in,
    told_after_leaving,
)
from continuity.models import Loan
from courses.digest.values import LeavingNote
from courses.people.models import Organisation, Person, today
from courses.people.services.leaving import stays_elsewhere


def lent_on_leaving(student: Person, school: Organisation) -> list[LeavingNote]:
    """What is still lent, with who is told of it then; what another school lends; what isn't handed
    over yet.
    """
    read = list(loans_read_in(school).filter(student=student))
    stays = stays_elsewhere(student, school, today())
    own = [loan for loan in read if loan.school_id == school.pk]
    told = told_after_leaving(own, student, keeps_account=stays)
    return [
        *(_of_loan(loan, people) for loan, people in told),
        *(_of_followed(loan, school) for loan in read if loan not in own),
        *_of_agreements(student, school, is_final=stays),
    ]


def _numbers(loan: Loan) -> str:
    return ", ".join(one.thing.number for one in loan.lines.all() if one.back_at is None)


def _of_followed(loan: Loan, school: Organisation) -> LeavingNote:
    said = _(
        "Lent by %(lender)s: %(numbers)s. It stays lent, and %(lender)s sees to it; this school reads"
        " nothing of it any more."
    )
    facts = {"numbers": _numbers(loan), "lender": loan.school.name}
    url = reverse("continuity:school_loans", args=[school.public_id])
    return LeavingNote(said % facts, url, _("What is out"))


def _of_loan(loan: Loan, told: list[Person]) -> LeavingNote:
    facts = {"numbers": _numbers(loan), "names": ", ".join(one.display_name for one in told)}
    said = _("Still lent: %(numbers)s. Nobody who signed can be told of this loan by email.")
    if told:
        said = _(
            "Still lent: %(numbers)s. Emails about this loan still go to %(names)s until everything"
            " is back."
        )
    url = reverse("continuity:loan", args=[loan.public_id])
    return LeavingNote(said % facts, url, _("The loan"))


def _of_agreements(student: Person, school: Organisation, *, is_final: bool) -> list[LeavingNote]:
    """`is_final`: the departure can't be undone."""
    said = _(
        "Not handed over yet: %(numbers)s. Within an hour of the departure the agreement is taken off"
        " the list; if the departure is undone later, it isn’t brought back."
    )
    if is_final:
        said = _(
            "Not handed over yet: %(numbers)s. Within an hour of the departure the agreement is taken"
            " off the list."
        )
    return [
        LeavingNote(
            said % {"numbers": one.numbers},
            reverse("continuity:agreement", args=[one.public_id]),
            _("Loan agreement"),
        )
        for one in agreements_open_in(school).filter(student=student, refused_at=None)
    ]
