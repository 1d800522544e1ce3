"""A school enters guardians from a table, with addresses, languages and ends."""

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.mail.models import Letter
from courses.people.enums import Role
from courses.people.models import Guardianship, Person
from tests.factories.continuity import (
    LeaderFactory,
    StudentFactory,
)
from tests.factories.guardians import GuardianFactory, follows, linked, with_guardians

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-12-01T12:00")]


@pytest.fixture
def student(school_class):
    return StudentFactory(in_class=school_class, given_name="Lilas")


@pytest.fixture
def kept(student):
    return follows(GuardianFactory(language="en"), student)


# A table


def test_a_school_enters_guardians_from_a_table_and_ends_them(client, school_class):
    school = with_guardians(school_class.school)
    one, two = StudentFactory.create_batch(2, in_class=school_class)
    client.force_login(LeaderFactory(leads=school, language="en"))
    address = reverse("people:import_guardians", args=[school.public_id])

    def write(*lines: str):
        head = "student,first name,family name,email,quality,ended"
        shown = client.post(address, {"pasted": "\n".join([head, *lines])})
        keep = shown.context["kept"]
        assert shown.context["wrong"] == 0, shown.context["lines"]
        client.post(address, {"kept": keep})

    write(
        f"{one.login},Séraphine,Peuplier,s.peuplier@example.org,authority,",
        f"{two.login},Séraphine,Peuplier,s.peuplier@example.org,authority,",
        f"{two.login},Gwenaël,Saule,,informed,",
    )
    assert Person.objects.filter(memberships__role=Role.GUARDIAN).count() == 2
    assert Guardianship.objects.running().count() == 3

    write(f"{two.login},Gwenaël,Saule,,informed,yes")
    assert Guardianship.objects.running().count() == 2


def test_a_table_tells_nothing_of_another_schools_student(client, school_class):
    school = with_guardians(school_class.school)
    stranger = StudentFactory(given_name="Autre")
    client.force_login(LeaderFactory(leads=school, language="en"))
    address = reverse("people:import_guardians", args=[school.public_id])

    shown = client.post(
        address,
        {
            "pasted": "student,first name,family name,quality\n"
            f"{stranger.login},Séraphine,Peuplier,authority"
        },
    )

    assert shown.context["wrong"] == 1
    assert stranger.display_name not in shown.content.decode()


# Addresses from a table


@pytest.fixture
def office(client, school_class):
    """Posts lines of a table as the school's leader; gives the page with what would change."""
    school = with_guardians(school_class.school)
    client.force_login(LeaderFactory(leads=school, language="en"))
    address = reverse("people:import_guardians", args=[school.public_id])

    def send(*lines: str, save: bool = True):
        head = "student,first name,family name,email,quality"
        shown = client.post(address, {"pasted": "\n".join([head, *lines]), "invited": "on"})
        if save:
            client.post(address, {"kept": shown.context["kept"]})
        return shown

    return send


def test_a_table_gives_a_guardian_the_address_that_was_missing(office, school_class):
    student = StudentFactory(in_class=school_class)
    line = f"{student.login},Séraphine,Peuplier,%s,authority"
    office(line % "")
    guardian = Guardianship.objects.get().guardian

    shown = office(line % "s.peuplier@example.org")

    assert "s.peuplier@example.org, added" in shown.content.decode()
    guardian.refresh_from_db()
    assert guardian.email == "s.peuplier@example.org"
    assert Letter.objects.filter(key=f"invitation:{guardian.pk}").exists()
    again = office(line % "S.Peuplier@example.org", save=False).content.decode()
    assert "Everything in this table is saved already." in again


def test_a_table_says_that_another_address_stays_and_saves_the_rest(office, school_class):
    one, two = StudentFactory.create_batch(2, in_class=school_class)
    office(f"{one.login},Séraphine,Peuplier,s.peuplier@example.org,authority")

    differs = f"{one.login},Séraphine,Peuplier,other@example.org,authority"
    alone = office(differs, save=False).content.decode()
    office(differs, f"{two.login},Gwenaël,Saule,,informed")

    assert "has another address, and it isn’t changed here." in alone
    assert "Everything in this table is saved already." not in alone
    assert Person.objects.filter(email="s.peuplier@example.org").exists()
    assert not Person.objects.filter(email="other@example.org").exists()
    assert Guardianship.objects.running().count() == 2


