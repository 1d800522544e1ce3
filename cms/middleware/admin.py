"""Wagtail's admin: its content security policy, refusals of ours in its views, and failed uploads."""

from django.conf import settings
from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.csp import CSP
from django.utils.http import url_has_allowed_host_and_scheme

from cms.guidance.views import several_files
from courses.exceptions import Refusal

ADMIN_PREFIXES = ("/admin/",)

# Wagtail's admin has inline scripts, and its editor frames its own previews.
ADMIN_POLICY = {
    **settings.SECURE_CSP,
    "script-src": [CSP.SELF, CSP.UNSAFE_INLINE],
    "style-src": [CSP.SELF, CSP.UNSAFE_INLINE],
    "frame-src": [CSP.SELF],
    "frame-ancestors": [CSP.SELF],
}


class AdminPolicyMiddleware:
    """The admin's content security policy.

    Stands directly after Django's own middleware, which writes the header.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.path.startswith(ADMIN_PREFIXES) and not hasattr(response, "_csp_config"):
            written = response.headers.get("Content-Security-Policy")
            if written is None:
                response._csp_config = ADMIN_POLICY
            else:
                # The editor's preview went through the whole chain as a public page: only its frame
                # is widened.
                response.headers["Content-Security-Policy"] = written.replace(
                    "frame-ancestors 'none'", "frame-ancestors 'self'"
                )
        return response


class RefusalInAdminMiddleware:
    """A `Refusal` raised by Wagtail's own views, such as an approval that would publish French in
    English, becomes a message on the page where one was, never a page of error. The transaction is
    rolled back.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if not isinstance(exception, Refusal) or not request.path.startswith(ADMIN_PREFIXES):
            return None
        messages.error(request, exception.reason)
        came_from = request.headers.get("Referer", "")
        safe = url_has_allowed_host_and_scheme(
            came_from, {request.get_host()}, require_https=request.is_secure()
        )
        back = came_from if safe else reverse("wagtailadmin_home")
        if (
            request.headers.get("X-Requested-With") == "XMLHttpRequest"
        ):  # the window that asks a reviewer for a comment
            return JsonResponse({"step": "success", "redirect": back})
        return redirect(back)


class SeveralFilesMiddleware:
    """What Wagtail's scripts do with files is answered as they show it, with 200, where it failed.

    Stands before those that log and count: they see the status of the error.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.path.startswith(ADMIN_PREFIXES):
            return several_files.as_json(request, response)
        return response

    def process_exception(self, request, exception):
        if request.path.startswith(ADMIN_PREFIXES):
            several_files.note_refusal(request, exception)
