"""What is known of you, made from the register that also commands the erasures; a copy of it."""

from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import Paginator
from django.http import FileResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cms.register import queries
from cms.register.services import exports
from courses.digest.register import Controller, Whose
from courses.people.enums import Role
from courses.people.permissions import is_leader, is_student, open_to_anyone, requires, signed_in

PER_PAGE = 50


@require_safe
@open_to_anyone
def personal_data(request):
    """In a child's words for students, whoever else reads the page for adults."""
    return for_students(request) if is_student(request.user) else for_adults(request)


@require_safe
@open_to_anyone
def for_students(request):
    return render(request, "register/child.html", {"categories": queries.students_see(), **of_reader(request)})


@require_safe
@open_to_anyone
def for_adults(request):
    categories = queries.register().categories.values()
    groups = [
        (_("Students"), [category for category in categories if Whose.STUDENTS in category.whose]),
        (_("Teachers, trainers and staff"), [category for category in categories if {Whose.STAFF, Whose.TRAINERS} & {*category.whose}]),
        (_("Readers of the site"), [category for category in categories if Whose.READERS in category.whose]),
    ]
    return render(request, "register/adults.html", {"groups": groups, **of_reader(request)})


def of_reader(request) -> dict:
    """The reader's own part of the page, and whom to write to."""
    context = {"contact": settings.CONTACT_ADDRESS, "dpo": settings.DPO_ADDRESS, "person": None}
    person = request.user
    if not person.is_authenticated:
        return context
    now = timezone.now()
    end = queries.next_end_of_school_year(now)
    # In a child's words, or not at all.
    month, year = (
        [one for one in queries.going(until, person=person) if one.category.child_title or not is_student(person)]
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
        "schools": [membership.organisation for membership in person.current_memberships],
        "is_leader": is_leader(person),
    }


@require_POST
@requires(signed_in)
def download(request):
    """One's own copy."""
    return archive(exports.export(person=request.user, by=request.user), request.user)


@require_safe
@requires(is_leader)
def school(request):
    """What goes next month in one's school, and a student's copy for whoever asks for it."""
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


@require_POST
@requires(is_leader)
def download_of(request, public_id):
    """A leader does it for a student; the student's page says so."""
    student = get_object_or_404(queries.students_led_by(request.user), public_id=public_id)
    return archive(exports.export(person=student, by=request.user), student)


def archive(file, person) -> FileResponse:
    day = timezone.localdate()
    return FileResponse(file, as_attachment=True, filename=f"passerelle-{person.login}-{day}.zip", content_type="application/zip")
