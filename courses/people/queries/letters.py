"""Letters in the record, in words."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from courses.mail import documents
from courses.mail.enums import LetterState
from courses.mail.models import NO_ADDRESS, Letter
from courses.people.models import Person

LETTER_LOOKS = {
    LetterState.WAITING: ("wait", "hourglass"),
    LetterState.GATHERED: ("wait", "hourglass"),
    LetterState.SUMMED_UP: ("done", "check"),
    LetterState.SENT: ("done", "check"),
    LetterState.FAILED: ("warn", "circle-alert"),
    LetterState.WITHDRAWN: ("calm", "ban"),
}


@dataclass(frozen=True)
class LetterLine:
    """One letter in the record, in words."""

    letter: Letter
    title: str
    why: str
    went_to: str
    trouble: str
    tone: str
    sign: str

    @property
    def when(self) -> datetime.datetime:
        return self.letter.sent_at or self.letter.posted_at

    @property
    def state(self) -> str:
        return _("came back") if self.letter.came_back else self.letter.get_state_display()

    @property
    def can_go_again(self) -> bool:
        return self.letter.state in (LetterState.SENT, LetterState.FAILED)


def letters_to(person: Person) -> QuerySet[Letter]:
    """Newest first, without the messages themselves."""
    return (
        Letter.objects.filter(to=person)
        .defer("source")
        .select_related("to")
        .fetch_mode(models.FETCH_PEERS)
    )


def lines_of(letters: Iterable[Letter]) -> list[LetterLine]:
    return [_as_line(letter) for letter in letters]


def _as_line(letter: Letter) -> LetterLine:
    tone, sign = LETTER_LOOKS[LetterState(letter.state)]
    why = documents.reason(letter)
    if letter.came_back:
        tone, sign = LETTER_LOOKS[LetterState.FAILED]
        trouble = why_it_came_back(letter.return_status)
    elif letter.delays and letter.last_error == "":
        trouble = _("The reader’s mail server said that it could not deliver it yet.")
    elif letter.last_error == NO_ADDRESS:
        trouble = _("This account has no email address.")
    elif letter.last_error and letter.state == LetterState.WAITING:
        trouble = _("It could not be sent yet and will be tried again: %(error)s") % {
            "error": letter.last_error
        }
    else:
        trouble = letter.last_error
    return LetterLine(
        letter=letter,
        title=letter.subject or (why[:1].upper() + why[1:]) or _("An email"),
        why=why,
        went_to=letter.address or letter.goes_to,
        trouble=trouble,
        tone=tone,
        sign=sign,
    )


def why_it_came_back(status: str) -> str:
    """An enhanced status code in words (RFC 3463), with the code for whoever runs a mail server."""
    _class, subject, detail = status.split(".")
    if subject == "1":
        said = _("The reader’s mail server does not know this address (%(status)s).")
    elif (subject, detail) == ("2", "2"):
        said = _("The mailbox is full (%(status)s).")
    elif subject == "4":
        said = _("The reader’s mail server could not be reached (%(status)s).")
    elif subject == "7":
        said = _("The reader’s mail server refuses our emails (%(status)s).")
    else:
        said = _("The reader’s mail server did not take it (%(status)s).")
    return said % {"status": status}


def last_return(person: Person) -> Letter | None:
    """The email because of which the person's address counts as returning mail; None where it
    doesn't, or the record has gone. One query.
    """
    if not person.returns_mail:
        return None
    sent = Letter.objects.filter(to=person).to_address(person.returned_address).defer("source")
    return sent.exclude(returned_at=None).order_by("-returned_at").first()
