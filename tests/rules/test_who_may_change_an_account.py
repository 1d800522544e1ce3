"""Who may become what: every form that changes a role, a name, an address, a password or an
account, asked by every role.

A row is an address, what is posted, and who of `ACTORS` changes anything by it. Nothing of anybody
else's account, membership or editorial role may move when the others post the same. The last tests
fail when a new form or view writes such a thing and has no row.
"""

import ast
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse

from cms.guidance.models import Scope
from courses.mail import services as outbox
from courses.people import services as people
from courses.people.enums import OrganisationKind, Role
from courses.people.models import Membership, Person
from courses.people.services import leaving
from courses.people.values import address_code
from tests.conftest import moment_for
from tests.factories.continuity import LeaderFactory, SchoolClassFactory, StudentFactory
from tests.factories.guidance import guidance_page, scope_for
from tests.factories.people import (
    AdviserFactory,
    MembershipFactory,
    OrganisationFactory,
    PersonFactory,
    PlannerFactory,
    RegistrarFactory,
    TeacherFactory,
    TrainerFactory,
)

pytestmark = pytest.mark.django_db

ACTORS = [
    "visitor",
    "student",
    "student_elsewhere",
    "teacher",
    "trainer",
    "leader",
    "leader_elsewhere",
    "office",
    "translator",
    "chief",
    "planner",
    "registrar",
]
ADULTS = ACTORS[3:]
KEEPERS = ["leader", "office"]


def named(person, **more) -> dict:
    return {
        "given_name": person.given_name,
        "family_name": person.family_name,
        "login": person.login,
        "email": person.email or "",
        "language": person.language,
        "is_active": "on",
        **more,
    }


def membership(person, organisation, role, **more) -> dict:
    return {
        "person": person.pk,
        "organisation": organisation.pk,
        "role": role,
        "since": "2026-09-01",
        "until": "",
        **more,
    }


@dataclass(frozen=True)
class Door:
    """`data(w, actor)` is posted to the address; a table is first shown, then written."""

    who: list[str]
    args: Callable = lambda w, actor: []
    data: Callable = lambda w, actor: {}
    is_table: bool = False


def edit(target: Callable, who: list[str], **more) -> Door:
    return Door(
        who,
        lambda w, a: [target(w, a).pk],
        lambda w, a: named(target(w, a), **{k: v(w) for k, v in more.items()}),
    )


def table(text: Callable) -> Callable:
    return lambda w, a: {"file": SimpleUploadedFile("people.csv", text(w, a).encode())}


def other(w, actor):
    return w.colleague


NEW_PASSWORD = {"new_password1": "Un-long-mot-7", "new_password2": "Un-long-mot-7"}
NEWCOMER = {"given_name": "Zoé", "family_name": "Neuf", "since": "2026-09-01"}


def oneself(w, actor):
    return getattr(w, actor) or w.teacher


def pupil(w, actor):
    return w.student


def role(name: str) -> Callable:
    return lambda w: name


