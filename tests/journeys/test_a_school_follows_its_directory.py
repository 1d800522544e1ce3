"""A school's students come from the académie's directory: read, explained, applied, undone."""

import datetime

import pytest
import time_machine
from django.urls import reverse

from courses.people.enums import Role
from courses.people.models import (
    ClassMembership,
    Identity,
    Organisation,
    Person,
    SchoolClass,
    today,
)
from courses.people.models.classes import school_year
from courses.people.services import classes
from courses.roster.enums import ImportState, RosterChangeKind, RosterChangeState
from courses.roster.models import LastSaid, RosterChange, RosterImport, StagedStudent
from tests.factories.continuity import LeaderFactory, SchoolClassFactory, StudentFactory
from tests.factories.people import MembershipFactory
from tests.factories.rosters import (
    UAI,
    a_set,
    a_student,
    apply,
    choose,
    follow,
    imported,
    of_key,
    places,
    the_samples,
    undo,
)
from tests.factories.school_pages import get, send, told

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.at("2026-11-25T12:00"),
    pytest.mark.usefixtures("english"),
]

NEXT_DAY = datetime.datetime(2026, 11, 26, 9, tzinfo=datetime.UTC)
CLASS_OF_30 = [
    a_student(str(n), f"Prénom{'abcdefghij'[n % 10]}", f"FAMILLE {'ABC'[n // 10]}")
    for n in range(30)
]


@pytest.fixture
def school():
    school = SchoolClassFactory(name="2DE1", school_year=school_year(today())).school
    school.uai = UAI
    school.save()
    return school


def test_a_school_begins_from_the_sample_of_an_academie(client, school, leader):
    school.classes.all().delete()

    trial = choose(client, leader, school, the_samples())
    nobody = Person.objects.filter(identities__isnull=False).count()
    applied = apply(client, leader)

    number = RosterChange.objects.filter(kind=RosterChangeKind.NEW).count()
    assert f"{number} are new" in trial.text
    assert "0 deleted: who leaves is suspended, and erased after six months" in trial.text
    assert nobody == 0
    assert f"{number} are new" in applied.text
    assert "couldn’t be applied" not in applied.text
    students = Identity.objects.exclude(value__startswith="4")  # the sample has teachers, too
    assert students.count() == LastSaid.objects.count() == number > 3
    loic = of_key("1000001")
    assert (loic.given_name, loic.family_name, loic.email) == ("Loïc", "AUBERT", None)
    assert not loic.has_usable_password()
    assert places(loic) == ["2DE1", "2DE1G1"]
    assert list(loic.memberships.values_list("organisation", "role")) == [(school.pk, "student")]
    assert StagedStudent.objects.count() == 0


def test_a_second_import_changes_nothing_and_says_so(client, school, leader):
    choose(client, leader, school, the_samples())
    apply(client, leader)
    before = list(ClassMembership.objects.values_list("pk", "since", "until"))

    again = choose(client, leader, school, the_samples())
    choose(client, leader, school, a_set(UAI, day="20261121"))

    assert "This is the very archive that came on" in again.text
    assert RosterImport.objects.count() == 2  # the other one waits
    assert list(ClassMembership.objects.values_list("pk", "since", "until")) == before


def test_the_same_words_in_other_bytes_are_nothing_to_do(client, school, leader):
    follow(client, leader, school, a_student("1", "Inès", "ABADIE"))

    page = choose(
        client,
        leader,
        school,
        a_set(UAI, a_student("1", "Inès", "ABADIE", homePhone="+33 1 00"), day="20261121"),
    )

    assert "Nothing to do" in page.text
    assert RosterImport.objects.first().state == ImportState.NOTHING
    assert Identity.objects.count() == 1


