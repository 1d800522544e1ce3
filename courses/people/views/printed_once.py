"""Pages that are shown once, to be printed: a reload makes nothing anew."""

from django.contrib import messages
from django.http import HttpRequest

MADE, KEYS_KEPT = "slips made", 20  # in the session: keys of the forms by which slips were made


def is_sent_again(request: HttpRequest, said: str) -> bool:
    """Whether a form with this key was sent before, as by a reload: other codes would make what is
    printed already void. The person is told so.
    """
    key, made = request.POST.get("key", ""), request.session.get(MADE, [])
    if key and key in made:
        messages.info(request, said)
        return True
    request.session[MADE] = [*made[-KEYS_KEPT:], key]
    return False
