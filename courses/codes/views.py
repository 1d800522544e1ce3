"""A class's codes on paper: who has some, who used one, and slips to print."""

import secrets

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from courses.codes import queries, rules, services
from courses.people.models import SchoolClass, today
from courses.people.permissions import PersonRequest, keeps_students, requires
from courses.people.views.printed_once import is_sent_again

LONGEST_KEY = 40


@never_cache
@require_http_methods(["GET", "POST"])
@requires(keeps_students)
def class_codes(request: PersonRequest, public_id: str) -> HttpResponse:
    """POST: a new slip for each `student` that is named, as the page that was read said: of two
    presses at once the second doesn't find that nobody is without codes any more.
    """
    kept = SchoolClass.objects.filter(school__in=request.user.keeps_students_of)
    school_class = get_object_or_404(kept.select_related("school"), public_id=public_id)
    rows = queries.codes_of(school_class, today())
    without = [row.student for row in rows if not row.left]
    context = {
        "school_class": school_class,
        "rows": rows,
        "without": without,
        "ends_on": rules.end_of_term(today()),
        "on_a_slip": services.ON_A_SLIP,
    }
    if request.method == "GET":
        return render(
            request, "codes/class_codes.html", context | {"key": secrets.token_urlsafe(8)}
        )
    said = _(
        "These codes were made already, and the slips printed then are good. New ones replace them."
    )
    if is_sent_again(request, said):
        return redirect(request.path)
    wanted = request.POST.getlist("student")
    students = [row.student for row in rows if row.student.public_id in wanted]
    if not students:
        messages.info(request, _("Nobody was chosen who is in this class."))
        return redirect(request.path)
    slips = services.give(
        students,
        school=school_class.school,
        by=request.user,
        press=request.POST.get("key", "")[:LONGEST_KEY],
        now=timezone.now(),
    )
    return render(request, "codes/slips.html", {"school_class": school_class, "slips": slips})