@pytest.mark.at("2026-11-25T12:00")
def test_the_next_set_moves_suspends_and_adds_in_words(client, school, leader):
    follow(client, leader, school, *CLASS_OF_30)
    moves, leaves = of_key("0"), of_key("29")

    with time_machine.travel(NEXT_DAY):
        trial = choose(
            client,
            leader,
            school,
            a_set(
                UAI,
                a_student("0", "Prénoma", "FAMILLE A", "2DE2"),
                *CLASS_OF_30[1:29],
                a_student("30", "Nina", "NOUVELLE"),
                day="20261126",
            ),
        )
        apply(client, leader)
        page = imported(client, leader)

    for words in ("1 changes class", "1 leaves", "1 is new", "0 deleted"):
        assert words in trial.text
    assert "Paused" not in trial.text
    assert "As ENT_NORMANDIE_Complet_20261126_Eleve_0000.xml says, line 5." in trial.text
    assert "NOUVELLE Nina" in trial.text
    assert places(moves) == ["2DE2"]
    ended = moves.class_memberships.get(school_class__name="2DE1")
    assert ended.until == datetime.date(2026, 11, 26)  # what was done there stays there
    leaves.refresh_from_db()
    assert (leaves.is_active, places(leaves)) == (False, [])
    assert Person.objects.filter(pk=leaves.pk).exists()
    assert of_key("30").display_name in page.text.replace("NOUVELLE Nina", "Nina NOUVELLE")


def test_who_comes_back_in_a_set_is_restored(client, school, leader):
    follow(client, leader, school, *CLASS_OF_30)
    gone = of_key("29")
    follow(client, leader, school, *CLASS_OF_30[:29], day="20261121")
    assert not Person.objects.get(pk=gone.pk).is_active

    trial = choose(client, leader, school, a_set(UAI, *CLASS_OF_30, day="20261122"))
    apply(client, leader)

    gone.refresh_from_db()
    assert "1 is back" in trial.text
    assert (gone.is_active, places(gone)) == (True, ["2DE1"])
    assert Identity.objects.count() == 30


def test_a_set_in_which_many_are_missing_is_paused(client, school, leader):
    follow(client, leader, school, *CLASS_OF_30)

    trial = choose(client, leader, school, a_set(UAI, *CLASS_OF_30[:28], day="20261121"))
    apply(client, leader, what="rest")

    assert "Paused" in trial.text
    assert "2 students of 30 would leave." in trial.text
    assert "Apply everything, 2 students suspended" in trial.text
    assert of_key("29").is_active
    assert RosterChange.objects.filter(state=RosterChangeState.KEPT).count() == 2
    again = choose(client, leader, school, a_set(UAI, *CLASS_OF_30[:28], day="20261121"))
    assert "2 leave" in again.text  # what was left out may be asked again


def test_a_set_without_a_class_is_paused_and_who_left_comes_back(client, school, leader):
    """Case C58."""
    follow(
        client, leader, school, *CLASS_OF_30, *[
            a_student(f"x{n}", "Zoé", f"AUTRE {n}", "2DE2") for n in "A"
        ],
    )  # fmt: skip

    trial = choose(
        client, leader, school, a_set(UAI, *CLASS_OF_30, classes=["2DE1"], day="20261121")
    )

    assert "Paused" in trial.text
    assert "This class had students in the last set and has none in this one: 2DE2." in trial.text
    apply(client, leader)
    gone = of_key("xA")
    assert not gone.is_active
    again = a_student("xA", "Zoé", "AUTRE A", "2DE2")
    follow(client, leader, school, *CLASS_OF_30, again, day="20261122")
    gone.refresh_from_db()
    assert (gone.is_active, places(gone)) == (True, ["2DE2"])


def test_a_bad_record_is_named_and_the_others_are_read(client, school, leader):
    follow(client, leader, school, *CLASS_OF_30)

    trial = choose(
        client,
        leader,
        school,
        a_set(
            UAI,
            a_student("0", "Prénoma", "FAMILLE A", ENTEleveClasses="$2DE2"),
            *CLASS_OF_30[1:],
            a_student("31", "Nina", "NOUVELLE"),
            a_student("", "Sans", "CLÉ"),
            day="20261121",
        ),
    )
    apply(client, leader)

    assert "ENT_NORMANDIE_Complet_20261121_Eleve_0000.xml, line 17, ENTEleveClasses" in trial.text
    assert "The school is missing before the sign $." in trial.text
    assert "The key is missing" in trial.text
    assert "0 leave" in trial.text
    assert (of_key("0").is_active, places(of_key("0"))) == (True, ["2DE1"])
    assert places(of_key("31")) == ["2DE1"]


