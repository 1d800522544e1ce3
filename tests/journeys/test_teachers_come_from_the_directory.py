"""A school's teachers, and what they teach, come from the set that brings its students."""

import datetime

import pytest
import time_machine
from django.utils import translation

from courses.mail.models import Letter
from courses.people.enums import Letters, Role
from courses.people.models import (
    Identity,
    Membership,
    Person,
    SchoolClass,
    Subject,
    Teaching,
    Tutorship,
    today,
)
from courses.people.models.classes import school_year
from courses.roster.enums import ImportState, RosterChangeState
from courses.roster.models import LastSaidOfTeacher, RosterChange, RosterImport, StagedTeacher
from tests.factories.continuity import LeaderFactory, SchoolClassFactory, teaching, tutor_of
from tests.factories.people import MembershipFactory, SubjectFactory, TeacherFactory
from tests.factories.rosters import (
    SAMPLES,
    UAI,
    a_set,
    a_student,
    a_teacher,
    apply,
    choose,
    of_key,
    packed,
    the_samples,
    undo,
    with_staff,
)
from tests.factories.school_pages import told

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]

NEXT_DAY = datetime.datetime(2026, 11, 26, 9, tzinfo=datetime.UTC)
STUDENTS = (a_student("1", "Inès", "ABADIE"), a_student("2", "Tom", "BRUNET", "2DE2"))
STAFF = [a_teacher(f"40{n:02}", f"Zoé{'abcdefghij'[n % 10]}", "HÉBERT") for n in range(25)]


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def school():
    school = SchoolClassFactory(name="2DE1", school_year=school_year(today())).school
    school.uai = UAI
    school.save()
    SchoolClassFactory(name="2DE2", school=school, school_year=school_year(today()))
    SubjectFactory(code="francais", title_fr="Français", title_en="French")
    SubjectFactory(code="maths", title_fr="Mathématiques", title_en="Mathematics")
    SubjectFactory(code="anglais", title_fr="Anglais", title_en="English")
    return school


@pytest.fixture
def leader(school):
    return LeaderFactory(leads=school, language="en")


def follow(client, keeper, school, *staff, day="20261120", what="all", **said):
    trial = choose(client, keeper, school, with_staff(UAI, *staff, students=STUDENTS, day=day))
    return trial, apply(client, keeper, what=what, **said)


def taught(person) -> list[str]:
    held = Teaching.objects.on(today()).filter(teacher=person)
    return sorted(held.values_list("school_class__name", "subject__code"))


def schools_of(person) -> list[int]:
    held = Membership.objects.current().filter(person=person, role=Role.TEACHER)
    return list(held.exclude(until=today()).values_list("organisation", flat=True))


def test_the_sample_brings_its_teachers_with_keys_and_invitations(client, school, leader):
    trial = choose(client, leader, school, the_samples())
    nobody = Identity.objects.count()
    page = apply(client, leader)

    assert nobody == 0
    assert "3 teachers are new in the directory" in trial.text
    assert "1 other person of the staff is passed over" in trial.text
    assert "couldn’t be applied" not in page.text
    noel = of_key("4000001")
    assert (noel.given_name, noel.family_name) == ("NOËL", "BEN SAÏD")
    assert noel.email == "agent4000001@ac-normandie.example"
    assert noel.identities.get().namespace == "aaf:70"
    assert schools_of(noel) == [school.pk]
    assert not noel.has_usable_password()
    assert Letter.objects.filter(kind=Letters.INVITATION, to=noel).count() == 1
    assert taught(noel) == [("2DE1", "francais"), ("2DE1G1", "francais")]
    assert Tutorship.objects.on(today()).get(school_class__name="2DE1").teacher == noel
    assert not Identity.objects.filter(value="4000004").exists()  # who leads the school
    assert not Identity.objects.filter(value="4000007").exists()  # another school's
    assert StagedTeacher.objects.count() == 0


def test_a_second_import_of_the_sample_changes_nothing(client, school, leader):
    choose(client, leader, school, the_samples())
    apply(client, leader)
    before = list(Teaching.objects.values()), list(Membership.objects.values())

    again = choose(client, leader, school, with_the_samples_of("20261121"))

    assert "Nothing to do" in again.text
    assert (list(Teaching.objects.values()), list(Membership.objects.values())) == before


def with_the_samples_of(day: str) -> bytes:
    return packed(
        {path.name.replace("20261120", day): path.read_bytes() for path in SAMPLES.iterdir()}
    )


def test_a_set_without_files_of_the_staff_says_nothing_of_teachers(client, school, leader):
    follow(client, leader, school, *STAFF)

    page = choose(client, leader, school, a_set(UAI, *STUDENTS, day="20261121"))

    assert "Nothing to do" in page.text
    assert "teacher" not in page.text.partition("<h2")[2].partition("</section>")[0]
    assert len(schools_of_all(school)) == 25


