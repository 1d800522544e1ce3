"""Students of a school, kept by its leaders and its office: a table of them, and the slips with
their first passwords.
"""

import secrets
from functools import partial

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.exceptions import Refusal
from courses.people import services
from courses.people.enums import Role
from courses.people.forms.students import StudentNameForm
from courses.people.models import Organisation, Person, SchoolClass, today
from courses.people.models.classes import end_of_school_year
from courses.people.permissions import PersonRequest, keeps_students, kept_school, requires
from courses.people.queries.guardians import guardians_left_over, guardians_of, students_led_by
from courses.people.queries.students import (
    erased_on,
    kept_schools,
    notes_on_leaving,
    place_to_leave,
    students_closed_by,
    students_gone_from,
    students_here_or_gone,
    students_kept_by,
)
from courses.people.services import classes, first_passwords, leaving
from courses.people.services.first_passwords import Slip
from courses.people.services.students import StudentsImport
from courses.people.views.printed_once import is_sent_again
from courses.people.views.start import StartTable, table_file, table_page


def made_already() -> str:
    return _(
        "These passwords were made already, and the slips printed then are valid. New ones make them"
        " void."
    )


@require_http_methods(["GET", "POST"])
@requires(keeps_students)
def import_students(request: PersonRequest, public_id: str) -> HttpResponse:
    school = kept_school(request, public_id)
    table = StartTable(
        address="people:import_students",
        export="people:export_students",
        heading=gettext_lazy("Students from a table"),
        lead=gettext_lazy(
            "Add many accounts at once, or move students to other classes. Nothing is saved before"
            " you have seen each line. First passwords are printed afterwards, class by class."
        ),
        kind=partial(StudentsImport, school),
        can_paste=True,
        school=school,
    )
    return table_page(request, table)


@require_safe
@requires(keeps_students)
def export_students(request: PersonRequest, public_id: str) -> HttpResponse:
    return table_file(StudentsImport(kept_school(request, public_id)), _("students"))


@require_safe
@requires(keeps_students)
def accounts(request: PersonRequest) -> HttpResponse:
    led = request.user.places_as(Role.LEADER)
    gone = students_closed_by(request.user).order_by("family_name", "given_name", "pk")
    return render(
        request,
        "people/students.html",
        {"schools": kept_schools(request.user), "led": led, "gone": gone},
    )


@require_http_methods(["GET", "POST"])
@requires(keeps_students)
def student(request: PersonRequest, public_id: str) -> HttpResponse:
    """One student's account: the name is corrected here, by the school."""
    found = get_object_or_404(students_here_or_gone(request.user), public_id=public_id)
    form = StudentNameForm(
        request.POST or None,
        initial={"given_name": found.given_name, "family_name": found.family_name},
    )
    if form.is_valid():
        services.change_account(person=found, by=request.user, **form.cleaned_data)
        messages.success(request, _("The name is saved."))
        return redirect("people:student", found.public_id)
    has_left = students_closed_by(request.user).filter(pk=found.pk).exists()
    context = {
        "student": found,
        "form": form,
        "places": found.current_memberships,
        "has_left": has_left,
        "erased_on": (
            erased_on(max(one.until for one in found.held_memberships if one.until))
            if has_left
            else None
        ),
        "changes": found.account_changes.select_related("by"),
        "leads": students_led_by(request.user).filter(pk=found.pk).exists(),
        "left_over": partial(guardians_left_over, found, request.user),
    }
    return render(request, "people/student.html", context)


@require_POST
@requires(keeps_students)
def forget_address(request: PersonRequest, public_id: str) -> HttpResponse:
    """A private address that a student gave once."""
    found = students_here_or_gone(request.user).filter(public_id=public_id).first()
    if found is None:
        return left_already(request, public_id)
    services.change_account(person=found, by=request.user, email=None)
    messages.success(request, _("The address is removed."))
    return redirect("people:student", found.public_id)


def left_already(request: PersonRequest, public_id: str) -> HttpResponse:
    """An old page about a student who has left since: back to what can still be read of them. 404 for
    who was never a student there.
    """
    if students_closed_by(request.user).filter(public_id=public_id).exists():
        shown = redirect("people:student", public_id)
    elif students_gone_from(request.user).filter(public_id=public_id).exists():
        shown = redirect("people:students")
    else:
        raise Http404
    messages.info(request, _("Nothing was changed: the student has left that school already."))
    return shown