def test_what_a_person_changed_by_hand_survives_the_next_set(client, school, leader):
    other = SchoolClassFactory(school=school, name="2DE9", school_year=school_year(today()))
    follow(client, leader, school, a_student("1", "Inès", "ABADIE", groups=["LATIN"]))
    ines = of_key("1")
    classes.change_class(student=ines, to=other, by=leader)
    classes.join_class(
        student=ines,
        school_class=SchoolClassFactory(
            school=school, kind="group", name="CHORALE", school_year=school_year(today())
        ),
        by=leader,
    )

    choose(
        client,
        leader,
        school,
        a_set(UAI, a_student("1", "Inès", "ABADIE", groups=["GREC"]), day="20261121"),
    )
    apply(client, leader)

    assert places(ines) == ["2DE9", "CHORALE", "GREC"]


def test_homonyms_are_two_people_and_nobody_is_merged_without_a_yes(client, school, leader):
    by_hand = StudentFactory(
        in_class=SchoolClass.objects.get(name="2DE1"), given_name="Inès", family_name="Abadie"
    )
    a_trial = choose(client, leader, school, a_set(UAI, a_student("1", "INÈS", "ABADIE")))
    unsaid = apply(client, leader)
    waiting = RosterImport.objects.get()
    read = get(client, leader, "roster:apply", waiting.public_id)
    question = a_trial.text.partition("Are they the same people?")[2].partition("</fieldset>")[0]

    apply(client, leader, same="no")

    assert "1 new student has the same name and the same class" in a_trial.text
    assert "Say first whether" in unsaid.text
    assert read.url == reverse("roster:import", args=[waiting.public_id])
    assert waiting.state == ImportState.WAITING
    assert "optional" not in question
    assert question.count("required") == 2  # each of the two answers
    assert 'aria-invalid="true"' in unsaid.text  # and there it is marked
    assert of_key("1") != by_hand
    assert by_hand.identities.count() == 0


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (("Noémie", "Lévêque"), ("Noémie", "LEVEQUE")),
        (("Jean-Pierre", "Mendes"), ("Jean Pierre", "MENDES")),
        (("Zoé", "D’Argent"), ("Zoé", "D'ARGENT")),
    ],
)
def test_a_directorys_spelling_of_a_name_doubles_nobody(client, school, leader, names, said):
    by_hand = StudentFactory(
        in_class=SchoolClass.objects.get(name="2DE1"), given_name=names[0], family_name=names[1]
    )

    trial = choose(client, leader, school, a_set(UAI, a_student("1", *said)))
    unsaid = apply(client, leader)
    apply(client, leader, same="yes")

    assert "1 new student has the same name and the same class" in trial.text
    assert "Say first whether" in unsaid.text
    assert of_key("1") == by_hand
    assert school.memberships.filter(role=Role.STUDENT).count() == 1


def test_a_directorys_spelling_in_another_class_is_paused(client, school, leader):
    StudentFactory(
        in_class=SchoolClass.objects.get(name="2DE1"), given_name="Noémie", family_name="Lévêque"
    )

    trial = choose(client, leader, school, a_set(UAI, a_student("1", "Noémie", "LEVEQUE", "2DE2")))

    assert "Paused" in trial.text
    assert "1 new student has the name of an account that your school entered itself" in trial.text


