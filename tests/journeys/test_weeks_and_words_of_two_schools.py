"""Two schools become one: hours stay in their weeks, students in their classes, and the next set still
ends what sets began.
"""

import datetime

import pytest
from django.utils import timezone

from continuity.models import SurveyAnswer, SurveyCampaign
from courses.agenda.enums import Rhythm
from courses.agenda.models import SchoolCalendar
from courses.agenda.queries.school_days import school_days
from courses.people.enums import GuardianQuality, Role
from courses.people.exceptions import FileWaits
from courses.people.models import Identity, Membership, Organisation, Teaching
from courses.people.services import mergers
from courses.roster.models import LastSaidOfGuardian
from courses.timetables.enums import TimetableState, WordKind
from courses.timetables.models import TimetableImport, TimetableWord
from courses.timetables.services import receiving as timetables
from tests.factories.continuity import (
    LeaderFactory,
    SchoolClassFactory,
    StudentFactory,
    class_hour,
    teaching,
)
from tests.factories.guardians import GuardianFactory, follows, with_guardians
from tests.factories.people import OrganisationFactory, SubjectFactory, TeacherFactory
from tests.factories.rosters import (
    a_set,
    a_student,
    a_teacher,
    apply,
    choose,
    of_key,
    places,
    with_staff,
)
from tests.factories.survey import answered, campaign_of
from tests.factories.timetables import calendar, each_week

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.at("2026-11-25T12:00"),
    pytest.mark.usefixtures("english"),
]
MONDAY = datetime.date(2026, 11, 30)
A_WEEK = datetime.timedelta(weeks=1)
SEPTEMBER = datetime.date(2026, 9, 1)


@pytest.fixture
def old():
    return OrganisationFactory(name="Lycée des Sapins", uai="0141000A")


@pytest.fixture
def into():
    return OrganisationFactory(name="Lycée du Port", uai="0141001B")


@pytest.fixture
def leader(into):
    return LeaderFactory(leads=into, language="en")


def merged(old, into):
    return mergers.merge(old=old, into=into, by=None)


def letter_of(school, monday=MONDAY):
    return school_days(Organisation.objects.get(pk=school.pk)).week_letter(monday)


def counts(school, *, a: datetime.date, pauses=False):
    SchoolCalendar.objects.create(school=school, week_a=a, pauses_in_holidays=pauses)


def hours_of(school, *rhythms, year=2027):
    part = teaching(SchoolClassFactory(school=school, school_year=year))
    return [class_hour(part, rhythm=one) for one in rhythms]


def rhythms_of(hours):
    for hour in hours:
        hour.refresh_from_db()
    return [hour.rhythm for hour in hours]


def has_set(client, leader, school, *students, day="20261120", **said):
    leader.forget_memberships()
    choose(client, leader, school, a_set(school.uai, *students, day=day))
    return apply(client, leader, **said)


# A and B weeks


@pytest.mark.parametrize("both", [True, False])
def test_hours_of_both_schools_stay_in_their_weeks(old, into, both):
    if both:
        counts(into, a=MONDAY)
    other = MONDAY if letter_of(into) == Rhythm.B else MONDAY + A_WEEK
    counts(old, a=other)
    mine, theirs = hours_of(old, "A", "B", ""), hours_of(into, "A", "B", "")
    letter = letter_of(into)

    merger = merged(old, into)

    assert letter_of(into) == letter
    assert rhythms_of(theirs) == ["A", "B", ""]
    assert rhythms_of(mine) == ["B", "A", ""]
    assert "get the other letter, and stay in their weeks" in " ".join(merger.notes)


@pytest.mark.parametrize("alike", [True, False])
def test_schools_that_count_alike_keep_their_letters(old, into, alike):
    counts(old, a=MONDAY + (0 if alike else 1) * A_WEEK)
    counts(into, a=MONDAY + 2 * A_WEEK)
    mine = hours_of(old, *("AB" if alike else [""]))

    merger = merged(old, into)

    assert rhythms_of(mine) == (["A", "B"] if alike else [""])
    assert not merger.notes


def test_a_school_without_such_hours_counts_as_the_old_one(old, into):
    other = MONDAY if letter_of(into) == Rhythm.B else MONDAY + A_WEEK
    counts(old, a=other)
    mine, letter = hours_of(old, "A", "B"), letter_of(old)

    merger = merged(old, into)

    assert letter_of(into) == letter
    assert rhythms_of(mine) == ["A", "B"]
    assert not merger.notes


@pytest.mark.parametrize(
    "are_swapped",
    [
        pytest.param(True, id="in November", marks=pytest.mark.at("2026-11-25T12:00")),
        pytest.param(True, id="in the holidays", marks=pytest.mark.at("2026-12-30T12:00")),
        pytest.param(False, id="before September", marks=pytest.mark.at("2027-07-20T12:00")),
    ],
)
def test_letters_of_weeks_without_class_count_for_nothing(old, into, are_swapped):
    """In the second week of the Christmas holidays both schools' letters are alike."""
    counts(old, a=datetime.date(2026, 9, 7))
    counts(into, a=datetime.date(2026, 9, 14), pauses=True)
    mine, theirs = hours_of(old, "A", "B"), hours_of(into, "A")

    merger = merged(old, into)

    assert rhythms_of(mine + theirs) == (["B", "A", "A"] if are_swapped else ["A", "B", "A"])
    assert len(merger.notes) == are_swapped
    assert "check" not in " ".join(merger.notes)


