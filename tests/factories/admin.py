"""What Wagtail's editors post: a page's fields and blocks as they stand, but for those that are
given.
"""

from django.utils.text import slugify
from wagtail.models import Page
from wagtail.test.utils.form_data import nested_form_data, rich_text

NOTHING = {"TOTAL_FORMS": "0", "INITIAL_FORMS": "0", "MIN_NUM_FORMS": "0", "MAX_NUM_FORMS": "1000"}
SETTINGS = {
    "seo_title": "",
    "search_description": "",
    "go_live_at": "",
    "expire_at": "",
    "comment_notifications": "",
}


def edited(page, *, do: str = "", **fields) -> dict:
    """The form of a guidance page; `do` is the button, such as "action-submit"."""
    page = Page.objects.get(pk=page.pk).specific.get_latest_revision_as_object()
    body = {"count": str(len(page.body))}
    for place, one in enumerate(page.body):
        body[str(place)] = {
            "deleted": "",
            "order": str(place),
            "type": one.block_type,
            "id": one.id,
            "value": rich_text(one.value.source),
        }
    said = {
        "title": page.title,
        "slug": page.slug,
        "lead": page.lead,
        "audience": page.audience,
        "change_note": page.change_note,
    }
    return nested_form_data(
        SETTINGS | said | {"body": body, "related_pages": NOTHING, "comments": NOTHING} | fields
    ) | pressed(do)


def written(title: str, *, do: str = "", **fields) -> dict:
    """The form of a new guidance page with one paragraph."""
    body = {
        "count": "1",
        "0": {
            "deleted": "",
            "order": "0",
            "type": "text",
            "id": "",
            "value": rich_text("<p>Un paragraphe.</p>"),
        },
    }
    said = {
        "title": title,
        "slug": slugify(title),
        "lead": "",
        "audience": "",
        "change_note": "",
        "body": body,
    }
    return nested_form_data(
        SETTINGS | said | {"related_pages": NOTHING, "comments": NOTHING} | fields
    ) | pressed(do)


def pressed(button: str) -> dict:
    return {button: "yes"} if button else {}
