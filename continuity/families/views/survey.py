"""A guardian answers the survey on what a child works with at home: by account, by personal link."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from continuity.enums import AnswerOrigin, Speaker
from continuity.equipment.queries.survey import campaign_of, guardians_answer
from continuity.equipment.services import answers
from continuity.equipment.views.question_page import (
    Respondent,
    end_page,
    first_page,
    question_from,
    question_page,
)
from continuity.families.views.doors import FamilyRequest, by_account, by_link
from courses.people.enums import GuardianQuality
from courses.people.permissions import keeps_what_was_typed


def _respondent(request: FamilyRequest) -> Respondent:
    """Not there without a survey of the school, nor for who may only be told."""
    door, kept = request.door, request.door.guardianship
    if kept.quality != GuardianQuality.AUTHORITY:
        raise Http404
    campaign = campaign_of(door.student, timezone.localdate(), school=kept.school)
    if campaign is None:
        raise Http404
    return Respondent(
        campaign=campaign,
        student=door.student,
        origin=AnswerOrigin.GUARDIAN,
        speaker=Speaker.GUARDIAN,
        by=kept.guardian,
        answer=guardians_answer(door.student, campaign, kept.guardian),
        address_of=lambda question: door.url("survey_question", question.value),
        end=door.url("survey_end"),
        back=door.url("week"),
        withdraw=door.url("survey_withdraw"),
        ask=door.url("ask"),
    )


def _survey(request: FamilyRequest) -> HttpResponse:
    return first_page(request, _respondent(request))


def _end(request: FamilyRequest) -> HttpResponse:
    return end_page(request, _respondent(request))


def _question(request: FamilyRequest, question: str) -> HttpResponse:
    return question_page(request, _respondent(request), question_from(question))


def _withdraw(request: FamilyRequest) -> HttpResponse:
    respondent = _respondent(request)
    answers.withdraw_guardians(
        campaign=respondent.campaign, student=respondent.student, guardian=respondent.by
    )
    messages.success(request, _("Your answers are deleted."))
    return redirect(respondent.back)


child_survey, link_survey = require_safe(by_account(_survey)), require_safe(by_link(_survey))
child_survey_end, link_survey_end = require_safe(by_account(_end)), require_safe(by_link(_end))
child_survey_question = require_http_methods(["GET", "POST"])(
    keeps_what_was_typed(by_account(_question))
)
link_survey_question = require_http_methods(["GET", "POST"])(by_link(_question))
child_survey_withdraw = require_POST(by_account(_withdraw))
link_survey_withdraw = require_POST(by_link(_withdraw))
