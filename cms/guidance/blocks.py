"""What a page is built of: few parts, each with its own template in `templates/guidance/blocks/`."""

from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from cms.guidance.enums import LOOKS_LIKE, SIGNS, Tone

WORDS = ["bold", "italic", "link", "document-link"]
PARAGRAPHS = ["h3", "ol", "ul", *WORDS]


class HeadingBlock(blocks.CharBlock):
    """A heading of the page; the contents list at its side leads here."""

    def get_context(self, value, parent_context=None):
        return {**super().get_context(value, parent_context), "anchor": anchor(value)}

    class Meta:
        icon = "title"
        label = _("Heading")
        template = "guidance/blocks/heading.html"


class FigureBlock(blocks.StructBlock):
    figure = blocks.CharBlock(label=_("Figure"), max_length=40, help_text=_("As it is said: “6.8 million”."))
    says = blocks.CharBlock(label=_("What it counts"), max_length=200)


class FactsBlock(blocks.StructBlock):
    figures = blocks.ListBlock(FigureBlock(), label=_("Figures"), min_num=1)
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
        return {**super().get_context(value, parent_context), "sign": SIGNS[tone], "look": LOOKS_LIKE.get(tone, tone), "tone": tone}

    class Meta:
        icon = "warning"
        label = _("Callout")
        template = "guidance/blocks/callout.html"


class TableBlock(blocks.StructBlock):
    """Each row as long as the head; the first cell of a row is its heading."""

    caption = blocks.CharBlock(label=_("What the table shows"), max_length=200)
    head = blocks.ListBlock(blocks.CharBlock(max_length=80), label=_("Headings of the columns"))
    rows = blocks.ListBlock(blocks.ListBlock(blocks.CharBlock(max_length=400), label=_("Row")), label=_("Rows"))

    def get_context(self, value, parent_context=None):
        head = list(value["head"])
        rows = [list(zip(head, row, strict=False)) for row in value["rows"]]
        return {**super().get_context(value, parent_context), "head": head, "rows": rows}

    class Meta:
        icon = "table"
        label = _("Table")
        template = "guidance/blocks/table.html"


class ContactBlock(blocks.StructBlock):
    """Whom to write to: a function rather than a person, so that it stays true."""

    who = blocks.CharBlock(label=_("Who"), max_length=120)
    what_for = blocks.CharBlock(label=_("What for"), max_length=200, required=False)
    email = blocks.EmailBlock(label=_("Mail address"), required=False)
    phone = blocks.CharBlock(label=_("Telephone"), max_length=40, required=False)
    hours = blocks.CharBlock(label=_("When"), max_length=120, required=False)

    class Meta:
        icon = "mail"
        label = _("Contact")
        template = "guidance/blocks/contact.html"


class LiveBlock(blocks.StructBlock):
    """What a product has ahead on a subject, asked when the page is read: it is never out of date."""

    subject = blocks.CharBlock(label=_("Subject"), max_length=80)
    most = blocks.IntegerBlock(label=_("At most"), default=3, min_value=1, max_value=10)

    class Meta:
        icon = "date"
        label = _("Next sessions")
        template = "guidance/blocks/live.html"


class BodyBlock(blocks.StreamBlock):
    heading = HeadingBlock(max_length=120)
    text = blocks.RichTextBlock(label=_("Text"), features=PARAGRAPHS, template="guidance/blocks/text.html")
    facts = FactsBlock()
    terms = TermsBlock()
    steps = StepsBlock()
    callout = CalloutBlock()
    table = TableBlock()
    contact = ContactBlock()
    live = LiveBlock()


def anchor(heading: str) -> str:
    """Where a heading stands in its page."""
    return slugify(heading)[:60].rstrip("-") or "part"
