"""Two policies chosen by address, and the language of those who read addresses without one."""

from django.conf import settings
from django.utils import translation
from django.utils.csp import CSP

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
    """The admin's content security policy. Stands directly after Django's own middleware, which writes the header."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.path.startswith(ADMIN_PREFIXES) and not hasattr(response, "_csp_config"):
            written = response.headers.get("Content-Security-Policy")
            if written is None:
                response._csp_config = ADMIN_POLICY
            else:
                # The editor's preview went through the whole chain as a public page: only its frame is widened.
                response.headers["Content-Security-Policy"] = written.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
        return response


class ReaderLanguageMiddleware:
    """On addresses without /fr/ or /en/, the admin's too, a signed-in person's own language wins over the browser's.

    Without a session cookie nobody is signed in, and nothing is asked of the database.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if self.is_ours_to_choose(request) and request.user.is_authenticated:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = request.user.language
        return self.get_response(request)

    @staticmethod
    def is_ours_to_choose(request) -> bool:
        return settings.SESSION_COOKIE_NAME in request.COOKIES and translation.get_language_from_path(request.path_info) is None
