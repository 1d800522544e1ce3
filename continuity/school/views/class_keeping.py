"""Pages for a school's leaders: classes, their students, their tutors."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from continuity.school.forms.classes import (
    ChangeClassForm,
    ClassForm,
    DrawForm,
    StudentForm,
    TeacherForm,
)
from continuity.school.queries.classes import (
    classes_open_to,
    places_of,
    students_led_by,
    teachers_of,
)
from continuity.school.views.classes import led_class
from continuity.school.views.form_page import FormPage, form_page
from continuity.school.views.words_of_changes import said_of_change, said_of_places
from courses.people.enums import ClassKind, Role
from courses.people.models import SchoolClass
from courses.people.permissions import PersonRequest, is_leader, led_school, requires
from courses.people.services import classes
from courses.people.services import students as enrolling
from courses.people.services.tutorships import look_after


def page_of(school_class: SchoolClass) -> str:
    return reverse("continuity:school_class", args=[school_class.public_id])


def back_to(school_class: SchoolClass, heading: str, button: str, **more) -> FormPage:
    return FormPage(heading, button, page_of(school_class), school_class.name, **more)


@require_http_methods(["GET", "POST"])
@requires(is_leader)
def new_class(request: PersonRequest, public_id: str) -> HttpResponse:
    school = led_school(request, public_id)

    def act(given):
        made = classes.open_class(school=school, by=request.user, **given)
        messages.success(
            request,
            _("%(name)s is open: give it teachers, students and hours.") % {"name": made.name},
        )
        return redirect(page_of(made))

    page = FormPage(
        _("A new class or group"),
        _("Open it"),
        reverse("continuity:classes"),
        _("Classes"),
        icon="plus",
        lead=school.name,
    )
    return form_page(request, page, ClassForm(request.POST or None), act)


# Students


@require_http_methods(["GET", "POST"])
@requires(is_leader)
def add_student(request: PersonRequest, public_id: str) -> HttpResponse:
    """A new account, in the school and in the class."""
    school_class = led_class(request, public_id)

    def act(given):
        student = enrolling.enrol_student(school_class=school_class, by=request.user, **given)
        said = _(
            "%(student)s is in %(class)s, with the login %(login)s. The first password is printed"
            " on a slip."
        )
        messages.success(
            request,
            said
            % {
                "student": student.display_name,
                "class": school_class.name,
                "login": student.login,
            },
        )
        return redirect("continuity:student", student.public_id)

    page = back_to(
        school_class,
        _("A new student"),
        _("Add to the class"),
        icon="user-plus",
        lead=_("The account has a login and no email address. Nobody gets an email."),
    )
    return form_page(request, page, StudentForm(request.POST or None), act)


@require_http_methods(["GET", "POST"])
@requires(is_leader)
def draw_students(request: PersonRequest, public_id: str) -> HttpResponse:
    """Students of one class join a group or an option."""
    school_class, today = led_class(request, public_id), timezone.localdate()
    whole = SchoolClass.objects.of_year(today).filter(
        school=school_class.school, kind=ClassKind.CLASS
    )
    origin = whole.filter(public_id=request.GET.get("from", "")).first()
    if origin is None or school_class.is_a_whole_class:
        return render(
            request,
            "continuity/school/draw_from.html",
            {"school_class": school_class, "classes": whole},
        )
    free = origin.students_on(today).exclude(pk__in=school_class.students_on(today).values("pk"))

    def act(given):
        classes.draw(
            students=given["students"],
            school_class=school_class,
            since=given["since"],
            by=request.user,
        )
        number = len(given["students"])
        said = ngettext(
            "%(number)s student joined %(class)s.", "%(number)s students joined %(class)s.", number
        )
        messages.success(request, said % {"number": number, "class": school_class.name})
        return redirect(page_of(school_class))

    heading = _("From %(class)s into %(group)s") % {
        "class": origin.name,
        "group": school_class.name,
    }
    page = back_to(school_class, heading, _("Add those who are ticked"), icon="user-plus")
    return form_page(request, page, DrawForm(request.POST or None, students=free), act)


@require_http_methods(["GET", "POST"])
@requires(is_leader)
def change_class(request: PersonRequest, public_id: str) -> HttpResponse:
    day = timezone.localdate()
    student = get_object_or_404(students_led_by(request.user, day), public_id=public_id)

    def act(given):
        change = classes.change_class(
            student=student, to=given["to"], on=given["on"], by=request.user
        )
        said = said_of_change(student, change, day, asked=given["on"])
        (messages.success if change.changes_something else messages.info)(request, said)
        return redirect("continuity:student", student.public_id)

    back = reverse("continuity:student", args=[student.public_id])
    places = places_of(student).filter(school_class__school__in=request.user.places_as(Role.LEADER))
    page = FormPage(
        _("Change class"),
        _("Change class"),
        back,
        student.display_name,
        lead=said_of_places(places, day),
        icon="arrow-right",
    )
    form = ChangeClassForm(request.POST or None, classes=classes_open_to(student, request.user))
    return form_page(request, page, form, act)


# Teachers


@require_http_methods(["GET", "POST"])
@requires(is_leader)
def tutor(request: PersonRequest, public_id: str) -> HttpResponse:
    school_class = led_class(request, public_id)

    def act(given):
        look_after(school_class=school_class, teacher=given["teacher"], by=request.user)
        said = _("%(teacher)s looks after %(class)s.")
        messages.success(
            request, said % {"teacher": given["teacher"].display_name, "class": school_class.name}
        )
        return redirect(page_of(school_class))

    page = back_to(
        school_class,
        _("Class tutor"),
        _("Name the class tutor"),
        lead=_("From today, instead of who looks after it now."),
    )
    teachers = teachers_of(school_class.school, timezone.localdate())
    return form_page(request, page, TeacherForm(request.POST or None, teachers=teachers), act)
