"""Pages of a school's settings: A and B weeks, days without class, the ceiling of work."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from continuity.enums import DEFAULT_CEILING, SILENT_AFTER
from continuity.models import SchoolSettings
from continuity.school.forms.classes import CalendarForm, CeilingForm, ClosureForm, SilenceForm
from continuity.school.queries.timetable import due_on_closed_days
from continuity.school.services import school as keeping
from courses.agenda.models import Closure
from courses.agenda.queries import school_days
from courses.exceptions import Refusal
from courses.people.enums import Role
from courses.people.models import Organisation
from courses.people.permissions import PersonRequest, is_leader, led_school, posted_from, requires


@require_safe
@requires(is_leader)
def school(request: PersonRequest, public_id: str) -> HttpResponse:
    return page(request, led_school(request, public_id))


def page(request: HttpRequest, found: Organisation, **forms_sent: forms.Form) -> HttpResponse:
    """All four forms; the one that was sent as it was sent."""
    days, today = school_days(found), timezone.localdate()
    settings = SchoolSettings.objects.filter(school=found).first()
    calendar = (
        {"week_a": days.calendar.week_a, "pauses_in_holidays": days.calendar.pauses_in_holidays}
        if days.calendar
        else {}
    )
    context = {
        "school": found,
        "letter": days.week_letter(today),
        "off": days.day_off(today),
        "closures": [closure for closure in days.closures if closure.last_day >= today],
        "due": due_on_closed_days(today, school=found),
        "calendar": CalendarForm(initial=calendar, prefix="calendar"),
        "closure": ClosureForm(prefix="closure"),
        "ceiling": CeilingForm(
            initial={"minutes": settings.ceiling_minutes if settings else DEFAULT_CEILING},
            prefix="ceiling",
        ),
        "silence": SilenceForm(
            initial={"days": settings.silent_after if settings else SILENT_AFTER}, prefix="silence"
        ),
    }
    return render(request, "continuity/school/school.html", context | forms_sent)


@posted_from("continuity:school")
@requires(is_leader)
def count_weeks(request: PersonRequest, public_id: str) -> HttpResponse:
    found = led_school(request, public_id)
    form = CalendarForm(request.POST, prefix="calendar")
    if not form.is_valid():
        return page(request, found, calendar=form)
    keeping.count_weeks(school=found, **form.cleaned_data)
    letter = school_days(found).week_letter(timezone.localdate())
    messages.success(request, _("This week is now a week %(letter)s.") % {"letter": letter})
    return redirect("continuity:school", found.public_id)


@posted_from("continuity:school")
@requires(is_leader)
def close_days(request: PersonRequest, public_id: str) -> HttpResponse:
    """Work due on these days isn't moved: the page says what it is, and its teachers' first pages
    do.
    """
    found = led_school(request, public_id)
    form = ClosureForm(request.POST, prefix="closure")
    if form.is_valid():
        try:
            keeping.close_days(school=found, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error("last_day", refusal.reason)
        else:
            messages.success(
                request,
                _("The days without class are entered: timetables and plans leave them out."),
            )
            return redirect("continuity:school", found.public_id)
    return page(request, found, closure=form)


@require_POST
@requires(is_leader)
def reopen(request: PersonRequest, public_id: str) -> HttpResponse:
    closure = get_object_or_404(
        Closure.objects.filter(school__in=request.user.places_as(Role.LEADER)), public_id=public_id
    )
    keeping.reopen(closure=closure)
    messages.success(request, _("There is class on these days again."))
    return redirect("continuity:school", closure.school.public_id)


@posted_from("continuity:school")
@requires(is_leader)
def set_ceiling(request: PersonRequest, public_id: str) -> HttpResponse:
    found = led_school(request, public_id)
    form = CeilingForm(request.POST, prefix="ceiling")
    if not form.is_valid():
        return page(request, found, ceiling=form)
    keeping.set_ceiling(school=found, **form.cleaned_data)
    messages.success(request, _("The ceiling is %(minutes)s minutes a day.") % form.cleaned_data)
    return redirect("continuity:school", found.public_id)


@posted_from("continuity:school")
@requires(is_leader)
def set_silence(request: PersonRequest, public_id: str) -> HttpResponse:
    found = led_school(request, public_id)
    form = SilenceForm(request.POST, prefix="silence")
    if not form.is_valid():
        return page(request, found, silence=form)
    keeping.set_silence(school=found, **form.cleaned_data)
    messages.success(
        request,
        _("From %(days)s school days without a sign on, a student stands in the list.")
        % form.cleaned_data,
    )
    return redirect("continuity:school", found.public_id)
