"""Letters on loans: a few sentences, and the way to the page that says more."""

import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from continuity.enums import Letters, NeedReason, NeedVerdict, ReportKind
from continuity.equipment.documents.agreement import things_in_words
from continuity.equipment.queries.loans import (
    loans_of,
    may_be_told,
    may_read,
    schools_of,
    told_of,
    who_signs,
)
from continuity.equipment.queries.returns import (
    ReturnedLine,
    corrections_of,
    returned,
    with_history,
)
from continuity.equipment.queries.standing import things_gone
from continuity.equipment.values.terms import Terms
from continuity.models import EquipmentNeed, Loan, LoanAgreement, LoanLine, NeedDecision
from courses.dates import date_words
from courses.mail.documents import absolute, letter
from courses.mail.registry import writes
from courses.mail.values import MailFile, Message
from courses.people.models import GuardianLink, Guardianship, Person

type About = Loan | LoanAgreement | EquipmentNeed

REPORTED_GONE = (ReportKind.LOST, ReportKind.STOLEN)


def way_in(to: Person) -> dict:
    """Which way a guardian has to the pages of the child: a login, personal links, or neither yet."""
    if to.has_usable_password():
        return {"url": absolute(reverse("continuity:children"))}
    if GuardianLink.objects.open().filter(guardianship__guardian=to).exists():
        return {"by_link": True}
    return {"password_url": absolute(reverse("people:forgotten"))}


def _way_to(to: Person, about: About, page: str, *more: str) -> dict:
    """To that page of the student's own; of a guardian with a login, of the child's; none once the
    student has left.
    """
    if not (to.is_active if to.pk == about.student_id else may_read(to, about)):
        return {"has_left": True}
    if to.pk == about.student_id:
        own = {"equipment": "my_loans", "agreement": "my_agreement"}[page]
        return {"url": absolute(reverse(f"continuity:{own}", args=more))}
    found = way_in(to)
    kept = Guardianship.objects.in_force().filter(
        guardian=to, student=about.student_id, school=about.school_id
    )
    if "url" in found and (one := kept.first()):
        found["url"] = absolute(reverse(f"continuity:child_{page}", args=[one.public_id, *more]))
    return found


def _letter(
    to: Person,
    about: About,
    subject: str,
    sentences: list[str],
    files: tuple[MailFile, ...] = (),
) -> Message:
    """To the student, or to a guardian, with the way to what it is about."""
    way = (
        _way_to(to, about, "agreement", about.public_id)
        if isinstance(about, LoanAgreement)
        else _way_to(to, about, "equipment")
    )
    context = {"person": to, "sentences": sentences, "school": about.school.name, **way}
    return letter("continuity/equipment/mail/sentences", subject, context, attachments=files)


def _things(agreement: LoanAgreement) -> str:
    found = things_in_words(Terms.read(agreement.terms))
    return ", ".join(f"{kind} {one.number}" for one, kind in found)


@writes(
    Letters.AGREEMENT_TO_SIGN, because=gettext_lazy("a school would lend equipment to a student")
)
def agreement_to_sign(about: LoanAgreement, *, to: Person, details: dict) -> Message | None:
    """Nothing if it is settled or over, somebody else signs by now, or a thing isn't free any more."""
    if not about.is_to_sign or to not in who_signs(about) or things_gone([about]):
        return None
    facts = {"name": about.student.display_name, "things": _things(about)}
    subject = _("To sign: a loan to %(name)s")
    said = _("The school would lend to %(name)s: %(things)s.")
    if to.pk == about.student_id:
        subject = _("To sign: a loan to you")
        said = _("The school would lend to you: %(things)s.")
    return _letter(
        to,
        about,
        subject % facts,
        [
            said % facts,
            _(
                "Please read the agreement, then sign it or say no. Nothing is handed over before it"
                " is signed. On paper or at the school it counts the same."
            ),
        ],
    )


@writes(Letters.AGREEMENT_KEPT, because=gettext_lazy("you signed an agreement on a loan"))
def agreement_kept(about: LoanAgreement, *, to: Person, details: dict) -> Message | None:
    """With the sheet as it is kept."""
    if not about.is_final or about.signed_by != to or not _reads(to, about):
        return None
    with about.file.open("rb") as file:
        sheet = MailFile("convention-de-pret.pdf", file.read(), "application/pdf")
    facts = {"name": about.student.display_name, "things": _things(about)}
    subject = _("The loan to %(name)s: the signed agreement")
    said = _("Handed over to %(name)s: %(things)s.")
    if to.pk == about.student_id:
        subject = _("The loan to you: the signed agreement")
        said = _("Handed over to you: %(things)s.")
    return _letter(
        to,
        about,
        subject % facts,
        [
            said % facts,
            _("The agreement is attached, as it is kept. Its SHA-256: %(sum)s")
            % {"sum": about.checksum},
        ],
        (sheet,),
    )


