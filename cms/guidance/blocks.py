"""What a page is built of: few parts, each with its own template in `templates/guidance/blocks/`."""

from collections.abc import Iterator
from html import unescape
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise, cached_property
from django.utils.html import strip_tags
from django.utils.translation import get_language, pgettext_lazy
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
from wagtail.documents import get_document_model
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageBlock

from cms.guidance.enums import LOOKS_LIKE, SIGNS, Tone
from cms.guidance.values.block_values import table_value
from cms.guidance.values.file_names import is_name_of_file
from courses.digest.queries import live_subjects

WORDS = ["bold", "italic", "link", "document-link"]
PARAGRAPHS = ["h3", "ol", "ul", *WORDS]


VIDEO_FILES = ("mp4", "webm", "m4v")
CAPTION_FILES = ("vtt",)
FILES_OF_A_FILM = ("film", "captions")
TEXT_IS_EMPTY = _("Write a text here, or add another part and take this one out.")
TABLE_IS_EMPTY = _("This table is empty: fill it in, or take it out.")
EMPTY_TABLE = table_value("", ["", ""], [["", ""], ["", ""]])


class HeadingBlock(blocks.CharBlock):
    """A heading of the page; the contents list at its side leads here."""

    class Meta:
        icon = "title"
        label = _("Heading")
        template = "guidance/blocks/heading.html"


class CountBlock(blocks.StructBlock):
    figure = blocks.CharBlock(
        label=_("Figure"), max_length=40, help_text=_("As it is said: “6.8 million”.")
    )
    says = blocks.CharBlock(label=_("What it counts"), max_length=200)


class FactsBlock(blocks.StructBlock):
    figures = blocks.ListBlock(CountBlock(), label=_("Figures"), min_num=1)
    source = blocks.CharBlock(label=_("Source"), max_length=200)

    class Meta:
        icon = "list-ul"
        label = _("Figures with their source")
        template = "guidance/blocks/facts.html"


class TermBlock(blocks.StructBlock):
    term = blocks.CharBlock(label=_("Term"), max_length=120)
    text = blocks.RichTextBlock(label=_("Text"), features=PARAGRAPHS)


class TermsBlock(blocks.ListBlock):
    """Words or questions, each with its answer."""

    def __init__(self, **kwargs):
        super().__init__(TermBlock(), **kwargs)

    class Meta:
        icon = "help"
        label = _("Terms and answers")
        template = "guidance/blocks/terms.html"


class StepBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Step"), max_length=120)
    text = blocks.RichTextBlock(label=_("Text"), features=WORDS)


class StepsBlock(blocks.ListBlock):
    def __init__(self, **kwargs):
        super().__init__(StepBlock(), **kwargs)

    class Meta:
        icon = "list-ol"
        label = _("Steps, in order")
        template = "guidance/blocks/steps.html"


class CalloutBlock(blocks.StructBlock):
    tone = blocks.ChoiceBlock(label=_("Tone"), choices=Tone.choices, default=Tone.CALM)
    what = blocks.CharBlock(label=_("Title"), max_length=120)
    text = blocks.RichTextBlock(label=_("Text"), features=WORDS)

    def get_context(self, value, parent_context=None):
        tone = Tone(value["tone"])
        return {
            **super().get_context(value, parent_context),
            "sign": SIGNS[tone],
            "look": LOOKS_LIKE.get(tone, tone),
            "tone": tone,
        }

    class Meta:
        icon = "warning"
        label = _("Callout")
        template = "guidance/blocks/callout.html"


class TableBlock(TypedTableBlock):
    """Typed into, or pasted from a word processor, a spreadsheet or a web page
    (`static/cms/js/paste.js`).

    Cells may be empty. The first cell of a row is its heading.
    """

    text = blocks.TextBlock(label=_("Text"), required=False, rows=1, max_length=1000)

    def clean(self, value):
        """Without the columns and rows at the end that nobody filled in."""
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
        """With at least the columns and rows that a new table begins with:

        `clean` drops those that nobody filled in.
        """
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
    """What keeps a reader from following a table.

    Nothing of one that nobody has filled in: `BodyBlock` drops it.
    """
    if is_empty_table(table):
        return
    if not table.caption:
        yield _("Say above the table what it shows.")
    if not table.columns or not table.row_data:
        yield TABLE_IS_EMPTY
    elif any(not column["heading"].strip() for column in table.columns[1:]):
        yield _("Give each column its heading; only the first may go without.")


