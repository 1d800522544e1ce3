"""Requests for equipment, by who decides: in the proposed order, one with its decision, the order."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from continuity.enums import NeedVerdict
from continuity.equipment.forms import CriteriaForm, DecisionForm
from continuity.equipment.queries.needs import (
    accepted,
    closed_in,
    needs_kept_by,
    order_of,
    place_of,
    said_in_survey,
    waiting_in_order,
)
from continuity.equipment.rules import REASONS
from continuity.equipment.services import needs as services
from continuity.equipment.values.questions import QUESTIONS, Question
from continuity.models import EquipmentNeed
from continuity.school.views.form_page import FormPage, form_page
from courses.exceptions import Refusal
from courses.people.permissions import PersonRequest, keeps_students, kept_school, leads, requires


@require_safe
@requires(keeps_students)
def needs(request: PersonRequest, public_id: str) -> HttpResponse:
    """Who waits, in the order that the published criteria propose; who is to be handed something."""
    school = kept_school(request, public_id)
    context = {
        "school": school,
        "waiting": waiting_in_order(school),
        "accepted": accepted(school),
        "closed": closed_in(school),
        # The survey is read by class tutors and leaders, not by the office.
        "said": said_in_survey(school, timezone.localdate()) if leads(request.user, school) else [],
    }
    return render(request, "continuity/equipment/needs.html", context)


@require_http_methods(["GET", "POST"])
@requires(keeps_students)
def need(request: PersonRequest, public_id: str) -> HttpResponse:
    """One request: what was said, where it stands and why, what was decided; decided here."""
    found = get_object_or_404(needs_kept_by(request.user), public_id=public_id)
    proposed = place_of(found) if found.closed_at is None else None
    form = DecisionForm(request.POST or None)
    if proposed and proposed.place > 1:
        form.fields["words"].help_text = _(
            "The family reads it. Needed for a yes before others, and for nothing else."
        )
    if form.is_valid():
        try:
            services.decide(need=found, by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, f"{refusal.reason} {refusal.advice}".strip())
        else:
            messages.success(request, _("It is decided: the family reads it."))
            return redirect("continuity:needs", found.school.public_id)
    context = {
        "need": found,
        "facts": facts_in_words(found),
        "proposed": proposed,
        "form": form,
        "fits": [
            (NeedVerdict(verdict).label, [one.label for one in reasons])
            for verdict, reasons in REASONS.items()
        ],
    }
    return render(
        request, "continuity/equipment/need.html", context, status=422 if form.is_bound else 200
    )


def facts_in_words(found: EquipmentNeed) -> list[tuple[str, str]]:
    shared = str(found.shared_with or "")
    given = (
        (Question.DEVICE, found.device),
        (Question.SHARED, shared),
        (Question.CONNECTION, found.connection),
    )
    return [
        (str(QUESTIONS[question].title), QUESTIONS[question].label_of(value))
        for question, value in given
        if value
    ]


@require_http_methods(["GET", "POST"])
@requires(keeps_students)
def publish_criteria(request: PersonRequest, public_id: str) -> HttpResponse:
    school = kept_school(request, public_id)
    form = CriteriaForm(request.POST or None, order=order_of(school))

    def act(_given):
        services.publish(school=school, codes=form.codes, by=request.user)
        messages.success(request, _("The order is published: it holds from now on."))
        return redirect("continuity:lending_criteria", school.public_id)

    page = FormPage(
        heading=_("Who comes first"),
        button=_("Publish this order"),
        back=reverse("continuity:needs", args=[school.public_id]),
        back_word=_("Requests"),
        lead=_("A place for each criterion. Anybody can read the order; decisions refer to it."),
    )
    return form_page(request, page, form, act)
