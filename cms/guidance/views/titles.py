"""Titles of pages inside sentences: marked with their language where it isn't the reader's (WCAG
3.1.2).
"""

from collections.abc import Iterable

from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language


def in_language(title: str, language: str) -> str:
    return (
        title
        if language == get_language()
        else format_html('<span lang="{}">{}</span>', language, title)
    )


def titled(sentence: str, title: str, **numbers: int) -> str:
    """The sentence with the title for its `%(title)s`, as HTML; a sentence about several has only
    `numbers`.
    """
    before, place, after = sentence.partition("%(title)s")
    return format_html("{}{}{}", before, title, after) if place else sentence % numbers


def joined(titles: Iterable[str], *, end: str = "") -> str:
    return format_html("{}{}", format_html_join(", ", "{}", ([title] for title in titles)), end)
