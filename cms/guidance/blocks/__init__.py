"""Blocks of a page: few kinds, each with its own template in `templates/guidance/blocks/`.

Migrations name HeadingBlock, StepsBlock and TermsBlock by this module: they stay in it.
"""

from html import unescape

from django.core.exceptions import ValidationError
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail import blocks

from cms.guidance.blocks.features import PARAGRAPHS, WORDS
from cms.guidance.blocks.media import FigureBlock, FileBlock, VideoBlock
from cms.guidance.blocks.table import TABLE_IS_EMPTY, TableBlock, is_empty_table
from cms.guidance.enums import LOOKS_LIKE, SIGNS, Tone
from courses.digest.queries import live_subjects, tile_choices

TEXT_IS_EMPTY = _("Write a text here, or add another part and take this one out.")


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


class SubjectBlock(blocks.ChoiceBlock):
    """Choice of a subject. A reader's request doesn't ask the products for all choices."""

    def normalize_choice(self, value):
        return value


class LiveBlock(blocks.StructBlock):
    """Next sessions on a subject, asked of the products when the page is read: never out of date.

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


class ResourceBlock(blocks.StructBlock):
    """A resource with its button, drawn for each reader: only who has the resource sees it.

    The page asks once for all its blocks, and gives the answers as `tiles`; on paper there is none,
    only where to look.
    """

    resource = SubjectBlock(
        label=_("Resource"),
        choices=tile_choices,
        help_text=_(
            "Students and teachers whom a subscription includes see it, with a button to open it;"
            " teachers also read when it ended or begins. Nobody else sees it."
        ),
    )

    def get_context(self, value, parent_context=None):
        given = parent_context or {}
        tile = (given.get("tiles") or {}).get(value["resource"])
        is_preview = getattr(given.get("request"), "is_preview", False)
        name = dict(tile_choices()).get(value["resource"], "") if is_preview else ""
        return {
            **super().get_context(value, parent_context),
            "tiles": [tile] if tile else [],
            "name_in_preview": name,
        }

    class Meta:
        icon = "link-external"
        label = _("Resource, to open it")
        template = "guidance/blocks/resource.html"


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
    resource = ResourceBlock()

    def clean(self, value):
        """Drop empty texts and tables, the first text of an empty page among them; a draft keeps
        them.
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


def subjects_of(body) -> frozenset[str]:
    """Subjects of a page's live blocks."""
    return frozenset(block.value["subject"] for block in body if block.block_type == "live")


def resources_of(body) -> list[str]:
    """Slugs of the resources of a page's tiles."""
    return [block.value["resource"] for block in body if block.block_type == "resource"]
