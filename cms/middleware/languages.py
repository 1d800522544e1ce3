"""The language of addresses with and without one."""

from http import HTTPStatus

from django.conf import settings
from django.middleware.locale import LocaleMiddleware
from django.utils import translation


class LanguageMiddleware(LocaleMiddleware):
    """Django's own sends an address without a language on to the one with, where there is no such
    page. Not a POST: its content would be lost, and a program that sends photos takes the redirect
    for an answer. Nor where a view says so, as that of figures without the token: no language has it.
    """

    def process_response(self, request, response):
        if response.status_code == HTTPStatus.NOT_FOUND and (
            request.resolver_match or request.method not in {"GET", "HEAD"}
        ):
            return response
        return super().process_response(request, response)


class ReaderLanguageMiddleware:
    """Use a signed-in person's own language, not the browser's, on addresses without /fr/ or /en/,
    the admin's too.

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
        return (
            settings.SESSION_COOKIE_NAME in request.COOKIES
            and translation.get_language_from_path(request.path_info) is None
        )
