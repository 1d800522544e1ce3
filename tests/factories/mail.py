"""Letters of the tests' own, written in this module, and calendars read back from what was sent."""

from django.utils.translation import gettext as _
from icalendar import Calendar

from courses.agenda import services as agenda
from courses.mail import documents
from courses.mail.values import Message

NOTE = "tests.factories.mail.note"
INVITATION = "tests.factories.mail.invitation"
NOT_NEEDED = "tests.factories.mail.not_needed"
BROKEN = "tests.factories.mail.broken"


def note(about, *, to, details) -> Message:
    """A short letter in the reader's language."""
    subject = details.get("subject") or _("Cancelled")
    return Message(subject=subject, text=f"{to.given_name}\n", html=f"<p>{to.given_name}</p>")


def not_needed(about, *, to, details) -> None:
    return None


def broken(about, *, to, details) -> Message:
    raise LookupError("the template is missing")


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
