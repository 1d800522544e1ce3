"""Codes on paper of a class or of a whole school: who has some, who used one, and slips to print."""

import secrets
from itertools import groupby

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from courses.codes import queries, rules, services
from courses.codes.queries import StudentCodes
from courses.people.models import Organisation, SchoolClass, today
from courses.people.permissions import PersonRequest, keeps_students, kept_school, requires
from courses.people.views.printed_once import is_sent_again

LONGEST_KEY = 40


@never_cache
@require_http_methods(["GET", "POST"])
@requires(keeps_students)
def class_codes(request: PersonRequest, public_id: str) -> HttpResponse:
    kept = SchoolClass.objects.filter(school__in=request.user.keeps_students_of)
    school_class = get_object_or_404(kept.select_related("school"), public_id=public_id)
    rows = queries.codes_of(school_class.school, [school_class], today())
    if request.method == "POST":
        return _slips(request, school_class.school, rows)
    return render(
        request, "codes/class_codes.html", _context(rows) | {"school_class": school_class}
    )


@never_cache
@require_http_methods(["GET", "POST"])
@requires(keeps_students)
def school_codes(request: PersonRequest, public_id: str) -> HttpResponse:
    school = kept_school(request, public_id)
    rows = queries.codes_of(school, queries.whole_classes(school), today())
    if request.method == "POST":
        return _slips(request, school, rows)
    classes = [
        (school_class, sum(row.is_without for row in of_class))
        for school_class, of_class in _by_class(rows)
    ]
    return render(
        request, "codes/school_codes.html", _context(rows) | {"school": school, "classes": classes}
    )


def _by_class(rows):
    return ((one, list(of_class)) for one, of_class in groupby(rows, lambda row: row.school_class))


def _context(rows: list[StudentCodes]) -> dict:
    return {
        "rows": rows,
        "without": sum(row.is_without for row in rows),
        "may_have": sum(row.may_have for row in rows),
        "ends_on": rules.end_of_term(today()),
        "on_a_slip": services.ON_A_SLIP,
        "key": secrets.token_urlsafe(8),
    }


def _slips(request: PersonRequest, school: Organisation, rows: list[StudentCodes]) -> HttpResponse:
    """Slips for those who have no codes; with `anew`, for all; with `student`, for this one."""
    said = _(
        "These codes were made already, and the slips printed then are good. New ones replace them."
    )
    if is_sent_again(request, said):
        return redirect(request.path)
    only = request.POST.get("student")
    made = services.give(
        [row.student for row in rows if only in (None, row.student.public_id)],
        school=school,
        by=request.user,
        press=request.POST.get("key", "")[:LONGEST_KEY],
        now=timezone.now(),
        anew="anew" in request.POST,
    )
    if not made:
        messages.info(request, _("No slip was made: nobody here is without codes."))
        return redirect(request.path)
    slip_of = {slip.student.pk: slip for slip in made}
    classes = [
        (school_class, [slip_of[row.student.pk] for row in of_class if row.student.pk in slip_of])
        for school_class, of_class in _by_class(rows)
    ]
    return render(
        request,
        "codes/slips.html",
        {"classes": [(one, slips) for one, slips in classes if slips], "back": request.path},
    )
