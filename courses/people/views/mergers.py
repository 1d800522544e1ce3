"""A registrar enters that a school goes on as another: first what would follow, then the yes."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from courses.exceptions import Refusal
from courses.people.enums import OrganisationKind
from courses.people.exceptions import ReadItFirst
from courses.people.forms.mergers import MergerForm
from courses.people.models import Organisation
from courses.people.permissions import PersonRequest, is_registrar, requires
from courses.people.services import mergers


@require_http_methods(["GET", "POST"])
@requires(is_registrar)
def merge_school(request: PersonRequest, public_id: str) -> HttpResponse:
    """Without a school the question; with one a trial, which is taken back; a yes does it."""
    schools = Organisation.objects.filter(kind=OrganisationKind.SCHOOL)
    old = get_object_or_404(schools.select_related("merged_into"), public_id=public_id)
    said = request.POST if request.method == "POST" else request.GET
    form = MergerForm(said if "uai" in said else None)
    trial, status = None, 200
    if form.is_valid():
        try:
            into = form.cleaned_data["uai"]
            if request.method == "POST" and form.cleaned_data["is_so"]:
                mergers.merge(old=old, into=into, by=request.user)
                messages.success(
                    request, _("%(old)s goes on as %(school)s.") % {"old": old, "school": into}
                )
                return redirect("people:merge_school", old.public_id)
            trial = mergers.tried(old=old, into=into, by=request.user)
            if request.method == "POST":
                form.add_error("is_so", ReadItFirst().reason)
        except Refusal as refusal:
            form.add_error("uai", f"{refusal.reason} {refusal.advice}".strip())
    if form.errors and form.is_bound:
        status = 422
    context = {"old": old, "form": form, "trial": trial}
    return render(request, "people/merge_school.html", context, status=status)