@writes(Letters.LOAN_DUE, because=gettext_lazy("equipment that a school lends is to come back"))
def loan_due(about: Loan, *, to: Person, details: dict) -> Message | None:
    """Nothing once it is back, prolonged, or the desk stopped it; in the words of the day it goes.
    What the family has reported lost or stolen isn't asked for.
    """
    is_due = details["due_on"] == about.due_on.isoformat() and about.is_reminded
    missing = about.lines.filter(reports__settled_at=None, reports__kind__in=REPORTED_GONE)
    out = _lines(about.lines.filter(back_at__isnull=True).exclude(pk__in=missing.values("pk")))
    if about.ended_at or not is_due or not out or to not in told_of(about):
        return None
    facts = {"name": about.student.display_name, "things": out, "day": date_words(about.due_on)}
    today = timezone.localdate()
    subject = _("To give back to the school by %(day)s")
    if about.due_on < today:
        subject = _("Not back yet: a loan of the school until %(day)s")
    return _letter(
        to,
        about,
        subject % facts,
        [
            _until(about, today, is_own=to.pk == about.student_id) % facts,
            _("If it is needed longer, or something is broken or lost, tell the school."),
        ],
    )


def _until(loan: Loan, today: datetime.date, *, is_own: bool) -> str:
    """`is_own`: said to the student, else of the student."""
    if loan.due_on > today:
        own = _("Lent to you until %(day)s: %(things)s.")
        return own if is_own else _("Lent to %(name)s until %(day)s: %(things)s.")
    if loan.due_on == today:
        own = _("Lent to you until today, %(day)s: %(things)s.")
        return own if is_own else _("Lent to %(name)s until today, %(day)s: %(things)s.")
    own = _("Lent to you until %(day)s, and not back yet: %(things)s.")
    return own if is_own else _("Lent to %(name)s until %(day)s, and not back yet: %(things)s.")


@writes(Letters.LOAN_PROLONGED, because=gettext_lazy("a school changed the last day of a loan"))
def loan_prolonged(about: Loan, *, to: Person, details: dict) -> Message | None:
    out = _lines(about.lines.filter(back_at__isnull=True))
    is_so = details["due_on"] == about.due_on.isoformat()
    if about.ended_at or not is_so or not out or to not in told_of(about):
        return None
    facts = {"name": about.student.display_name, "things": out, "day": date_words(about.due_on)}
    said = _("Lent to %(name)s, now until %(day)s: %(things)s.")
    if to.pk == about.student_id:
        said = _("Lent to you, now until %(day)s: %(things)s.")
    return _letter(to, about, _("A loan of the school: now until %(day)s") % facts, [said % facts])


@writes(
    Letters.LOAN_FOLLOWS,
    because=gettext_lazy("a loan follows its student to another school or not"),
)
def loan_follows(about: Loan, *, to: Person, details: dict) -> Message | None:
    """Nothing if it was decided otherwise since, or anew; if the student has left that school, too (it
    isn't sent later, should that departure be undone); after the last day; or once everything is back.
    """
    out = _lines(about.lines.filter(back_at__isnull=True))
    if about.goes_to and not _goes_on_there(about, details.get("since")):
        return None
    is_so = details["goes_to"] == about.goes_to_id
    if about.ended_at or not is_so or not out or to not in told_of(about):
        return None
    facts = {
        "name": about.student.display_name,
        "things": out,
        "day": date_words(about.due_on),
        "lender": about.school.name,
        "school": about.goes_to.name if about.goes_to else "",
    }
    subject, said = _where_it_goes(about, is_own=to.pk == about.student_id)
    return _letter(to, about, subject % facts, [said % facts])


def _goes_on_there(loan: Loan, since: str | None) -> bool:
    """`since`: when it was let go, as the letter was posted; None in those posted before they said it."""
    is_newest = not since or datetime.datetime.fromisoformat(since) == loan.goes_since
    is_in_time = loan.due_on >= timezone.localdate()
    return is_newest and is_in_time and loan.goes_to in schools_of(loan.student)


