"""Letters about a publication or an end that was planned."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import Page

from cms.guidance.enums import Letters
from cms.guidance.notifications.about_a_page import ABOUT_A_PAGE, editor_of
from courses.mail.documents import letter
from courses.mail.registry import writes
from courses.mail.values import Message
from courses.people.models import Person


@writes(
    Letters.NOT_PUBLISHED, because=gettext_lazy("you own this page, or planned its publication")
)
def not_published(page: Page, *, to: Person, details: dict) -> Message | None:
    heading = _("Not published as planned: %(title)s") % {"title": page.title}
    lines = [
        details["reason"]
        or _(
            "The publication that was planned for now didn’t succeed. It is tried again each"
            " minute."
        ),
        _("Nothing is lost: the text is kept as a draft."),
    ]
    why = _("You receive this because you own this page or planned its publication.")
    context = {
        "heading": heading,
        "lines": lines,
        "url": editor_of(page),
        "label": _("Open the page"),
        "why": why,
    }
    return letter(ABOUT_A_PAGE, heading, context)


@writes(Letters.ENDED_IN_REVIEW, because=gettext_lazy("you own or review this page"))
def ended_in_review(page: Page, *, to: Person, details: dict) -> Message | None:
    """Tell of a page taken down during a review; no letter if it is online again."""
    if page.live:
        return None
    heading = _("Taken down as planned: %(title)s") % {"title": page.title}
    lines = [
        _(
            "The end that was planned for this page came while a correction was under review:"
            " readers no longer find it."
        ),
        _(
            "The correction is safe as a draft. Approve it and choose a later end, or leave the"
            " page offline."
        ),
    ]
    why = _("You receive this because you own or review this page.")
    context = {
        "heading": heading,
        "lines": lines,
        "url": editor_of(page),
        "label": _("Open the page"),
        "why": why,
    }
    return letter(ABOUT_A_PAGE, heading, context)
