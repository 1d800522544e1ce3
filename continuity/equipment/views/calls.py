"""Answers that staff enter after a call, in the student's or a guardian's name (case C52)."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from continuity.enums import AnswerOrigin, Speaker
from continuity.equipment.queries.survey import answer_in_call, campaign_of
from continuity.equipment.values.questions import Question
from continuity.equipment.views.question_page import (
    Respondent,
    end_page,
    question_from,
    question_page,
)
from continuity.models import SurveyCampaign
from continuity.permissions import is_staff_of_a_school
from continuity.school.queries.classes import schools_keeping, students_kept_by
from courses.people.models import Person
from courses.people.permissions import PersonRequest, keeps_what_was_typed, requires


def _student(request: PersonRequest, public_id: str) -> Person:
    """The class tutor's own, or a leader's."""
    return get_object_or_404(
        students_kept_by(request.user, timezone.localdate()), public_id=public_id
    )


def _campaign(request: PersonRequest, student: Person) -> SurveyCampaign | None:
    """Of a school through which the reader keeps the student: another one's isn't there."""
    today = timezone.localdate()
    schools = schools_keeping(student, request.user, today)
    begun = [campaign_of(student, today, school=school) for school in schools]
    return max(filter(None, begun), key=lambda one: (one.closes_on, one.pk), default=None)


def _respondent(request: PersonRequest, public_id: str, speaker: str) -> Respondent:
    if speaker not in Speaker.values:
        raise Http404
    student = _student(request, public_id)
    campaign = _campaign(request, student)
    if campaign is None:
        raise Http404
    return Respondent(
        campaign=campaign,
        student=student,
        origin=AnswerOrigin.CALL,
        speaker=speaker,
        by=request.user,
        answer=answer_in_call(student, campaign, speaker=speaker, by=request.user),
        address_of=lambda question: reverse(
            "continuity:survey_call_question", args=[public_id, speaker, question.value]
        ),
        end=reverse("continuity:survey_call_end", args=[public_id, speaker]),
        ask=reverse("continuity:need_for", args=[public_id]),
        is_call=True,
    )


@require_safe
@requires(is_staff_of_a_school)
def survey_call(request: PersonRequest, public_id: str) -> HttpResponse:
    """Who answers: the student or a guardian; and what to tell them first."""
    student = _student(request, public_id)
    campaign = _campaign(request, student)
    context = {
        "student": student,
        "campaign": campaign,
        "is_open": campaign is not None and campaign.is_open_on(timezone.localdate()),
        "speakers": [
            (one, reverse("continuity:survey_call_question", args=[public_id, one, first]))
            for one in Speaker
            for first in [Question.DEVICE.value]
        ],
    }
    return render(request, "continuity/equipment/call.html", context)


@require_http_methods(["GET", "POST"])
@requires(is_staff_of_a_school)
@keeps_what_was_typed
def survey_call_question(
    request: PersonRequest, public_id: str, speaker: str, question: str
) -> HttpResponse:
    respondent = _respondent(request, public_id, speaker)
    return question_page(request, respondent, question_from(question))


@require_safe
@requires(is_staff_of_a_school)
def survey_call_end(request: PersonRequest, public_id: str, speaker: str) -> HttpResponse:
    return end_page(request, _respondent(request, public_id, speaker))
