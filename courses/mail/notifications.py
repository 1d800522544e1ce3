"""The letter about letters: what may wait, once a day or a week."""

import re
from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy, ngettext

from courses.mail.documents import absolute, letter, reason, written
from courses.mail.enums import Letters, LetterState
from courses.mail.models import Letter
from courses.mail.registry import writes
from courses.mail.values import Addressee, Message

SENTENCE_LENGTH = 240


@dataclass(frozen=True)
class SummaryItem:
    """One letter that was put by: its subject, its first sentence, where it leads."""

    subject: str
    sentence: str
    url: str


@writes(Letters.DIGEST, because=gettext_lazy("you wished for one email about all that may wait"))
def digest(about: None, *, to: Addressee, details: dict) -> Message | None:
    """What is still needed of the letters that were put by; nothing once none is. Sent again, it is
    about those of the first one.
    """
    items = [item for row in _letters_of(details, to) if (item := _item(row))]
    if not items:
        return None
    subject = ngettext(
        "Passerelle: %(count)s message", "Passerelle: %(count)s messages", len(items)
    ) % {"count": len(items)}
    return letter(
        "mail/digest",
        subject,
        {
            "items": items,
            "to": to,
            "profile_url": absolute(reverse("people:profile")),
        },
    )


def _letters_of(details: dict, to: Addressee) -> QuerySet[Letter]:
    rows = Letter.objects.filter(
        to_id=to.pk, state=LetterState.SUMMED_UP, summary__key=details["summary"]
    )
    return rows.select_related("to").order_by("posted_at", "pk")


def _item(row: Letter) -> SummaryItem | None:
    message = written(row)
    if message is None:
        return None
    return SummaryItem(message.subject, _sentence(message) or reason(row), _link(message))


def _sentence(message: Message) -> str:
    """The first paragraph below the subject and the greeting, which ends in a comma."""
    body = message.text.partition("\n-- \n")[0]
    paragraphs = (" ".join(part.split()) for part in body.split("\n\n"))
    said = (
        text
        for text in paragraphs
        if text and text != message.subject and not text.endswith(",") and "://" not in text
    )
    return Truncator(next(said, "")).chars(SENTENCE_LENGTH)


def _link(message: Message) -> str:
    """The first address of ours in the text."""
    start = re.escape(settings.SITE_ADDRESS.rstrip("/") + "/")
    found = re.search(rf"{start}\S*", message.text)
    return found[0].rstrip(".,;)") if found else settings.SITE_ADDRESS