def _where_it_goes(loan: Loan, *, is_own: bool) -> tuple[str, str]:
    """Subject and sentence, said to the student or of the student."""
    if not loan.goes_to:
        subject = _("To give back: the loan to %(name)s")
        own = _("To give back: the loan to you")
        return own if is_own else subject, _("Please give back to %(lender)s: %(things)s.")
    if is_own:
        return _("The loan to you goes on at another school"), _(
            "You keep these until %(day)s, also at %(school)s: %(things)s. You give them back to"
            " %(lender)s, which lends them."
        )
    return _("The loan to %(name)s goes on at another school"), _(
        "%(name)s keeps these until %(day)s, also at %(school)s: %(things)s. They are given back"
        " to %(lender)s, which lends them."
    )


@writes(Letters.LOAN_BACK, because=gettext_lazy("a school noted what became of a loan"))
def loan_back(about: Loan, *, to: Person, details: dict) -> Message | None:
    """A receipt: how each thing came back, and what is still out."""
    if to not in told_of(about):
        return None
    loan = with_history(loans_of(about.student)).get(pk=about.pk)
    said = [sentence for row in returned(loan) for sentence in _return_in_words(row)]
    if corrections_of(loan):
        said.insert(
            0, _("This receipt replaces the earlier ones for this loan: something was corrected.")
        )
    out = _lines(about.lines.filter(back_at__isnull=True))
    rest = (
        _("Still lent: %(things)s.") % {"things": out}
        if out
        else _("Nothing of this loan is out any more.")
    )
    subject = _("Receipt for the loan to %(name)s")
    if to.pk == about.student_id:
        subject = _("Receipt for the loan to you")
    facts = {"name": about.student.display_name}
    return _letter(to, about, subject % facts, [*said, rest])


def _return_in_words(row: ReturnedLine) -> list[str]:
    line, estimate = row.line, row.estimate
    facts = {
        "thing": capfirst(_thing(line)),
        "outcome": line.get_outcome_display(),
        "day": date_words(line.back_at),
    }
    said = [_("%(thing)s: %(outcome)s, on %(day)s.") % facts]
    if estimate:
        said.append(
            _(
                "Estimate: %(euros)s € (%(what)s). It is no bill: the school’s accountant decides"
                " about money."
            )
            % {"euros": estimate.euros, "what": estimate.get_reason_display()}
        )
    said += [
        _("Lent in its place: %(numbers)s.") % {"numbers": one.numbers}
        for one in line.replacements.all()
    ]
    return said


@writes(Letters.NEED_DECIDED, because=gettext_lazy("a school decided on a request for equipment"))
def need_decided(about: NeedDecision, *, to: Person, details: dict) -> Message | None:
    """Of the latest decision; what it rests on, and how to contest it, stands on the page."""
    need = about.need
    is_latest = need.decisions.first() == about
    if not is_latest or need.withdrawn_at or not _reads(to, need):
        return None
    subject = _("Decided: the request for equipment for %(name)s")
    if to.pk == need.student_id:
        subject = _("Decided: the request for equipment for you")
    return _letter(
        to,
        need,
        subject % {"name": need.student.display_name},
        [
            *_decision_in_words(about),
            _("The page says what the decision rests on, and how to contest it."),
        ],
    )


def _decision_in_words(about: NeedDecision) -> list[str]:
    """What was asked for, what was decided and why; with a yes, what comes next."""
    need = about.need
    facts = {"what": need.get_wants_display(), "verdict": about.get_verdict_display()}
    said = [_("Asked for: %(what)s. Decided: %(verdict)s.") % facts]
    if about.reason != NeedReason.OUT_OF_TURN:  # its reason is the words
        said.append(_("Reason: %(reason)s.") % {"reason": about.get_reason_display()})
    if about.words:
        said.append(_("In the words of the school: %(words)s") % {"words": about.words})
    if about.verdict == NeedVerdict.YES and need.closed_at is None:
        if thing := getattr(need, "reserved", None):
            said.append(_("Reserved: %(thing)s.") % {"thing": str(thing)})
        said.append(
            _("Before it is handed over, an agreement is signed. Ask the school where and when.")
        )
    return said


def _reads(to: Person, about: About) -> bool:
    return to.pk == about.student_id or may_be_told(to, about)


def _thing(line: LoanLine) -> str:
    return f"{line.thing.get_kind_display()} {line.thing.number}"


def _lines(lines: QuerySet[LoanLine]) -> str:
    return ", ".join(_thing(line) for line in lines.select_related("thing"))