@require_http_methods(["GET", "POST"])
@requires(keeps_students)
def student_leaves(request: PersonRequest, public_id: str) -> HttpResponse:
    """The account of a student who leaves the school: what will happen, then the press."""
    found = students_kept_by(request.user).filter(public_id=public_id, is_active=True).first()
    if found is None:
        return left_already(request, public_id)
    place = place_to_leave(found, kept_by=request.user)
    school = place.organisation
    if request.method == "POST":
        if request.POST.get("school", school.public_id) != school.public_id:
            messages.info(
                request, _("Nothing was changed: the student has left that school already.")
            )
            return redirect("people:student", found.public_id)
        left = leaving.close_student(student=found, school=school, by=request.user)
        said = _("%(name)s has left: the account is suspended.")
        if left.is_active:
            said = _("%(name)s has left this school. The account stays open.")
        messages.success(request, said % {"name": left.display_name})
        return redirect("people:students")
    night_of_erasure = erased_on(leaving.last_day(place, today()))
    context = {
        "student": found,
        "school": school,
        "stays_elsewhere": leaving.stays_elsewhere(found, school, today()),
        "erased_on": night_of_erasure,
        "loses_a_class": classes.lost_by_leaving(found, school, today()),
        # As the register says: guardians until then, and none of an account that is erased.
        "guardians_until": min(end_of_school_year(today()), night_of_erasure),
        "has_guardians": guardians_of(found, school).in_force().exists(),
        "notes": notes_on_leaving(found, school),
    }
    return render(request, "people/student_leaves.html", context)


@require_POST
@requires(keeps_students)
def student_returns(request: PersonRequest, public_id: str) -> HttpResponse:
    """Undo it, as long as the account is only suspended."""
    found = students_closed_by(request.user).filter(public_id=public_id).first()
    if found is None:
        here = students_kept_by(request.user).filter(is_active=True)
        back = get_object_or_404(here, public_id=public_id)
        messages.info(request, _("Nothing was changed: the account is open already."))
        return redirect("people:student", back.public_id)
    kept = request.user.keeps_students_of
    school = next(one for one in kept if one.pk == found.last_school)
    leaving.reopen_student(student=found, school=school, by=request.user)
    messages.success(
        request,
        _("%(name)s is back: check the classes, and print a new password if it is lost.")
        % {"name": found.display_name},
    )
    if school.with_guardians:
        messages.info(request, _guardians_again(found, school))
    return redirect("people:student", found.public_id)


def _guardians_again(student: Person, school: Organisation) -> str:
    entered = guardians_of(student, school)
    number = entered.count()
    if not number:
        return _("No guardian is entered: if there was one, enter them again.")
    if not entered.in_force().exists():  # of age, say, and the student shares nothing
        return ngettext(
            "%(count)s guardian is entered again. Nothing is open to them for now.",
            "%(count)s guardians are entered again. Nothing is open to them for now.",
            number,
        ) % {"count": number}
    return ngettext(
        "%(count)s guardian is entered again. A personal link that hasn’t run out works again.",
        "%(count)s guardians are entered again. Personal links that haven’t run out work again.",
        number,
    ) % {"count": number}


# Slips


@never_cache
@require_http_methods(["GET", "POST"])
@requires(keeps_students)
def slips(request: PersonRequest, public_id: str) -> HttpResponse:
    """Give new passwords to students of the class who have never been in, shown this once, to be
    printed.
    """
    school_class = get_object_or_404(
        SchoolClass.objects.filter(school__in=request.user.keeps_students_of).select_related(
            "school"
        ),
        public_id=public_id,
    )
    waiting = first_passwords.without_a_first_login(school_class)
    context = {
        "school_class": school_class,
        "waiting": waiting,
        "in_all": school_class.students_on(today()).count(),
    }
    if request.method == "GET":
        context["key"] = secrets.token_urlsafe(8)
    elif is_sent_again(request, made_already()):
        return redirect(request.path)
    else:
        try:
            context["slips"] = first_passwords.give_first_passwords(
                waiting, now=timezone.now(), school_class=school_class, by=request.user
            )
        except Refusal as refusal:
            messages.warning(request, refusal.reason)
            return redirect(request.path)
    return render(request, "people/slips.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@requires(keeps_students)
def new_slip(request: PersonRequest, public_id: str) -> HttpResponse:
    """One student's, who lost theirs: a page says what happens, then a press does it.

    The old password stops working.
    """
    student = students_kept_by(request.user).filter(public_id=public_id).first()
    if student is None:
        return left_already(request, public_id)
    if request.method == "GET":
        return render(
            request, "people/new_slip.html", {"student": student, "key": secrets.token_urlsafe(8)}
        )
    if is_sent_again(request, made_already()):
        return redirect(request.path)
    try:
        made: list[Slip] = first_passwords.give_first_passwords(
            [student], now=timezone.now(), by=request.user
        )
    except Refusal as refusal:
        messages.warning(request, refusal.reason)
        return redirect(request.path)
    return render(request, "people/slips.html", {"slips": made, "student": student})
