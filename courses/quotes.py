"""Quotation marks inside quotation marks."""

import re

from django.utils import translation

# Outer marks of a language, as they stand in a title, and the second kind that replaces them
# inside.
INNER = {"fr": (re.compile(r"«\s*(.*?)\s*»"), r"“\1”"), "en": (re.compile(r"“(.*?)”"), r"‘\1’")}


def inside_quotes(title: str) -> str:
    """A title for a sentence that quotes it: « Lire “Le Dormeur du val” », not « Lire « Le Dormeur
    du val » ».
    """
    outer, inner = INNER.get(translation.get_language() or "", INNER["en"])
    return outer.sub(inner, title)
