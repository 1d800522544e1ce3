"""Where Django finds the models of the rooms. Everybody else imports from the room."""

from courses.agenda.models import CalendarEntry, Meeting
from courses.catalogue.models import Licence, Resource
from courses.documents.models import Counter
from courses.live.models import PracticeLine, Room, RoomEvent, RoomPass, Stay
from courses.mail.models import Letter
from courses.people.models import Membership, Organisation, Person, Subject

__all__ = [
    "CalendarEntry",
    "Counter",
    "Letter",
    "Licence",
    "Meeting",
    "Membership",
    "Organisation",
    "Person",
    "PracticeLine",
    "Resource",
    "Room",
    "RoomEvent",
    "RoomPass",
    "Stay",
    "Subject",
]
