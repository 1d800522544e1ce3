"""A guardian's personal link: renewed by account, stopped by account or by the link itself.

Not renewed by the link: if the answer with the new address is lost on the line, nothing would open
the page any more.
"""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from continuity.families.views.doors import FamilyRequest, by_account, by_link
from courses.people.permissions import posted_from
from courses.people.services import guardians
from courses.people.values import keep_new_link, take_new_link


def _renew(request: FamilyRequest) -> HttpResponse:
    """Pressed: a new link, and the old one opens nothing any more. The page that follows shows it
    once; reloaded, it makes none.
    """
    kept = request.door.guardianship
    if request.method == "POST":
        token = guardians.make_link(guardianship=kept, by=kept.guardian)
        keep_new_link(request.session, kept.public_id, token)
        return redirect(request.door.url("renew"))
    token = take_new_link(request.session, kept.public_id)
    if not token:
        messages.info(
            request, _("The link was shown once. If you haven’t kept it, renew it below.")
        )
        return redirect(request.door.url("week"))
    path = reverse("continuity:link_week", args=[token])
    context = {
        "student": request.door.student,
        "address": f"{settings.SITE_ADDRESS}{path}",
        "back": request.door.url("week"),
    }
    return render(request, "continuity/families/link_renewed.html", context)


def _stop(request: FamilyRequest) -> HttpResponse:
    kept = request.door.guardianship
    guardians.revoke_link(guardianship=kept, by=kept.guardian)
    if request.door.token:
        return render(request, "continuity/families/link_gone.html", {"is_stopped": True})
    messages.success(request, _("The link opens nothing any more."))
    return redirect(request.door.url("week"))


child_renew = never_cache(require_http_methods(["GET", "POST"])(by_account(_renew)))
child_stop = require_POST(by_account(_stop))
link_stop = posted_from("continuity:link_week")(by_link(_stop))
