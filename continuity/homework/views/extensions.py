"""More time for one student. Staff and that student see it, nobody else does."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from continuity.homework.forms import ExtensionForm, StandingForm
from continuity.homework.queries import extensions as extension_queries
from continuity.homework.queries.homework import roster
from continuity.homework.services import extensions
from continuity.models import Assignment
from continuity.permissions import is_staff_of_a_school, is_tutor_of
from continuity.plans.views.weeks import readable_class
from courses.exceptions import Refusal
from courses.people.permissions import PersonRequest, is_teacher, leads, requires


@require_http_methods(["GET", "HEAD", "POST"])
@requires(is_teacher)
def extend(request: PersonRequest, public_id: str) -> HttpResponse:
    """Give more time for one homework, by those who teach the class."""
    assignment = get_object_or_404(
        Assignment.objects.standing()
        .open_to(request.user)
        .select_related("homework", "teaching__subject", "teaching__school_class__school"),
        public_id=public_id,
    )
    students = roster(assignment)
    due = timezone.localtime(assignment.due_at)
    initial = {"student": request.GET.get("student", ""), "due_hour": due.time()}
    form = ExtensionForm(request.POST or None, students=students, initial=initial)
    if form.is_valid():
        said = form.cleaned_data
        try:
            extensions.extend(
                assignment=assignment,
                student=said["student"],
                due_at=form.due_at,
                by=request.user,
                reason=said["reason"],
            )
        except Refusal as refusal:
            form.add_error("due_on", refusal.reason)
        else:
            had = _(
                "That date is past: what %(name)s handed in by then isn’t late any more."
                " Nobody else in the class sees it."
            )
            has = _("%(name)s has more time. Nobody else in the class sees it.")
            is_over = form.due_at < timezone.now()
            name = said["student"].display_name
            messages.success(request, (had if is_over else has) % {"name": name})
            return redirect("continuity:homework", assignment.public_id)
    return render(
        request, "continuity/homework/extend.html", {"form": form, "assignment": assignment}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(is_staff_of_a_school)
def standing_extensions(request: PersonRequest, public_id: str) -> HttpResponse:
    """Give more time for everything that is due, by the class tutor or a leader of the school;
    those who teach the class read it.
    """
    school_class = readable_class(request, public_id)
    grants = is_tutor_of(request.user, school_class) or leads(request.user, school_class.school)
    students = school_class.students_on(timezone.localdate())
    form = StandingForm(
        request.POST or None, students=students, initial={"first_day": timezone.localdate()}
    )
    if request.method == "POST" and not grants:
        raise Http404
    if form.is_valid():
        try:
            extensions.extend_always(school=school_class.school, by=request.user, **form.facts)
        except Refusal as refusal:
            form.add_error("last_day", f"{refusal.reason} {refusal.advice}".strip())
        else:
            name = form.cleaned_data["student"].display_name
            messages.success(
                request,
                _("%(name)s has more time on all homework. Nobody else in the class sees it.")
                % {"name": name},
            )
            return redirect("continuity:extensions", school_class.public_id)
    found = extension_queries.of_class(
        school_class, request.user, sees_all=grants, now=timezone.now()
    )
    context = {
        "school_class": school_class,
        "form": form,
        "grants": grants,
        "standing": found.always,
        "personal": found.personal,
    }
    return render(request, "continuity/homework/extensions.html", context)


@require_POST
@requires(is_staff_of_a_school)
def withdraw_extension(request: PersonRequest, public_id: str) -> HttpResponse:
    """Withdraw an extension, by those who may grant it."""
    extension = get_object_or_404(
        extension_queries.kept_by(request.user).select_related(
            "student", "assignment__teaching__school_class"
        ),
        public_id=public_id,
    )
    extensions.withdraw(extension=extension, by=request.user)
    messages.success(
        request, _("The extension is taken back. What was handed in meanwhile stays on time.")
    )
    if extension.assignment:
        return redirect("continuity:homework", extension.assignment.public_id)
    school_class = extension_queries.class_to_go_back_to(extension, request.user)
    return (
        redirect("continuity:extensions", school_class.public_id)
        if school_class
        else redirect("continuity:classes")
    )
