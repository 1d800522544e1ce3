"""Letters about what readers say of a page."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.guidance.enums import Letters, OpinionState
from cms.guidance.models import Opinion
from cms.guidance.notifications.about_a_page import ABOUT_A_PAGE
from courses.mail.documents import absolute, letter
from courses.mail.registry import writes
from courses.mail.values import Message
from courses.people.models import Person


@writes(Letters.OPINION, because=gettext_lazy("you own this page"), may_wait=True)
def opinion_came(opinion: Opinion, *, to: Person, details: dict) -> Message | None:
    """Announce an opinion without the reader's words: a name in them can still be struck out on the
    site. Nothing once it is settled, or another owns the page.
    """
    if opinion.state != OpinionState.NEW or opinion.pair.owner_id != to.pk:
        return None
    names = {"title": opinion.title}
    heading = _("A reader wrote about “%(title)s”") % names
    first = (
        _("The page was useful, and something is said about it.")
        if opinion.was_useful
        else _("The page wasn’t useful.")
    )
    lines = [
        first,
        _(
            "Read it and answer. The words aren’t in this email, so that a name in them can still"
            " be struck out."
        ),
    ]
    why = _("You receive this because you own this page.")
    url = absolute(reverse("guidance:answer", args=[opinion.public_id]))
    return letter(
        ABOUT_A_PAGE,
        heading,
        {"heading": heading, "lines": lines, "url": url, "label": _("Read and answer"), "why": why},
    )


@writes(Letters.OPINION_ANSWERED, because=gettext_lazy("you said what you think of this page"))
def opinion_answered(opinion: Opinion, *, to: Person, details: dict) -> Message | None:
    if not opinion.answer:
        return None
    heading = _("An answer about “%(title)s”") % {"title": opinion.title}
    lines = [_("You said whether this page was useful. Its owner answers:")]
    why = _(
        "You receive this because you were signed in when you said what you think of this page."
    )
    url = absolute(reverse("guidance:my_opinion", args=[opinion.public_id]))
    context = {
        "heading": heading,
        "lines": lines,
        "words": opinion.answer,
        "url": url,
        "label": _("See it on its page"),
        "why": why,
    }
    return letter(ABOUT_A_PAGE, heading, context)
