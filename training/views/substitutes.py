"""Another trainer of the provider leads one date: for training planners and the session's own
trainers.
"""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from courses.agenda.models import Meeting
from courses.agenda.values import Hours
from courses.exceptions import Refusal
from courses.people.models import Person
from courses.people.permissions import (
    PersonRequest,
    is_planner,
    is_trainer_or_planner,
    keeps_what_was_typed,
    requires,
)
from training import rules
from training.forms.leading import SubstituteForm
from training.models import Session
from training.queries import filling
from training.queries.leading import leaders_on_the_day, lenders, one_of, substitution_of
from training.services import substitutes
from training.values import SUBSTITUTE_CLOSES_WITHIN
from training.views.planning import find_led_or_planned


@require_http_methods(["GET", "HEAD", "POST"])
@requires(is_trainer_or_planner)
@keeps_what_was_typed
def name_substitute(request: PersonRequest, public_id: str, meeting_id: str) -> HttpResponse:
    """Who leads this date, and what the provider's trainers lead at these hours already."""
    session = find_led_or_planned(request.user, public_id)
    meeting = get_object_or_404(session.meetings, public_id=meeting_id)
    leaders = leaders_on_the_day(session, meeting)
    providers = lenders(session, to=request.user)
    anybody = filling.trainers_working_for(providers)
    colleagues = _apart_from(leaders, anybody)
    form = _form(request, session, leaders, colleagues=colleagues, anybody=anybody)
    refusal = rules.why_not_substitute(
        session, meeting=meeting, known=substitution_of(meeting), now=timezone.now()
    )
    if form.is_valid():
        given = form.cleaned_data
        try:
            substitutes.name_substitute(session=session, meeting=meeting, by=request.user, **given)
        except Refusal as why:
            form.add_error(None, f"{why.reason} {why.advice}".strip())
        else:
            said = _("%(name)s leads this date. Both are told by email.")
            messages.success(request, said % {"name": given["substitute"].display_name})
            return redirect(_back_to(request), session.public_id)
    hours = [Hours(meeting.starts_at, meeting.ends_at)]
    context = {
        "session": session,
        "meeting": meeting,
        "form": form,
        "refusal": refusal,
        "colleagues": colleagues,
        "provider": one_of(providers),
        "clashes": filling.clashes_of_trainers(list(colleagues), hours, apart_from=session),
        "plans": is_planner(request.user),
        "back": _back_to(request),
        "has_begun": meeting.starts_at <= timezone.now(),
        "days": SUBSTITUTE_CLOSES_WITHIN.days,
    }
    return render(
        request, "training/substitute.html", context, status=422 if form.is_bound else 200
    )


@require_POST
@requires(is_trainer_or_planner)
def take_back_substitute(request: PersonRequest, public_id: str, meeting_id: str) -> HttpResponse:
    session = find_led_or_planned(request.user, public_id)
    meeting = get_object_or_404(session.meetings, public_id=meeting_id)
    try:
        is_new = substitutes.take_back(session=session, meeting=meeting, by=request.user)
    except Refusal as refusal:
        messages.warning(request, refusal.reason)
    else:
        _say_who_leads(request, session, meeting, is_new=is_new)
    return redirect(_back_to(request), session.public_id)


def _say_who_leads(
    request: PersonRequest, session: Session, meeting: Meeting, *, is_new: bool
) -> None:
    if not leaders_on_the_day(session, meeting):
        said = _("Nobody leads this date now: name a trainer of the session.")
        messages.warning(request, said)
    elif is_new:
        said = _(
            "The date is led as the session is. Who leads it again or no longer is told by email."
        )
        messages.success(request, said)
    else:
        messages.success(request, _("The date is led as the session is."))


def _form(
    request: PersonRequest,
    session: Session,
    leaders: list[Person],
    *,
    colleagues: QuerySet[Person],
    anybody: QuerySet[Person],
) -> SubstituteForm:
    """Once sent, the form takes all who may stand in it: the service says who can't, and why, if
    somebody else was named meanwhile.
    """
    if request.method != "POST":
        of_date = Person.objects.filter(pk__in=[one.pk for one in leaders])
        return SubstituteForm(leaders=of_date, colleagues=colleagues)
    trainers = Person.objects.filter(pk__in=[one.pk for one in (*leaders, *session.trainers.all())])
    return SubstituteForm(request.POST, leaders=trainers, colleagues=anybody)


def _apart_from(leaders: list[Person], people: QuerySet[Person]) -> QuerySet[Person]:
    people = people.exclude(pk__in=[one.pk for one in leaders])
    return people.order_by("family_name", "given_name", "pk")


def _back_to(request: PersonRequest) -> str:
    return "training:session_people" if is_planner(request.user) else "training:my_session"
