"""The region: proposals to all schools, and counts of people by school."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from continuity.equipment.forms import SurveyDaysForm
from continuity.equipment.queries.region import proposals_made, region_tables
from continuity.equipment.services import campaigns
from continuity.models import SurveyProposal
from continuity.permissions import looks_after_the_region
from courses.exceptions import Refusal
from courses.people.permissions import PersonRequest, posted_from, requires

REFUSED = 422


@require_safe
@requires(looks_after_the_region)
def region_survey(request: PersonRequest) -> HttpResponse:
    return _region_page(request)


def _region_page(request: PersonRequest, form: SurveyDaysForm | None = None) -> HttpResponse:
    today = timezone.localdate()
    context = {
        "form": form or SurveyDaysForm(),
        "proposals": proposals_made(today),
        "tables": region_tables(today),
    }
    return render(
        request, "continuity/equipment/region.html", context, status=REFUSED if form else 200
    )


@posted_from("continuity:region_survey")
@requires(looks_after_the_region)
def propose_survey(request: PersonRequest) -> HttpResponse:
    form = SurveyDaysForm(request.POST)
    if form.is_valid():
        try:
            campaigns.propose(by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, f"{refusal.reason} {refusal.advice}".strip())
        else:
            messages.success(
                request, _("The survey is proposed: each school’s leader accepts it or not.")
            )
            return redirect("continuity:region_survey")
    return _region_page(request, form)


@require_POST
@requires(looks_after_the_region)
def withdraw_proposal(request: PersonRequest, public_id: str) -> HttpResponse:
    proposal = get_object_or_404(SurveyProposal, public_id=public_id)
    campaigns.withdraw_proposal(proposal=proposal)
    messages.success(request, _("The proposal is withdrawn. Surveys that schools began go on."))
    return redirect("continuity:region_survey")
