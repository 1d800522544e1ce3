"""Taking a call, noting what came of it, undoing it; recording a week handed over on paper."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from continuity.contact.forms.calls import CallForm, new_call_form
from continuity.contact.queries.silent import silence_of
from continuity.contact.services import calls, papers
from continuity.equipment.queries.survey import campaign_of
from continuity.models import Call, PaperHandover
from continuity.permissions import is_staff_of_a_school
from continuity.school.queries.classes import students_kept_by, students_visible_to
from continuity.school.views.form_page import FormPage, form_page
from courses.exceptions import Refusal
from courses.people.models import Person
from courses.people.permissions import PersonRequest, requires


def followed_student(request: PersonRequest, public_id: str) -> Person:
    seen = students_visible_to(request.user, timezone.localdate())
    return get_object_or_404(seen, public_id=public_id)


def own_call(request: PersonRequest, public_id: str) -> Call:
    """The person's own, of a student whom they still follow."""
    seen = students_visible_to(request.user, timezone.localdate())
    return get_object_or_404(
        Call.objects.filter(caller=request.user, student__in=seen).select_related("student"),
        public_id=public_id,
    )


def back_to(request: HttpRequest) -> HttpResponse:
    """The page that the button stood on: the list, or the student's own."""
    asked = request.POST.get("next") or request.GET.get("next", "")
    if not (asked.startswith("/") and url_has_allowed_host_and_scheme(asked, None)):
        asked = reverse("continuity:silent")
    return redirect(asked)


@require_POST
@requires(is_staff_of_a_school)
def take_call(request: PersonRequest, public_id: str) -> HttpResponse:
    student = followed_student(request, public_id)
    try:
        calls.take(student=student, by=request.user)
    except Refusal as refusal:
        messages.warning(request, refusal.reason)
    else:
        messages.success(
            request,
            _("You are seeing to it: until this time tomorrow nobody else is asked to call."),
        )
    return back_to(request)


@require_POST
@requires(is_staff_of_a_school)
def give_back_call(request: PersonRequest, public_id: str) -> HttpResponse:
    call = own_call(request, public_id)
    calls.give_back(call=call)
    messages.success(request, _("Anybody else can call now."))
    return back_to(request)


@require_http_methods(["GET", "POST"])
@requires(is_staff_of_a_school)
def note_call(request: PersonRequest, public_id: str) -> HttpResponse:
    student = followed_student(request, public_id)

    def act(given):
        call = calls.note(student=student, by=request.user, **given)
        if call.has_reached:
            messages.success(
                request,
                _("The call is noted: the student leaves the list until there is new silence."),
            )
            _offer_survey(request, student)
        else:
            messages.success(request, _("The call is noted: the student stays in the list."))
        return back_to(request)

    page = FormPage(
        heading=_("Note a call"),
        button=_("Note the call"),
        back=reverse("continuity:silent"),
        back_word=_("Students not heard of"),
        lead=student.display_name,
        icon="phone",
    )
    form = CallForm(request.POST) if request.method == "POST" else new_call_form()
    return form_page(request, page, form, act)


def _offer_survey(request: PersonRequest, student: Person) -> None:
    """While somebody is on the line, for who may enter answers: tutors and leaders."""
    today = timezone.localdate()
    campaign = campaign_of(student, today)
    if campaign is None or not campaign.is_open_on(today):
        return
    if not students_kept_by(request.user, today).filter(pk=student.pk).exists():
        return
    link = format_html(
        '<a href="{}">{}</a>',
        reverse("continuity:survey_call", args=[student.public_id]),
        _("Enter what they have to work with"),
    )
    messages.info(request, link)


@require_POST
@requires(is_staff_of_a_school)
def undo_call(request: PersonRequest, public_id: str) -> HttpResponse:
    call = own_call(request, public_id)
    try:
        calls.undo(call=call, by=request.user)
    except Refusal as refusal:
        messages.warning(request, f"{refusal.reason} {refusal.advice}".strip())
    else:
        today = timezone.localdate()
        silence = silence_of(call.student, today)
        messages.success(
            request,
            _("The call is undone: the student stands in the list.")
            if silence and silence.is_shown
            else _(
                "The call is undone. The student isn’t in the list for another reason: the signs"
                " on the student’s page say which."
            ),
        )
    return back_to(request)


@require_POST
@requires(is_staff_of_a_school)
def hand_paper(request: PersonRequest, public_id: str) -> HttpResponse:
    """Today; one press."""
    student = followed_student(request, public_id)
    papers.hand_over(student=student, by=request.user, day=timezone.localdate())
    messages.success(request, _("It is recorded: a week on paper was handed over today."))
    return back_to(request)


@require_POST
@requires(is_staff_of_a_school)
def take_paper_back(request: PersonRequest, public_id: str) -> HttpResponse:
    seen = students_visible_to(request.user, timezone.localdate())
    handover = get_object_or_404(
        PaperHandover.objects.filter(recorded_by=request.user, student__in=seen),
        public_id=public_id,
    )
    papers.take_back(handover=handover, by=request.user)
    messages.success(request, _("It is taken back: no week on paper was handed over that day."))
    return back_to(request)