class ContactBlock(blocks.StructBlock):
    """Whom to write to: a function rather than a person, so that it stays true."""

    who = blocks.CharBlock(label=_("Who"), max_length=120)
    what_for = blocks.CharBlock(label=_("What for"), max_length=200, required=False)
    email = blocks.EmailBlock(label=_("Email address"), required=False)
    phone = blocks.CharBlock(label=_("Telephone"), max_length=40, required=False)
    hours = blocks.CharBlock(label=_("When"), max_length=120, required=False)

    def get_context(self, value, parent_context=None):
        dialled = "".join(sign for sign in value["phone"] or "" if sign.isdigit() or sign == "+")
        return {**super().get_context(value, parent_context), "dialled": dialled}

    class Meta:
        icon = "mail"
        label = _("Contact")
        template = "guidance/blocks/contact.html"


class FigureBlock(blocks.StructBlock):
    """A picture with its words for those who don't see it, or ticked as decorative:

    Wagtail's own block refuses neither and both.
    """

    image = ImageBlock(label=_("Picture"))
    caption = blocks.CharBlock(label=_("Caption"), max_length=250, required=False)
    credit = blocks.CharBlock(label=_("Made by"), max_length=120, required=False)

    def clean(self, value):
        """The name of a file is no description: it is refused as soon as the page goes to others,
        not in a draft.
        """
        cleaned = super().clean(value)
        picture = cleaned["image"]
        if (
            not self.is_deferred_validation
            and picture
            and not picture.decorative
            and is_name_of_file(picture.contextual_alt_text or "", picture.file.name)
        ):
            words = ValidationError(
                _(
                    "This is the name of the file. Say what is to be seen, for readers who can’t"
                    " see the picture."
                )
            )
            raise blocks.StructBlockValidationError(
                block_errors={
                    "image": blocks.StructBlockValidationError(block_errors={"alt_text": words})
                }
            )
        return cleaned

    class Meta:
        icon = "image"
        label = _("Picture")
        template = "guidance/blocks/figure.html"


class FileBlock(blocks.StructBlock):
    """A file to take away; its type and size are shown."""

    file = DocumentChooserBlock(label=_("File"))
    says = blocks.CharBlock(label=_("What it is"), max_length=200, required=False)

    def get_context(self, value, parent_context=None):
        return {
            **super().get_context(value, parent_context),
            "kind": extension_of(value["file"]).upper(),
        }

    class Meta:
        icon = "doc-full"
        label = _("File")
        template = "guidance/blocks/file.html"


class VideoBlock(blocks.StructBlock):
    """A film kept here, with captions and its words; or a link to where it is: nothing is loaded
    from there before a click.
    """

    title = blocks.CharBlock(label=_("Title"), max_length=160)
    film = DocumentChooserBlock(
        label=_("Film"),
        required=False,
        help_text=_("An MP4 or WebM file. Leave it empty for a link."),
    )
    captions = DocumentChooserBlock(
        label=_("Captions"),
        required=False,
        help_text=_("A VTT file, in the language of this page."),
    )
    address = blocks.URLBlock(
        label=_("Address"), required=False, help_text=_("Where the film is, if it isn’t kept here.")
    )
    length = blocks.CharBlock(
        label=_("Length"), max_length=40, required=False, help_text=_("As it is said: “4 min”.")
    )
    transcript = blocks.RichTextBlock(
        label=_("Transcript"),
        features=PARAGRAPHS,
        required=False,
        help_text=_("All that is said, and what is shown and matters."),
    )

    def bulk_to_python(self, values):
        """Films and captions in one query, however many there are."""
        files = get_document_model().objects.in_bulk(
            {raw[name] for raw in values for name in FILES_OF_A_FILM if raw.get(name)}
        )
        films = super().bulk_to_python([raw | dict.fromkeys(FILES_OF_A_FILM) for raw in values])
        for film, raw in zip(films, values, strict=True):
            film.update({name: files.get(raw.get(name)) for name in FILES_OF_A_FILM})
        return films

    def clean(self, value):
        cleaned = super().clean(value)
        if errors := why_not_show(cleaned):
            raise blocks.StructBlockValidationError(
                block_errors={name: ValidationError(str(words)) for name, words in errors.items()}
            )
        return cleaned

    def get_context(self, value, parent_context=None):
        context = super().get_context(value, parent_context)
        # The captions are in the page's language, which isn't the reader's where the page is
        # missing in theirs.
        spoken = context.get("shown_in") or get_language()
        return {**context, "host": host_of(value["address"]), "spoken": spoken}

    class Meta:
        icon = "media"
        label = _("Video")
        template = "guidance/blocks/video.html"


