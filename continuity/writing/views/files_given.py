"""Messages after pictures and files were sent."""

from django.http import HttpRequest
from django.utils.translation import gettext as _

from continuity.models import Attachment
from courses.notices import warn_of_saved

REFUSED = 422


def say_what_is_missing(request: HttpRequest, there, not_taken) -> list[Attachment]:
    """Files that weren't taken, each with why; pictures that nobody described yet, which are given
    back.
    """
    for name, refusal in not_taken:
        warn_of_saved(
            request,
            _("“%(name)s” wasn’t taken. %(why)s")
            % {
                "name": name,
                "why": f"{refusal.reason} {refusal.advice}".strip(),
            },
        )
    undescribed = [one for one in there if one.is_picture and not one.alt]
    if undescribed:
        numbers = ", ".join(str(one.number) for one in undescribed)
        warn_of_saved(
            request,
            _(
                "Say in some words what each picture shows, for those who can’t see it. Missing:"
                " %(numbers)s."
            )
            % {"numbers": numbers},
        )
    return undescribed
