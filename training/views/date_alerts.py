"""Being told of new dates of a training: asked and taken back by one press."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from courses.people.permissions import PersonRequest, is_teacher, requires
from training.views.session import find
from training.views.trainings import answer_about_dates


@require_POST
@requires(is_teacher)
def tell_me_of_dates(request: PersonRequest, public_id: str) -> HttpResponse:
    """Answer the form on the page of one of the training's sessions."""
    session = find(request, public_id)
    answer_about_dates(request, session.training)
    return redirect(session)