@pytest.mark.at("2027-06-22T12:00")
def test_a_timetable_of_next_year_keeps_its_own_weeks(old, into):
    """Two counts that are alike in June and opposite in September, as only one waits in the holidays."""
    june, september = datetime.date(2027, 6, 21), datetime.date(2027, 9, 6)
    counts(old, a=june)
    counts(into, a=june, pauses=True)
    assert letter_of(old, june) == letter_of(into, june)
    assert letter_of(old, september) != letter_of(into, september)
    this, theirs = hours_of(old, "A", "B"), hours_of(into, "A")
    coming = hours_of(old, "A", "B", year=2028)

    merger = merged(old, into)

    assert rhythms_of(this + theirs) == ["A", "B", "A"]
    assert rhythms_of(coming) == ["B", "A"]
    (note,) = merger.notes
    assert note.startswith("School year 2027-2028: ")


@pytest.mark.at("2027-06-22T12:00")
def test_each_year_says_its_own_answer(old, into):
    june = datetime.date(2027, 6, 21)
    counts(old, a=june)
    counts(into, a=june + A_WEEK, pauses=True)
    this, theirs = hours_of(old, "A", "B"), hours_of(into, "A")
    coming = hours_of(old, "A", "B", year=2028)

    merger = merged(old, into)

    assert rhythms_of(this + theirs) == ["B", "A", "A"]
    assert rhythms_of(coming) == ["A", "B"]
    (note,) = merger.notes
    assert note.startswith("School year 2026-2027: ")


@pytest.mark.at("2028-06-20T12:00")
def test_a_week_that_begins_in_the_holidays_decides_nothing(old, into):
    """Class begins on Friday, 1 September 2028: who waits in the holidays gives that week's letter to
    the week after it, too.
    """
    september = datetime.date(2028, 9, 4)
    counts(old, a=september)
    counts(into, a=september, pauses=True)
    hours_of(into, "A")
    coming = hours_of(old, "A", "B", year=2029)

    merger = merged(old, into)

    assert letter_of(into, september) == "A"
    assert rhythms_of(coming) == ["A", "B"]
    assert not merger.notes


@pytest.mark.at("2023-10-10T12:00")
def test_schools_that_count_holidays_in_two_ways_are_told_to_look(old, into):
    """An odd number of weeks of holidays, as in the autumn of 2023."""
    counts(old, a=datetime.date(2023, 9, 11))
    counts(into, a=datetime.date(2023, 9, 4), pauses=True)
    mine, theirs = hours_of(old, "A", year=2024), hours_of(into, "A", year=2024)

    merger = merged(old, into)

    assert rhythms_of(mine + theirs) == ["B", "A"]
    assert "check the weeks after them." in " ".join(merger.notes)


# Classes


def test_a_class_spelled_otherwise_is_another_class(client, leader, old, into):
    """A set's 2DE1 is the other school's, whatever somebody once typed at the old one."""
    SchoolClassFactory(school=old, name="2de 1")
    tom, ann = (a_student(key, "Tom", "CARON", "2DE1") for key in "12")
    has_set(client, leader, into, tom)

    merger = merged(old, into)
    has_set(client, leader, into, tom, ann, day="20261122", same="no")

    names = into.classes.order_by("pk").values_list("name", flat=True)
    assert list(names) == ["2de 1 0141000A", "2DE1"]
    assert places(of_key("2")) == places(of_key("1")) == ["2DE1"]
    assert len(merger.notes) == 1


def test_a_new_name_is_no_other_class_of_the_old_school(old, into):
    for name in ("2DE1", "2DE1 0141000A"):
        SchoolClassFactory(school=old, name=name)
    SchoolClassFactory(school=into, name="2DE1")

    merged(old, into)

    names = into.classes.values_list("name", flat=True)
    assert sorted(names) == ["2DE1", "2DE1 0141000A", "2DE1 2"]


# What sets said


def test_a_group_of_somebody_at_both_ends_with_the_set_that_names_it_no_more(
    client, leader, old, into
):
    boss, pia = LeaderFactory(leads=old, language="en"), a_student("5", "Pia", "NOIR")
    has_set(client, boss, old, a_student("1", "Zoé", "CARON", "2DE1", ["LATIN"]))
    person = of_key("1")
    Membership.objects.create(person=person, organisation=into, role=Role.STUDENT, since=SEPTEMBER)
    has_set(client, leader, into, a_student("1", "Zoé", "CARON", "", ["GREC"]), pia)
    assert places(person) == ["2DE1", "GREC", "LATIN"]
    merged(old, into)

    there = a_student("1", "Zoé", "CARON", "2DE2", ["GREC"])
    has_set(client, leader, into, there, pia, day="20261122")

    assert places(person) == ["2DE2", "GREC"]


