"""What an adviser sees of a page in the editor."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, InlinePanel, PageChooserPanel
from wagtail.models import Page

WORDS = [*Page.content_panels, FieldPanel("lead"), FieldPanel("body")]
WORDS_OF_A_RESOURCE = [*Page.content_panels, FieldPanel("resource"), FieldPanel("lead"), FieldPanel("body")]
WORDS_OF_GUIDANCE = [
    *Page.content_panels,
    FieldPanel("lead"),
    FieldPanel("audience"),
    FieldPanel("body"),
    InlinePanel("related_pages", [PageChooserPanel("other")], heading=_("Read next"), label=_("Page"), max_num=3),
    FieldPanel("change_note"),
]
WORDS_OF_NEWS = [*Page.content_panels, FieldPanel("dated"), FieldPanel("lead"), FieldPanel("body")]
