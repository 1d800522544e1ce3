"""A loan's agreement: read and signed, at the desk and by its student; families have their own door."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from continuity.enums import AgreementWay, Signatory
from continuity.equipment.documents.agreement import things_in_words
from continuity.equipment.exceptions import NobodyNamed
from continuity.equipment.forms import ANOTHER_ADULT, HandOverForm, SignatoryForm, SignForm
from continuity.equipment.queries.loans import (
    guardians_who_sign,
    guardians_who_signed,
    who_signs_from_home,
)
from continuity.equipment.queries.standing import things_gone
from continuity.equipment.rules.signatory import why_not_correct_signatory
from continuity.equipment.services import agreements, loans
from continuity.equipment.values.terms import Terms, fingerprint
from continuity.models import Loan, LoanAgreement
from continuity.permissions import student_shown
from courses.documents.services import drawn_signature, serve
from courses.documents.values import PDF
from courses.exceptions import Refusal
from courses.people.models import Person
from courses.people.permissions import PersonRequest, is_student, keeps_students, requires


@dataclass(frozen=True)
class SigningDoor:
    """Who reads, and how they would sign: `signed_as` is empty for who may only read."""

    here: str
    pdf: str
    back: str
    back_word: str
    signed_as: str
    way: str
    by: Person | None = None
    is_desk: bool = False
    at_counter: bool = False  # on the school's device, in the hands of who signs
    by_link: bool = False
    reads_signature: bool = True  # False for another guardian than who signed


def agreement_page(
    request: HttpRequest,
    agreement: LoanAgreement,
    door: SigningDoor,
    refused: str = "",
    **more: object,
) -> HttpResponse:
    """Its text, and below it the name, the box and one press; or the press that says no. `more`: what
    the desk's part of the page needs; `refused`: why nothing was done there.
    """
    said = request.POST.get("do")
    form = SignForm(
        request.POST if said == "sign" else None,
        signed_as=door.signed_as,
        at_counter=door.at_counter,
    )
    if door.at_counter:
        form.fields["name"].widget.attrs["autocomplete"] = "off"  # offers who signed before
    try:
        if said == "refuse" and door.signed_as:
            agreements.refuse(agreement=agreement)
            calls = _("You haven’t signed. The school will call.")
            messages.success(request, _("You haven’t signed.") if door.at_counter else calls)
            return redirect(door.here)
        if said == "sign" and door.signed_as and form.is_valid():
            agreements.sign(
                agreement=agreement,
                way=door.way,
                signed_as=door.signed_as,
                name=form.cleaned_data["name"],
                drawn=_ink(request, form.cleaned_data.get("drawn", "")),
                by=door.by,
            )
            messages.success(request, _("It is signed."))
            return redirect(door.here)
    except Refusal as refusal:
        refused = f"{refusal.reason} {refusal.advice}".strip()
    terms, gone = Terms.read(agreement.terms), things_gone([agreement]).get(agreement.pk, [])
    context = {
        "agreement": agreement,
        "door": door,
        "form": form,
        "refused": refused,
        "gone": ", ".join(gone),
        "signs": bool(agreement.is_to_sign and door.signed_as and not gone),
        "terms": terms,
        "things": things_in_words(terms),
        "clauses": terms.clauses["en" if get_language() == "en" else "fr"],
        "fingerprint": fingerprint(agreement.terms),
        **more,
        "is_redrawn": agreement.is_final and agreement.corrections.exists(),
        "is_drawn": agreement.drawn_as == agreement.stage or bool(agreement.refused_at),
    }
    failed = bool(refused or form.errors)
    page = "sign_at_counter" if door.at_counter else "agreement"
    return render(
        request, f"continuity/equipment/{page}.html", context, status=422 if failed else 200
    )


def _ink(request: HttpRequest, drawn: str) -> bytes:
    """Of what was drawn at the counter; nothing for nothing. Raises a `Refusal`."""
    return drawn_signature(drawn, person_id=request.user.pk) if drawn else b""


def agreement_file(request: HttpRequest, agreement: LoanAgreement) -> HttpResponseBase:
    name = "loan-agreement.pdf" if get_language() == "en" else "convention-de-pret.pdf"
    return serve(request, agreement.file, name=name, media_type=PDF, inline=True)


def signatory_of(student: Person) -> str:
    """Who signs: the student if of age, else whoever holds parental authority."""
    return Signatory.STUDENT if agreements.is_of_age(student) else Signatory.GUARDIAN


# At the desk


def _kept(request: PersonRequest, public_id: str) -> LoanAgreement:
    found = LoanAgreement.objects.kept_by(request.user).select_related(
        "school", "student", "loan__lent_by", "drawn_up_by", "signed_by"
    )
    return get_object_or_404(found, public_id=public_id)


def agreement_address(agreement: LoanAgreement, signed_by: str = "") -> str:
    """Its page at the desk. `signed_by`: whom the desk has chosen already."""
    address = reverse("continuity:agreement", args=[agreement.public_id])
    return f"{address}?{urlencode({'signed_by': signed_by})}" if signed_by else address


def keep_words(request: PersonRequest, agreement: LoanAgreement, words: str) -> None:
    """Why before others, until it is handed over or the desk logs out."""
    key = f"words:{agreement.public_id}"
    if words:
        request.session[key] = words
    else:
        request.session.pop(key, None)


@require_safe
@requires(keeps_students)
def agreement(request: PersonRequest, public_id: str) -> HttpResponse:
    """Printed, or given to be signed on a page of its own; after the signature, handed over."""
    found = _kept(request, public_id)
    form = _hand_over_form(
        found,
        initial={
            "signed_by": request.GET.get("signed_by", ""),
            "words": request.session.get(f"words:{found.public_id}", ""),
        },
    )
    return _desk_page(request, found, form)


def _hand_over_form(
    agreement: LoanAgreement,
    sent: QueryDict | None = None,
    *,
    initial: dict[str, str] | None = None,
    needs_words: bool = True,
) -> HandOverForm:
    """`needs_words`: False as long as nothing is handed over."""
    named = [one.public_id for one in Terms.read(agreement.terms).things]
    things = agreement.school.equipment.filter(public_id__in=named)
    items = [] if agreement.loan_id else list(things)
    form = HandOverForm(
        sent,
        guardians=_who_may_sign(agreement) if agreement.is_open else [],
        passes_others=bool(loans.kinds_before_others(agreement.school, agreement.student, items)),
        initial=initial,
    )
    if "words" in form.fields:
        form.fields["words"].required = needs_words
    return form


def _desk_page(
    request: PersonRequest, found: LoanAgreement, form: HandOverForm, refused: str = ""
) -> HttpResponse:
    door = SigningDoor(
        here=reverse("continuity:agreement", args=[found.public_id]),
        pdf=reverse("continuity:agreement_file", args=[found.public_id]),
        back=reverse("continuity:desk", args=[found.school.public_id]),
        back_word=pgettext("heading", "Lend"),
        signed_as="",
        way="",
        is_desk=True,
    )
    from_home = who_signs_from_home(found) if found.is_open else []
    told = [one for one in from_home if one.is_active and one.email]
    return agreement_page(
        request,
        found,
        door,
        refused,
        hand_over_form=form,
        from_home=", ".join(one.display_name for one in from_home),
        told=", ".join(one.display_name for one in told),
    )


def _who_may_sign(agreement: LoanAgreement) -> list[Person]:
    """Before the desk, of those whom the school has entered: nobody for a student of age."""
    if agreements.is_of_age(agreement.student):
        return []
    return guardians_who_sign(agreement.student, agreement.school)


def _not_done(
    request: PersonRequest, public_id: str, refusal: Refusal, *, needs_words: bool
) -> HttpResponse:
    """The page again, as it is now, with what was chosen and typed."""
    found = _kept(request, public_id)  # a colleague was faster
    request.shown_at = agreement_address(found, request.POST.get("signed_by", ""))
    form = _hand_over_form(found, request.POST, needs_words=needs_words)
    return _desk_page(request, found, form, f"{refusal.reason} {refusal.advice}".strip())


def _named(form: HandOverForm, agreement: LoanAgreement) -> Person | None:
    """The student of age, or the guardian whom the desk named, if any. Raises a `Refusal`."""
    if agreements.is_of_age(agreement.student):
        return agreement.student
    if "signed_by" in form.errors:
        raise NobodyNamed
    return form.signer


@require_POST
@requires(keeps_students)
def give_to_sign(request: PersonRequest, public_id: str) -> HttpResponse:
    """The desk says who signs, then gives its device away."""
    found = _kept(request, public_id)
    form = _hand_over_form(found, request.POST, needs_words=False)
    form.is_valid()
    try:
        _named(form, found)
    except Refusal as refusal:
        return _not_done(request, public_id, refusal, needs_words=False)
    keep_words(request, found, form.cleaned_data.get("words", ""))
    return redirect(_counter(found, form.cleaned_data.get("signed_by", "")))


def _counter(agreement: LoanAgreement, chosen: str) -> str:
    """`chosen`: as in `SignerForm`; empty if nobody was asked who signs."""
    more = [chosen] if chosen else []
    return reverse("continuity:sign_agreement", args=[agreement.public_id, *more])


@require_http_methods(["GET", "POST"])
@requires(keeps_students)
def sign_at_counter(request: PersonRequest, public_id: str, guardian: str = "") -> HttpResponse:
    """The desk's device in other hands: nothing on the page but the agreement. `guardian`: whom the
    desk named; another adult has no name here.
    """
    found = _kept(request, public_id)
    signer = found.student if agreements.is_of_age(found.student) else None
    if guardian and guardian != ANOTHER_ADULT:
        guardians = {one.public_id: one for one in _who_may_sign(found)}
        if (signer := guardians.get(guardian)) is None:
            raise Http404
    door = SigningDoor(
        here=_counter(found, guardian),
        pdf="",
        back=agreement_address(found, guardian),
        back_word="",
        signed_as=signatory_of(found.student),
        way=AgreementWay.COUNTER,
        by=signer,
        at_counter=True,
    )
    return agreement_page(request, found, door, ways=[])


@require_safe
@requires(keeps_students)
def desk_file(request: PersonRequest, public_id: str) -> HttpResponseBase:
    return agreement_file(request, _kept(request, public_id))


@require_POST
@requires(keeps_students)
def hand_over(request: PersonRequest, public_id: str) -> HttpResponse:
    """What was signed. `paper`: the desk has seen the signed sheet."""
    found, is_paper = _kept(request, public_id), bool(request.POST.get("paper"))
    form = _hand_over_form(found, request.POST)
    form.is_valid()  # without words, the service asks for them if others wait
    try:
        made = loans.hand_over(
            agreement=found,
            by=request.user,
            words=form.cleaned_data.get("words", ""),
            paper_of=signatory_of(found.student) if is_paper else "",
            signed_by=_named(form, found) if is_paper else None,
        )
    except Refusal as refusal:
        return _not_done(request, public_id, refusal, needs_words=True)
    request.session.pop(f"words:{found.public_id}", None)
    messages.success(request, _("Handed to %(name)s.") % {"name": made.student.display_name})
    return redirect("continuity:desk", found.school.public_id)


@require_POST
@requires(keeps_students)
def take_off(request: PersonRequest, public_id: str) -> HttpResponse:
    found = _kept(request, public_id)
    agreements.take_off(agreement=found)
    request.session.pop(f"words:{found.public_id}", None)
    messages.success(request, _("It is off the list."))
    return redirect("continuity:desk", found.school.public_id)


@require_http_methods(["GET", "POST"])
@requires(keeps_students)
def correct_signatory(request: PersonRequest, public_id: str) -> HttpResponse:
    """Whom the desk named as signing a loan that is out; whom it had named stays on the loan's page."""
    kept = Loan.objects.kept_by(request.user).filter(agreement__isnull=False)
    related = ("student", "school", "agreement__signed_by")
    loan = get_object_or_404(kept.select_related(*related), public_id=public_id)
    if request.method == "GET" and why_not_correct_signatory(loan, loan.agreement):
        return redirect("continuity:loan", loan.public_id)
    form = SignatoryForm(
        request.POST or None,
        guardians=guardians_who_signed(loan),
        now=loan.agreement.signed_by,
    )
    if form.is_valid():
        was = loan.agreement.signed_by
        try:
            agreements.correct_signatory(loan=loan, signed_by=form.signer, by=request.user)
        except Refusal as refusal:
            form.add_error(None, f"{refusal.reason} {refusal.advice}".strip())
        else:
            if form.signer == was:
                messages.info(request, _("Nothing has changed."))
            else:
                messages.success(request, _("It is corrected, and the sheet is drawn anew."))
            return redirect("continuity:loan", loan.public_id)
    return render(
        request,
        "continuity/equipment/signatory.html",
        {
            "loan": loan,
            "form": form,
            "is_here": agreements.is_here(loan.student, loan.school),
        },
        status=422 if form.errors else 200,
    )


# By the student


def _own(request: PersonRequest, public_id: str) -> LoanAgreement:
    own = LoanAgreement.objects.filter(student=student_shown(request))
    found = own.select_related("school", "student", "loan__lent_by")
    return get_object_or_404(found, public_id=public_id)


@require_http_methods(["GET", "POST"])
@requires(is_student)
def my_agreement(request: PersonRequest, public_id: str) -> HttpResponse:
    """Read by every student, signed by one of age."""
    found = _own(request, public_id)
    of_age = agreements.is_of_age(found.student)
    door = SigningDoor(
        here=reverse("continuity:my_agreement", args=[found.public_id]),
        pdf=reverse("continuity:my_agreement_file", args=[found.public_id]),
        back=reverse("continuity:my_loans"),
        back_word=_("Lent to me"),
        signed_as=Signatory.STUDENT if of_age else "",
        way=AgreementWay.ACCOUNT,
        by=found.student,
    )
    return agreement_page(request, found, door)


@require_safe
@requires(is_student)
def my_file(request: PersonRequest, public_id: str) -> HttpResponseBase:
    return agreement_file(request, _own(request, public_id))
