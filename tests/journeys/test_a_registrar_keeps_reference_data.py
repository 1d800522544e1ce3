"""Organisations, persons, memberships, subjects, resources and licences in the admin, by registrars
and nobody else.
"""

import datetime

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone

from courses.catalogue.models import Licence
from courses.people import services
from courses.people.enums import OrganisationKind, Role
from courses.people.models import Membership, Organisation, Person, Subject
from tests.factories.catalogue import LicenceFactory, ResourceFactory
from tests.factories.continuity import teaching
from tests.factories.people import (
    MembershipFactory,
    OrganisationFactory,
    PersonFactory,
    RegistrarFactory,
    SubjectFactory,
    TeacherFactory,
)

pytestmark = pytest.mark.django_db

VIEWSETS = [
    "organisations",
    "persons",
    "memberships",
    "subjects",
    "resources",
    "provider_profiles",
    "licences",
]


@pytest.fixture
def registrar(client):
    registrar = RegistrarFactory(language="en")
    services.derive_groups(registrar)
    client.force_login(registrar)
    return registrar


@pytest.mark.parametrize("viewset", VIEWSETS)
def test_an_registrar_lists_searches_and_adds(client, registrar, viewset):
    LicenceFactory()

    assert client.get(reverse(f"{viewset}:index"), {"q": "lycée"}).status_code == 200
    assert client.get(reverse(f"{viewset}:add")).status_code == 200


@pytest.mark.parametrize("viewset", VIEWSETS)
def test_nobody_else_reaches_the_admin(client, viewset):
    teacher = TeacherFactory()
    services.derive_groups(teacher)
    client.force_login(teacher)

    assert client.get(reverse(f"{viewset}:index")).status_code == 302


@pytest.mark.parametrize("viewset", VIEWSETS)
@pytest.mark.parametrize("rows", [3, 18])
def test_a_list_asks_the_same_queries_however_long(
    client, registrar, viewset, rows, django_assert_max_num_queries
):
    for _ in range(rows):
        MembershipFactory()
        LicenceFactory()
        SubjectFactory()
    client.get(reverse(f"{viewset}:index"))

    with django_assert_max_num_queries(20):
        client.get(reverse(f"{viewset}:index"))


def person_fields(**more):
    return {
        "given_name": "Zoé",
        "family_name": "Lefèvre",
        "login": "",
        "email": "zoe@lycee.example",
        "language": "fr",
        "is_active": "on",
    } | more


def test_a_new_person_is_invited_and_belongs(client, registrar):
    school = OrganisationFactory()

    client.post(reverse("persons:add"), person_fields(role="teacher", organisation=school.pk))

    person = Person.objects.get(login="zoe.lefevre")
    assert [letter.kind for letter in person.letters.all()] == ["people.invitation"]
    assert [(m.organisation, m.role) for m in person.memberships.all()] == [(school, Role.TEACHER)]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"given_name": "<i>"}, "A name is written without &lt; and &gt;."),
        ({"email": "TAKEN@lycee.example"}, "belongs to another account"),
        ({"login": "Taken"}, "belongs to somebody else"),
        ({"role": "trainer", "organisation": "school"}, "belongs to another kind of organisation"),
        ({"role": "teacher"}, "Choose a role and an organisation, or neither."),
    ],
)
def test_a_person_that_cannot_be_says_why(client, registrar, fields, said):
    school = OrganisationFactory()
    PersonFactory(login="taken", email="taken@lycee.example")
    if fields.get("organisation"):
        fields = fields | {"organisation": school.pk}

    page = client.post(
        reverse("persons:add"), person_fields(**fields), headers={"accept-language": "en"}
    )

    assert said in page.text
    assert not Person.objects.filter(email="zoe@lycee.example").exists()


def test_a_person_is_changed_and_gets_a_further_role(client, registrar):
    person = TeacherFactory(email="zoe@lycee.example")
    other = OrganisationFactory()

    client.post(
        reverse("persons:edit", args=[person.pk]),
        person_fields(login=person.login, role="teacher", organisation=other.pk),
    )

    person.refresh_from_db()
    assert (person.display_name, person.memberships.count(), person.letters.count()) == (
        "Zoé Lefèvre",
        2,
        1,
    )  # the role is told


def test_a_superuser_is_not_an_registrars_to_edit(client, registrar):
    root = PersonFactory(is_superuser=True, login="root", family_name="Zzz")

    answer = client.post(
        reverse("persons:edit", args=[root.pk]),
        person_fields(login="root", email="mine@elsewhere.example"),
    )

    assert answer.status_code == 404
    assert "Zzz" not in client.get(reverse("persons:index")).text
    root.refresh_from_db()
    assert root.email != "mine@elsewhere.example"


def membership_fields(membership, **more):
    return {
        "person": membership.person_id,
        "organisation": membership.organisation_id,
        "role": membership.role,
        "since": "2026-09-01",
        "until": "",
    } | more


