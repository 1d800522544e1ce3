from courses.people.models.account_changes import AccountChange
from courses.people.models.classes import ClassMembership, SchoolClass, Tutorship
from courses.people.models.corrections import CorrectionRequest
from courses.people.models.guardians import ComingOfAge, GuardianLink, Guardianship
from courses.people.models.identities import Identity
from courses.people.models.logins import LoginSession, WrongPasswords
from courses.people.models.organisations import Organisation
from courses.people.models.persons import Membership, Person, Subject, today
from courses.people.models.second_factors import RecoveryCode, SecondFactor
from courses.people.models.stand_ins import StandIn
from courses.people.models.teachings import Teaching

__all__ = [
    "AccountChange",
    "ClassMembership",
    "ComingOfAge",
    "CorrectionRequest",
    "GuardianLink",
    "Guardianship",
    "Identity",
    "LoginSession",
    "Membership",
    "Organisation",
    "Person",
    "RecoveryCode",
    "SchoolClass",
    "SecondFactor",
    "StandIn",
    "Subject",
    "Teaching",
    "Tutorship",
    "WrongPasswords",
    "today",
]
