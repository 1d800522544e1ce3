"""The table of a page, and what its editor shows."""

from collections.abc import Iterator

from django import forms
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.staticfiles import versioned_static
from wagtail.admin.telepath import register
from wagtail.contrib.typed_table_block.blocks import (
    TypedTable,
    TypedTableBlock,
    TypedTableBlockAdapter,
    TypedTableBlockValidationError,
)

from cms.guidance.values.block_values import table_value

TABLE_IS_EMPTY = _("This table is empty: fill it in, or take it out.")
EMPTY_TABLE = table_value("", ["", ""], [["", ""], ["", ""]])


class TableBlock(TypedTableBlock):
    """Typed into, or pasted from a word processor, a spreadsheet or a web page
    (`static/cms/js/paste.js`).

    Cells may be empty. The first cell of a row is its heading.
    """

    text = blocks.TextBlock(label=_("Text"), required=False, rows=1, max_length=1000)

    def clean(self, value):
        """Drop empty columns and rows at the end."""
        columns, rows = list(value.columns), [list(row["values"]) for row in value.row_data]
        while (
            columns
            and not columns[-1]["heading"].strip()
            and not any((row[len(columns) - 1] or "").strip() for row in rows)
        ):
            columns.pop()
            rows = [row[: len(columns)] for row in rows]
        while rows and not any((cell or "").strip() for cell in rows[-1]):
            rows.pop()
        table = super().clean(
            TypedTable(columns, [{"values": row} for row in rows], value.caption.strip())
        )
        if not self.is_deferred_validation and (refusals := list(why_not_read(table))):
            raise TypedTableBlockValidationError(non_block_errors=refusals)
        return table

    def get_form_state(self, value):
        """Pad to at least the columns and rows of a new table: `clean` drops the empty ones."""
        state = super().get_form_state(value)
        columns = [*state["columns"], *EMPTY_TABLE["columns"][len(state["columns"]) :]]
        rows = [*state["rows"], *EMPTY_TABLE["rows"][len(state["rows"]) :]]
        cells = ([cell or "" for cell in row["values"]] for row in rows)
        return state | {
            "columns": columns,
            "rows": [{"values": [*row, *[""] * len(columns)][: len(columns)]} for row in cells],
        }

    def get_context(self, value, parent_context=None):
        headings = [column["heading"] for column in value.columns]
        rows = [list(zip(headings, row["values"], strict=True)) for row in value.row_data]
        return {**super().get_context(value, parent_context), "rows": rows}

    class Meta:
        icon = "table"
        label = _("Table")
        template = "guidance/blocks/table.html"
        default = EMPTY_TABLE
        help_text = _(
            "To paste a table, copy it in your document, click in a cell here, and paste: rows and"
            " columns are added."
        )


class TableAdapter(TypedTableBlockAdapter):
    js_constructor = "cms.guidance.blocks.TableBlock"

    def js_args(self, block):
        name, children, defaults, meta = super().js_args(block)
        meta["strings"] |= {
            "CAPTION": _("What the table shows"),
            "CAPTION_HELP_TEXT": _("It appears above the table, and is read out first."),
        }
        return [name, children, defaults, meta]

    @cached_property
    def media(self):
        return super().media + forms.Media(js=[versioned_static("cms/js/paste.js")])


register(TableAdapter(), TableBlock)


def why_not_read(table: TypedTable) -> Iterator[Promise]:
    """Yield why a reader couldn't follow a table.

    Nothing for an empty one: `BodyBlock` drops it.
    """
    if is_empty_table(table):
        return
    if not table.caption:
        yield _("Say above the table what it shows.")
    if not table.columns or not table.row_data:
        yield TABLE_IS_EMPTY
    elif any(not column["heading"].strip() for column in table.columns[1:]):
        yield _("Give each column its heading; only the first may go without.")


def is_empty_table(table: TypedTable) -> bool:
    """Whether a cleaned table is empty; its empty columns and rows at the end are gone."""
    return not (table.caption or table.columns or table.row_data)
