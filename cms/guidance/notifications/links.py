"""The letter about dead links."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.guidance.enums import Letters
from cms.guidance.models import Pair
from cms.guidance.notifications.about_a_page import ABOUT_A_PAGE
from courses.mail.documents import absolute, letter
from courses.mail.registry import writes
from courses.mail.values import Message
from courses.people.models import Person
from courses.templatetags.passerelle import date_words


@writes(Letters.DEAD_LINKS, because=gettext_lazy("you own this page"), may_wait=True)
def dead_links_found(pair: Pair, *, to: Person, details: dict) -> Message | None:
    """About those that are still dead."""
    links = list(pair.dead_links.certain().filter(pk__in=details["links"]))
    if not links or pair.owner_id != to.pk:
        return None
    heading = _("Dead links: %(title)s") % {"title": pair}
    lines = [f"{link.address} {link.get_fault_display()}" for link in links]
    lines.append(
        _("Fix or remove them. The page is now to be checked by %(day)s.")
        % {"day": date_words(pair.check_on)}
    )
    url = absolute(f"{reverse('guidance:dead_links')}?about={pair.public_id}")
    why = _("You receive this because you own this page.")
    return letter(
        ABOUT_A_PAGE,
        heading,
        {
            "heading": heading,
            "lines": lines,
            "url": url,
            "label": _("See the dead links"),
            "why": why,
        },
    )
