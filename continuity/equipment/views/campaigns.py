"""A leader begins a survey, changes its last day, accepts a proposal or not."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from continuity.equipment.forms import SurveyDaysForm, SurveyLastDayForm
from continuity.equipment.services import campaigns
from continuity.equipment.views.results import surveys_page
from continuity.models import SurveyCampaign, SurveyProposal
from courses.exceptions import Refusal
from courses.people.enums import Role
from courses.people.permissions import PersonRequest, is_leader, led_school, requires


@require_POST
@requires(is_leader)
def begin_survey(request: PersonRequest, public_id: str) -> HttpResponse:
    school = led_school(request, public_id)
    form = SurveyDaysForm(request.POST)
    if form.is_valid():
        try:
            campaigns.begin(school=school, by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, f"{refusal.reason} {refusal.advice}".strip())
        else:
            messages.success(
                request, _("The survey is entered: students read of it in their week.")
            )
            return redirect("continuity:surveys")
    return surveys_page(request, form=form, of=school.public_id)


@require_POST
@requires(is_leader)
def survey_last_day(request: PersonRequest, public_id: str) -> HttpResponse:
    led = SurveyCampaign.objects.filter(school__in=request.user.places_as(Role.LEADER))
    campaign = get_object_or_404(led.select_related("school"), public_id=public_id)
    form = SurveyLastDayForm(request.POST)
    if form.is_valid():
        try:
            campaigns.set_last_day(campaign=campaign, by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, f"{refusal.reason} {refusal.advice}".strip())
        else:
            messages.success(request, _("The last day is changed."))
            return redirect("continuity:surveys")
    return surveys_page(request, form=form, of=campaign.public_id)


@require_POST
@requires(is_leader)
def accept_proposal(request: PersonRequest, public_id: str, proposal: str) -> HttpResponse:
    school = led_school(request, public_id)
    found = get_object_or_404(SurveyProposal, public_id=proposal)
    try:
        campaigns.accept(proposal=found, school=school, by=request.user)
    except Refusal as refusal:
        messages.warning(request, f"{refusal.reason} {refusal.advice}".strip())
    else:
        messages.success(request, _("The survey is entered: students read of it in their week."))
    return redirect("continuity:surveys")


@require_POST
@requires(is_leader)
def decline_proposal(request: PersonRequest, public_id: str, proposal: str) -> HttpResponse:
    school = led_school(request, public_id)
    found = get_object_or_404(SurveyProposal, public_id=proposal)
    campaigns.decline(proposal=found, school=school, by=request.user)
    messages.success(request, _("The proposal isn’t shown any more. You can still begin a survey."))
    return redirect("continuity:surveys")
