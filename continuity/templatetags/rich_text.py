"""`{{ text|rich:"lesson" }}`: what somebody wrote, cleaned once more, with its formulas drawn."""

from functools import lru_cache

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from continuity.values.formulas import as_mathml, with_formulas
from continuity.values.formulas_on_paper import as_letters
from continuity.values.rich_text import clean, words

register = template.Library()


@lru_cache(maxsize=1_000)
def _drawn(text: str, purpose: str, on_paper: bool) -> SafeString:
    return mark_safe(with_formulas(clean(text, purpose), as_letters if on_paper else as_mathml))  # noqa: S308


@register.filter
def rich(text: str, purpose: str) -> SafeString:
    """`purpose` is lesson, homework or comment."""
    return _drawn(text or "", purpose, False)


@register.filter
def rich_on_paper(text: str, purpose: str) -> SafeString:
    """The same for a document that WeasyPrint draws."""
    return _drawn(text or "", purpose, True)


@register.filter
def words_of(text: str) -> str:
    """The words alone, in one line; formulas as they were typed."""
    return words(text or "")


@register.simple_tag
def rich_tool(attribute: str, drawing: str, label: str, *, key: str = "", action: str = "") -> SafeString:
    """One button of the editor's toolbar. What it switches is an attribute of the text, what it does is an action, in Trix's words."""
    switches = format_html(' data-trix-attribute="{}" aria-pressed="false"', attribute) if attribute else ""
    does = format_html(' data-trix-action="{}"', action) if action else ""
    pressed_with = format_html(' data-trix-key="{}"', key) if key else ""
    return format_html(
        '<button class="rich__tool" type="button" title="{}"{}{}{}><svg class="icon" aria-hidden="true" focusable="false">'
        '<use href="{}#{}"></use></svg><span class="unseen">{}</span></button>',
        label,
        switches,
        does,
        pressed_with,
        static("continuity/vendor/editor-icons.svg"),
        drawing,
        label,
    )
