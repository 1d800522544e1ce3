"""Letters of the tests' own, written in this module, and calendars read back from what was sent."""

from django.utils.translation import get_language
from icalendar import Calendar

from courses.agenda import services as agenda
from courses.mail import documents
from courses.mail.registry import writes
from courses.mail.values import Attachment, Message

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
        attachments=(Attachment("c.pdf", b"%PDF-1.7", "application/pdf"),),
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
