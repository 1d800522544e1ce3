"""The timetable of a class: read by its staff, kept by the school's leaders."""

from dataclasses import dataclass

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from continuity.permissions import is_staff_of_a_school
from continuity.school.forms.classes import HourEndForm, HourForm
from continuity.school.queries.timetable import hours_of
from continuity.school.services import school
from continuity.school.views.class_keeping import page_of
from continuity.school.views.classes import class_of_staff, led_class
from continuity.school.views.form_page import FormPage, form_page
from courses.agenda.enums import Weekday
from courses.agenda.models import ClassHour
from courses.agenda.queries import school_days
from courses.people.models import SchoolClass, Teaching
from courses.people.permissions import PersonRequest, is_leader, leads, requires
from courses.templatetags.passerelle import hour as hour_words


@dataclass(frozen=True)
class TimetableDay:
    weekday: Weekday
    hours: list[ClassHour]


@require_safe
@requires(is_staff_of_a_school)
def timetable(request: PersonRequest, public_id: str) -> HttpResponse:
    found, today = class_of_staff(request, public_id), timezone.localdate()
    hours = hours_of(found, today)
    used = {hour.weekday for hour in hours}
    shown = [weekday for weekday in Weekday if weekday <= Weekday.FRIDAY or weekday in used]
    context = {
        "school_class": found,
        "days": [
            TimetableDay(weekday, [hour for hour in hours if hour.weekday == weekday])
            for weekday in shown
        ],
        "letter": school_days(found.school).week_letter(today),
        "has_rhythm": any(hour.rhythm for hour in hours),
        "leads": leads(request.user, found.school),
        "today": today.isoweekday(),
        "date": today,
    }
    return render(request, "continuity/school/timetable.html", context)


@require_http_methods(["GET", "POST"])
@requires(is_leader)
def put_hour(request: PersonRequest, public_id: str) -> HttpResponse:
    found, today = led_class(request, public_id), timezone.localdate()

    def act(given):
        school.put_hour(**given)
        messages.success(request, _("The hour is in the timetable."))
        return redirect("continuity:timetable", found.public_id)

    page = FormPage(_("One more hour"), _("Put it in"), page_of(found), found.name, icon="plus")
    teachings = Teaching.objects.filter(
        Q(until__isnull=True) | Q(until__gt=today), school_class=found
    ).select_related("subject", "teacher", "school_class")
    return form_page(request, page, HourForm(request.POST or None, teachings=teachings), act)


@require_http_methods(["GET", "POST"])
@requires(is_leader)
def take_hour_out(request: PersonRequest, public_id: str) -> HttpResponse:
    led = ClassHour.objects.filter(
        teaching__school_class__in=SchoolClass.objects.led_by(request.user)
    )
    hour = get_object_or_404(
        led.select_related("teaching__school_class", "teaching__subject"), public_id=public_id
    )
    found = hour.teaching.school_class

    def act(given):
        school.take_hour_out(hour=hour, **given)
        messages.success(
            request,
            _("The hour is out of the timetable. What was planned for it stays on its day."),
        )
        return redirect("continuity:timetable", found.public_id)

    lead = _("%(subject)s, %(day)s, %(hour)s") % {
        "subject": hour.teaching.subject.title,
        "day": hour.get_weekday_display(),
        "hour": hour_words(hour.begins),
    }
    back = reverse("continuity:timetable", args=[found.public_id])
    page = FormPage(
        _("Take an hour out"), _("Take out"), back, found.name, lead=lead, icon="trash-2"
    )
    return form_page(request, page, HourEndForm(request.POST or None), act)
