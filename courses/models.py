"""Where Django finds the models of the rooms. Everybody else imports from the room."""

from courses.agenda.models import (
    Absence,
    CalendarEntry,
    ClassHour,
    Closure,
    Meeting,
    SchoolCalendar,
)
from courses.catalogue.models import Licence, ProviderProfile, Resource
from courses.codes.models import PaperCode
from courses.documents.models import Counter, Paper
from courses.jobs.models import PeriodicRun
from courses.launches.models import (
    Launch,
    LaunchCount,
    PersonalConnection,
    PracticeNonce,
    ResourceConnection,
)
from courses.live.models import PracticeLine, Room, RoomEvent, RoomPass, Stay
from courses.mail.models import Letter
from courses.people.models import (
    AccountChange,
    ClassMembership,
    ComingOfAge,
    CorrectionRequest,
    GuardianLink,
    Guardianship,
    Identity,
    LoginSession,
    Membership,
    Organisation,
    Person,
    SchoolClass,
    StandIn,
    Subject,
    Teaching,
    Tutorship,
    WrongPasswords,
)
from courses.roster.models import LastSaid, RosterChange, RosterFolder, RosterImport, StagedStudent
from courses.signin.models import IdentityProvider, ProviderTicket, UnknownIdentity
from courses.roster.models import (
    LastSaid,
    LastSaidOfTeacher,
    RosterChange,
    RosterFolder,
    RosterImport,
    StagedStudent,
    StagedTeacher,
)
from courses.timetables.models import HourChange, StagedHour, TimetableImport, TimetableWord

__all__ = [
    "Absence",
    "AccountChange",
    "CalendarEntry",
    "ClassHour",
    "ClassMembership",
    "Closure",
    "ComingOfAge",
    "CorrectionRequest",
    "Counter",
    "GuardianLink",
    "Guardianship",
    "HourChange",
    "Identity",
    "IdentityProvider",
    "LastSaid",
    "Launch",
    "LaunchCount",
    "LastSaidOfTeacher",
    "Letter",
    "Licence",
    "LoginSession",
    "Meeting",
    "Membership",
    "Organisation",
    "Paper",
    "PaperCode",
    "PeriodicRun",
    "Person",
    "PersonalConnection",
    "PracticeLine",
    "PracticeNonce",
    "ProviderProfile",
    "ProviderTicket",
    "Resource",
    "ResourceConnection",
    "Room",
    "RoomEvent",
    "RoomPass",
    "RosterChange",
    "RosterFolder",
    "RosterImport",
    "SchoolCalendar",
    "SchoolClass",
    "StagedHour",
    "StagedStudent",
    "StagedTeacher",
    "StandIn",
    "Stay",
    "Subject",
    "Teaching",
    "TimetableImport",
    "TimetableWord",
    "Tutorship",
    "UnknownIdentity",
    "WrongPasswords",
]
