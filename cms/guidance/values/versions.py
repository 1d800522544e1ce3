"""Comparison of two stored versions of a page."""

import json
import re
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

# The fields of a page that hold words, apart from its body.
WORDS = ("title", "lead", "audience", "change_note", "dated")

# The other fields of the editor's form: two versions that differ in them are asked about all at
# once.
SETTINGS = (
    *("slug", "seo_title", "search_description", "show_in_menus", "go_live_at", "expire_at"),
    *("resource", "related_pages", "in_step_with", "minor_edit"),
)
COMMENTS, OF_A_COMMENT = (
    "wagtail_admin_comments",
    ("contentpath", "position", "text", "resolved_at"),
)
DRAWN_ANEW = {"id", "pk", "sort_order"}
PARAGRAPH_KEY = re.compile(r' data-block-key="[^"]*"')


def is_same_version(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Do two stored versions of a page (`Revision.content`, `serializable_data()`) say the same in
    every field of the editor?

    The blocks of the body are compared with their ids and in their order: the other language pairs
    them by id.
    """
    one, other = plain(one), plain(other)
    return (
        all(is_same_value(one.get(name), other.get(name)) for name in (*WORDS, *SETTINGS))
        and list(blocks_of(one)) == list(blocks_of(other))
        and is_same_value(list(blocks_of(one).values()), list(blocks_of(other).values()))
        and _comments_in(one) == _comments_in(other)
    )


def is_same_value(one: Any, other: Any) -> bool:
    """The ids of a list's items, and the keys that the editor gives to paragraphs, are drawn anew
    each time they are sent.
    """
    return _without_ids(one) == _without_ids(other)


def plain(content: dict[str, Any]) -> dict[str, Any]:
    """The content as it comes back from a JSON field."""
    return json.loads(json.dumps(content, cls=DjangoJSONEncoder))


def blocks_of(content: dict[str, Any]) -> dict[str, dict]:
    """The blocks of a stored version's body by their ids, in order."""
    return {
        block.get("id") or str(place): block
        for place, block in enumerate(json.loads(content.get("body") or "[]"))
    }


def _without_ids(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_ids(part) for name, part in value.items() if name not in DRAWN_ANEW}
    if isinstance(value, list):
        return [_without_ids(part) for part in value]
    return PARAGRAPH_KEY.sub("", value) if isinstance(value, str) else value


def _comments_in(content: dict[str, Any]) -> list[tuple]:
    """Comments beside the text, thread by thread, sorted."""
    threads = content.get(COMMENTS) or []
    said = [
        (
            *(str(thread.get(name) or "") for name in OF_A_COMMENT),
            *(r["text"] for r in thread.get("replies", [])),
        )
        for thread in threads
    ]
    return sorted(said)
