"""A key finds the account of a teacher of a set; one without a key is asked for, if it is the school's alone."""

import pytest

from courses.mail.models import Letter
from courses.people.enums import Letters, Role
from courses.people.models import (
    Identity,
    Person,
    today,
)
from courses.people.models.classes import school_year
from courses.roster.enums import ImportState
from courses.roster.exceptions import SayWhoTeachersAre
from courses.roster.models import (
    LastSaidOfTeacher,
    RosterChange,
    RosterImport,
    StagedTeacher,
)
from courses.roster.services import applying
from tests.factories.continuity import LeaderFactory, SchoolClassFactory
from tests.factories.people import MembershipFactory, TeacherFactory
from tests.factories.rosters import (
    UAI,
    a_set,
    a_student,
    a_teacher,
    apply,
    choose,
    of_key,
    undo,
    with_staff,
)
from tests.factories.staff import (
    STAFF,
    STUDENTS,
    a_school_with_subjects,
    follow,
    schools_of,
    taught,
)

NOT_YOURS = "is that of an account about which no set of a school decides: ask the registrars."
ZOE = (a_student("7", "Zoé", "CARON"),)

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.at("2026-11-25T12:00"),
    pytest.mark.usefixtures("english"),
]


@pytest.fixture
def school():
    return a_school_with_subjects()


def test_a_new_teacher_without_an_address_is_named_and_not_made(client, school, leader):
    bad = [
        a_teacher("1A", "Anne", "A", mail=""),
        a_teacher("1B", "Ben", "B", mail="nobody at all"),
        a_teacher("1C", "Chloé", "C"),
    ]

    trial, _page = follow(client, leader, school, *bad)

    assert trial.text.count("This new teacher has no email address") == 2
    assert "As ENT_NORMANDIE_Complet_20261120_PersEducNat_0000.xml says, line 5." in trial.text
    assert "A Anne" in trial.text
    assert StagedTeacher.objects.count() == 0
    assert list(Identity.objects.filter(value__startswith="1").values_list("value", flat=True)) == [
        "1",
        "1C",
    ]


@pytest.mark.parametrize("said", [{"mail": "Anne.A@school.example"}, {"mail": "other@x.example"}])
def test_an_account_of_the_school_is_asked_for_and_gets_the_key_with_a_yes(
    client, school, leader, said
):
    anne = TeacherFactory(
        works_at=school, email="anne.a@school.example", given_name="Anne", family_name="Lévêque"
    )

    trial = choose(
        client, leader, school,
        with_staff(UAI, a_teacher("1A", "ANNE", "LEVEQUE", **said), students=STUDENTS),
    )  # fmt: skip
    unsaid = apply(client, leader)
    waiting = RosterImport.objects.get().state
    page = apply(client, leader, same_teachers="yes")

    assert (
        f"The account {anne.login} of your school has this name or this email address" in trial.text
    )
    assert "Whose accounts are these?" in trial.text
    assert "Say first whether this teacher owns the account" in unsaid.text
    assert waiting == ImportState.WAITING
    assert of_key("1A") == anne
    assert f"Was here as {anne.login}" in page.text
    anne.refresh_from_db()
    assert (anne.family_name, anne.email) == ("Lévêque", "anne.a@school.example")
    assert [letter.kind for letter in Letter.objects.filter(to=anne)] == [Letters.KEY_PUT]


def test_a_no_makes_another_account_where_the_address_is_free(client, school, leader):
    anne = TeacherFactory(works_at=school, given_name="Anne", family_name="Abel")
    ben = TeacherFactory(works_at=school, email="ben@x.example")
    staff = [a_teacher("1A", "Anne", "ABEL"), a_teacher("1B", "Ben", "B", mail="ben@x.example")]

    _trial, page = follow(client, leader, school, *staff, same_teachers="no")

    assert of_key("1A") != anne
    assert not Identity.objects.filter(person__in=[anne, ben]).exists()
    assert "Another account has this teacher’s email address" in page.text
    assert "B Ben" in page.text
    assert "ben@x.example" not in str(list(RosterChange.objects.values()))