class SubjectBlock(blocks.ChoiceBlock):
    """Who reads a page doesn't ask the products what else could have been chosen."""

    def normalize_choice(self, value):
        return value


class LiveBlock(blocks.StructBlock):
    """What a product has ahead on a subject, asked when the page is read: it is never out of date.

    The page asks once for all its blocks, and gives the answers as `live`; on paper there is none,
    only where to look.
    """

    subject = SubjectBlock(label=pgettext_lazy("taught", "Subject"), choices=live_subjects)
    most = blocks.IntegerBlock(label=_("At most"), default=3, min_value=1, max_value=10)

    def get_context(self, value, parent_context=None):
        ahead = ((parent_context or {}).get("live") or {}).get(value["subject"], [])
        return {**super().get_context(value, parent_context), "sessions": ahead[: value["most"]]}

    class Meta:
        icon = "date"
        label = _("Next sessions")
        template = "guidance/blocks/live.html"


class BodyBlock(blocks.StreamBlock):
    heading = HeadingBlock(max_length=120)
    text = blocks.RichTextBlock(
        label=_("Text"), features=PARAGRAPHS, template="guidance/blocks/text.html", required=False
    )
    steps = StepsBlock()
    callout = CalloutBlock()
    figure = FigureBlock()
    video = VideoBlock()
    file = FileBlock()
    facts = FactsBlock()
    terms = TermsBlock()
    table = TableBlock()
    contact = ContactBlock()
    live = LiveBlock()

    def clean(self, value):
        """Without the texts and tables that nobody filled in, the first text of an empty page among
        them; a draft keeps them.
        """
        cleaned = super().clean(value)
        if self.is_deferred_validation:
            return cleaned
        written = [child for child in cleaned if not is_untouched(child)]
        if cleaned and not written:
            reason = TABLE_IS_EMPTY if cleaned[0].block_type == "table" else TEXT_IS_EMPTY
            raise blocks.StreamBlockValidationError(block_errors={0: ValidationError(reason)})
        rows = [(child.block_type, child.value, child.id) for child in written]
        return blocks.StreamValue(self, rows)


def is_untouched(child) -> bool:
    """A cleaned text block without a word, or a table without a caption and a cell."""
    if child.block_type == "table":
        return is_empty_table(child.value)
    return child.block_type == "text" and not unescape(strip_tags(child.value.source)).strip()


def is_empty_table(table: TypedTable) -> bool:
    """Of a cleaned table, whose empty columns and rows at the end are gone."""
    return not (table.caption or table.columns or table.row_data)


def why_not_show(film) -> dict[str, str | Promise]:
    """What a film lacks before everybody can follow it: a field's name → words."""
    errors: dict[str, str | Promise] = {}
    if bool(film["film"]) == bool(film["address"]):
        errors["address"] = _(
            "A film is either kept here or somewhere else: choose a file or write an address."
        )
    if film["film"]:
        if extension_of(film["film"]) not in VIDEO_FILES:
            errors["film"] = _(
                "Browsers show MP4 and WebM films. Convert this one, then choose it."
            )
        if not film["captions"]:
            errors["captions"] = _(
                "Without captions, people who can’t hear or have no headphones are left out."
            )
        if not film["transcript"]:
            errors["transcript"] = _(
                "Write down what is said: it is read where a film can’t be played, and on paper."
            )
    if film["captions"] and extension_of(film["captions"]) not in CAPTION_FILES:
        errors["captions"] = _("Captions are a VTT file.")
    return errors


def extension_of(document) -> str:
    return document.file_extension.lower() if document else ""


def host_of(address: str) -> str:
    """The site that a link leads to, as people say it."""
    return (urlsplit(address).hostname or "").removeprefix("www.")


def subjects_of(body) -> frozenset[str]:
    """What the live blocks of a page ask about."""
    return frozenset(block.value["subject"] for block in body if block.block_type == "live")
