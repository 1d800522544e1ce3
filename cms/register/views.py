"""Pages on one's personal data, made from the register that also commands the erasures; a copy of
it.
"""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cms.register import queries
from cms.register.forms import ChildsCorrectionForm, CorrectionAnswerForm, CorrectionRequestForm
from cms.register.services import exports
from courses.digest.register import Controller, Whose
from courses.digest.values import DueItem
from courses.exceptions import Refusal
from courses.people.enums import Role
from courses.people.models import CorrectionRequest, Person
from courses.people.permissions import (
    PersonRequest,
    answers_corrections,
    is_leader,
    is_registrar,
    is_student,
    keeps_what_was_typed,
    open_to_anyone,
    posted_from,
    requires,
    sees_erasures,
    signed_in,
    works_in_admin,
)
from courses.people.services import corrections

PER_PAGE = 50


@require_safe
@open_to_anyone
def personal_data(request: HttpRequest):
    """Personal data in a child's words for students, the page for adults for all others."""
    return childs_page(request) if is_student(request.user) else adults_page(request)


@require_safe
@open_to_anyone
def for_students(request: HttpRequest):
    return childs_page(request)


@require_safe
@open_to_anyone
def for_adults(request: HttpRequest):
    return adults_page(request)


@keeps_what_was_typed
@posted_from("register:personal_data")
@requires(signed_in)
def ask_for_correction(request: PersonRequest):
    """Then back to the page, where the request stands and its answer will."""
    form = correction_form(request.user, request.POST)
    if form.is_valid():
        try:
            corrections.ask(person=request.user, text=form.cleaned_data["text"])
        except Refusal as refusal:
            form.add_error("text", f"{refusal.reason} {refusal.advice}".strip())
        else:
            messages.success(
                request, _("The request is sent. The answer will appear on this page.")
            )
            return redirect(reverse("register:personal_data") + "#corrections")
    page = childs_page if is_student(request.user) else adults_page
    return page(request, form=form, status=422)


def correction_form(
    person: Person, sent: QueryDict
) -> CorrectionRequestForm | ChildsCorrectionForm:
    return (ChildsCorrectionForm if is_student(person) else CorrectionRequestForm)(sent or None)


def childs_page(request: HttpRequest, *, form=None, status: int = 200):
    context = {"categories": queries.students_see(), **of_reader(request, form)}
    return render(request, "register/child.html", context, status=status)


def adults_page(request: HttpRequest, *, form=None, status: int = 200):
    categories = queries.register().categories.values()
    groups = [
        (_("Students"), [category for category in categories if Whose.STUDENTS in category.whose]),
        (
            _("Guardians"),
            [category for category in categories if Whose.GUARDIANS in category.whose],
        ),
        (
            _("Teachers, trainers and staff"),
            [
                category
                for category in categories
                if {Whose.STAFF, Whose.TRAINERS} & {*category.whose}
            ],
        ),
        (
            _("Readers of the site"),
            [category for category in categories if Whose.READERS in category.whose],
        ),
    ]
    return render(
        request,
        "register/adults.html",
        {"groups": groups, **of_reader(request, form)},
        status=status,
    )


def of_reader(request: HttpRequest, form=None) -> dict:
    """The reader's own part of the page, and whom to write to."""
    context = {"contact": settings.CONTACT_ADDRESS, "dpo": settings.DPO_ADDRESS, "person": None}
    person = request.user
    if not person.is_authenticated:
        return context
    now = timezone.now()
    end = queries.next_end_of_school_year(now)
    # In a child's words, or not at all.
    month, year = (
        [
            one
            for one in queries.going(until, person=person)
            if one.category.child_title or not is_student(person)
        ]
        for until in (now + queries.MONTH, end)
    )
    return {
        **context,
        "person": person,
        "month": month,
        "month_ends": now + queries.MONTH,
        "year": [one for one in year if one.category not in {soon.category for soon in month}],
        "year_ends": end,
        "downloads": queries.downloads_of(person),
        "form": form or correction_form(person, request.POST),
        "asked": person.correction_requests.select_related("school", "answered_by"),
        "schools": [membership.organisation for membership in person.current_memberships],
        "is_leader": is_leader(person),
        "sees_erasures": sees_erasures(person),
    }


@require_POST
@requires(signed_in)
def download(request: PersonRequest):
    """One's own copy."""
    return archive(exports.export(person=request.user, by=request.user), request.user)


# For those who answer


