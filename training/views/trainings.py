"""A training's page: what it teaches, for whom, and all its dates. Open to anyone."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from courses.people.permissions import (
    PersonRequest,
    is_planner,
    is_teacher,
    open_to_anyone,
    requires,
)
from training.models import Training
from training.queries.providers import provider_address
from training.queries.trainings import training_page
from training.services import date_alerts
from training.views.rows import rows


@open_to_anyone
def training(request: HttpRequest, public_id: str, slug: str = "") -> HttpResponse:
    now = timezone.now()
    page = training_page(public_id, request.user, now=now)
    if page is None:
        raise Http404
    if request.path != page.training.get_absolute_url():
        return redirect(page.training)
    may_enrol = is_teacher(request.user)
    provider = page.training.resource.provider
    context = {
        "page": page,
        "training": page.training,
        "rows": rows(page.found.lines(page.found.keys), person=request.user, now=now),
        "provider_url": provider_address(provider.public_id, provider.name),
        "may_enrol": may_enrol,
        "is_planner": is_planner(request.user),
    }
    return render(request, "training/training.html", context)


@require_POST
@requires(is_teacher)
def tell_me_of_training(request: PersonRequest, public_id: str) -> HttpResponse:
    """Answer the form on the training's own page: it may have no session to come."""
    wanted = get_object_or_404(Training.objects.visible_to(request.user), public_id=public_id)
    answer_about_dates(request, wanted)
    return redirect(wanted)


def answer_about_dates(request: PersonRequest, wanted: Training) -> None:
    """Keep or take back what was pressed, and say so."""
    if request.POST.get("wanted") == "no":
        date_alerts.take_back(training=wanted, person=request.user)
        messages.success(request, _("You are no longer told of new dates of this training."))
    else:
        date_alerts.ask(training=wanted, person=request.user)
        messages.success(
            request,
            _("You will be told by email when a new date opens that you may attend."),
        )
