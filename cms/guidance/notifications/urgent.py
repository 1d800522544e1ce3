"""Letters about a page that was published urgently."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.guidance.enums import Letters, ReviewOutcome
from cms.guidance.models import UrgentNotice
from cms.guidance.notifications.about_a_page import ABOUT_A_PAGE, editor_of
from courses.mail.documents import absolute, letter
from courses.mail.registry import writes
from courses.mail.values import Message
from courses.people.models import Person


@writes(Letters.URGENT_TO_REVIEW, because=gettext_lazy("you review pages of this topic"))
def urgent_to_review(notice: UrgentNotice, *, to: Person, details: dict) -> Message | None:
    """No longer needed once somebody reviewed it, or the page was published urgently again."""
    if not notice.is_to_review:
        return None
    names = {"title": notice.page.title, "person": notice.published_by.display_name}
    heading = _("Published urgently, to review: %(title)s") % names
    said = _(
        "%(person)s published the page at once, with a banner over the whole site. Keep it, or"
        " take it back."
    )
    if notice.is_banner_alone:
        said = _(
            "%(person)s put a banner over the whole site that leads to this page. Readers had its"
            " text before. Keep it, or remove the banner."
        )
    why = _("You receive this because you review pages of this topic.")
    url = absolute(reverse("guidance:urgent_review", args=[notice.public_id]))
    context = {
        "heading": heading,
        "lines": [said % names],
        "url": url,
        "label": _("Review afterwards"),
        "why": why,
    }
    return letter(ABOUT_A_PAGE, heading, context)


@writes(Letters.URGENT_REVIEWED, because=gettext_lazy("you published this page urgently"))
def urgent_reviewed(notice: UrgentNotice, *, to: Person, details: dict) -> Message | None:
    if not notice.reviewed_by:
        return None
    names = {"title": notice.page.title, "person": notice.reviewed_by.display_name}
    if notice.outcome == ReviewOutcome.KEPT:
        heading = _("Kept: %(title)s") % names
        line = (
            _("%(person)s reviewed what you published urgently: it stays online.")
            if notice.is_online
            else _(
                "%(person)s reviewed what you published urgently. Readers have another text since,"
                " or none."
            )
        ) % names
    elif notice.is_banner_alone:
        heading, line = (
            _("Banner removed: %(title)s") % names,
            _("%(person)s removed the banner that you published. Nothing else has changed.")
            % names,
        )
    else:
        heading = _("Taken back: %(title)s") % names
        line = (
            _(
                "%(person)s took back what you published urgently. The text is kept as a draft;"
                " readers see the page as it was."
            )
            if notice.before_id
            else _(
                "%(person)s took back what you published urgently. The page was taken off the"
                " site; the text is kept as a draft."
            )
        ) % names
    why = _("You receive this because you published this page urgently.")
    context = {
        "heading": heading,
        "lines": [line],
        "words": notice.words,
        "url": editor_of(notice.page),
        "label": _("Open the page"),
        "why": why,
    }
    return letter(ABOUT_A_PAGE, heading, context)
