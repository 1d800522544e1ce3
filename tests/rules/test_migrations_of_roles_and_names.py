"""Rows from before five migrations: advisers who carried everything, closed rolls and receipts
without a name of their own, departures that don’t say of which school, and a log that
names teachers, twice.

None changes a table that it reads, so that the functions run here on rows as they were.
"""

from datetime import date
from importlib import import_module

import pytest
from django.apps import apps
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from continuity.models import HandIn, RollCall, RollLine
from courses.agenda.queries import ONE_DAY
from courses.people.enums import AccountChangeKind, Role
from courses.people.models import AccountChange, today
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


def filled() -> dict[int, int | None]:
    """By the closed account, the school that it left."""
    AccountChange.objects.update(left_school=None)
    import_module("courses.migrations.0027_departures_of_before").fill(apps, None)
    closed = AccountChange.objects.filter(kind=AccountChangeKind.CLOSED).order_by("at", "pk")
    return dict(closed.values_list("person", "left_school"))


def test_the_newest_closing_of_an_account_says_which_school_was_left():
    """Closed by one school, brought back by it, closed by the other one."""
    student = StudentFactory()
    first, second = student.memberships.get(), MembershipFactory(person=student, role=Role.STUDENT)
    leaders = [LeaderFactory(leads=one.organisation) for one in (first, second)]
    for one, leader in zip((second, first), reversed(leaders), strict=True):
        leaving.close_student(student=student, school=one.organisation, by=leader)
    leaving.reopen_student(student=student, school=first.organisation, by=leaders[0])
    student.memberships.filter(pk=second.pk).update(until=None)
    for one, leader in zip((first, second), leaders, strict=True):
        leaving.close_student(student=student, school=one.organisation, by=leader)
    assert AccountChange.objects.filter(kind=AccountChangeKind.CLOSED).count() == 2

    assert filled() == {student.pk: second.organisation_id}


def test_a_school_that_was_left_earlier_is_not_the_one_that_closed_the_account():
    """A registrar closed it, who once led that school."""
    student, registrar = StudentFactory(), RegistrarFactory()
    student.memberships.update(until=today() - ONE_DAY)
    earlier = MembershipFactory(
        person=student, role=Role.STUDENT, since=date(2024, 9, 1), until=date(2025, 7, 4)
    )
    MembershipFactory(person=registrar, organisation=earlier.organisation, role=Role.LEADER)
    accounts.change_account(person=student, by=registrar, is_active=False)

    assert filled() == {student.pk: None}


def test_who_still_belongs_to_a_school_has_left_none():
    """A registrar's row beside one that a leader closed."""
    student = StudentFactory()
    leaves(student, student.memberships.get().organisation)
    MembershipFactory(person=student, role=Role.STUDENT)

    assert filled() == {student.pk: None}


def test_of_two_schools_left_on_one_day_by_one_hand_it_is_the_one_begun_last():
    student, leader = StudentFactory(), LeaderFactory()
    later = student.memberships.get()
    earlier = MembershipFactory(person=student, role=Role.STUDENT, since=later.since - 9 * ONE_DAY)
    for one in (later, earlier):
        MembershipFactory(person=leader, organisation=one.organisation, role=Role.OFFICE)
    for one in (later, earlier):
        leaving.close_student(student=student, school=one.organisation, by=leader)

    assert filled() == {student.pk: later.organisation_id}


def test_many_accounts_ask_no_more_queries_than_one(django_assert_num_queries):
    school = SchoolClassFactory().school
    *students, registrars = StudentFactory.create_batch(4)
    registrar = RegistrarFactory()
    MembershipFactory(person=registrar, organisation=school, role=Role.TEACHER)
    for student in (*students, registrars):
        student.memberships.update(organisation=school)
    for student in students:
        leaves(student, school)
    registrars.memberships.update(until=today() - ONE_DAY)
    accounts.change_account(person=registrars, by=registrar, is_active=False)

    with django_assert_num_queries(7):  # two of them are those of `filled`
        said = filled()

    assert said == {registrars.pk: None} | {student.pk: school.pk for student in students}


def leaves(student, school):
    leaving.close_student(student=student, school=school, by=LeaderFactory(leads=school))


@pytest.mark.parametrize(
    ("migration", "actions"),
    [
        (
            "0045_no_names_in_the_log",
            ["classes.hand_over", "classes.look_after", "classes.look_after_no_more"],
        ),
        (
            "0047_nobody_named_in_the_log",
            ["classes.give", "classes.stand_in", "classes.withdraw_stand_in", "guidance.hand_over"],
        ),
    ],
)
def test_the_log_of_before_names_nobody(migration, actions):
    school_class = SchoolClassFactory()
    for action in actions:
        log(school_class, action, data={"teacher": "Lou Bellanger"})
    log(school_class, "classes.open", data={"of": "2de 3"})

    import_module(f"courses.migrations.{migration}").forget_names(apps, None)

    data = ModelLogEntry.objects.order_by("pk").values_list("data", flat=True)
    assert list(data) == [*({} for _action in actions), {"of": "2de 3"}]