def test_who_was_entered_by_hand_gets_the_key_with_a_yes(client, school, leader):
    by_hand = StudentFactory(
        in_class=SchoolClass.objects.get(name="2DE1"), given_name="Inès", family_name="Abadie"
    )
    stays = StudentFactory(in_class=SchoolClass.objects.get(name="2DE1"))
    ines = a_student("1", "INÈS", "ABADIE", groups=["LATIN"])
    others = [a_student("2", "Tom", "BRUNET"), a_student("3", "Zoé", "CARON")]

    trial = choose(client, leader, school, a_set(UAI, ines, *others))
    applied = apply(client, leader, same="yes")
    follow_up = choose(client, leader, school, a_set(UAI, ines, *others, day="20261121"))
    one = RosterImport.objects.get(state=ImportState.APPLIED)
    whose, held = of_key("1"), places(by_hand)
    twice = send(client, leader, "roster:apply", one.public_id, what="all")
    undone = undo(client, leader, one)

    assert (whose, held) == (by_hand, ["2DE1", "LATIN"])
    assert "This set doesn’t wait any more" in twice.text
    assert "3 are new" in trial.text
    assert "have their key" not in trial.text
    for page in (applied, undone):
        assert "2 are new" in page.text
        assert "1 was here and has the key" in page.text
        assert f"Was here as {by_hand.login}: the account has the key." in page.text
    assert "Nothing to do" in follow_up.text
    assert Person.objects.get(pk=stays.pk).is_active  # no set said anything of them
    assert Person.objects.get(pk=by_hand.pk).is_active


@pytest.mark.at("2026-11-25T12:00")
def test_an_import_is_undone_as_far_as_nothing_was_built_on_it(client, school, leader):
    follow(client, leader, school, *CLASS_OF_30)
    with time_machine.travel(NEXT_DAY):
        follow(
            client,
            leader,
            school,
            a_student("0", "Prénoma", "FAMILLE A", "2DE2", groups=["LATIN"]),
            a_student("1", "Prénomb", "FAMILLE A", "2DE2"),
            a_student("2", "Corrigée", "FAMILLE A"),
            *CLASS_OF_30[3:29],
            a_student("30", "Nina", "NOUVELLE"),
            day="20261126",
        )
        third = SchoolClassFactory(school=school, name="2DE3")
        classes.change_class(student=of_key("1"), to=third, by=leader)
        page = undo(client, leader)

    assert "1 change stays, since something was built on it" in page.text
    assert places(of_key("0")) == ["2DE1"]
    assert not of_key("0").class_memberships.filter(school_class__name="2DE2").exists()
    assert places(of_key("1")) == ["2DE3"]
    assert of_key("2").given_name == "Prénomc"
    assert (of_key("29").is_active, places(of_key("29"))) == (True, ["2DE1"])
    assert not of_key("30").is_active
    with time_machine.travel(NEXT_DAY):
        again = choose(client, leader, school, a_set(UAI, *CLASS_OF_30, day="20261126"))
    assert "1 changes class" in again.text  # who stayed in the class that a person chose
    assert "0 are new" in again.text


def test_only_the_last_import_is_undone_and_once(client, school, leader):
    follow(client, leader, school, a_student("1", "Inès", "ABADIE"))
    first = RosterImport.objects.get()
    follow(client, leader, school, a_student("1", "Inès", "ABADIE", "2DE2"), day="20261121")
    refused = undo(client, leader, first)
    undo(client, leader)
    twice = send(client, leader, "roster:undo", RosterImport.objects.first().public_id)

    assert told(refused) == told(twice)
    assert "Only the last set that was applied can be undone" in told(twice)[0]
    assert places(of_key("1")) == ["2DE1"]


def test_a_set_set_aside_applies_nothing_and_its_names_are_gone(client, school, leader):
    choose(client, leader, school, a_set(UAI, a_student("1", "Inès", "ABADIE")))
    one = RosterImport.objects.get()
    assert StagedStudent.objects.count() == 1

    page = send(client, leader, "roster:set_aside", one.public_id)
    late = apply(client, leader, one)

    assert "nothing of it was applied" in page.text
    assert told(late) == ["This set doesn’t wait any more: nothing more is saved."]
    assert (StagedStudent.objects.count(), Identity.objects.count()) == (0, 0)


