"""`{{ text|rich:"lesson" }}`: what somebody wrote, cleaned once more, with its formulas drawn."""

import re
from functools import lru_cache

from django import template
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from continuity.writing.values.formulas import TAG, as_mathml, with_formulas
from continuity.writing.values.formulas_on_paper import as_letters
from continuity.writing.values.rich_text import clean, words

register = template.Library()

# Where a text says that a picture stands: alone in its line, or named within a sentence.
ALONE = re.compile(r"^\[image (\d{1,3})\]$")
NAMED = re.compile(r"\[image (\d{1,3})\]")
PARAGRAPH = re.compile(r"<p>(.*?)</p>", re.S)


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


@register.simple_tag
def text_with_pictures(text: str, purpose: str, attachments) -> SafeString:
    """The text with its pictures: each where the text says `[image 2]`; those of which it says
    nothing follow it, in order.
    """
    return _placed(
        rich(text, purpose), {one.number: _figure(one) for one in attachments if one.is_picture}
    )


@register.simple_tag
def text_on_paper(text: str, purpose: str, pictures) -> SafeString:
    """The same for WeasyPrint. `pictures` are (number, address, what it shows)."""
    figures = {
        number: format_html(
            '<figure id="picture-{}"><img src="{}" alt="{}"></figure>', number, address, alt
        )
        for number, address, alt in pictures
    }
    return _placed(rich_on_paper(text, purpose), figures)


def _placed(drawn: SafeString, figures: dict[int, SafeString]) -> SafeString:
    if not figures:
        return drawn
    placed: set[int] = set()

    def lines(found: re.Match) -> str:
        parts: list[str] = []
        for line in found[1].split("<br>"):
            alone = ALONE.match(line.strip())
            if alone and int(alone[1]) in figures.keys() - placed:
                placed.add(int(alone[1]))
                parts.append(figures[int(alone[1])])
            elif parts and not parts[-1].startswith("<figure"):
                parts[-1] += f"<br>{line}"
            else:
                parts.append(line)
        return "".join(part if part.startswith("<figure") else f"<p>{part}</p>" for part in parts)

    def link(found: re.Match) -> str:
        number = int(found[1])
        label = _("picture %(number)s") % {"number": number}
        return f'<a href="#picture-{number}">{label}</a>' if number in figures else found[0]

    # In words, never in a tag: what describes a picture, or a formula, may name one, too.
    parts = TAG.split(PARAGRAPH.sub(lines, drawn))
    shown = "".join(one if one.startswith("<") else NAMED.sub(link, one) for one in parts)
    return mark_safe(shown + "".join(figures[number] for number in sorted(figures.keys() - placed)))  # noqa: S308


def _figure(picture) -> SafeString:
    address = reverse("continuity:attachment", args=[picture.public_id])
    return format_html(
        '<figure class="figure" id="picture-{}"><a href="{}"><img class="figure__image" src="{}"'
        ' alt="{}" width="{}" height="{}" loading="lazy" decoding="async"></a><figcaption'
        ' class="soft unprinted"><a href="{}" target="_blank" rel="noopener">{}<span'
        ' class="unseen"> ({})</span></a></figcaption></figure>',
        picture.number,
        address,
        address,
        picture.alt or _("Picture %(number)s, not described yet") % {"number": picture.number},
        picture.width,
        picture.height,
        address,
        _("Enlarge"),
        picture.number,
    )


@register.filter
def words_of(text: str) -> str:
    """The words alone, in one line; formulas as they were typed."""
    return words(text or "")


@register.simple_tag
def rich_tool(
    attribute: str, drawing: str, label: str, *, key: str = "", action: str = ""
) -> SafeString:
    """One button of the editor's toolbar.

    What it switches is an attribute of the text, what it does is an action, in Trix's words.
    """
    switches = (
        format_html(' data-trix-attribute="{}" aria-pressed="false"', attribute)
        if attribute
        else ""
    )
    does = format_html(' data-trix-action="{}"', action) if action else ""
    pressed_with = format_html(' data-trix-key="{}"', key) if key else ""
    return format_html(
        '<button class="rich__tool" type="button" title="{}"{}{}{}><svg class="icon"'
        ' aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg><span'
        ' class="unseen">{}</span></button>',
        label,
        switches,
        does,
        pressed_with,
        static("continuity/vendor/editor-icons.svg"),
        drawing,
        label,
    )