def test_each_teacher_of_whom_is_asked_has_an_answer_of_their_own(client, school, leader):
    anne, ben, zoe = [
        TeacherFactory(works_at=school, given_name=given, family_name="Abel", email=email)
        for given, email in (("Anne", "anne@x.example"), ("Ben", None), ("Zoé", None))
    ]
    staff = [
        a_teacher("1A", "Anne", "ABEL", mail="anne@x.example"),
        a_teacher("1B", "Ben", "ABEL"),
        a_teacher("1C", "Zoé", "ABEL", taught=["2DE1$020700"]),
    ]
    trial = choose(client, leader, school, with_staff(UAI, *staff, students=STUDENTS))
    one = RosterImport.objects.get()
    asked = {change.key: f"teacher-{change.pk}" for change in one.asked_of_teachers}

    with pytest.raises(SayWhoTeachersAre):
        applying.say_yes(one, by=leader, teachers={})
    unsaid = apply(client, leader, **{asked["1A"]: "yes", asked["1B"]: "no"})
    page = apply(client, leader, **dict(zip(asked.values(), ("yes", "no", "later"), strict=True)))

    assert list(asked) == ["1A", "1B", "1C"]
    assert trial.text.count('value="yes" selected') == 1  # same name and same address
    assert "Say first whether this teacher owns the account" in unsaid.text
    assert of_key("1A") == anne
    assert of_key("1B") not in (anne, ben, zoe)
    assert not Identity.objects.filter(person__in=[ben, zoe]).exists()
    assert not Identity.objects.filter(value="1C").exists()
    assert set(one.changes.filter(key="1C").values_list("state", "person")) == {("kept", None)}
    assert "couldn’t be applied" not in page.text


def test_the_offices_yes_keeps_no_account_that_was_asked_about(client, school, leader):
    TeacherFactory(works_at=school, given_name="Anne", family_name="Abel")
    clerk = MembershipFactory(role=Role.OFFICE, organisation=school, person__language="en").person

    trial, page = follow(client, clerk, school, a_teacher("1A", "Anne", "ABEL"))

    changes = RosterChange.objects.filter(key="1A")
    assert "Whose accounts are these?" not in trial.text
    assert set(changes.values_list("state", "person")) == {("kept", None)}
    assert "1 change of a teacher was left out; a later complete set asks again." in page.text


def elsewhere(school):
    return TeacherFactory(email="anne@x.example", given_name="Anne", family_name="Abel")


def of_two_schools(school):
    anne = elsewhere(school)
    MembershipFactory(person=anne, organisation=school)
    return anne


def leads_here(school):
    anne = TeacherFactory(
        works_at=school, email="anne@x.example", given_name="Anne", family_name="Abel"
    )
    MembershipFactory(person=anne, organisation=school, role=Role.LEADER)
    return anne


@pytest.mark.parametrize("who", [elsewhere, of_two_schools, leads_here])
def test_no_school_opens_an_account_that_isnt_its_own_alone(client, school, leader, who):
    anne = who(school)

    trial, _page = follow(
        client, leader, school, a_teacher("1A", "Anne", "ABEL", mail="anne@x.example"), STAFF[0],
        same_teachers="yes",
    )  # fmt: skip

    assert NOT_YOURS in trial.text
    assert anne.login not in trial.text
    assert not Identity.objects.filter(value="1A").exists()
    assert not anne.identities.exists()


def test_the_account_is_looked_at_again_when_it_gets_the_key(client, school, leader):
    anne = TeacherFactory(works_at=school, email="agent1A@ac-normandie.example")
    choose(client, leader, school, with_staff(UAI, a_teacher("1A", "Anne", "A"), students=STUDENTS))
    MembershipFactory(person=anne, role=Role.REGISTRAR, organisation__kind="academie")

    page = apply(client, leader, same_teachers="yes")

    assert "The account isn’t that of a teacher of your school alone any more." in page.text
    assert not anne.identities.exists()


@pytest.fixture
def theirs():
    """Who leads another school of the académie, which follows the same directory."""
    other = SchoolClassFactory(name="2DE1", school_year=school_year(today())).school
    other.uai = "0140099X"
    other.save()
    return LeaderFactory(leads=other, language="en")


def test_a_key_alone_lets_nobody_into_another_school(client, school, leader, theirs):
    """A made-up set opened an account of somebody else's for the key of Anne."""
    other = theirs.places_as(Role.LEADER)[0]
    follow(client, leader, school, a_teacher("1A", "Anne", "ABEL", mail="evil@x.example"))
    evil = of_key("1A")
    says = a_teacher("1A", "Anne", "ABEL", ["2DE1$020700"], mail="anne@ac.example")

    trial = choose(client, theirs, other, with_staff(other.uai, says, students=ZOE))
    apply(client, theirs)

    assert NOT_YOURS in trial.text
    assert schools_of(evil) == [school.pk]
    assert taught(evil) == []
    # The registrars say who has the key: then it finds the account.
    MembershipFactory(person=evil, organisation=other)
    again = choose(client, theirs, other, with_staff(other.uai, says, students=ZOE, day="20261121"))
    assert NOT_YOURS not in again.text
    assert "1 teacher is new in the directory" in again.text


