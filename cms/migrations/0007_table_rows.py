"""Tables as rows of cells: what pages, their revisions and versions kept beside hold, in the shape of the new block.

A row that was longer than the head lost its last cells when shown: they get a column without a heading.
"""

import json
from collections.abc import Callable, Iterator

from django.db import migrations
from wagtail.blocks import StreamValue

PAGES = ["HomePage", "TextPage", "ResourcePage", "TopicPage", "GuidancePage", "NewsIndexPage", "NewsPage"]
BATCH = 200


def plain(part):
    """The items of a list, with or without the ids that a list block gives them."""
    return part["value"] if isinstance(part, dict) and "value" in part else part


def to_columns(value: dict) -> dict:
    if "columns" in value:
        return value
    head = [plain(cell) or "" for cell in value.get("head") or []]
    rows = [[plain(cell) or "" for cell in plain(row)] for row in value.get("rows") or []]
    width = max([len(head), *map(len, rows)], default=0)
    return {
        "caption": value.get("caption") or "",
        "columns": [{"type": "text", "heading": heading} for heading in [*head, *[""] * (width - len(head))]],
        "rows": [{"values": [*row, *[""] * (width - len(row))]} for row in rows],
    }


def to_lists(value: dict) -> dict:
    if "columns" not in value:
        return value
    head = [column["heading"] for column in value["columns"]]
    return {"caption": value["caption"], "head": head, "rows": [row["values"] for row in value["rows"]]}


def changed(blocks: list[dict], change: Callable[[dict], dict]) -> list[dict] | None:
    """The blocks of a body with their tables changed; None where there is no table."""
    if not any(block["type"] == "table" for block in blocks):
        return None
    return [{**block, "value": change(block["value"])} if block["type"] == "table" else block for block in blocks]


def in_batches(model, rows: Iterator, field: str) -> None:
    batch = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            model.objects.bulk_update(batch, [field])
            batch = []
    model.objects.bulk_update(batch, [field])


def changed_pages(model, change) -> Iterator:
    for page in model.objects.iterator(chunk_size=BATCH):
        if (blocks := changed(list(page.body.raw_data), change)) is not None:
            page.body = StreamValue(page.body.stream_block, blocks, is_lazy=True)
            yield page


def changed_contents(model, field: str, change) -> Iterator:
    rows = model.objects.exclude(**{f"{field}__isnull": True})
    if model._meta.model_name == "revision":
        rows = rows.filter(content_type__app_label="cms")
    for row in rows.iterator(chunk_size=BATCH):
        content = getattr(row, field)
        if (blocks := changed(json.loads(content.get("body") or "[]"), change)) is not None:
            content["body"] = json.dumps(blocks, ensure_ascii=False)
            yield row


def move(apps, change) -> None:
    for name in PAGES:
        model = apps.get_model("cms", name)
        in_batches(model, changed_pages(model, change), "body")
    for app, name, field in [("wagtailcore", "Revision", "content"), ("cms", "KeptVersion", "content"), ("cms", "KeptVersion", "began_with")]:
        model = apps.get_model(app, name)
        in_batches(model, changed_contents(model, field, change), field)


def forward(apps, schema_editor):
    move(apps, to_columns)


def back(apps, schema_editor):
    move(apps, to_lists)


class Migration(migrations.Migration):
    dependencies = [("cms", "0006_table_block")]
    operations = [migrations.RunPython(forward, back, elidable=True)]
