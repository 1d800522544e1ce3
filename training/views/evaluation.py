"""A participant says what they think of a session; its trainers and the planners read what all
answers amount to.
"""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.dates import day
from courses.digest.values import DueItem
from courses.exceptions import Refusal
from courses.people.enums import Role
from courses.people.models import Person
from courses.people.permissions import (
    PersonRequest,
    is_planner,
    is_teacher,
    is_trainer_or_planner,
    keeps_what_was_typed,
    requires,
)
from training import rules
from training.enums import HOLD_A_SEAT
from training.forms.evaluation import COMMENT, EvaluationForm, HideCommentForm
from training.models import Enrolment, Evaluation, Session
from training.queries.evaluations import (
    attended_of,
    evaluation_of,
    is_final,
    results_of,
)
from training.queries.leading import led_for
from training.queries.mine import to_evaluate, trainings_of_first_page
from training.services import evaluations
from training.values import FEWEST_ANSWERS, HIDDEN_KEPT

DUE_AT_MOST = 3


@require_http_methods(["GET", "HEAD", "POST"])
@requires(is_teacher)
@keeps_what_was_typed
def evaluate(request: PersonRequest, public_id: str) -> HttpResponse:
    """One's own answers, which can be changed until the end of a day that is said."""
    enrolment = _find(request.user, public_id)
    evaluation, attended = evaluation_of(enrolment), attended_of(enrolment)
    session = enrolment.session
    form = EvaluationForm(request.POST or None, initial=EvaluationForm.initial_of(evaluation))
    if form.is_valid():
        try:
            evaluations.answer(enrolment=enrolment, answers=form.answers)
        except Refusal as refusal:
            messages.warning(request, refusal.reason)
        else:
            until = {"day": day(rules.evaluated_until(session, attended))}
            thanks = _("Thank you. You can change your answers until the end of %(day)s.")
            messages.success(request, thanks % until)
        return redirect("training:evaluate", public_id)
    context = {
        "session": session,
        "evaluation": evaluation,
        "why_not": rules.why_not_evaluate(
            session, attended=attended, is_final=is_final(enrolment), now=timezone.now()
        ),
        "until": rules.evaluated_until(session, attended),
        "form": form,
        "fewest": FEWEST_ANSWERS,
        "led_for": led_for(session),
    }
    return render(request, "training/evaluate.html", context, status=422 if form.is_bound else 200)


def _find(person: Person, public_id: str) -> Enrolment:
    mine = Enrolment.objects.filter(teacher=person, state__in=HOLD_A_SEAT)
    return get_object_or_404(
        mine.select_related("session__training__resource", "session__provider", "evaluation"),
        session__public_id=public_id,
    )


def evaluations_due(person: Person, now: datetime) -> list[DueItem]:
    """Sessions that the person was in and hasn't said anything of."""
    if not is_teacher(person):
        return []
    mine = to_evaluate(trainings_of_first_page(person, now), now)
    return [
        DueItem(
            title=_("What did you think of “%(title)s”?") % {"title": one.session.title},
            url=reverse("training:evaluate", args=[one.session.public_id]),
            when=None,
            text=_("Four questions, until the end of %(day)s.") % {"day": day(one.until)},
            action=pgettext("verb", "Answer"),
            tone="calm",
            icon="message-square",
            order=70,
            role=Role.TEACHER,
        )
        for one in rules.open_evaluations(mine, now=now)[:DUE_AT_MOST]
    ]


# The results


@dataclass
class ShownComment:
    """A comment with the form that hides it, for planners."""

    evaluation: Evaluation
    form: HideCommentForm | None


@require_safe
@requires(is_trainer_or_planner)
def evaluation_results(request: PersonRequest, public_id: str) -> HttpResponse:
    """Show the results of all answers to the session's own trainers and the planners."""
    return _results(request, _find_led(request.user, public_id))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(is_planner)
@keeps_what_was_typed
def hide_comment(request: PersonRequest, public_id: str) -> HttpResponse:
    """Read, it leads to the results."""
    evaluation = get_object_or_404(
        Evaluation.objects.select_related("session"), public_id=public_id
    )
    if request.method != "POST":
        return redirect("training:evaluation_results", evaluation.session.public_id)
    form = HideCommentForm(request.POST, prefix=evaluation.public_id)
    if not form.is_valid():
        return _results(request, _find_led(request.user, evaluation.session.public_id), form)
    try:
        evaluations.hide(evaluation=evaluation, by=request.user, **form.cleaned_data)
    except Refusal as refusal:
        messages.warning(request, refusal.reason)
    else:
        messages.success(request, _("The comment is hidden."))
    return redirect("training:evaluation_results", evaluation.session.public_id)


@require_POST
@requires(is_planner)
def show_comment(request: PersonRequest, public_id: str) -> HttpResponse:
    evaluation = get_object_or_404(
        Evaluation.objects.select_related("session"), public_id=public_id
    )
    try:
        evaluations.show_again(evaluation=evaluation, by=request.user)
    except Refusal as refusal:
        messages.warning(request, refusal.reason)
    else:
        messages.success(request, _("The comment is shown again."))
    return redirect("training:evaluation_results", evaluation.session.public_id)


def _find_led(person: Person, public_id: str) -> Session:
    sessions = Session.objects.with_page_rows()
    if not is_planner(person):
        sessions = sessions.taught_by(person)
    return get_object_or_404(sessions, public_id=public_id)


def _results(
    request: PersonRequest, session: Session, form: HideCommentForm | None = None
) -> HttpResponse:
    results, plans = results_of(session), is_planner(request.user)
    context = {
        "session": session,
        "results": results,
        "why_not": rules.why_no_results(results.number),
        "comments": [
            ShownComment(one, _hide_form(one, form) if plans else None) for one in results.comments
        ],
        "question_of_comments": COMMENT,
        "form": form,
        "plans": plans,
        "days_kept": HIDDEN_KEPT.days,
        "led_for": led_for(session),
    }
    return render(request, "training/evaluation_results.html", context, status=422 if form else 200)


def _hide_form(evaluation: Evaluation, sent: HideCommentForm | None) -> HideCommentForm:
    if sent and sent.prefix == evaluation.public_id:
        return sent
    initial = {"digest": evaluation.comment_digest}
    return HideCommentForm(prefix=evaluation.public_id, initial=initial)
