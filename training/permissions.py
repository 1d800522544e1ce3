"""Who may: predicates on a person."""

from django.contrib.auth.models import AnonymousUser

from courses.people.models import Person
from courses.people.permissions import is_officer, is_planner, is_teacher, is_trainer


def attends_or_leads(person: Person | AnonymousUser) -> bool:
    """Has dates of trainings in a calendar: as a teacher or as a trainer."""
    return is_teacher(person) or is_trainer(person)


def reads_seats(person: Person | AnonymousUser) -> bool:
    """How many seats of a session are taken. Whoever isn't to enrol, plan or lead reads it in words: beside
    a delivery note the number tells how many stayed away.
    """
    return is_teacher(person) or is_trainer(person) or is_planner(person)


def reads_delivery_notes(person: Person | AnonymousUser) -> bool:
    """The Region, which checks them, and who corrects the sheets that they are made from."""
    return is_officer(person) or is_planner(person)
