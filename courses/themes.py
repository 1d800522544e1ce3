"""Light or dark: what a person chose against their device's own. Asks no database, so that pages of
errors show it, too.
"""

from django.http import HttpRequest

THEMES = ("light", "dark")
COOKIE = "theme"


def theme_of(request: HttpRequest) -> str:
    """One of `THEMES`, or empty: the device decides."""
    theme = request.COOKIES.get(COOKIE, "")
    return theme if theme in THEMES else ""
