"""Cleans rich text pasted from word processors and web pages: text, the tags of `TAGS`, links with
safe targets.
"""

import re
from html import unescape
from typing import Any

import bleach
from wagtail import blocks
from wagtail.blocks import StreamValue
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock

from courses.documents.values import INVISIBLE, LINK_SCHEMES, NEVER_WORDS, leads_somewhere

TAGS = {"a", "b", "strong", "i", "em", "sub", "sup", "br", "p", "h3", "h4", "ul", "ol", "li"}
INTERNAL = {"page", "document"}
# One no-break space is French typography; several, or beside a space, are a word processor's
# margins.
SPACES = re.compile("[ \t\u00a0\u2000-\u200a\u202f\u205f\u3000]{2,}")
NBSP = re.compile("&nbsp;|&#160;|&#xa0;", re.I)
EMPTY = re.compile(r"<(p|h3|h4|li|b|strong|i|em|a)\b[^>]*>(?:\s|<br\s*/?>)*</\1>", re.I)
# A link whose `href` was removed as unsafe.
LEADS_NOWHERE = re.compile(r'<a(?: (?:id|linktype)="[^"]*")?>(.*?)</a>', re.S)


def cleaned(html: str) -> str:
    """Rich text as it may be stored and shown, in the form in which Wagtail stores it.

    Idempotent.
    """
    words = tidied(NBSP.sub("\u00a0", NEVER_WORDS.sub("", html)))
    kept = bleach.clean(
        words,
        tags=TAGS,
        attributes=is_safe_attribute,
        protocols=LINK_SCHEMES,
        strip=True,
        strip_comments=True,
    )
    kept = tidied(LEADS_NOWHERE.sub(r"\1", NBSP.sub("\u00a0", kept)))
    while (shorter := EMPTY.sub("", kept)) != kept:
        kept = shorter
    return kept.strip()


def tidied(text: str) -> str:
    """Text without invisible characters, runs of spaces as one."""
    return SPACES.sub(" ", INVISIBLE.sub("", text))


def is_safe_attribute(tag: str, name: str, value: str) -> bool:
    """Whether the attribute stays. bleach passes the value as written; a browser decodes entities
    first, and so does this check.
    """
    if name == "data-block-key":
        return value.isalnum()
    if tag != "a":
        return False
    if name == "href":
        return leads_somewhere(unescape(value).strip())
    return (name == "linktype" and value in INTERNAL) or (name == "id" and value.isdigit())


def tidied_body(body: StreamValue) -> StreamValue:
    """Every line of words of a page's blocks tidied; rich text is cleaned where it comes in."""
    stream = body.stream_block
    rows = [
        {
            "id": row.id,
            "type": row.block_type,
            "value": _tidied(row.block, row.block.get_prep_value(row.value)),
        }
        for row in body
    ]
    return stream.to_python(rows)


def _tidied(block: blocks.Block, value: Any) -> Any:
    if isinstance(block, blocks.StructBlock):
        return {name: _tidied(block.child_blocks[name], part) for name, part in value.items()}
    if isinstance(block, blocks.ListBlock):
        return [{**item, "value": _tidied(block.child_block, item["value"])} for item in value]
    if isinstance(block, blocks.StreamBlock):
        return [
            {**item, "value": _tidied(block.child_blocks[item["type"]], item["value"])}
            for item in value
        ]
    if isinstance(block, TypedTableBlock):
        columns = [
            {**column, "heading": tidied(column["heading"]).strip()} for column in value["columns"]
        ]
        rows = [
            {"values": [tidied(cell or "").strip() for cell in row["values"]]}
            for row in value["rows"]
        ]
        return {"caption": tidied(value["caption"]).strip(), "columns": columns, "rows": rows}
    if isinstance(block, blocks.RichTextBlock):
        return cleaned(value)
    if isinstance(block, blocks.CharBlock | blocks.TextBlock):
        return tidied(value or "").strip()  # a picture that nobody has chosen yet has no words
    return value