DOORS = {
    # The directory in the admin
    "persons:add": Door(
        ["registrar"],
        data=lambda w, a: named(Person(given_name="Zoé", family_name="Neuf", language="fr")),
    ),
    "persons:add · a student": Door(
        [],
        data=lambda w, a: named(
            Person(given_name="Zoé", family_name="N", language="fr"),
            role="student",
            organisation=w.school.pk,
        ),
    ),
    "persons:edit · address": edit(other, ["registrar"], email=role("evil@attacker.example")),
    "persons:edit · name": edit(other, ["registrar"], family_name=role("Autre")),
    "persons:edit · closed": edit(other, ["registrar"], is_active=role("")),
    "persons:edit · leader": edit(
        other, ["registrar"], role=role("leader"), organisation=lambda w: w.school.pk
    ),
    "persons:edit · office": edit(
        other, [], role=role("office"), organisation=lambda w: w.school.pk
    ),
    "persons:edit · student": edit(
        other, [], role=role("student"), organisation=lambda w: w.school.pk
    ),
    "persons:edit · oneself leader": edit(
        oneself, [], role=role("leader"), organisation=lambda w: w.school.pk
    ),
    "persons:edit · oneself registrar": edit(
        oneself, [], role=role("registrar"), organisation=lambda w: w.academie.pk
    ),
    "persons:edit · own address": edit(oneself, [], email=role("evil@attacker.example")),
    "persons:edit · a pupil": edit(pupil, [], email=role("evil@attacker.example")),
    "persons:edit · a superuser": edit(
        lambda w, a: w.root, [], email=role("evil@attacker.example")
    ),
    "persons:delete": Door([], lambda w, a: [w.colleague.pk]),
    "memberships:add": Door(
        ["registrar"], data=lambda w, a: membership(w.colleague, w.school, "leader")
    ),
    "memberships:add · oneself": Door(
        [], data=lambda w, a: membership(oneself(w, a), w.school, "leader")
    ),
    "memberships:add · a pupil": Door(
        [], data=lambda w, a: membership(w.student, w.school, "teacher")
    ),
    "memberships:add · a superuser": Door(
        [], data=lambda w, a: membership(w.root, w.school, "leader")
    ),
    "memberships:add · office": Door(
        [], data=lambda w, a: membership(w.colleague, w.school, "office")
    ),
    "memberships:edit": Door(
        ["registrar"],
        lambda w, a: [w.teaches.pk],
        lambda w, a: membership(w.teaches.person, w.teaches.organisation, "teacher"),
    ),
    "memberships:edit · one’s own": Door(
        [],
        lambda w, a: [oneself(w, a).memberships.first().pk],
        lambda w, a: membership(oneself(w, a), w.academie, "registrar"),
    ),
    "memberships:edit · a pupil’s": Door(
        [],
        lambda w, a: [w.student.memberships.get().pk],
        lambda w, a: membership(w.student, w.school, "student"),
    ),
    "memberships:delete": Door(["registrar"], lambda w, a: [w.teaches.pk]),
    "memberships:delete · one’s own": Door([], lambda w, a: [oneself(w, a).memberships.first().pk]),
    "memberships:delete · a pupil’s": Door([], lambda w, a: [w.student.memberships.get().pk]),
    # Editorial roles
    "scopes:add": Door(
        ["chief"],
        data=lambda w, a: {"person": w.translator.pk, "role": "chief", "topic": "", "language": ""},
    ),
    "scopes:add · oneself": Door(
        [],
        data=lambda w, a: {
            "person": oneself(w, a).pk,
            "role": "reviewer",
            "topic": "",
            "language": "",
        },
    ),
    "scopes:edit": Door(
        ["chief"],
        lambda w, a: [w.scope.pk],
        lambda w, a: {"person": w.translator.pk, "role": "publisher", "topic": "", "language": ""},
    ),
    "scopes:edit · to oneself": Door(
        [],
        lambda w, a: [w.scope.pk],
        lambda w, a: {"person": oneself(w, a).pk, "role": "author", "topic": "", "language": "fr"},
    ),
    "scopes:delete": Door(["chief"], lambda w, a: [w.scope.pk]),
    # Tables
    "people:import_people": Door(
        ["registrar"],
        data=table(lambda w, a: f"login,mail\n{w.colleague.login},evil@attacker.example\n"),
        is_table=True,
    ),
    "people:import_people · a leader": Door(
        ["registrar"],
        data=table(
            lambda w, a: f"login,role,organisation\n{w.colleague.login},leader,{w.school.uai}\n"
        ),
        is_table=True,
    ),
    "people:import_people · oneself": Door(
        [],
        data=table(
            lambda w, a: f"login,role,organisation\n{oneself(w, a).login},leader,{w.school.uai}\n"
        ),
        is_table=True,
    ),
    "people:import_people · a pupil": Door(
        [],
        data=table(lambda w, a: f"login,mail\n{w.student.login},evil@attacker.example\n"),
        is_table=True,
    ),
    "people:import_people · a registrar": Door(
        [],
        data=table(lambda w, a: f"login,mail\n{w.other_registrar.login},evil@attacker.example\n"),
        is_table=True,
    ),
    "people:import_students": Door(
        KEEPERS,
        lambda w, a: [w.school.public_id],
        table(lambda w, a: f"family name,first name,class\nNeuf,Zoé,{w.school_class.name}\n"),
        is_table=True,
    ),
    # A school's students
    "people:slips": Door(KEEPERS, lambda w, a: [w.school_class.public_id]),
    "people:new_slip": Door(KEEPERS, lambda w, a: [w.student.public_id]),
    "people:new_slip · with an address": Door(
        KEEPERS, lambda w, a: [w.student_with_address.public_id]
    ),
    "people:new_slip · a colleague": Door([], lambda w, a: [w.colleague.public_id]),
    "people:new_slip · who teaches, too": Door([], lambda w, a: [w.student_and_teacher.public_id]),
    "people:student": Door(
        KEEPERS,
        lambda w, a: [w.student.public_id],
        lambda w, a: {"given_name": "Camille", "family_name": "Martin"},
    ),
    "people:student · a colleague": Door(
        [],
        lambda w, a: [w.colleague.public_id],
        lambda w, a: {"given_name": "Camille", "family_name": "Martin"},
    ),
    "people:student_leaves": Door(KEEPERS, lambda w, a: [w.student.public_id]),
    "people:student_leaves · a colleague": Door([], lambda w, a: [w.colleague.public_id]),
    "people:student_leaves · who teaches, too": Door(
        [], lambda w, a: [w.student_and_teacher.public_id]
    ),
    "people:student_returns": Door(KEEPERS, lambda w, a: [w.student_gone.public_id]),
    "people:student_returns · a colleague": Door([], lambda w, a: [w.colleague.public_id]),
    "people:forget_address": Door(KEEPERS, lambda w, a: [w.student_with_address.public_id]),
    "people:office": Door(
        ["leader"], lambda w, a: [w.school.public_id], lambda w, a: {"teacher": w.colleague.pk}
    ),
    "people:office · a pupil": Door(
        [], lambda w, a: [w.school.public_id], lambda w, a: {"teacher": w.student.pk}
    ),
    "people:end_office": Door(
        ["leader"], lambda w, a: [w.school.public_id, w.office.memberships.get(role="office").pk]
    ),
    "people:end_office · teaching": Door([], lambda w, a: [w.school.public_id, w.teaches.pk]),
    "continuity:add_student": Door(
        ["leader"],
        lambda w, a: [w.school_class.public_id],
        lambda w, a: NEWCOMER,
    ),
    # One's own account: the same is posted by each for herself
    "people:profile": Door(
        ADULTS,
        data=lambda w, a: {"given_name": "Camille", "family_name": "Martin", "language": "fr"},
    ),
    "people:change_address": Door(
        [], data=lambda w, a: {"email": "mine@elsewhere.example", "password": "password"}
    ),
    "people:confirm_address": Door(
        ADULTS,
        lambda w, a: [
            address_code(oneself(w, a).public_id, oneself(w, a).email, "mine@elsewhere.example")
        ],
    ),
    "people:confirm_address · a pupil’s": Door(
        [],
        lambda w, a: [address_code(w.student.public_id, w.student.email, "mine@elsewhere.example")],
    ),
    "people:change_password": Door(
        ACTORS[1:],
        data=lambda w, a: {"old_password": "password", **NEW_PASSWORD},
    ),
    "people:choose_password": Door(
        [],
        lambda w, a: [w.colleague.public_id, "no-code"],
        lambda w, a: NEW_PASSWORD,
    ),
    # Only after the password of one's own slip was typed
    # (tests/journeys/test_an_account_and_its_owner.py)
    "people:replace_paper_password": Door([], data=lambda w, a: NEW_PASSWORD),
    "people:login_by_link": Door([], lambda w, a: [w.colleague.public_id, "no-code"]),
    "people:ask_for_login_link": Door([], data=lambda w, a: {"email": w.colleague.email}),
    "people:new_link": Door([], lambda w, a: [w.student.public_id]),
    "people:forgotten": Door([], data=lambda w, a: {"email": w.colleague.email}),
    # Wagtail's own
    "wagtailadmin_account": Door(
        [], data=lambda w, a: {"name_email-first_name": "Camille", "name_email-last_name": "Martin"}
    ),
    "wagtailusers_users:edit": Door(
        [], lambda w, a: [w.colleague.pk], lambda w, a: {"is_superuser": "on", "email": "e@v.il"}
    ),
    "wagtailusers_users:add": Door([], data=lambda w, a: {"login": "new", "is_superuser": "on"}),
    "wagtail_bulk_action": Door(
        [],
        lambda w, a: ["courses", "person", "set_active_state"],
        lambda w, a: {"mark_as_active": ""},
    ),
    "wagtailusers_groups:add": Door([], data=lambda w, a: {"name": "mine"}),
}


