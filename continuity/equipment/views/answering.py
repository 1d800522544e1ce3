"""The survey, by the student: one question a page, one press each."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from continuity.enums import AnswerOrigin, Speaker
from continuity.equipment.queries.survey import campaign_of, entered_in_calls, own_answer
from continuity.equipment.services import answers
from continuity.equipment.views.question_page import (
    Respondent,
    end_page,
    first_page,
    question_from,
    question_page,
)
from continuity.models import SurveyCampaign
from continuity.permissions import student_shown
from courses.people.permissions import (
    PersonRequest,
    is_student,
    keeps_what_was_typed,
    requires,
)


def _campaign(request: PersonRequest) -> SurveyCampaign:
    """Without a survey in this school there is no such page."""
    found = campaign_of(student_shown(request), timezone.localdate())
    if found is None:
        raise Http404
    return found


def _respondent(request: PersonRequest, campaign: SurveyCampaign) -> Respondent:
    student = student_shown(request)
    return Respondent(
        campaign=campaign,
        student=student,
        origin=AnswerOrigin.STUDENT,
        speaker=Speaker.STUDENT,
        by=request.user,
        answer=own_answer(student, campaign),
        address_of=lambda question: reverse("continuity:survey_question", args=[question.value]),
        end=reverse("continuity:survey_end"),
        back=reverse("continuity:week"),
        withdraw=reverse("continuity:withdraw_answers"),
        ask=reverse("continuity:ask_for_equipment"),
    )


@require_safe
@requires(is_student)
def survey(request: PersonRequest) -> HttpResponse:
    found = campaign_of(student_shown(request), timezone.localdate())
    if found is None:
        return render(request, "continuity/equipment/no_survey.html")
    return first_page(request, _respondent(request, found))


@require_http_methods(["GET", "POST"])
@requires(is_student)
@keeps_what_was_typed
def survey_question(request: PersonRequest, question: str) -> HttpResponse:
    respondent = _respondent(request, _campaign(request))
    return question_page(request, respondent, question_from(question))


@require_safe
@requires(is_student)
def survey_end(request: PersonRequest) -> HttpResponse:
    respondent = _respondent(request, _campaign(request))
    calls = entered_in_calls(respondent.student, respondent.campaign)
    return end_page(request, respondent, calls=calls)


@require_POST
@requires(is_student)
def put_survey_off(request: PersonRequest) -> HttpResponse:
    answers.put_off(campaign=_campaign(request), student=student_shown(request))
    messages.success(request, _("The survey isn’t shown here for a week."))
    return redirect("continuity:week")


@require_POST
@requires(is_student)
def decline_survey(request: PersonRequest) -> HttpResponse:
    answers.decline(campaign=_campaign(request), student=student_shown(request))
    messages.success(request, _("You won’t be reminded any more. Not answering has no effect."))
    return redirect("continuity:week")


@require_POST
@requires(is_student)
def withdraw_answers(request: PersonRequest) -> HttpResponse:
    answers.withdraw(campaign=_campaign(request), student=student_shown(request))
    messages.success(request, _("Your answers are deleted."))
    return redirect("continuity:week")
