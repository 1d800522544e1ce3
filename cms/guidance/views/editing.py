"""Update the pair after a page is written in the admin, also for drafts."""

from django.contrib import messages
from django.http import HttpRequest
from wagtail.models import Page

from cms.guidance import services
from cms.guidance.models import BilingualPage


def after_writing(request: HttpRequest, page: Page) -> None:
    if not isinstance(page, BilingualPage):
        return
    services.restate(services.pair_of(page))
    refusal = getattr(page, "moved_on", None)
    # Saved by itself every few seconds: said where somebody pressed a button.
    if refusal and request.accepts("text/html"):
        messages.warning(request, refusal.reason)


def after_copying(request: HttpRequest, page: Page, copy: Page) -> None:
    after_writing(request, copy.specific)
