"""What an adviser sees of a page in the editor."""

from wagtail.admin.panels import FieldPanel
from wagtail.models import Page

WORDS = [*Page.content_panels, FieldPanel("lead"), FieldPanel("body")]
WORDS_OF_A_RESOURCE = [*Page.content_panels, FieldPanel("resource"), FieldPanel("lead"), FieldPanel("body")]
