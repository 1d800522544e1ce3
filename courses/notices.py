"""Words above a page after something was sent."""

from django.contrib import messages
from django.http import HttpRequest

SAVED_ALL_THE_SAME = "saved"  # the tag of a warning beside which all that was sent is saved


def warn_of_saved(request: HttpRequest, words: str) -> None:
    """A warning about what is saved all the same: the draft on the device is done with. Any other
    warning says that something wasn't saved.
    """
    messages.warning(request, words, extra_tags=SAVED_ALL_THE_SAME)
