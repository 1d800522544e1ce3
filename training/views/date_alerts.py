"""Being told of new dates of a training: asked and taken back by one press."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from courses.people.permissions import PersonRequest, is_teacher, requires
from training.services import date_alerts
from training.views.session import find


@require_POST
@requires(is_teacher)
def tell_me_of_dates(request: PersonRequest, public_id: str) -> HttpResponse:
    """From the page of one of the training's sessions."""
    session = find(request, public_id)
    if request.POST.get("wanted") == "no":
        date_alerts.take_back(training=session.training, person=request.user)
        messages.success(request, _("You are no longer told of new dates of this training."))
    else:
        date_alerts.ask(training=session.training, person=request.user)
        messages.success(
            request,
            _("You will be told by email when a new date opens that you may attend."),
        )
    return redirect(session)
