"""Words above a page after something was sent."""

from django.contrib import messages
from django.http import HttpRequest

SAVED_ALL_THE_SAME = "saved"  # the tag of a warning beside which all that was sent is saved


def warn_of_saved(request: HttpRequest, words: str) -> None:
    """A warning about what is saved all the same: the draft on the device is done with. Any other
    warning says that something wasn't saved.
    """
    messages.warning(request, words, extra_tags=SAVED_ALL_THE_SAME)


def warn_of_files_left_out(request: HttpRequest, words: str) -> None:
    """As `warn_of_saved`, of a text that was sent again without its files. `has_told_of_files` keeps the
    general words (`kept_text.say_what_was_left_out`) away.
    """
    request.has_told_of_files = True  # type: ignore[attr-defined]
    warn_of_saved(request, words)


def has_told_of_files(request: HttpRequest) -> bool:
    return hasattr(request, "has_told_of_files")
