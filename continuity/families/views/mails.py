"""The page, and the mail program's button, by which a guardian has no more weekly emails."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from continuity.families import queries, services
from courses.people.permissions import open_to_anyone


@csrf_exempt  # a mail program's own button posts without a cookie (RFC 8058)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@open_to_anyone
def no_family_mails(request: HttpRequest, token: str) -> HttpResponse:
    """No login, one press."""
    guardian = services.guardian_of(token)
    if guardian is None:
        raise Http404
    with translation.override(guardian.language):
        if request.method == "POST":
            if request.POST.get("wanted") == "yes":
                services.accept_mails_again(guardian)
            else:
                services.refuse_mails(guardian)
        context = {"token": token, "has_none": queries.wants_no_mails(guardian)}
        return render(request, "continuity/families/no_mails.html", context)
