"""One student, as staff see them: classes, leaves and exemptions."""

from operator import attrgetter

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from continuity.contact.queries.student import contacts_of
from continuity.contact.rules import undoable
from continuity.contact.views.words import signs_in_words
from continuity.equipment.queries.student import equipment_in
from continuity.homework.services import leaves
from continuity.models import Exemption
from continuity.permissions import is_staff_of_a_school
from continuity.school.forms.classes import ExemptionForm, LastDayForm
from continuity.school.queries.classes import (
    places_of,
    school_of,
    schools_keeping,
    students_kept_by,
    students_led_by,
    students_visible_to,
    subjects_of,
)
from continuity.school.services import exemptions
from continuity.school.views.classes import led_class
from continuity.school.views.form_page import FormPage, form_page
from continuity.students.queries import questions_of, works_of
from continuity.week.documents.words import older_in_words
from courses.people.models import Person
from courses.people.models.classes import holds, school_year_began
from courses.people.permissions import PersonRequest, is_leader, requires
from courses.people.services import classes


@require_safe
@requires(is_staff_of_a_school)
def student(request: PersonRequest, public_id: str) -> HttpResponse:
    today = timezone.localdate()
    found = get_object_or_404(students_visible_to(request.user, today), public_id=public_id)
    places, now = list(places_of(found)), timezone.now()
    contacts = contacts_of(found, now, today)
    keeps = students_kept_by(request.user, today).filter(pk=found.pk).exists()
    context = {
        "student": found,
        "now": [place for place in places if holds(place.since, place.until, today)],
        "coming": sorted(
            (place for place in places if place.since > today), key=attrgetter("since")
        ),
        "before": [place for place in places if place.until and place.until <= today],
        "exemptions": (
            found.exemptions.standing().select_related("entered_by").prefetch_related("subjects")
        ),
        "keeps": keeps,
        "leads": students_led_by(request.user, today).filter(pk=found.pk).exists(),
        "today": today,
        "contacts": contacts,
        "signs": signs_in_words(contacts.silence, today),
        "undo": undoable(contacts.calls, request.user, now, contacts.handovers),
        "here": request.get_full_path(),
    }
    if keeps:
        works = works_of(found, now, request.user)
        context |= {
            "works": works,
            "older_words": older_in_words(len(works.missing_older)),
            "questions": questions_of(found, school_year_began(today)),
            "equipment": equipment_in(schools_keeping(found, request.user, today), found, today),
            "lends_in": request.user.keeps_students_of,
        }
    return render(request, "continuity/students/student.html", context)


@require_POST
@requires(is_leader)
def leave_class(request: PersonRequest, public_id: str, class_public_id: str) -> HttpResponse:
    """Take the student out of the class from today; their work there is kept."""
    school_class = led_class(request, class_public_id)
    student = get_object_or_404(
        students_led_by(request.user, timezone.localdate()), public_id=public_id
    )
    classes.leave_class(student=student, school_class=school_class, by=request.user)
    said = _("%(student)s is no longer in %(class)s. What was done there is kept.")
    messages.success(request, said % {"student": student.display_name, "class": school_class.name})
    return redirect("continuity:student", student.public_id)


def kept_student(request: PersonRequest, public_id: str) -> Person:
    """The class tutor's own, or a leader's."""
    return get_object_or_404(
        students_kept_by(request.user, timezone.localdate()), public_id=public_id
    )


def kept_exemption(request: PersonRequest, public_id: str) -> Exemption:
    kept = Exemption.objects.standing().filter(
        student__in=students_kept_by(request.user, timezone.localdate())
    )
    return get_object_or_404(kept.select_related("student"), public_id=public_id)


@require_http_methods(["GET", "POST"])
@requires(is_staff_of_a_school)
def exempt(request: PersonRequest, public_id: str) -> HttpResponse:
    """Enter a leave or an exemption."""
    found, today = kept_student(request, public_id), timezone.localdate()
    school = school_of(found, today)
    if school is None:
        raise Http404

    def act(given):
        leaves.exempt(student=found, school=school, by=request.user, **given)
        messages.success(request, _("It is entered: rolls, plans and weeks take it into account."))
        return redirect("continuity:student", found.public_id)

    page = FormPage(
        heading=_("Leave or exemption"),
        button=_("Enter it"),
        back=reverse("continuity:student", args=[found.public_id]),
        back_word=found.display_name,
        lead=_("Teachers see the days and the subjects, not the motive."),
    )
    form = ExemptionForm(request.POST or None, subjects=subjects_of(found, today))
    return form_page(request, page, form, act)


@require_http_methods(["GET", "POST"])
@requires(is_staff_of_a_school)
def end_exemption(request: PersonRequest, public_id: str) -> HttpResponse:
    """Another last day."""
    exemption = kept_exemption(request, public_id)

    def act(given):
        leaves.end(exemption=exemption, last_day=given["last_day"], by=request.user)
        messages.success(request, _("The last day is changed."))
        return redirect("continuity:student", exemption.student.public_id)

    page = FormPage(
        heading=_("Another last day"),
        button=_("Change the last day"),
        back=reverse("continuity:student", args=[exemption.student.public_id]),
        back_word=exemption.student.display_name,
        lead=exemption.get_kind_display(),
    )
    form = LastDayForm(
        request.POST or None, initial={"last_day": exemption.last_day or timezone.localdate()}
    )
    return form_page(request, page, form, act)


@require_POST
@requires(is_staff_of_a_school)
def withdraw_exemption(request: PersonRequest, public_id: str) -> HttpResponse:
    exemption = kept_exemption(request, public_id)
    exemptions.withdraw(exemption=exemption, by=request.user)
    messages.success(
        request, _("It is taken back and no longer applies. What rolls already say stays.")
    )
    return redirect("continuity:student", exemption.student.public_id)
