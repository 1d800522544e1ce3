"""Letters to the owner of a page and to its deputy."""

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cms.guidance.enums import Letters
from cms.guidance.models import Pair
from cms.guidance.notifications.about_a_page import ABOUT_A_PAGE
from courses.mail.documents import absolute, letter
from courses.mail.registry import writes
from courses.mail.values import Message
from courses.people.models import Person
from courses.templatetags.passerelle import date_words


def keepers_of(pair: Pair) -> str:
    return absolute(reverse("guidance:keepers", args=[pair.public_id]))


@writes(Letters.TO_CHECK, because=gettext_lazy("you own this page"), may_wait=True)
def to_check(pair: Pair, *, to: Person, details: dict) -> Message | None:
    """No longer needed once somebody confirmed the page, or another keeps it."""
    due = date.fromisoformat(details["due"])
    if pair.check_on != due or to.pk not in (pair.owner_id, pair.deputy_id):
        return None
    names = {"title": pair, "day": date_words(due)}
    if details["times"] == 1:
        heading = _("To check: %(title)s") % names
        lines = [
            _(
                "The check of this page falls due on %(day)s. Read both languages, fix what is"
                " wrong, then confirm."
            )
            % names,
            _(
                "If nobody does within two weeks, its deputy is told and readers see how long it"
                " has been unchecked."
            ),
        ]
    else:
        heading = _("Still to check: %(title)s") % names
        lines = [
            _(
                "The check of this page fell due on %(day)s. Its owner and its deputy both get this"
                " email."
            )
            % names,
            _(
                "From today readers see how long it has been unchecked. Confirming it removes that"
                " notice."
            ),
        ]
    why = _("You receive this because you own this page or are its deputy.")
    context = {
        "heading": heading,
        "lines": lines,
        "url": keepers_of(pair),
        "label": _("Check and confirm"),
        "why": why,
    }
    return letter(ABOUT_A_PAGE, heading, context)


@writes(Letters.PAGES_RECEIVED, because=gettext_lazy("you now own these pages"), may_wait=True)
def pages_received(about: None, *, to: Person, details: dict) -> Message | None:
    """About those that the reader still keeps."""
    pairs = list(Pair.objects.filter(pk__in=details["pairs"], owner=to).with_pages())
    if not pairs:
        return None
    names = {"count": len(pairs), "title": pairs[0], "before": details["before"]}
    heading = (
        ngettext("You now own “%(title)s”", "You now own %(count)d more pages", len(pairs)) % names
    )
    lines = (
        [_("%(before)s owned them until now and is no longer an adviser.") % names]
        if details["before"]
        else []
    )
    lines += [str(pair) for pair in pairs] if len(pairs) > 1 else []
    lines.append(
        _(
            "The owner of a page confirms now and then that it is still right, and answers what"
            " readers say of it."
        )
    )
    url = keepers_of(pairs[0]) if len(pairs) == 1 else absolute(reverse("guidance:overdue"))
    why = _("You receive this because you now own these pages.")
    return letter(
        ABOUT_A_PAGE,
        heading,
        {"heading": heading, "lines": lines, "url": url, "label": _("See the owners"), "why": why},
    )


@writes(Letters.DEPUTY_LEFT, because=gettext_lazy("you own this page"), may_wait=True)
def deputy_left(pair: Pair, *, to: Person, details: dict) -> Message | None:
    if pair.owner_id != to.pk or pair.deputy_id:
        return None
    names = {"title": pair, "name": details["name"]}
    heading = _("Without a deputy: %(title)s") % names
    line = (
        _(
            "%(name)s is no longer an adviser. Choose who stands in for you, so that the page is"
            " never left alone."
        )
        % names
    )
    why = _("You receive this because you own this page.")
    return letter(
        ABOUT_A_PAGE,
        heading,
        {
            "heading": heading,
            "lines": [line],
            "url": keepers_of(pair),
            "label": _("Choose a deputy"),
            "why": why,
        },
    )
