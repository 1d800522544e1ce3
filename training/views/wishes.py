"""A wish for a resource: asked and taken back by one press, read as numbers."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from courses.exceptions import Refusal
from courses.people.permissions import (
    PersonRequest,
    is_leader,
    is_planner,
    is_teacher,
    is_trainer,
    requires,
)
from training.queries.wishes import wishes_for
from training.services import wishes as services
from training.views.session import find


def reads_wishes(person) -> bool:
    return is_leader(person) or is_planner(person) or is_trainer(person)


@require_POST
@requires(is_teacher)
def wish(request: PersonRequest, public_id: str) -> HttpResponse:
    """Answer the form on the page of a session that the person's right doesn't reach."""
    session = find(request, public_id)
    if request.POST.get("wanted") == "no":
        services.take_back(session=session, person=request.user)
        messages.success(request, _("Your wish is taken back."))
        return redirect(session)
    try:
        services.ask(session=session, person=request.user)
    except Refusal as refusal:
        messages.warning(request, refusal.reason)
    else:
        messages.success(
            request,
            _(
                "Your wish is counted. Your school’s leader is told by email once a week at most, by a"
                " number without names."
            ),
        )
    return redirect(session)


@requires(reads_wishes)
def wishes(request: PersonRequest) -> HttpResponse:
    """Numbers: of one's school, of one's resources, or all."""
    return render(request, "training/wishes.html", {"rows": wishes_for(request.user)})