@require_safe
@requires(answers_corrections)
def correction_list(request: PersonRequest):
    """List of requests that wait for an answer, the oldest first; then the answers of the last
    year.
    """
    mine = CorrectionRequest.objects.answerable_by(request.user).select_related(
        "person", "school", "answered_by"
    )
    answered = Paginator(
        mine.exclude(answered_at=None).order_by("-answered_at"), PER_PAGE
    ).get_page(request.GET.get("page"))
    context = {"waiting": mine.open().order_by("asked_at"), "page_obj": answered, "query": ""}
    return render(request, "register/corrections.html", context)


@keeps_what_was_typed
@require_http_methods(["GET", "HEAD", "POST"])
@requires(answers_corrections)
def correction(request: PersonRequest, public_id):
    """Another's request isn't there."""
    mine = CorrectionRequest.objects.answerable_by(request.user).select_related(
        "person", "school", "answered_by"
    )
    asked = get_object_or_404(mine, public_id=public_id)
    form = CorrectionAnswerForm(request.POST or None)
    if form.is_valid():
        given = form.cleaned_data
        try:
            corrections.answer(
                request=asked, is_done=given["is_done"], words=given["words"], by=request.user
            )
        except Refusal as refusal:
            messages.warning(request, refusal.reason)
            return redirect("register:correction", asked.public_id)
        messages.success(
            request,
            _(
                "The answer is on the person’s page, and on its way by email where there is an"
                " address."
            ),
        )
        return redirect("register:corrections")
    return render(
        request,
        "register/correction.html",
        {"asked": asked, "form": form},
        status=422 if form.is_bound else 200,
    )


@require_safe
@requires(is_leader)
def school(request: PersonRequest):
    """Number of rows of one's school to erase next month, and a student's copy for whoever asks for
    it.
    """
    schools, now = request.user.places_as(Role.LEADER), timezone.now()
    words = request.GET.get("q", "").strip()
    students = queries.students_named(words, leader=request.user)
    goes = queries.going(now + queries.MONTH, schools=schools)
    context = {
        "schools": schools,
        "words": words,
        "query": urlencode({"q": words}) if words else "",
        "page_obj": Paginator(students, PER_PAGE).get_page(request.GET.get("page")),
        "going": [one for one in goes if one.category.controller == Controller.SCHOOL],
        "until": now + queries.MONTH,
    }
    return render(request, "register/school.html", context)


@require_safe
@requires(sees_erasures)
def erasures(request: PersonRequest):
    """Erasures in the next month: all of them for a registrar, trainings and guidance for advisers,
    a leader's own school.
    """
    person, now = request.user, timezone.now()
    parts = []
    if is_registrar(person):
        parts.append(
            (_("The whole of Passerelle"), queries.erasures(now, controllers=Controller.values))
        )
    elif works_in_admin(person):
        parts.append(
            (_("Trainings and guidance"), queries.erasures(now, controllers=[Controller.ACADEMIE]))
        )
    for place in person.places_as(Role.LEADER):
        parts.append(
            (str(place), queries.erasures(now, controllers=[Controller.SCHOOL], schools=[place]))
        )
    return render(
        request, "register/erasures.html", {"parts": parts, "until": queries.coming_nights(now)[-1]}
    )


@require_POST
@requires(is_leader)
def download_of(request: PersonRequest, public_id):
    """A leader does it for a student; the student's page says so."""
    student = get_object_or_404(queries.students_led_by(request.user), public_id=public_id)
    return archive(exports.export(person=student, by=request.user), student)


def archive(file, person) -> FileResponse:
    day = timezone.localdate()
    return FileResponse(
        file,
        as_attachment=True,
        filename=f"passerelle-{person.login}-{day}.zip",
        content_type="application/zip",
    )


def corrections_due(person) -> list[DueItem]:
    """First-page item of those who answer: how many requests wait."""
    if not answers_corrections(person):
        return []
    number = CorrectionRequest.objects.answerable_by(person).open().count()
    if not number:
        return []
    title = ngettext(
        "%(number)d request for a correction", "%(number)d requests for corrections", number
    ) % {"number": number}
    text = _(
        "Somebody asks that something about them be corrected. The rule is an answer within a"
        " month."
    )
    role = next(
        (role for role in (Role.LEADER, Role.OFFICE, Role.REGISTRAR) if role in person.roles), ""
    )
    return [
        DueItem(
            title,
            reverse("register:corrections"),
            None,
            text,
            pgettext("verb", "Answer"),
            "wait",
            "pencil",
            order=40,
            role=role,
        )
    ]