def test_the_key_of_another_schools_student_opens_nothing(client, school, leader):
    follow(client, leader, school, a_student("1", "Inès", "ABADIE"))
    other = Organisation.objects.create(kind="school", name="Ailleurs", uai="0140099X")
    theirs = LeaderFactory(leads=other, language="en")

    choose(client, theirs, other, a_set("0140099X", a_student("1", "Inès", "ABADIE")))
    page = apply(client, theirs)

    assert "The key of this student belongs to an account of another school." in page.text
    assert not of_key("1").memberships.filter(organisation=other).exists()


def test_the_office_applies_and_undoes_as_its_page_says(client, school, leader):
    clerk = MembershipFactory(role=Role.OFFICE, organisation=school).person

    said = get(client, leader, "people:office", school.public_id)
    follow(client, clerk, school, a_student("1", "Inès", "ABADIE"))
    one = RosterImport.objects.get()
    undo(client, clerk)
    one.refresh_from_db()

    assert "sets of the directory (to apply and to undo, apart from teachers)" in said.text
    assert (one.state, one.told_by) == (ImportState.UNDONE, clerk)


def test_another_schools_pages_are_not_there(client, school, leader):
    choose(client, leader, school, a_set(UAI, a_student("1", "Inès", "ABADIE")))
    one = RosterImport.objects.get()
    stranger = MembershipFactory(role=Role.OFFICE).person

    assert get(client, stranger, "roster:school", school.public_id).status_code == 404
    assert get(client, stranger, "roster:import", one.public_id).status_code == 404
    for name in ("roster:apply", "roster:set_aside", "roster:undo"):
        assert send(client, stranger, name, one.public_id, what="all").status_code == 404
    assert RosterImport.objects.get().state == ImportState.WAITING


def test_nothing_that_is_never_stored_is_in_any_row(client, school, leader):
    choose(
        client,
        leader,
        school,
        a_set(UAI, a_student("1", "Inès", "ABADIE"), a_student("2", "", "X", INE="SECRETINE1")),
    )
    rows = [
        str(list(model.objects.values())) for model in (StagedStudent, RosterChange, RosterImport)
    ]
    apply(client, leader)
    rows += [
        str(list(model.objects.values())) for model in (RosterChange, LastSaid, Identity, Person)
    ]

    for secret in ("SECRET", "2010", "+33", "14/07"):
        assert not any(secret in row for row in rows), secret
    assert "ABADIE" not in str(list(RosterChange.objects.values())) + str(
        list(LastSaid.objects.values())
    )


def test_a_change_of_name_says_both(client, school, leader):
    follow(client, leader, school, a_student("1", "Inès", "ABADIE"))

    trial = choose(
        client, leader, school, a_set(UAI, a_student("1", "Inès", "CARON"), day="20261121")
    )
    page = apply(client, leader)

    for said in (trial, page):
        assert "1 has another name" in said.text
        assert "ABADIE" in said.text.upper()
        assert "CARON" in said.text.upper()
    assert of_key("1").family_name.upper() == "CARON"


def test_a_change_that_a_rule_forbids_stays_out_with_its_reason(client, school, leader):
    follow(client, leader, school, a_student("1", "Inès", "ABADIE"), a_student("2", "Tom", "BRU"))
    SchoolClassFactory(school=school, kind="group", name="2DE7", school_year=school_year(today()))

    page = follow(
        client,
        leader,
        school,
        a_student("1", "Inès", "ABADIE", "2DE7"),
        a_student("2", "Tom", "BRU", "2DE2"),
        day="20261121",
    )

    assert "1 changes class" in page.text
    assert "1 change couldn’t be applied; it comes first" in page.text
    assert "“2DE7” is a class in one place and a group in the other." in page.text
    assert (places(of_key("1")), places(of_key("2"))) == (["2DE1"], ["2DE2"])


def test_pages_ask_a_known_number_of_queries(client, school, leader, django_assert_max_num_queries):
    choose(client, leader, school, a_set(UAI, *CLASS_OF_30))
    client.force_login(leader)
    one = RosterImport.objects.get()

    with django_assert_max_num_queries(12):
        client.get(reverse("roster:import", args=[one.public_id]))
    with django_assert_max_num_queries(12):
        client.get(reverse("roster:school", args=[school.public_id]))