def test_memberships_that_overlap_are_refused(client, registrar):
    membership = MembershipFactory(since=datetime.date(2026, 9, 1))

    page = client.post(
        reverse("memberships:add"), membership_fields(membership, since="2027-01-01")
    )
    client.post(
        reverse("memberships:edit", args=[membership.pk]),
        membership_fields(membership, until="2026-12-31"),
    )
    client.post(reverse("memberships:add"), membership_fields(membership, since="2027-01-01"))

    assert page.context["form"].non_field_errors()
    assert list(membership.person.memberships.order_by("since").values_list("since", "until")) == [
        (datetime.date(2026, 9, 1), datetime.date(2026, 12, 31)),
        (datetime.date(2027, 1, 1), None),
    ]


def test_a_deleted_membership_takes_its_group_along(client, registrar):
    academie = Organisation.objects.get(kind=OrganisationKind.ACADEMIE)
    membership = services.join(person=PersonFactory(), organisation=academie, role=Role.ADVISER)
    assert membership.person.groups.count() == 1

    client.post(reverse("memberships:delete", args=[membership.pk]))

    assert not Membership.objects.filter(pk=membership.pk).exists()
    assert membership.person.groups.count() == 0


def licence_fields(**more):
    fields = {
        "resource": ResourceFactory().pk,
        "school": OrganisationFactory().pk,
        "scope": "school",
        "since": "2026-09-01",
        "until": "",
    }
    return fields | {"contact": "", "named": ""} | more


def test_a_subject_that_is_still_taught_stays_and_says_so(client, registrar):
    subject = teaching().subject
    address = reverse("subjects:delete", args=[subject.pk])

    asked, answered = client.get(address), client.post(address, follow=True)

    assert "is referenced 0 times" not in asked.text
    assert f"Nothing was deleted: other things still depend on “{subject}”." in answered.text
    assert Subject.objects.filter(pk=subject.pk).exists()


def test_a_licence_for_named_teachers_names_them(client, registrar):
    teacher = TeacherFactory(login="zoe")
    fields = licence_fields(scope="named", school=teacher.schools[0].pk)

    refused = client.post(reverse("licences:add"), fields)
    client.post(reverse("licences:add"), fields | {"named": "Zoe"})

    assert refused.context["form"].errors.keys() == {"named"}
    assert list(Licence.objects.get().teachers.all()) == [teacher]


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"until": "2026-08-31"}, "until"),
        ({"scope": "subjects"}, "subjects"),
        ({"scope": "named", "named": "nobody"}, "named"),
    ],
)
def test_a_licence_that_cannot_be_says_why(client, registrar, fields, wrong):
    page = client.post(reverse("licences:add"), licence_fields(**fields))

    assert wrong in page.context["form"].errors
    assert not Licence.objects.exists()


def test_groups_follow_memberships(django_assert_max_num_queries):
    academie = OrganisationFactory(kind=OrganisationKind.ACADEMIE)
    person = PersonFactory()
    membership = services.join(person=person, organisation=academie, role=Role.ADVISER)
    assert person.has_perm("wagtailadmin.access_admin")

    services.leave(membership=membership, last_day=timezone.localdate())
    assert person.groups.count() == 1
    services.change_membership(
        membership=membership, since=datetime.date(2020, 1, 1), until=datetime.date(2020, 12, 31)
    )

    assert not Person.objects.get(pk=person.pk).has_perm("wagtailadmin.access_admin")


def test_the_sweep_puts_groups_right_when_a_period_ends_or_begins():
    academie = OrganisationFactory(kind=OrganisationKind.ACADEMIE)
    begins, ended, stays = PersonFactory.create_batch(3)
    for person, since, until in [
        (begins, datetime.date(2020, 1, 1), None),
        (ended, datetime.date(2020, 1, 1), datetime.date(2020, 12, 31)),
        (stays, datetime.date(2020, 1, 1), None),
    ]:
        Membership.objects.create(
            person=person, organisation=academie, role=Role.ADVISER, since=since, until=until
        )
    services.derive_groups(stays)
    group = Group.objects.get(name=Role.ADVISER)
    editors = Group.objects.create(name="Handmade")
    ended.groups.add(group, editors)

    assert services.sweep_groups() == 2
    assert services.sweep_groups() == 0
    assert set(group.user_set.all()) == {begins, stays}
    assert list(ended.groups.all()) == [editors]


@pytest.mark.parametrize(
    ("uai", "kept"), [(" 0140004d", "0140004D"), ("../../tm", None), ("١٤٠٠٠٠٤D", None)]
)
def test_a_school_s_uai_has_seven_figures_and_a_letter(client, registrar, uai, kept):
    """The folder of its sets is called by it."""
    said = {"kind": "school", "name": "Lycée Malherbe", "city": "Caen", "uai": uai}

    page = client.post(
        reverse("organisations:add"), said, headers={"accept-language": "en"}, follow=True
    )

    assert ("A UAI has seven figures and a letter." in page.text) == (kept is None)
    assert list(Organisation.objects.schools().values_list("uai", flat=True)) == [kept] * bool(kept)