def schools_of_all(school) -> list[int]:
    held = Membership.objects.current().filter(organisation=school, role=Role.TEACHER)
    return list(held.exclude(until=today()).values_list("person", flat=True))


def test_who_isnt_in_the_next_set_leaves_and_the_account_stays(client, school, leader):
    follow(client, leader, school, *STAFF)
    gone = of_key("4024")
    with time_machine.travel(NEXT_DAY):
        trial, _page = follow(client, leader, school, *STAFF[:24], day="20261126")

        assert "1 teacher leaves your school" in trial.text
        assert "Paused" not in trial.text
        assert schools_of(gone) == []
        gone.refresh_from_db()
        assert gone.is_active

        back, _page = follow(client, leader, school, *STAFF, day="20261127")
    assert "1 teacher is back" in back.text
    with time_machine.travel(NEXT_DAY):
        assert schools_of(gone) == [school.pk]


def test_many_teachers_missing_pause_the_set_and_may_be_left_out(client, school, leader):
    follow(client, leader, school, *STAFF)

    trial, _page = follow(client, leader, school, *STAFF[:23], day="20261121", what="rest")

    assert "Paused" in trial.text
    assert "2 teachers of 25 would leave." in trial.text
    assert len(schools_of_all(school)) == 25
    kept = RosterChange.objects.filter(state=RosterChangeState.KEPT)
    assert set(kept.values_list("kind", flat=True)) == {"t_left"}


def test_whom_no_set_brought_survives_and_the_page_says_so(client, school, leader):
    by_hand = TeacherFactory(
        works_at=school, email="agent4000@ac-normandie.example", family_name="HÉBERT"
    )
    follow(client, leader, school, *STAFF, same_teachers="yes")
    assert of_key("4000") == by_hand

    page = choose(
        client, leader, school, with_staff(UAI, *STAFF[1:], students=STUDENTS, day="20261121")
    )

    assert "Nothing to do" in page.text
    assert schools_of(by_hand) == [school.pk]


def test_one_teaching_ends_and_another_begins(client, school, leader):
    anne, ben = (
        a_teacher("1A", "Anne", "A", ["2DE1$020700", "2DE2$020700"]),
        a_teacher("1B", "Ben", "B"),
    )
    follow(client, leader, school, anne, ben)
    assert taught(of_key("1A")) == [("2DE1", "francais"), ("2DE2", "francais")]

    with time_machine.travel(NEXT_DAY):
        trial, _page = follow(
            client,
            leader,
            school,
            a_teacher("1A", "Anne", "A", ["2DE2$020700"]),
            a_teacher("1B", "Ben", "B", ["2DE1$020700", "2DE1$030201"]),
            day="20261126",
        )
        now = taught(of_key("1A")), taught(of_key("1B"))

    assert "2 teachers have other classes or subjects" in trial.text
    assert "2DE1 (French), 2DE2 (French)" in trial.text
    assert now == ([("2DE2", "francais")], [("2DE1", "anglais"), ("2DE1", "francais")])
    ended = Teaching.objects.get(teacher=of_key("1A"), school_class__name="2DE1")
    assert ended.until == datetime.date(2026, 11, 26)


def test_what_a_leader_entered_by_hand_is_left_alone(client, school, leader):
    class_1, class_2 = SchoolClass.objects.order_by("name")
    anne = TeacherFactory(
        works_at=school, email="agent1A@ac-normandie.example", given_name="Anne", family_name="A"
    )
    by_hand = teaching(class_1, teacher=anne, subject=subject("francais"))
    tutor = tutor_of(class_2)

    says = a_teacher("1A", "Anne", "A", ["2DE1$020700"], tutor=["2DE2"])
    follow(client, leader, school, says, same_teachers="yes")
    follow(client, leader, school, a_teacher("1A", "Anne", "A"), day="20261121", what="all")

    by_hand.refresh_from_db()
    assert by_hand.until is None
    assert Tutorship.objects.on(today()).get(school_class=class_2).teacher == tutor


def subject(code):
    return Subject.objects.get(code=code)


def test_words_that_nobody_knows_here_are_named(client, school, leader):
    says = a_teacher("1A", "Anne", "A", ["2DE1$999900", "2DE1$061300", "TLE9$061300"])

    trial, _page = follow(client, leader, school, says)

    assert "What isn’t brought in of teachers (2)" in trial.text
    assert "VIE DE CLASSE" in trial.text
    assert "No subject is called so here" in trial.text
    assert "TLE9" in trial.text
    assert taught(of_key("1A")) == [("2DE1", "maths")]


