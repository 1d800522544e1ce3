from courses.people.models.classes import ClassMembership, SchoolClass, StandIn, Teaching, Tutorship
from courses.people.models.corrections import CorrectionRequest
from courses.people.models.logins import LoginSession, WrongPasswords
from courses.people.models.persons import (
    AccountChange,
    Membership,
    Organisation,
    Person,
    Subject,
    today,
)

__all__ = [
    "AccountChange",
    "ClassMembership",
    "CorrectionRequest",
    "LoginSession",
    "Membership",
    "Organisation",
    "Person",
    "SchoolClass",
    "StandIn",
    "Subject",
    "Teaching",
    "Tutorship",
    "WrongPasswords",
    "today",
]