def has_teacher(client, keeper, school, *students, day="20261120", key="9", taught="2DE1"):
    keeper.forget_memberships()
    teacher = a_teacher(key, "Paul", f"ROUX{key}", taught=[f"{taught}$020700"])
    choose(client, keeper, school, with_staff(school.uai, teacher, students=students, day=day))
    apply(client, keeper, same_teachers="yes")


def test_a_teaching_of_a_teacher_at_both_ends_with_the_set_that_names_it_no_more(
    client, leader, old, into
):
    SubjectFactory(code="francais", title_fr="Français")
    boss, zoe = LeaderFactory(leads=old), a_student("1", "Zoé", "CARON")
    pia = a_student("5", "Pia", "NOIR", "2DE2")
    has_teacher(client, boss, old, zoe)
    has_teacher(client, leader, into, pia, taught="2DE2")
    merged(old, into)
    assert Teaching.objects.filter(until=None).count() == 2

    has_teacher(client, leader, into, zoe, pia, day="20261122", taught="2DE2")

    running = Teaching.objects.filter(until=None).values_list("school_class__name", flat=True)
    assert list(running) == ["2DE2"]


def test_a_teacher_who_went_to_the_old_school_before_leaves_with_a_set(client, leader, old, into):
    boss, pia = LeaderFactory(leads=old), a_student("5", "Pia", "NOIR")
    has_teacher(client, leader, into, pia)
    has_teacher(client, leader, into, pia, day="20261121", key="8")
    there = Membership.objects.filter(person=of_key("9"), organisation=into)
    there.update(since=SEPTEMBER, until=datetime.date(2026, 10, 31))
    has_teacher(client, boss, old, a_student("1", "Zoé", "CARON"), day="20261121")
    merged(old, into)
    assert there.filter(until=None).exists()

    has_teacher(client, leader, into, pia, day="20261122", key="8")

    assert not there.filter(until=None).exists()  # today is the last day


def test_of_a_guardian_whom_one_set_ended_the_other_s_word_counts(old, into):
    student, guardian = StudentFactory(in_class=SchoolClassFactory(school=old)), GuardianFactory()
    said = {
        "identity": Identity.objects.create(person=student, namespace="aaf:70", value="1"),
        "key": "G1",
        "quality": GuardianQuality.AUTHORITY,
        "brought": True,
    }
    LastSaidOfGuardian.objects.create(school=into, ended_at=timezone.now(), **said)
    running = follows(guardian, student, old)
    with_guardians(into)
    mine = LastSaidOfGuardian.objects.create(school=old, guardianship=running, **said)

    merged(old, into)

    assert LastSaidOfGuardian.objects.get() == mine
    mine.refresh_from_db()
    assert mine.school == into


@pytest.mark.parametrize("has_files", [True, False])
def test_words_of_timetables_mean_people_of_their_own_school(old, into, has_files):
    if has_files:
        timetables.receive(
            school=into, files=[("h.ics", calendar(each_week()))], by=LeaderFactory(leads=into)
        )
        TimetableImport.objects.update(state=TimetableState.APPLIED, closed_at=timezone.now())
    word = TimetableWord.objects.create(
        school=old, kind=WordKind.TEACHER, word="dupont m", teacher=TeacherFactory(works_at=[old])
    )

    merged(old, into)

    word.refresh_from_db()
    assert word.school == (old if has_files else into)


@pytest.mark.parametrize("where", ["old", "into"])
def test_while_a_timetable_waits_nothing_is_done(old, into, where):
    school = {"old": old, "into": into}[where]
    timetables.receive(
        school=school, files=[("h.ics", calendar(each_week()))], by=LeaderFactory(leads=school)
    )

    with pytest.raises(FileWaits) as refusal:
        merged(old, into)

    assert str(school) in refusal.value.reason


# Surveys


def test_of_two_surveys_that_share_a_day_the_later_end_counts(old, into):
    theirs, mine = campaign_of(into, first=-10, last=-1), campaign_of(old, first=-3, last=5)
    earlier = campaign_of(old, first=-11, last=-8)
    student = StudentFactory(in_class=SchoolClassFactory(school=old))
    other = StudentFactory(in_class=SchoolClassFactory(school=into))
    answered(theirs, other)

    merger = merged(old, into)

    assert set(SurveyCampaign.objects.filter(school=into)) == {mine, earlier}
    assert SurveyAnswer.objects.get().campaign == mine
    today = datetime.date(2026, 11, 25)
    assert SurveyCampaign.objects.inviting(student, today).get() == mine
    assert not SurveyCampaign.objects.inviting(other, today).exists()
    assert "one stays, until Monday 30 November 2026" in " ".join(merger.notes)


def test_whoever_answered_two_surveys_has_the_answer_to_the_one_that_stays(old, into):
    theirs, mine = campaign_of(into), campaign_of(old, last=5)
    student = StudentFactory(in_class=SchoolClassFactory(school=old))
    _gone, stays = answered(mine, student), answered(theirs, student)

    merged(old, into)

    assert SurveyAnswer.objects.get() == stays
