"""A guidance page on paper: its own words, its address and its date.

What changes by itself is left out, and says where to look.
"""

import base64
import hashlib
import json
import re

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.safestring import mark_safe

from cms.guidance.models import GuidancePage, Pair
from courses.digest.queries import tile_choices
from courses.documents.services import pdf

OTHERWISE_ON_PAPER = {"figure", "file", "video", "live", "resource"}
# Raised when the template or the sheet of style changes, so that all papers are drawn anew.
EDITION = 1
PICTURE = "width-1000|format-jpeg"
# Drawn from the site's sprite, which the drawing can't read: the words say it, too.
ICON = re.compile(r'<svg class="icon".*?</svg>')


def permanent_address(page: GuidancePage) -> str:
    """The one on paper: it outlives every slug and every place."""
    public_id = Pair.objects.values_list("public_id", flat=True).get(
        translation_key=page.translation_key
    )
    with translation.override(page.locale.language_code):
        return f"{settings.SITE_ADDRESS}{reverse('guidance:page', args=[public_id])}"


def what_it_says(page: GuidancePage) -> str:
    """A digest of everything that the paper shows, apart from its date."""
    with translation.override(page.locale.language_code):
        shown = [
            EDITION,
            permanent_address(page),
            page.fields_in_words,
            page.change_note,
            parts_of(page),
            settings.ONE_CLICK_LOGINS,
        ]
        return hashlib.sha256(json.dumps(shown).encode()).hexdigest()


def page_pdf(page: GuidancePage) -> bytes:
    """A4, tagged, in the page's language. Raises `PdfUnavailable`."""
    language = page.locale.language_code
    with translation.override(language):
        address = permanent_address(page)
        context = {
            "page": page,
            "language": language,
            "address": address,
            "address_in_words": address.partition("://")[2],
            "parts": parts_of(page),
            "is_demo": settings.ONE_CLICK_LOGINS,
        }
        return pdf("guidance/documents/page.html", context, stylesheet="documents.css")


def parts_of(page: GuidancePage) -> list[str]:
    address = permanent_address(page)
    return [part_on_paper(block, address) for block in page.body]


def part_on_paper(block, address: str) -> str:
    """A block's own template, with links that lead to the site from anywhere; for what a sheet
    can't hold, one of its own.
    """
    if block.block_type in OTHERWISE_ON_PAPER:
        picture = picture_of(block.value) if block.block_type == "figure" else ""
        context = {
            "value": block.value,
            "picture": picture,
            "resource": name_of_resource(block),
            "address": address,
            "address_in_words": address.partition("://")[2],
        }
        html: str = render_to_string(f"guidance/documents/{block.block_type}.html", context)
    else:
        html = str(block.render())
    return mark_safe(ICON.sub("", html).replace('href="/', f'href="{settings.SITE_ADDRESS}/'))  # noqa: S308


def name_of_resource(block) -> str:
    """Empty for any other block, and where the resource isn't in the catalogue any more."""
    is_tile = block.block_type == "resource"
    return dict(tile_choices()).get(block.value["resource"], "") if is_tile else ""


def picture_of(figure) -> str:
    """A figure's picture inside the document: drawing reads no file but its own."""
    image = figure["image"]
    if image.is_svg():
        kind, file = "svg+xml", image.file
    else:
        kind, file = "jpeg", image.get_rendition(PICTURE).file
    with file.open("rb") as opened:
        return f"data:image/{kind};base64,{base64.b64encode(opened.read()).decode()}"