@pytest.fixture(scope="module")
def world(request, django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        with time_machine.travel(moment_for(request.node), tick=True):  # as each test
            world = made()
        yield world
        transaction.set_rollback(True)


def made() -> SimpleNamespace:
    academie = OrganisationFactory(kind=OrganisationKind.ACADEMIE, name="Académie de Normandie")
    w = SimpleNamespace(visitor=None, academie=academie, school_class=SchoolClassFactory())
    w.school = w.school_class.school
    w.student = StudentFactory(in_class=w.school_class)
    w.student_with_address = StudentFactory(in_class=w.school_class, email="lou@private.example")
    w.student_elsewhere = StudentFactory()
    w.student_and_teacher = StudentFactory(in_class=w.school_class)
    MembershipFactory(person=w.student_and_teacher, organisation=w.school, role=Role.TEACHER)
    w.teacher, w.colleague = TeacherFactory(works_at=w.school), TeacherFactory(works_at=w.school)
    w.teaches = w.colleague.memberships.get()
    w.trainer = TrainerFactory()
    w.leader, w.leader_elsewhere = LeaderFactory(leads=w.school), LeaderFactory()
    w.student_gone = StudentFactory(in_class=w.school_class)
    w.office = MembershipFactory(organisation=w.school, role=Role.OFFICE).person
    leaving.close_student(student=w.student_gone, school=w.school, by=w.leader)
    w.translator, w.chief = AdviserFactory(works_in=academie), AdviserFactory(works_in=academie)
    w.planner, w.registrar = PlannerFactory(works_in=academie), RegistrarFactory(works_in=academie)
    w.other_registrar = RegistrarFactory(works_in=academie)
    w.root = PersonFactory(is_superuser=True)
    guidance_page()
    w.scope = scope_for(w.translator, "translator")
    scope_for(w.chief, "chief")
    for actor in ACTORS[1:]:
        people.derive_groups(getattr(w, actor))
    return w


def accounts() -> dict:
    """All that these doors could change, of everybody."""
    facts = (
        "login",
        "email",
        "given_name",
        "family_name",
        "usage_name",
        "password",
        "is_active",
        "is_superuser",
    )
    return {
        "people": set(Person.objects.values_list("pk", *facts)),
        "roles": set(
            Membership.objects.values_list("pk", "person", "organisation", "role", "since", "until")
        ),
        "editors": set(Scope.objects.values_list("pk", "person", "role", "topic", "language")),
        "groups": set(Person.groups.through.objects.values_list("person", "group")),
    }


def post(actor: str, name: str, door: Door, w) -> None:
    person = getattr(w, actor)
    client = Client(headers={"Accept-Language": "en"})
    if person:
        client.force_login(Person.objects.get(pk=person.pk))
    address = reverse(name.partition(" · ")[0], args=door.args(w, actor))
    data = door.data(w, actor)
    answer = client.post(address, {key: value for key, value in data.items() if value is not None})
    if door.is_table and answer.context and answer.context.get("kept"):
        client.post(address, {"kept": answer.context["kept"]})


@pytest.mark.parametrize("name", DOORS)
def test_only_these_change_anything_of_an_account(world, name):
    door, changed = DOORS[name], []
    for actor in ACTORS:
        with transaction.atomic():
            before = accounts()
            post(actor, name, door, world)
            if accounts() != before:
                changed.append(actor)
            transaction.set_rollback(True)
    allowed = (
        [*door.who, "visitor"] if name == "people:confirm_address" else door.who
    )  # the link is the proof

    assert [actor for actor in changed if actor != "visitor"] == [
        actor for actor in ACTORS if actor in door.who
    ]
    assert set(changed) <= set(allowed)


def test_a_superuser_is_the_way_to_the_first_registrar(client, world):
    client.force_login(world.root)

    client.post(
        reverse("persons:edit", args=[world.root.pk]),
        named(world.root, role="registrar", organisation=world.academie.pk),
    )

    assert world.root.memberships.get().role == Role.REGISTRAR


# Told


def test_a_change_of_address_is_told_at_the_old_and_the_new_one(client, world):
    client.force_login(world.registrar)
    was = world.colleague.email

    client.post(
        reverse("persons:edit", args=[world.colleague.pk]),
        named(world.colleague, email="new@lycee.example"),
    )

    letters = world.colleague.letters.order_by("pk").values_list("kind", "details__address")
    assert list(letters) == [
        ("people.address_changed", address) for address in (was, "new@lycee.example")
    ]
    change = world.colleague.account_changes.get()
    assert (change.kind, change.was, change.now, change.by) == (
        "address",
        was,
        "new@lycee.example",
        world.registrar,
    )


def test_a_new_leader_is_told_to_the_leader_and_at_the_address_until_now(client, world):
    client.force_login(world.registrar)
    was = world.colleague.email
    fields = named(
        world.colleague, email="new@lycee.example", role="leader", organisation=world.school.pk
    )

    client.post(reverse("persons:edit", args=[world.colleague.pk]), fields)

    role_letter = world.colleague.letters.get(kind="people.role_changed")
    assert role_letter.goes_to == was
    assert world.leader.letters.filter(kind="people.new_colleague").count() == 1


def test_a_closed_account_is_told_and_traced(client, world):
    client.force_login(world.registrar)

    client.post(
        reverse("persons:edit", args=[world.colleague.pk]), named(world.colleague, is_active="")
    )

    assert world.colleague.account_changes.get().kind == "closed"
    assert world.colleague.letters.filter(kind="people.account_closed_or_opened").count() == 1


def test_a_change_of_editorial_roles_is_told(client, world, mailoutbox):
    client.force_login(world.chief)

    client.post(
        reverse("scopes:add"),
        {"person": world.translator.pk, "role": "reviewer", "topic": "", "language": ""},
    )

    letter = world.translator.letters.get()
    outbox.send(letter.pk, letter.attempts)
    assert (
        "has changed your editorial roles." in mailoutbox[-1].body
        or "a modifié vos rôles éditoriaux" in mailoutbox[-1].body
    )


# Unseen


LISTS = [
    "persons:index",
    "memberships:index",
    "person_chooser:choose",
    "person_chooser:choose_results",
    "people:export_people",
    "wagtailadmin_reports:site_history",
]


@pytest.mark.parametrize("address", LISTS)
def test_a_registrar_sees_no_pupil(client, world, address):
    Person.objects.filter(pk=world.student.pk).update(
        family_name="Introuvable", login="introuvable"
    )
    people.change_account(
        person=Person.objects.get(pk=world.student.pk), by=world.leader, given_name="Introuvable"
    )
    client.force_login(world.registrar)

    answer = client.get(reverse(address))

    assert answer.status_code == 200
    assert "ntrouvable" not in answer.content.decode()


# A new door has its row

HOUSE = ("cms", "courses", "training", "continuity")
WRITERS = {
    "join", "leave", "take_away", "change_membership", "change_account", "register", "create_person", "enrol_student",
    "choose_password", "give_first_passwords", "confirm_address", "set_password",
    "begin_with", "erase_account", "anonymise",
    "close_student", "reopen_student",
}  # fmt: skip
# Where pages and forms call what writes accounts and roles, and the doors above that lead there.
CALLERS = {
    "continuity/school/views/class_keeping.py: enrol_student": ["continuity:add_student"],
    "courses/people/forms/admin.py: change_account": ["persons:edit · address"],
    "courses/people/forms/admin.py: change_membership": ["memberships:edit"],
    "courses/people/forms/admin.py: join": ["persons:edit · leader", "memberships:add"],
    "courses/people/viewsets.py: change_account": ["persons:edit · address"],
    "courses/people/viewsets.py: join": ["persons:edit · leader", "memberships:add"],
    "courses/people/viewsets.py: register": ["persons:add"],
    "courses/people/viewsets.py: take_away": ["memberships:delete"],
    "courses/people/views/account.py: change_account": ["people:profile"],
    "courses/people/views/account.py: choose_password": ["people:change_password"],
    "courses/people/views/account.py: confirm_address": ["people:confirm_address"],
    "courses/people/views/office.py: join": ["people:office"],
    "courses/people/views/office.py: leave": ["people:end_office"],
    "courses/people/views/office.py: take_away": ["people:end_office"],
    "courses/people/views/password.py: choose_password": ["people:choose_password"],
    "courses/people/views/session.py: choose_password": ["people:replace_paper_password"],
    "courses/people/views/students.py: change_account": ["people:student", "people:forget_address"],
    "courses/people/views/students.py: close_student": ["people:student_leaves"],
    "courses/people/views/students.py: reopen_student": ["people:student_returns"],
    "courses/people/views/students.py: give_first_passwords": ["people:slips", "people:new_slip"],
}


def is_text(node: ast.expr) -> bool:
    """`", ".join`, also in the reader's language."""
    return isinstance(node, ast.Constant) or ast.unparse(node).startswith("pgettext(")


def callers() -> set[str]:
    found = set()
    for package in HOUSE:
        for path in Path(package).rglob("*.py"):
            parts = set(path.parts)
            if (
                parts & {"services", "models", "settings", "migrations", "management", "demo"}
                or path.name == "demo.py"
            ):
                continue
            for node in ast.walk(ast.parse(path.read_text())):
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Attribute)
                    and node.func.attr in WRITERS
                ):
                    of = node.func.value
                    if not is_text(of) and ast.unparse(of) not in {"hooks", "queries", "registry"}:
                        found.add(f"{path}: {node.func.attr}")
    return found


def test_whatever_writes_accounts_and_roles_has_its_row():
    assert callers() == set(CALLERS)
    assert {name for names in CALLERS.values() for name in names} <= set(DOORS)


def test_every_form_over_accounts_and_roles_in_the_admin_has_its_row():
    """Wagtail's viewsets save without a call of ours."""
    viewsets = {"persons", "memberships", "scopes"}
    wanted = {f"{viewset}:{action}" for viewset in viewsets for action in ("add", "edit", "delete")}
    assert wanted <= {name.partition(" · ")[0] for name in DOORS}
