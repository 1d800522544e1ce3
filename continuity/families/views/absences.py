"""A guardian tells of an absence beforehand; whoever looks after the student reads it."""

import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from continuity.enums import Motive
from continuity.families import queries, services
from continuity.families.forms import NO_MOTIVE, AbsenceForm
from continuity.families.views.doors import FamilyRequest, by_account, by_link
from continuity.models import AbsenceNotice
from continuity.permissions import is_staff_of_a_school
from courses.exceptions import Refusal
from courses.people.enums import GuardianQuality
from courses.people.permissions import PersonRequest, requires

STAFF_SEES = datetime.timedelta(days=30)


def _absence(request: FamilyRequest) -> HttpResponse:
    door = request.door
    form = AbsenceForm(request.POST or None)
    if form.is_valid():
        try:
            made = services.announce(guardianship=door.guardianship, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, f"{refusal.reason} {refusal.advice}".strip())
        else:
            messages.success(
                request, _("The school reads it from now on. By itself it excuses nobody.")
            )
            if queries.own_overlapping(made):
                messages.warning(
                    request,
                    _(
                        "You told of an absence on some of these days already. Both stand: take back"
                        " the one that no longer holds."
                    ),
                )
            return redirect(door.url("absence"))
    today = timezone.localdate()
    context = {
        "door": door,
        "student": door.student,
        "form": form,
        "may_tell": door.guardianship.quality == GuardianQuality.AUTHORITY,
        "notices": [
            {
                "notice": notice,
                "motives": [NO_MOTIVE, *Motive.choices],
                "may_take_back": notice.first_day >= today,
                "take_back": door.url("take_back", notice.public_id),
            }
            for notice in queries.own_notices(door.guardianship, today)
        ],
        "back": door.url("week"),
        "here": door.url("absence"),
        "by_link": bool(door.token),
    }
    return render(request, "continuity/families/absence_form.html", context)


def _take_back(request: FamilyRequest, notice: str) -> HttpResponse:
    own = AbsenceNotice.objects.standing().filter(guardianship=request.door.guardianship)
    found = get_object_or_404(own, public_id=notice)
    try:
        services.take_back(notice=found)
    except Refusal as refusal:
        messages.warning(request, f"{refusal.reason} {refusal.advice}".strip())
    else:
        messages.success(request, _("It is taken back."))
    return redirect(request.door.url("absence"))


child_absence = require_http_methods(["GET", "POST"])(by_account(_absence))
link_absence = require_http_methods(["GET", "POST"])(by_link(_absence))
child_take_back = require_POST(by_account(_take_back))
link_take_back = require_POST(by_link(_take_back))


@require_safe
@requires(is_staff_of_a_school)
def announced(request: PersonRequest) -> HttpResponse:
    """For the class tutor and the school's leaders: today and the thirty days after."""
    today = timezone.localdate()
    notices = queries.notices_kept_by(request.user, today, today + STAFF_SEES, today)
    return render(request, "continuity/families/announced.html", {"notices": notices})
