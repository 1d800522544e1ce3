"""The weekly letter about pages that are behind, missing or overdue."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy, ngettext

from cms.guidance.enums import Letters, State
from cms.guidance.queries.parity import kept_and_late
from courses.mail.documents import absolute, letter
from courses.mail.registry import writes
from courses.mail.values import Message
from courses.people.models import Person


@writes(Letters.BOTH_LANGUAGES, because=gettext_lazy("you own these pages"), may_wait=True)
def both_languages(owner: Person, *, to: Person, details: dict) -> Message | None:
    """The state when the letter is written; no letter if nothing needs attention any more."""
    day = timezone.localdate()
    pairs = list(kept_and_late(day).filter(owner=to))
    if not pairs:
        return None
    behind = [pair for pair in pairs if pair.english_state == State.BEHIND]
    missing = [
        pair
        for pair in pairs
        if pair.french_state == State.LIVE and pair.english_state in (State.MISSING, State.DRAFT)
    ]
    overdue = [pair for pair in pairs if pair.is_overdue]
    context = {
        "behind": behind,
        "missing": missing,
        "overdue": overdue,
        "url": absolute(reverse("guidance:parity")) + "?which=mine",
    }
    subject = ngettext(
        "One of your pages needs your attention this week",
        "%(pages)s of your pages need your attention this week",
        len(pairs),
    )
    subject %= {"pages": len(pairs)}
    in_short = ", ".join(str(pair) for pair in pairs)
    return letter("guidance/mail/both_languages", subject, context, in_short=in_short)
