"""Results for class tutors and school leaders: every class in numbers, one class with its names."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from continuity.equipment.forms import SurveyDaysForm, SurveyLastDayForm
from continuity.equipment.queries.results import (
    ClassResult,
    SurveyedStudent,
    campaigns_of,
    class_result,
    class_results,
    in_words,
    summary,
    surveyed_students,
)
from continuity.equipment.queries.survey import (
    classes_surveyed_by,
    looks_after_a_class,
    proposals_for,
)
from continuity.equipment.services import campaigns
from continuity.equipment.values.questions import ORDER, QUESTIONS
from continuity.models import SurveyCampaign
from continuity.permissions import is_staff_of_a_school
from courses.people.enums import Role
from courses.people.models import SchoolClass
from courses.people.permissions import PersonRequest, requires
from courses.tables.services.files import write_rows

REFUSED = 422


@require_safe
@requires(is_staff_of_a_school)
def surveys(request: PersonRequest) -> HttpResponse:
    if not looks_after_a_class(request.user, timezone.localdate()):
        raise Http404
    return surveys_page(request)


def surveys_page(request: PersonRequest, **sent) -> HttpResponse:
    """`sent`: a form that was refused, with the public id of its school or survey in `of`."""
    today, led = timezone.localdate(), request.user.places_as(Role.LEADER)
    request.shown_at = reverse("continuity:surveys")
    coming = {
        campaign.school_id: campaign
        for campaign in SurveyCampaign.objects.filter(school__in=led, opens_on__gt=today)
    }
    begun = campaigns_of(led, today)
    schools = [
        {
            "school": school,
            "campaign": (campaign := begun.get(school.pk)),
            "is_open": campaign is not None and campaign.is_open_on(today),
            "coming": coming.get(school.pk),
            "last_day": _last_day_form(coming.get(school.pk) or campaign, sent),
            "form": sent["form"] if sent.get("of") == school.public_id else SurveyDaysForm(),
        }
        for school in led
    ]
    context = {
        "schools": schools,
        "proposals": proposals_for(led, today),
        "results": class_results(request.user, today),
        "today": today,
    }
    return render(
        request, "continuity/equipment/surveys.html", context, status=REFUSED if sent else 200
    )


def _last_day_form(campaign: SurveyCampaign | None, sent: dict) -> SurveyLastDayForm | None:
    if campaign is None or campaign.closes_on < timezone.localdate():
        return None
    if sent.get("of") == campaign.public_id:
        return sent["form"]
    return SurveyLastDayForm(initial={"closes_on": campaign.closes_on.isoformat()})


def _class(request: PersonRequest, public_id: str) -> SchoolClass:
    return get_object_or_404(
        classes_surveyed_by(request.user, timezone.localdate()).select_related("school"),
        public_id=public_id,
    )


def _result(
    found: SchoolClass, campaign: SurveyCampaign | None, students: list[SurveyedStudent]
) -> ClassResult:
    return class_result(found, campaign, [student.answers for student in students])


@require_safe
@requires(is_staff_of_a_school)
def class_survey(request: PersonRequest, public_id: str) -> HttpResponse:
    """Who has only a phone or nothing, whose answers differ, who hasn't answered."""
    found, today = _class(request, public_id), timezone.localdate()
    campaign = campaigns_of([found.school], today).get(found.school_id)
    students = surveyed_students(found, campaign, today)
    context = {
        "school_class": found,
        "campaign": campaign,
        "is_open": campaign is not None and campaign.is_open_on(today),
        "result": _result(found, campaign, students),
        "no_computer": [
            (student.person, student.answers.counted, summary(student.answers.counted))
            for student in students
            if student.answers.has_no_computer
        ],
        "differing": [
            (student.person, _differences(student))
            for student in students
            if student.answers.differing
        ],
        "missing": [student.person for student in students if not student.answers.heard],
        "others": [
            (student.person, student.answers.counted, summary(student.answers.counted))
            for student in students
            if student.answers.heard and not student.answers.has_no_computer
        ],
    }
    return render(request, "continuity/equipment/class_survey.html", context)


def _differences(student: SurveyedStudent) -> list[dict]:
    """Both answers beside each other, never an average."""
    return [
        {
            "title": QUESTIONS[question].title,
            "said": [(answer, in_words(answer, question)) for answer in student.answers.heard],
        }
        for question in student.answers.differing
    ]


@require_safe
@requires(is_staff_of_a_school)
def export_survey(request: PersonRequest, public_id: str) -> HttpResponse:
    """A class as a file that a French spreadsheet opens: a line for each answer that stands, and
    one for who hasn't answered. Who took it is logged.
    """
    found, today = _class(request, public_id), timezone.localdate()
    campaign = campaigns_of([found.school], today).get(found.school_id)
    if campaign is None:
        raise Http404
    students = surveyed_students(found, campaign, today)
    lines = [line for student in students for line in _lines(student)]
    headings = [_("Family name"), _("First name"), _("Answered by"), _("Source"), _("Answered on")]
    headings += [str(QUESTIONS[question].title) for question in ORDER]
    response = HttpResponse(write_rows(headings, lines), content_type="text/csv; charset=utf-8")
    name = f"{_('survey')}-{found.public_id}-{today}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    campaigns.record_export(campaign=campaign, by=request.user, lines=len(lines))
    return response


def _lines(student: SurveyedStudent) -> list[list[str]]:
    names = [student.person.last_name, student.person.given_name]
    if not student.answers.heard:
        return [[*names, *[""] * (3 + len(ORDER))]]
    return [
        [
            *names,
            str(answer.get_speaker_display()),
            str(answer.get_origin_display()),
            f"{timezone.localtime(answer.answered_at):%d/%m/%Y}",
            *[in_words(answer, question) for question in ORDER],
        ]
        for answer in student.answers.heard
    ]
