"""The letter about letters: what may wait, once a day or a week."""

import logging
import re
from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from courses.mail.documents import absolute, letter, reason, written
from courses.mail.enums import Letters, LetterState
from courses.mail.models import Letter
from courses.mail.registry import writes
from courses.mail.values import Addressee, Message

logger = logging.getLogger(__name__)

SENTENCE_LENGTH = 400
IN_SHORT_LENGTH = 2400  # what a letter says of itself, in lines


@dataclass(frozen=True)
class SummaryItem:
    """One letter that was put by: its subject, what it says in short, where it leads, if anywhere."""

    subject: str
    sentence: str
    url: str

    @property
    def lines(self) -> list[str]:
        return self.sentence.splitlines()


@writes(Letters.DIGEST, because=gettext_lazy("you wished for one email about all that may wait"))
def digest(about: None, *, to: Addressee, details: dict) -> Message | None:
    """Summary of the letters that were put by and are still needed, the same words once; nothing
    once none is, or to an account that was closed meanwhile. Sent again, it is about those of the
    first one.
    """
    if not to.is_active:
        return None
    found = [item for row in _letters_of(details, to) if (item := _item(row))]
    items = list(dict.fromkeys(found))
    if not items:
        return None
    subject = _subject([item.subject for item in items])
    return letter(
        "mail/digest",
        subject,
        {
            "items": items,
            "to": to,
            "profile_url": absolute(reverse("people:profile")),
        },
    )


def _subject(subjects: list[str]) -> str:
    first, *others = subjects
    if not others:
        return _("Passerelle: %(first)s") % {"first": first}
    return ngettext(
        "Passerelle: %(first)s, and %(count)s more message",
        "Passerelle: %(first)s, and %(count)s more messages",
        len(others),
    ) % {"first": first, "count": len(others)}


def _letters_of(details: dict, to: Addressee) -> QuerySet[Letter]:
    rows = Letter.objects.filter(
        to_id=to.pk, state=LetterState.SUMMED_UP, summary__key=details["summary"]
    )
    return rows.select_related("to").order_by("posted_at", "pk")


def _item(row: Letter) -> SummaryItem | None:
    try:
        message = written(row)
    except Exception:  # one that can't be written must not hold back the others
        logger.exception("letter %s of a summary can't be written", row.pk)
        why = reason(row)
        subject = (why[:1].upper() + why[1:]) or _("An email")
        sentence = _("This message could not be written. What it is about stands on Passerelle.")
        return SummaryItem(subject, sentence, absolute("/"))
    if message is None:
        return None
    if message.in_short is None:
        sentence = Truncator(_sentence(message)).chars(SENTENCE_LENGTH)
    else:
        sentence = Truncator(message.in_short).chars(IN_SHORT_LENGTH)
    return SummaryItem(message.subject, sentence, message.url or _link(message))


def _sentence(message: Message) -> str:
    """The first paragraph that is a sentence: no greeting, no heading, no list, not the subject."""
    body = message.text.partition("\n-- \n")[0]
    paragraphs = (" ".join(part.split()) for part in body.split("\n\n"))
    said = (
        text
        for text in paragraphs
        if text.endswith((".", "!", "?")) and text != message.subject and "://" not in text
    )
    return next(said, "")


def _link(message: Message) -> str:
    """The first address of ours in the text, if any."""
    start = re.escape(settings.SITE_ADDRESS.rstrip("/") + "/")
    found = re.search(rf"{start}\S*", message.text)
    return found[0].rstrip(".,;)") if found else ""
