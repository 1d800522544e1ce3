"""Answers to what waits on a device and is sent by script (courses/js/sending.js): JSON that
repeats the key.

A page that a network puts in our place doesn't know the key, so the device goes on waiting.
"""

from django.http import HttpRequest, JsonResponse

from courses.documents.exceptions import TryAgain
from courses.exceptions import Refusal

SOON = "5"  # seconds


def wants_json(request: HttpRequest) -> bool:
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def refused(key: str | None, reason: str, advice: str = "", *, status: int = 422) -> JsonResponse:
    return JsonResponse({"key": key, "refused": reason, "advice": advice}, status=status)


def refused_for(key: str | None, refusal: Refusal) -> JsonResponse:
    """503 for what may succeed in a moment: the device tries again by itself."""
    answer = refused(
        key,
        str(refusal.reason),
        str(refusal.advice),
        status=503 if isinstance(refusal, TryAgain) else 422,
    )
    if isinstance(refusal, TryAgain):
        answer.headers["Retry-After"] = SOON
    return answer


def gone(key: str | None, reason: str) -> JsonResponse:
    """410 rather than 404:

    Django's LocaleMiddleware makes a redirect of a 404 at an address without a language.
    """
    return refused(key, reason, status=410)