def test_with_an_address_two_children_come_to_one_account(client, office, school_class):
    one, two = StudentFactory.create_batch(2, in_class=school_class)
    lines = [f"{child.login},Séraphine,Peuplier,%s,authority" for child in (one, two)]
    office(*(line % "" for line in lines))
    token = linked(Guardianship.objects.get(student=two))

    office(*(line % "s.peuplier@example.org" for line in lines))

    (guardian,) = {kept.guardian for kept in Guardianship.objects.running()}
    assert guardian.email == "s.peuplier@example.org"
    assert Person.objects.filter(memberships__role=Role.GUARDIAN).distinct().count() == 1
    client.logout()
    assert client.get(reverse("continuity:link_week", args=[token])).status_code == 200


def test_a_leader_gives_no_address_to_an_account_of_another_school(office, school_class):
    student = StudentFactory(in_class=school_class)
    elsewhere = StudentFactory()
    guardian = GuardianFactory(family_name="Saule", email=None)
    follows(guardian, student)
    follows(guardian, elsewhere)

    shown = office(f"{student.login},Morgane,Saule,taken@example.org,authority", save=False)

    assert shown.context["wrong"] == 1
    assert not Person.objects.filter(email="taken@example.org").exists()


def test_another_names_address_is_refused(office, school_class):
    student = StudentFactory(in_class=school_class)
    follows(GuardianFactory(family_name="Saule", email=None), student)
    somebody = GuardianFactory(family_name="Chêne", email="chene@example.org")

    shown = office(f"{student.login},Morgane,Saule,{somebody.email},authority", save=False)

    assert shown.context["wrong"] == 1


def test_a_line_that_ends_nobody_is_refused_and_one_sent_again_isnt(client, office, school_class):
    student = StudentFactory(in_class=school_class)
    kept = follows(GuardianFactory(family_name="Peuplier"), student)
    address = reverse("people:import_guardians", args=[school_class.school.public_id])
    line = f"{student.login},Morgane,%s,authority,yes"

    def ends(family_name: str):
        head = "student,first name,family name,quality,ended\n"
        shown = client.post(address, {"pasted": head + line % family_name})
        client.post(address, {"kept": shown.context["kept"]})
        kept.refresh_from_db()
        return shown

    misspelt = ends("Peupliers")
    assert misspelt.context["wrong"] == 1
    assert "No guardian of this name is entered for this student" in misspelt.content.decode()
    assert kept.until is None

    assert ends("Peuplier").context["wrong"] == 0
    assert kept.until is not None
    assert "Everything in this table is saved already." in ends("Peuplier").content.decode()


@pytest.mark.parametrize(
    ("logs_in", "elsewhere", "language"),
    [(False, False, "en"), (True, False, "fr"), (False, True, "fr")],
    ids=["saved", "the guardian logs in", "a guardian of another school, too"],
)
def test_a_changed_language_is_saved_or_said_to_stay(
    client, school_class, logs_in, elsewhere, language
):
    student = StudentFactory(in_class=school_class)
    guardian = GuardianFactory(family_name="Saule", language="fr", email=None, last_login=None)
    follows(guardian, student)
    if logs_in:
        Person.objects.filter(pk=guardian.pk).update(last_login=timezone.now())
    if elsewhere:
        follows(guardian, StudentFactory())
    client.force_login(LeaderFactory(leads=school_class.school, language="en"))
    address = reverse("people:import_guardians", args=[school_class.school.public_id])
    line = f"{student.login},Morgane,Saule,en,authority"

    shown = client.post(
        address, {"pasted": f"student,first name,family name,language,quality\n{line}"}
    )
    client.post(address, {"kept": shown.context["kept"]})

    text = shown.content.decode()
    assert "Everything in this table is saved already." not in text
    assert ("isn’t changed here." in text) == (language == "fr")
    guardian.refresh_from_db()
    assert guardian.language == language