def test_a_key_that_is_claimed_while_a_set_waits_lets_nobody_in(client, school, leader, theirs):
    other = theirs.places_as(Role.LEADER)[0]
    says = a_teacher("1A", "Anne", "ABEL", mail="anne@ac.example")
    choose(client, theirs, other, with_staff(other.uai, says, students=ZOE))
    mine = with_staff(UAI, a_teacher("1A", "Anne", "ABEL", mail="e@x.example"), students=STUDENTS)
    choose(client, leader, school, mine)
    waiting = RosterImport.objects.filter(state=ImportState.WAITING)
    apply(client, leader, waiting.get(school=school))

    page = apply(client, theirs, waiting.get(school=other))

    assert NOT_YOURS in page.text
    assert schools_of(of_key("1A")) == [school.pk]


def test_no_set_reads_the_name_of_another_schools_teacher_by_a_key(client, school, leader, theirs):
    follow(client, leader, school, a_teacher("1A", "Anne", "SECRÈTE"))

    guess = with_staff("0140099X", a_teacher("1A", "X", "Y", mail="x@x.example"), students=ZOE)
    trial = choose(client, theirs, theirs.places_as(Role.LEADER)[0], guess)
    page = apply(client, theirs)

    assert "SECRÈTE" not in trial.text + page.text
    assert schools_of(of_key("1A")) == [school.pk]


def test_one_address_of_two_teachers_opens_one_account(client, school, leader):
    two = [
        a_teacher(key, "Anne", name, mail="a@x.example") for key, name in (("1A", "A"), ("1B", "B"))
    ]

    _trial, page = follow(client, leader, school, *two)
    again = choose(client, leader, school, with_staff(UAI, *two, students=STUDENTS, day="20261121"))

    assert "Another account has this teacher’s email address" in page.text
    assert NOT_YOURS in again.text
    assert schools_of(of_key("1A")) == [school.pk]
    assert not Identity.objects.filter(value="1B").exists()


def test_a_teacher_of_two_schools_is_one_person_by_the_key(client, school, leader, theirs):
    other = theirs.places_as(Role.LEADER)[0]
    follow(client, leader, school, a_teacher("1A", "Anne", "A"))
    anne = of_key("1A")

    data = with_staff("0140099X", a_teacher("1A", "ANNE", "A", ["2DE1$020700"]))
    trial = choose(client, theirs, other, data)
    apply(client, theirs)

    assert "1 teacher is new in the directory" in trial.text
    assert anne.login not in trial.text
    assert of_key("1A") == anne
    assert sorted(schools_of(anne)) == sorted([school.pk, other.pk])
    assert anne.identities.count() == 1
    undo(client, theirs)
    assert schools_of(anne) == [school.pk]
    assert of_key("1A") == anne


def test_the_key_of_a_student_makes_no_teacher(client, school, leader):
    choose(client, leader, school, a_set(UAI, *STUDENTS))
    apply(client, leader)
    clash = with_staff(UAI, a_teacher("2", "Tom", "BRUNET"), students=STUDENTS[:1], day="20261121")

    trial = choose(client, leader, school, clash)
    apply(client, leader)

    assert NOT_YOURS in trial.text
    assert not of_key("2").memberships.filter(role=Role.TEACHER).exists()


def test_the_key_of_a_closed_account_makes_no_teacher(client, school, leader):
    anne = TeacherFactory(email="anne@x.example", is_active=False)
    Identity.objects.create(person=anne, namespace="aaf:70", value="1A")

    says = a_teacher("1A", "Anne", "A", mail="anne@x.example")
    _trial, page = follow(client, leader, school, says)

    assert "belongs to an account that is closed or isn’t an adult’s" in page.text
    assert school.pk not in schools_of(anne)


def test_nothing_that_is_never_stored_of_teachers_is_in_any_row(client, school, leader):
    choose(client, leader, school, with_staff(UAI, STAFF[0], students=STUDENTS))
    rows = [
        str(list(model.objects.values())) for model in (StagedTeacher, RosterChange, RosterImport)
    ]
    apply(client, leader)
    rows += [
        str(list(model.objects.values()))
        for model in (RosterChange, LastSaidOfTeacher, Identity, Person)
    ]

    for secret in ("SECRET", "14/07", "+33", "L0202"):
        assert not any(secret in row for row in rows), secret
    for row in rows[1:5]:
        assert "agent4000" not in row
