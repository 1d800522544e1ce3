"""Rows from before three migrations: advisers who carried everything, closed rolls and receipts
without a name of their own, and departures that don't say of which school.

None changes a table that it reads, so that the functions run here on rows as they were.
"""

from importlib import import_module

import pytest
from django.apps import apps

from continuity.models import HandIn, RollCall, RollLine
from courses.people.enums import AccountChangeKind, Role
from courses.people.models import AccountChange
from courses.people.services import accounts, leaving
from tests.factories import handins, rolls
from tests.factories.continuity import (
    LeaderFactory,
    SchoolClassFactory,
    StudentFactory,
    homework_item,
    part_of,
    teaching,
)
from tests.factories.guidance import scope_for
from tests.factories.people import AdviserFactory, MembershipFactory, RegistrarFactory

pytestmark = pytest.mark.django_db


def test_the_adviser_of_before_keeps_what_their_scopes_tell():
    chief, translator, without_scope = AdviserFactory.create_batch(3)
    scope_for(chief, "chief")
    scope_for(translator, "translator")
    split = import_module("cms.migrations.0004_roles_of_the_academie").split

    split(apps, None)
    split(apps, None)

    held = {
        person: sorted(person.memberships.values_list("role", flat=True))
        for person in (chief, translator, without_scope)
    }
    all_three = [Role.ADVISER, Role.PLANNER, Role.REGISTRAR]
    assert held == {chief: all_three, translator: [Role.ADVISER], without_scope: all_three}


def test_what_was_closed_before_takes_the_names_of_today():
    school_class = SchoolClassFactory()
    student = StudentFactory(
        in_class=school_class, given_name="Lou", family_name="Bellanger", usage_name="Petit"
    )
    given = teaching(school_class)
    rolls.closed(rolls.begun(given, rolls.nine()))
    rolls.begun(given, rolls.nine(hour=11))
    handins.handed_in(homework_item(part_of(given)).assignment, student)
    RollLine.objects.update(closed_family_name="", closed_given_name="")
    RollCall.objects.update(closed_by_name="")
    HandIn.objects.update(student_name="")

    import_module("continuity.migrations.0007_fill_names_at_closing").fill(apps, None)

    lines = RollLine.objects.order_by("roll_call__starts_at").values_list(
        "closed_given_name", "closed_family_name"
    )
    assert list(lines) == [("Lou", "Petit"), ("", "")]
    assert list(
        RollCall.objects.order_by("starts_at").values_list("closed_by_name", flat=True)
    ) == [given.teacher.display_name, ""]
    assert HandIn.objects.get().student_name == "Lou Petit"


def test_a_departure_of_before_is_of_the_school_that_closed_the_account():
    student, opened_again, registrars, here = StudentFactory.create_batch(4)
    first, second = student.memberships.get(), MembershipFactory(person=student, role=Role.STUDENT)
    for one in (second, first):  # on one day; the other one has begun later
        leaves(student, one.organisation)
    leaves(opened_again, opened_again.memberships.get().organisation)
    opened_again.refresh_from_db()
    for person, is_active in ((opened_again, True), (registrars, False), (here, False)):
        accounts.change_account(person=person, by=RegistrarFactory(), is_active=is_active)
    registrars.memberships.update(until=first.since)
    AccountChange.objects.update(left_school=None)

    import_module("courses.migrations.0027_departures_of_before").fill(apps, None)

    closings = AccountChange.objects.filter(kind=AccountChangeKind.CLOSED)
    said = dict(closings.values_list("person", "left_school"))
    nowhere = dict.fromkeys((opened_again.pk, registrars.pk, here.pk))
    assert said == {student.pk: first.organisation_id, **nowhere}


def leaves(student, school):
    leaving.close_student(student=student, school=school, by=LeaderFactory(leads=school))