def test_a_new_teacher_without_an_address_is_named_and_not_made(client, school, leader):
    bad = [
        a_teacher("1A", "Anne", "A", mail=""),
        a_teacher("1B", "Ben", "B", mail="nobody at all"),
        a_teacher("1C", "Chloé", "C"),
    ]

    trial, _page = follow(client, leader, school, *bad)

    assert trial.text.count("This new teacher has no email address") == 2
    assert "PersEducNat_0000.xml, line 5" in trial.text
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
    assert "Are these teachers the same people?" in trial.text
    assert "Say first whether the teachers" in unsaid.text
    assert waiting == ImportState.WAITING
    assert of_key("1A") == anne
    assert f"Was here as {anne.login}" in page.text
    anne.refresh_from_db()
    assert (anne.family_name, anne.email) == ("Lévêque", "anne.a@school.example")
    assert not Letter.objects.filter(to=anne).exists()


def test_a_no_makes_another_account_where_the_address_is_free(client, school, leader):
    anne = TeacherFactory(works_at=school, given_name="Anne", family_name="Abel")
    ben = TeacherFactory(works_at=school, email="ben@x.example")
    staff = [a_teacher("1A", "Anne", "ABEL"), a_teacher("1B", "Ben", "B", mail="ben@x.example")]

    _trial, page = follow(client, leader, school, *staff, same_teachers="no")

    assert of_key("1A") != anne
    assert not Identity.objects.filter(person__in=[anne, ben]).exists()
    assert "Another account has this teacher’s email address" in page.text
    assert "ben@x.example" not in str(list(RosterChange.objects.values()))


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

    assert (
        "An account that isn’t your school’s alone has this teacher’s email address." in trial.text
    )
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


def test_a_teacher_of_two_schools_is_one_person_by_the_key(client, school, leader):
    other = SchoolClassFactory(name="2DE1", school_year=school_year(today())).school
    other.uai = "0140099X"
    other.save()
    theirs = LeaderFactory(leads=other, language="en")
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

    choose(client, leader, school, clash)
    page = apply(client, leader)

    assert "belongs to an account that is closed or isn’t an adult’s" in page.text
    assert not of_key("2").memberships.filter(role=Role.TEACHER).exists()


def test_with_the_offices_yes_teachers_stay_out(client, school, leader):
    clerk = MembershipFactory(role=Role.OFFICE, organisation=school, person__language="en").person

    trial, page = follow(client, clerk, school, STAFF[0])
    again, _page = follow(client, leader, school, STAFF[0], day="20261121")
    refused = undo(client, clerk)

    assert "1 change of a teacher needs the yes of a leader of your school" in trial.text
    assert "1 change of a teacher was left out; a later set asks again." in page.text
    assert "1 teacher is new in the directory" in again.text
    assert schools_of(of_key("4000")) == [school.pk]
    assert told(refused) == ["This set changed teachers: a leader of your school undoes it."]


def test_an_import_is_undone_with_its_teachers(client, school, leader):
    by_hand = TeacherFactory(works_at=school, email="agent1B@ac-normandie.example")
    staff = [
        a_teacher("1A", "Anne", "A", ["2DE1$020700"], tutor=["2DE1"]),
        a_teacher("1B", "Ben", "B", ["2DE2$020700"]),
    ]
    follow(client, leader, school, *staff, same_teachers="yes")
    anne = of_key("1A")

    page = undo(client, leader)

    assert "stays, since" not in page.text
    assert schools_of(anne) == []
    assert not Teaching.objects.on(today()).exists()
    assert not Tutorship.objects.on(today()).exists()
    assert not by_hand.identities.exists()
    assert schools_of(by_hand) == [school.pk]
    assert not LastSaidOfTeacher.objects.exists()
    again, _page = follow(client, leader, school, *staff, day="20261121", same_teachers="yes")
    assert "2 teachers are new in the directory" in again.text
    assert of_key("1A") == anne
    assert schools_of(anne) == [school.pk]


def test_who_has_come_in_since_stays_when_the_import_is_undone(client, school, leader):
    follow(client, leader, school, a_teacher("1A", "Anne", "A"))
    anne = of_key("1A")
    anne.set_password("a password of her own")
    anne.save()

    page = undo(client, leader)

    assert "1 change stays, since something was built on it" in page.text
    assert schools_of(anne) == [school.pk]


def test_a_departure_and_other_classes_are_taken_back_on_a_later_day(client, school, leader):
    anne = a_teacher("1A", "Anne", "A", ["2DE1$020700", "2DE2$020700"])
    follow(client, leader, school, anne, *STAFF)
    with time_machine.travel(NEXT_DAY):
        follow(
            client, leader, school, a_teacher("1A", "Anne", "A", ["2DE2$020700"]), *STAFF[:24],
            day="20261126",
        )  # fmt: skip
    with time_machine.travel(NEXT_DAY + datetime.timedelta(days=3)):
        page = undo(client, leader)
        again = taught(of_key("1A"))
        there = schools_of(of_key("4024"))
        follow_up = choose(
            client, leader, school, with_staff(UAI, anne, *STAFF, students=STUDENTS, day="20261129")
        )

    assert "stays, since" not in page.text
    assert again == [("2DE1", "francais"), ("2DE2", "francais")]
    assert there == [school.pk]
    assert "Nothing to do" in follow_up.text


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
