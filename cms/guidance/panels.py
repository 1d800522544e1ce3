"""Panels on a page in its editor."""

from dataclasses import dataclass

from django import forms
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldPanel,
    InlinePanel,
    MultiFieldPanel,
    PageChooserPanel,
    Panel,
    TitleFieldPanel,
)
from wagtail.admin.ui.components import Component
from wagtail.admin.userbar import ContentCheckerItem
from wagtail.admin.widgets import AdminAutoHeightTextInput

from cms.guidance.enums import PassageChange
from cms.guidance.queries.parity import figures
from cms.guidance.queries.step import in_words, pair_for
from cms.guidance.rules import compared
from cms.guidance.services.writing import remarks_on
from cms.guidance.values.passages import Compared, as_read, beginning
from cms.guidance.values.untranslated import untranslated


@dataclass(frozen=True)
class LateRow:
    """A passage that differs in French since the page was last up to date."""

    kind: str
    word: str
    row: Compared
    here: str


def word(change: str) -> str:
    return str(PassageChange(change).label)


class StepPanel(Panel):
    """State of a page beside its twin: in English the changes in French and "in step now", in
    French which passages English hasn't followed.
    """

    def get_form_options(self):
        return {"fields": ["minor_edit"]}

    class BoundPanel(Panel.BoundPanel):
        template_name = "guidance/admin/step.html"

        def is_shown(self) -> bool:
            return bool(self.instance.pk)

        @cached_property
        def pair(self):
            return pair_for(self.instance)

        @cached_property
        def rows(self) -> list:
            """French passages in the editor of English: as they were when last in step and as they
            are.
            """
            if not self.form.follows:
                return []
            return compared(self.form.twin.passages, self.instance.seen, self.instance.passages)

        @cached_property
        def still(self) -> list:
            """Passages that a draft for translation took over and nobody has translated yet."""
            return (
                untranslated(self.instance.passages, self.form.twin.passages)
                if self.form.follows
                else []
            )

        @property
        def lag(self) -> list[dict]:
            """Passages that English hasn't followed, as the pair keeps them, in the editor of
            French.
            """
            return self.pair.lag if self.form.leads and self.pair else []

        @property
        def marks(self) -> dict[str, str]:
            """Block or field → the word that stands at it."""
            if self.form.follows:
                late = (
                    {row.id: word(row.change) for row in self.rows if row.change}
                    if self.instance.seen is not None
                    else {}
                )
                return late | {passage.id: gettext("still in French") for passage in self.still}
            return {row["id"]: word(row["change"]) for row in self.lag}

        def get_context_data(self, parent_context=None):
            said = (
                {passage.id: as_read(passage) for passage in self.pair.source_passages}
                if self.lag
                else {}
            )
            return super().get_context_data(parent_context) | {
                "twin": self.form.twin,
                "form": self.form,
                "pair": self.pair,
                "is_source": self.instance.is_source,
                "still": len(self.still),
                "was_never_in_step": self.instance.seen is None,
                "late": [
                    LateRow(in_words(row.kind), word(row.change), row, as_read(row.here))
                    for row in self.rows
                    if row.change
                ],
                "here_only": [
                    (in_words(row.kind), beginning(as_read(row.here)))
                    for row in self.rows
                    if row.is_here_only
                ],
                "lag": [
                    (in_words(row["kind"]), beginning(said.get(row["id"], "")), word(row["change"]))
                    for row in self.lag
                ],
                "marks": self.marks,
            }

        @property
        def media(self):
            return forms.Media(js=["cms/js/step.js"], css={"all": ["cms/css/admin.css"]})


class KeptPanel(Panel):
    """Owner of the page, its last and next check: with the way to confirm it."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "guidance/admin/kept.html"

        def is_shown(self) -> bool:
            return bool(self.instance.pk and pair_for(self.instance))

        def get_context_data(self, parent_context=None):
            return super().get_context_data(parent_context) | {"pair": pair_for(self.instance)}


class ImprovePanel(Panel):
    """Possible improvements of the saved text: hints with links to the blocks, which never prevent
    saving.
    """

    class BoundPanel(Panel.BoundPanel):
        template_name = "guidance/admin/improve_panel.html"

        def is_shown(self) -> bool:
            return bool(self.instance.pk)

        def get_context_data(self, parent_context=None):
            return super().get_context_data(parent_context) | {
                "page": self.instance,
                "remarks": remarks_on(self.instance),
            }

        @property
        def media(self):
            return forms.Media(js=["cms/js/improve.js"])


class Checker(ContentCheckerItem):
    """Wagtail's own checks of a page as a reader has it, and more of the same kind.

    Words are looked at by `what_to_improve`.
    """

    axe_include = ["main"]
    axe_run_only = [
        *ContentCheckerItem.axe_run_only,
        "image-alt",
        "image-redundant-alt",
        "identical-links-same-purpose",
        "list",
        "listitem",
        "table-duplicate-name",
        "td-has-header",
        "valid-lang",
        "video-caption",
    ]
    axe_messages = ContentCheckerItem.axe_messages | {
        "image-alt": {
            "error_name": _("A picture says nothing"),
            "help_text": _("Describe it for people who can’t see it, or mark it as decorative"),
        },
        "image-redundant-alt": {
            "error_name": _("A picture repeats the words beside it"),
            "help_text": _("Say what the words don’t, or mark it as decorative"),
        },
        "identical-links-same-purpose": {
            "error_name": _("Links with the same words lead to different places"),
            "help_text": _("Say in the words of each link where it leads"),
        },
        "td-has-header": {
            "error_name": _("A cell without a heading"),
            "help_text": _("Give a heading to each column and row"),
        },
        "video-caption": {
            "error_name": _("A film without captions"),
            "help_text": _("People who can’t hear it are left out"),
        },
    }


HEAD = [
    StepPanel(heading=_("Both languages")),
    KeptPanel(heading=_("Owner of this page")),
    TitleFieldPanel(
        "title", help_text=_("As a reader would ask for it, or say it to a colleague.")
    ),
    FieldPanel("lead", widget=AdminAutoHeightTextInput),
]
# What is rarely needed, folded, in the place of Wagtail's tab "Promote".
RARELY = MultiFieldPanel(
    [
        FieldPanel(
            "slug",
            help_text=_(
                "The end of the page’s address. Changed later, the old address still leads here."
            ),
        ),
        FieldPanel(
            "search_description",
            help_text=_(
                "Two lines under the title in search engines. Left empty, they show the summary."
            ),
        ),
    ],
    heading=_("Address and search engines"),
    classname="collapsed",
)
FOOT = [ImprovePanel(heading=_("To make it better")), RARELY]
WORDS = [*HEAD, FieldPanel("body"), *FOOT]
WORDS_OF_A_RESOURCE = [*HEAD, FieldPanel("resource"), FieldPanel("body"), *FOOT]
WORDS_OF_GUIDANCE = [
    *HEAD,
    FieldPanel("audience"),
    FieldPanel("body"),
    FieldPanel("resource"),
    InlinePanel(
        "related_pages",
        [PageChooserPanel("other")],
        heading=_("Read next"),
        label=_("Page"),
        max_num=3,
    ),
    FieldPanel("change_note"),
    *FOOT,
]
WORDS_OF_NEWS = [*HEAD, FieldPanel("dated"), FieldPanel("body"), *FOOT]


class BothLanguages(Component):
    """Figures on the admin's home: how far English is behind, and the way to the board."""

    name = "both_languages"
    template_name = "guidance/admin/figure.html"
    order = 50

    def get_context_data(self, parent_context):
        return {"figures": figures(timezone.localdate())}
