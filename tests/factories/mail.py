"""Letters of the tests' own, written in this module, and calendars read back from what was sent."""

import email
import email.policy
from dataclasses import dataclass

from django.utils.translation import get_language
from icalendar import Calendar

from courses.agenda import services as agenda
from courses.mail import documents
from courses.mail.registry import writes
from courses.mail.values import MailFile, Message

NOTE = "tests.note"
INVITATION = "tests.invitation"
CERTIFICATE = "tests.certificate"
NOT_NEEDED = "tests.not_needed"
BROKEN = "tests.broken"


@writes(NOTE, because="")
def note(about, *, to, details) -> Message:
    """A short letter that says in which language it was written."""
    words = f"{to.given_name}, {get_language()}"
    return Message(
        subject=details.get("subject", "Note"), text=f"{words}\n", html=f"<p>{words}</p>"
    )


@writes(CERTIFICATE, because="")
def certificate(about, *, to, details) -> Message:
    return Message(
        subject="Certificate",
        text="Here\n",
        html="<p>Here</p>",
        attachments=(MailFile("c.pdf", b"%PDF-1.7", "application/pdf"),),
    )


@writes(NOT_NEEDED, because="")
def not_needed(about, *, to, details) -> None:
    return None


@writes(BROKEN, because="")
def broken(about, *, to, details) -> Message:
    raise LookupError("the template is missing")


@writes(INVITATION, because="")
def invitation(about, *, to, details) -> Message:
    """A meeting's invitation, as the calendar entry stands when it is written."""
    entry = about.calendar_entries.get(person=to)
    part = agenda.invitation(
        entry=entry,
        summary="Chercher et citer",
        description="Au programme : chercher, citer ; échanger.",
        url=f"http://testserver/join/{about.public_id}/",
    )
    return Message(subject="Invitation", text="Bonjour\n", html="<p>Bonjour</p>", calendar=part)


def calendar_of(letter) -> Calendar:
    """The calendar that went with a letter, read from its record."""
    return Calendar.from_ical(documents.opened(letter).calendar.content)


def event_of(letter):
    """Its one event."""
    (event,) = calendar_of(letter).walk("VEVENT")
    return event


@dataclass
class SentCalendar:
    """One iCalendar of a sent mail; `method` is that of the part's header."""

    method: str
    calendar: Calendar
    filename: str = ""

    @property
    def event(self):
        (event,) = self.calendar.walk("VEVENT")
        return event

    @property
    def uid(self) -> str:
        return str(self.event["UID"])


def calendars_in(message) -> list[SentCalendar]:
    """All iCalendars of a mail, read anew from its bytes: the part that a client takes comes first,
    then the attached files.
    """
    parsed = email.message_from_bytes(message.message().as_bytes(), policy=email.policy.default)
    found = []
    for part in parsed.walk():
        if part.get_content_type() == "text/calendar":
            calendar = Calendar.from_ical(part.get_payload(decode=True))
            assert part.get_param("method") == calendar["METHOD"]
            found.append(SentCalendar(str(calendar["METHOD"]), calendar, part.get_filename() or ""))
    return found
