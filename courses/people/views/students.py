"""Students of a school, kept by its leaders and its office: a table of them, and the slips with their first passwords."""

from functools import partial

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.people.enums import Role
from courses.people.models import Membership, Organisation, Person, SchoolClass, today
from courses.people.permissions import keeps_students, requires
from courses.people.services import first_passwords, students
from courses.people.services.first_passwords import Slip
from courses.people.views.start import Table, table_file, table_page


def kept_school(request: HttpRequest, public_id: str) -> Organisation:
    """One of those whose students the person keeps; another isn't there."""
    for school in request.user.keeps_students_of:
        if school.public_id == public_id:
            return school
    raise Http404


@require_http_methods(["GET", "POST"])
@requires(keeps_students)
def import_students(request: HttpRequest, public_id: str) -> HttpResponse:
    school = kept_school(request, public_id)
    table = Table(
        address="people:import_students",
        export="people:export_students",
        heading=gettext_lazy("Students from a table"),
        lead=gettext_lazy(
            "Add many accounts at once, or move students to other classes. Nothing is written before you have seen each line. "
            "First passwords are printed afterwards, class by class."
        ),
        columns=students.COLUMNS,
        plan=partial(students.plan, school=school),
        apply=partial(students.apply, school=school),
        can_paste=True,
        school=school,
    )
    return table_page(request, table)


@require_safe
@requires(keeps_students)
def export_students(request: HttpRequest, public_id: str) -> HttpResponse:
    return table_file(students.COLUMNS, students.export_rows(kept_school(request, public_id)), _("students"))


# Slips


@never_cache
@require_http_methods(["GET", "POST"])
@requires(keeps_students)
def slips(request: HttpRequest, public_id: str) -> HttpResponse:
    """For students of the class who have never been in: new passwords, shown this once, to be printed."""
    school_class = get_object_or_404(
        SchoolClass.objects.filter(school__in=request.user.keeps_students_of).select_related("school"), public_id=public_id
    )
    waiting = first_passwords.without_a_first_login(school_class)
    context = {"school_class": school_class, "waiting": waiting, "in_all": school_class.students_on(today()).count()}
    if request.method == "POST":
        context["slips"] = first_passwords.give_first_passwords(waiting, now=timezone.now(), school_class=school_class, by=request.user)
    return render(request, "people/slips.html", context)


@never_cache
@require_POST
@requires(keeps_students)
def new_slip(request: HttpRequest, public_id: str) -> HttpResponse:
    """One student's, who lost theirs; the password until now stops working."""
    led = Membership.objects.on(timezone.localdate()).filter(role=Role.STUDENT, organisation__in=request.user.keeps_students_of)
    student = get_object_or_404(Person.objects.filter(pk__in=led.values("person"), email__isnull=True), public_id=public_id)
    made: list[Slip] = first_passwords.give_first_passwords([student], now=timezone.now(), by=request.user)
    return render(request, "people/slips.html", {"slips": made, "student": student})
