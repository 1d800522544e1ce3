"""Letters on loans: a few sentences, and the way to the page that says more."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from continuity.enums import Letters
from continuity.equipment.documents.agreement import things_in_words
from continuity.equipment.queries.loans import who_signs
from continuity.equipment.values.terms import Terms
from continuity.models import LoanAgreement
from courses.mail.documents import absolute, letter
from courses.mail.registry import writes
from courses.mail.values import MailFile, Message
from courses.people.models import GuardianLink, Person


def way_in(to: Person) -> dict:
    """Which way a guardian has to the pages of the child: a login, personal links, or neither yet."""
    if to.has_usable_password():
        return {"url": absolute(reverse("continuity:children"))}
    if GuardianLink.objects.open().filter(guardianship__guardian=to).exists():
        return {"by_link": True}
    return {"password_url": absolute(reverse("people:forgotten"))}


def _letter(
    to: Person,
    student: Person,
    subject: str,
    sentences: list[str],
    files: tuple[MailFile, ...] = (),
) -> Message:
    """To the student, or to a guardian, who finds the child's equipment beside the week."""
    own = {"url": absolute(reverse("continuity:my_loans"))}
    context = {
        "person": to,
        "sentences": sentences,
        **(own if to == student else way_in(to)),
    }
    return letter("continuity/equipment/mail/sentences", subject, context, attachments=files)


def _things(agreement: LoanAgreement) -> str:
    found = things_in_words(Terms.read(agreement.terms))
    return ", ".join(f"{kind} {one.number}" for one, kind in found)


@writes(
    Letters.AGREEMENT_TO_SIGN, because=gettext_lazy("a school would lend equipment to a student")
)
def agreement_to_sign(about: LoanAgreement, *, to: Person, details: dict) -> Message | None:
    """Nothing if it is settled, or somebody else signs by now."""
    if not about.is_open or to not in who_signs(about):
        return None
    name = about.student.display_name
    return _letter(
        to,
        about.student,
        _("To sign: a loan to %(name)s") % {"name": name},
        [
            _("The school would lend to %(name)s: %(things)s.")
            % {"name": name, "things": _things(about)},
            _(
                "Please read the agreement, then sign it or say no. Nothing is handed over before it"
                " is signed. On paper or at the school it counts the same."
            ),
        ],
    )


@writes(Letters.AGREEMENT_KEPT, because=gettext_lazy("you signed an agreement on a loan"))
def agreement_kept(about: LoanAgreement, *, to: Person, details: dict) -> Message | None:
    """With the sheet as it is kept."""
    if not about.is_final or about.signed_by != to:
        return None
    with about.file.open("rb") as file:
        sheet = MailFile("convention-de-pret.pdf", file.read(), "application/pdf")
    name = about.student.display_name
    return _letter(
        to,
        about.student,
        _("The loan to %(name)s: the signed agreement") % {"name": name},
        [
            _("Handed over to %(name)s: %(things)s.") % {"name": name, "things": _things(about)},
            _("The agreement is attached, as it is kept. Its SHA-256: %(sum)s")
            % {"sum": about.checksum},
        ],
        (sheet,),
    )
