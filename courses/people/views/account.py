"""One's own account: the name as it is printed, the language, the email address, the password."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.exceptions import Refusal
from courses.people import services
from courses.people.enums import OrganisationKind
from courses.people.forms.account import AddressForm, LanguageForm, ProfileForm
from courses.people.forms.password import ChangePasswordForm
from courses.people.models import Person
from courses.people.permissions import (
    PersonRequest,
    is_adult,
    may_have_second_factor,
    open_to_anyone,
    posted_from,
    requires,
    signed_in,
)
from courses.people.services import accounts, identities

PROFILE = "people/profile.html"
CHANGES_SHOWN = 20
NAMES = ("given_name", "family_name", "usage_name")
FIELDS = (*NAMES, "language", "mail_rhythm", "reminders")


@require_http_methods(["GET", "POST"])
@requires(signed_in)
def profile(request: PersonRequest):
    person = request.user
    form = form_for(person)(
        request.POST or None,
        initial={field: getattr(person, field) for field in FIELDS},
    )
    if form.is_valid():
        services.change_account(person=person, by=person, **form.cleaned_data)
        with translation.override(person.language):
            messages.success(request, _("Your profile is saved."))
            return redirect("people:profile")
    return render(request, PROFILE, page_of(person, form=form))


def form_for(person):
    return ProfileForm if person.is_adult else LanguageForm


def page_of(person, *, form=None, address_form=None) -> dict:
    initial = {field: getattr(person, field) for field in FIELDS}
    is_adult = person.is_adult
    return {
        "form": form or form_for(person)(initial=initial),
        "address_form": address_form or (AddressForm(person=person) if is_adult else None),
        "printed": person.printed_name,
        "is_adult": is_adult,
        "has_school": any(
            one.organisation.kind == OrganisationKind.SCHOOL for one in person.current_memberships
        ),
        "keys": person.identities.order_by("namespace") if is_adult else [],
        "may_have_second_factor": may_have_second_factor(person),
        "changes": person.account_changes.select_related("by")[:CHANGES_SHOWN],
    }


@require_POST
@requires(is_adult)
def take_key_off(request: PersonRequest, pk: int):
    identities.take_key_off(
        identity=get_object_or_404(request.user.identities, pk=pk),
        by=request.user,
        keep=request.session.session_key,
    )
    messages.success(
        request,
        _(
            "The key is off: no login by an ENT opens your account by it. Elsewhere you are logged out."
        ),
    )
    return redirect("people:profile")


@require_POST
@requires(signed_in)
def set_counted(request: PersonRequest):
    """Whether the pages that the person reads are counted: a choice of anybody, without a reason."""
    is_counted = request.POST.get("is_counted") == "yes"
    accounts.set_counted(person=request.user, is_counted=is_counted)
    messages.success(
        request,
        _("The pages that you read are counted again, without your name.")
        if is_counted
        else _("The pages that you read aren’t counted any more."),
    )
    return redirect("people:profile")


@require_safe
@requires(is_adult)
def printed_name(request: PersonRequest):
    """While it is being typed: how the name will be printed."""
    form = ProfileForm({**request.GET.dict(), "language": request.user.language})
    form.is_valid()
    typed = Person(**{field: form.cleaned_data.get(field, "") for field in NAMES})
    return render(
        request, f"{PROFILE}#printed", {"printed": typed.printed_name or request.user.printed_name}
    )


@posted_from("people:profile")
@requires(is_adult)
def change_address(request: PersonRequest):
    form = AddressForm(request.POST, person=request.user)
    if form.is_valid():
        try:
            services.ask_for_address(person=request.user, address=form.cleaned_data["email"])
        except Refusal as refusal:
            form.add_error("email", refusal.reason)
        else:
            messages.success(
                request,
                _(
                    "An email is on its way to %(address)s. Your address changes when you open its"
                    " link."
                )
                % {"address": form.cleaned_data["email"]},
            )
            return redirect("people:profile")
    return render(request, PROFILE, page_of(request.user, address_form=form))


@require_http_methods(["GET", "POST"])
@open_to_anyone
def confirm_address(request: HttpRequest, code):
    """The link of the letter shows a button: a mail program that opens links by itself confirms
    nothing.
    """
    try:
        person, address = accounts.opened_code(code)
        if request.method == "POST":
            person = services.confirm_address(code)
            messages.success(request, _("Emails now go to %(address)s.") % {"address": address})
            return redirect("people:profile")
    except Refusal as refusal:
        return render(request, "people/confirm_address.html", {"refusal": refusal}, status=410)
    return render(request, "people/confirm_address.html", {"person": person, "address": address})


@require_http_methods(["GET", "POST"])
@requires(signed_in)
def change_password(request: PersonRequest):
    form = ChangePasswordForm(request.user, request.POST or None)
    if form.is_valid():
        services.choose_password(
            person=request.user,
            password=form.cleaned_data["new_password1"],
            keep=request.session.session_key,
        )
        update_session_auth_hash(request, request.user)
        messages.success(request, _("Your password is changed. Other devices are logged out."))
        return redirect(reverse("people:profile"))
    return render(request, "people/change_password.html", {"form": form})
