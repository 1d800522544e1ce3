"""Plain values of which a mail is made."""

import datetime
import re
import unicodedata
from dataclasses import dataclass
from typing import Protocol

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.dates import waited
from courses.jobs.values import PARIS
from courses.mail.enums import MailRhythm

LEASE = datetime.timedelta(minutes=5)  # a worker holding a letter for longer has crashed


class Addressee(Protocol):
    """Whom a letter is for: a person of `courses.people`, which this room lies below."""

    pk: int
    email: str | None
    language: str
    mail_rhythm: str
    is_active: bool

    @property
    def display_name(self) -> str: ...


@dataclass(frozen=True)
class CalendarPart:
    """An iCalendar and its method (RFC 6047: header and body name the same)."""

    method: str
    content: bytes


@dataclass(frozen=True)
class MailFile:
    """A file. `method` is that of an iCalendar, and a parameter of its type."""

    name: str
    content: bytes
    mimetype: str
    method: str = ""


@dataclass(frozen=True)
class Message:
    """A letter's text in one language. `unsubscribe_url` takes a POST without a login, for letters
    that nobody needs (RFC 8058). `in_short` and `url` stand for it in the summary of the day or
    week: None and empty where its first sentence and its first address do. `in_short` may have lines.
    """

    subject: str
    text: str
    html: str
    calendar: CalendarPart | None = None
    attachments: tuple[MailFile, ...] = ()
    unsubscribe_url: str = ""
    in_short: str | None = None
    url: str = ""


@dataclass(frozen=True)
class OpenedLetter:
    """A sent letter, read back from its record."""

    headers: tuple[tuple[str, str], ...]
    text: str
    html: str
    calendar: CalendarPart | None
    attachments: tuple[MailFile, ...]


@dataclass(frozen=True)
class LateMail:
    """That emails are late, in words for everybody. `given_up`: of the last 24 hours; the site doesn't
    send those by itself.
    """

    delay: datetime.timedelta
    given_up: int

    def __str__(self) -> str:
        return f"{self.title}. {self.text}"

    @property
    def title(self) -> str:
        return _("Emails are late by %(delay)s") % {"delay": waited(self.delay)}

    @property
    def text(self) -> str:
        if not self.given_up:
            return _(
                "None is lost, and nothing needs to be sent again: they go out as soon as they can."
            )
        words = ngettext(
            "%(number)d email couldn’t be sent: those who run this site send it again."
            " The others go out as soon as they can.",
            "%(number)d emails couldn’t be sent: those who run this site send them again."
            " The others go out as soon as they can.",
            self.given_up,
        )
        return words % {"number": self.given_up}


# A letter's own id in its Message-ID: 50 random bits, so nobody guesses another's.
MESSAGE_ID = re.compile(r"<letter-([0-9a-z]{10})@")


def message_id(letter: str, host: str) -> str:
    return f"<letter-{letter}@{host}>"


@dataclass(frozen=True)
class DeliveryReport:
    """A mail server's word that a letter did not arrive. `letter` is its public id, `status` an
    enhanced status code (RFC 3463) of class 4 or 5. `is_permanent`: it isn't tried any more, which
    the class doesn't say.
    """

    letter: str
    status: str
    is_permanent: bool


def one_line(text: str) -> str:
    """Without line breaks and control characters: nothing typed by a person can begin a new header."""
    return " ".join("".join(" " if unicodedata.category(c) == "Cc" else c for c in text).split())


SUMMARY_AT, FRIDAY = datetime.time(17), 4


def summary_after(moment: datetime.datetime, rhythm: str) -> datetime.datetime:
    """When what was posted then is summed up: at 17:00 in Paris, on the next day from Monday to
    Friday, or on the next Friday. At once for everybody else.
    """
    local = moment.astimezone(PARIS)
    if rhythm not in (MailRhythm.DAILY, MailRhythm.WEEKLY):
        return moment
    day = local.date() + datetime.timedelta(days=local.time() >= SUMMARY_AT)
    is_due = {MailRhythm.DAILY: range(FRIDAY + 1), MailRhythm.WEEKLY: [FRIDAY]}[MailRhythm(rhythm)]
    while day.weekday() not in is_due:
        day += datetime.timedelta(days=1)
    return datetime.datetime.combine(day, SUMMARY_AT, tzinfo=PARIS)


# Somebody may sit and wait for a password's link: after an outage of ten minutes it comes within
# ten more.
MINUTES_BETWEEN_FIRST_TRIES = (1, 2, 5, 10, 10, 10, 10, 10)
HOURLY_TRIES = 23  # with those before, about a day


def wait_before_next_try(attempts: int) -> datetime.timedelta | None:
    """How long to wait after that many failed attempts; None when a day has been enough."""
    if attempts <= len(MINUTES_BETWEEN_FIRST_TRIES):
        return datetime.timedelta(minutes=MINUTES_BETWEEN_FIRST_TRIES[attempts - 1])
    if attempts <= len(MINUTES_BETWEEN_FIRST_TRIES) + HOURLY_TRIES:
        return datetime.timedelta(hours=1)
    return None
