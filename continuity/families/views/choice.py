"""Who reads a student's week, for the student; of age, the student decides."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from continuity.permissions import student_shown
from courses.exceptions import Refusal
from courses.people.models import ComingOfAge, Guardianship
from courses.people.permissions import PersonRequest, is_student, requires
from courses.people.services import guardians


@require_http_methods(["GET", "POST"])
@requires(is_student)
def who_reads(request: PersonRequest) -> HttpResponse:
    student = student_shown(request)
    if request.method == "POST":
        try:
            guardians.decide(student=student, shares=request.POST.get("shares") == "yes")
        except Refusal as refusal:
            messages.warning(request, refusal.reason)
        else:
            messages.success(request, _("Your choice is saved. It holds from now on."))
        return redirect("continuity:who_reads")
    entered = Guardianship.objects.running().filter(student=student, school__with_guardians=True)
    context = {
        "of_age": ComingOfAge.objects.filter(student=student).first(),
        "kept": entered.select_related("guardian", "school").order_by("since", "pk"),
    }
    return render(request, "continuity/families/who_reads.html", context)
