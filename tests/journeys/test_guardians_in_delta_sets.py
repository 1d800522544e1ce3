"""A delta set says of some students who their guardians are: these change, all others stay."""

import pytest

from courses.people.models import Person
from courses.roster.models import RosterImport
from tests.factories.continuity import LeaderFactory
from tests.factories.deltas import JOIN, a_delta, changed, deleted, modified
from tests.factories.relatives import (
    AUTHORITY,
    CHILDREN,
    INFORMED,
    RELATIVES,
    a_child,
    a_relative,
    a_school_with_guardians,
    follow,
    relation,
    who_follows,
    with_relatives,
    words_of,
)
from tests.factories.rosters import apply, choose

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.at("2026-11-25T12:00"),
    pytest.mark.usefixtures("english"),
]

ALL = [
    ("Inès", "Morgane", AUTHORITY),
    ("Inès", "Yann", INFORMED),
    ("Tom", "Morgane", AUTHORITY),
]


@pytest.fixture
def school():
    return a_school_with_guardians()


@pytest.fixture
def leader(client, school):
    leader = LeaderFactory(leads=school, language="en")
    follow(client, leader, school, *RELATIVES, students=CHILDREN)
    assert who_follows(school) == ALL
    return leader


def goes_on(client, leader, school, *students, relatives=None, **more):
    """The page of a delta set before the yes; what it says is applied."""
    kinds = {"PersRelEleve": relatives} if relatives is not None else {}
    trial = choose(client, leader, school, a_delta(students, **kinds, **more))
    if RosterImport.objects.first().is_delta and "Nothing to do" not in trial.text:
        apply(client, leader, what="all")
    return trial


def speaks(key, *relations) -> str:
    """A record that changes the relations alone."""
    return changed(key, ENTElevePersRelEleve=list(relations))


def test_another_quality_comes_with_the_student_alone(client, school, leader):
    trial = goes_on(client, leader, school, speaks("1", relation("901", "2"), relation("902", "2")))

    assert "1 guardian has another legal quality" in words_of(trial)
    assert who_follows(school) == [("Inès", "Morgane", INFORMED), *ALL[1:]]


def test_who_is_not_named_with_the_student_any_more_ends(client, school, leader):
    trial = goes_on(client, leader, school, speaks("1", relation("901")))

    said = "By the delta set of Saturday 21 November 2026 no guardian of this student any more."
    assert said in words_of(trial)
    assert "complete set of" not in words_of(trial)
    assert who_follows(school) == [ALL[0], ALL[2]]


def test_a_record_that_names_no_relation_takes_all(client, school, leader):
    goes_on(client, leader, school, speaks("1"))

    assert who_follows(school) == [ALL[2]]


def test_a_record_that_does_not_speak_of_them_changes_none(client, school, leader):
    without = modified(CHILDREN[0], without=("ENTElevePersRelEleve",))

    goes_on(client, leader, school, without, relatives=[])

    assert who_follows(school) == ALL


def test_a_brother_s_guardian_is_found_without_a_record(client, school, leader):
    goes_on(client, leader, school, speaks("3", relation("902")))

    assert who_follows(school) == [*ALL, ("Zoé", "Yann", AUTHORITY)]
    assert Person.objects.filter(family_name__iexact="le gall").count() == 1


def test_a_change_of_their_address_alone_says_no_name(client, school, leader):
    mail = changed("902", "PersRelEleve", mail=["yann@mail.example"])

    goes_on(client, leader, school, speaks("3", relation("902")), relatives=[mail])

    assert who_follows(school) == [*ALL, ("Zoé", "Yann", AUTHORITY)]


def test_a_new_one_comes_with_a_record(client, school, leader):
    aunt = a_relative("910", "Solène", "CARON", "solene@mail.example")

    goes_on(client, leader, school, speaks("3", relation("910")), relatives=[aunt])

    assert who_follows(school) == [*ALL, ("Zoé", "Solène", AUTHORITY)]


def test_a_new_one_without_a_record_is_named_and_stays_out(client, school, leader):
    trial = goes_on(client, leader, school, speaks("3", relation("910")))

    assert "ENTElevePersRelEleve" in trial.text
    assert who_follows(school) == ALL


def test_a_new_student_comes_with_guardians(client, school, leader):
    lou = a_child("4", "Lou", "ABADIE", relation("901"))

    goes_on(client, leader, school, lou)

    assert ("Lou", "Morgane", AUTHORITY) in who_follows(school)


def test_a_deleted_guardian_ends_for_each_child(client, school, leader):
    goes_on(client, leader, school, relatives=[deleted("901", "PersRelEleve")])

    assert who_follows(school) == [ALL[1]]


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_records_of_one_guardian_neither_is_read(client, school, leader, order):
    twice = [deleted("901", "PersRelEleve"), a_relative("901", "Morgane", "ABADIE")][::order]

    trial = goes_on(client, leader, school, speaks("1", relation("901", "2")), relatives=twice)

    assert "ENTPersonJointure" in trial.text
    assert who_follows(school) == [ALL[0], ALL[2]]  # Yann isn't named any more


def test_guardians_of_a_record_that_cannot_be_read_stay(client, school, leader):
    broken = changed("1", ENTElevePersRelEleve=[], ENTEleveClasses=[f"{JOIN}$2DE1", f"{JOIN}$2DE2"])

    trial = goes_on(client, leader, school, broken)

    assert "ENTEleveClasses" in trial.text
    assert who_follows(school) == ALL


def test_where_guardians_are_off_nothing_of_them_is_read(client, school, leader):
    school.with_guardians = False
    school.save()

    goes_on(client, leader, school, speaks("1", relation("901", "2")), relatives=[])

    assert not RosterImport.objects.first().says_guardians


def test_a_complete_set_after_it_changes_nothing(client, school, leader):
    goes_on(client, leader, school, speaks("1", relation("901", "2")))
    now = (a_child("1", "Inès", "ABADIE", relation("901", "2")), *CHILDREN[1:])

    after = choose(client, leader, school, with_relatives(*RELATIVES, students=now, day="20261122"))

    assert "Nothing to do" in after.text
