"""The office of a school: whom its leader names to keep the accounts of its students."""

import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from courses.exceptions import Refusal
from courses.people import services
from courses.people.enums import Role
from courses.people.forms.students import OfficeForm
from courses.people.models import today
from courses.people.permissions import PersonRequest, is_leader, led_school, requires
from courses.people.queries.students import may_be_named, names_changed, office_of


@require_http_methods(["GET", "POST"])
@requires(is_leader)
def office(request: PersonRequest, public_id: str) -> HttpResponse:
    school = led_school(request, public_id)
    form = OfficeForm(request.POST or None, people=may_be_named(school, by=request.user))
    if form.is_valid():
        person = form.cleaned_data["teacher"]
        try:
            services.join(person=person, organisation=school, role=Role.OFFICE, by=request.user)
        except Refusal as refusal:
            messages.warning(request, refusal.reason)
        else:
            messages.success(
                request,
                _("%(name)s now keeps the students’ accounts, too.")
                % {"name": person.display_name},
            )
        return redirect("people:office", school.public_id)
    context = {
        "school": school,
        "form": form,
        "named": office_of(school),
        "changes": names_changed(school, now=timezone.now()),
    }
    return render(request, "people/office.html", context)


@require_POST
@requires(is_leader)
def end_office(request: PersonRequest, public_id: str, pk: int) -> HttpResponse:
    """End it from now on; a day that has begun isn't undone, the right ends at once."""
    school = led_school(request, public_id)
    membership = get_object_or_404(office_of(school), pk=pk)
    yesterday = today() - datetime.timedelta(days=1)
    try:
        if membership.since > yesterday:
            services.take_away(membership=membership, by=request.user)
        else:
            services.leave(membership=membership, last_day=yesterday, by=request.user)
    except Refusal as refusal:
        messages.warning(request, refusal.reason)
    else:
        messages.success(
            request, _("%(name)s no longer owns them.") % {"name": membership.person.display_name}
        )
    return redirect("people:office", school.public_id)
