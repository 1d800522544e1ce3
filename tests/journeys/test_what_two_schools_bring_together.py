"""Two schools become one: what both have is joined, and nobody sees more than before."""

import datetime

import pytest

from continuity.models import SurveyAnswer
from courses.catalogue.enums import LicenceScope
from courses.catalogue.models import Licence
from courses.catalogue.queries import subscribers_of
from courses.exceptions import Refusal
from courses.people.enums import Role
from courses.people.models import (
    ClassMembership,
    GuardianLink,
    Guardianship,
    Identity,
    Membership,
    Person,
    today,
)
from courses.people.services import guardians_left, mergers
from courses.people.services.guardians import hash_of
from courses.roster.models import LastSaid, LastSaidOfGuardian, LastSaidOfTeacher, RosterImport
from courses.roster.services import receiving
from courses.roster.services.staging_guardians import known_guardians
from courses.timetables.models import TimetableImport
from courses.timetables.services import receiving as timetables
from tests.factories.bundles import a_bundle, a_pupil
from tests.factories.catalogue import LicenceFactory, ResourceFactory
from tests.factories.continuity import LeaderFactory, SchoolClassFactory, StudentFactory
from tests.factories.guardians import GuardianFactory, follows, linked, with_guardians
from tests.factories.people import OrganisationFactory, TeacherFactory
from tests.factories.rosters import a_set, a_student, a_teacher, apply, choose, with_staff
from tests.factories.survey import answered, campaign_of
from tests.factories.timetables import calendar, each_week
from tests.factories.training import SessionFactory
from training.models import ResourceWish

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.at("2026-11-25T12:00"),
    pytest.mark.usefixtures("english"),
]
SUMMER = datetime.date(2027, 8, 31)


@pytest.fixture
def old():
    return OrganisationFactory(name="Lycée des Sapins", uai="0141000A")


@pytest.fixture
def into():
    return OrganisationFactory(name="Lycée du Port", uai="0141001B")


def merged(old, into):
    merger = mergers.merge(old=old, into=into, by=None)
    old.refresh_from_db()
    return merger


def test_whoever_saw_nothing_sees_nothing_at_the_other_school(old, into):
    student = StudentFactory(in_class=SchoolClassFactory(school=old))
    guardian = GuardianFactory()
    follows(guardian, student)
    old.with_guardians = False
    old.save()
    with_guardians(into)

    merger = merged(old, into)

    assert not Guardianship.objects.visible_to(guardian).exists()
    assert not Membership.objects.current().filter(person=guardian).exists()
    assert "1 guardian" in " ".join(merger.notes)


def test_nobody_who_saw_nothing_comes_back_with_a_student_or_a_link(old, into):
    """A guardian who ended with the student's leaving is taken back with the student."""
    student = StudentFactory(in_class=SchoolClassFactory(school=old))
    gone, here = GuardianFactory.create_batch(2)
    for guardian in (gone, here):
        linked(follows(guardian, student))
    Guardianship.objects.filter(guardian=gone).update(until=today(), ended_by_leaving=True)
    old.with_guardians = False
    old.save()
    with_guardians(into)

    merged(old, into)
    guardians_left.take_back(students=[student], school=into, on=today(), by=None)

    assert not Guardianship.objects.running().exists()
    assert not GuardianLink.objects.exists()


def test_what_a_set_said_of_guardians_goes_where_they_saw_nothing(old, into):
    """Else a set of the other school that names them would bring nobody in: they were said."""
    student = StudentFactory(in_class=SchoolClassFactory(school=old))
    kept = follows(GuardianFactory(), student)
    LastSaidOfGuardian.objects.create(
        identity=Identity.objects.create(person=student, namespace="aaf:70", value="1"),
        school=old,
        key="G1",
        guardianship=kept,
        quality=kept.quality,
        brought=True,
    )
    old.with_guardians = False
    old.save()
    with_guardians(into)

    merged(old, into)

    assert known_guardians(into, "aaf:70") == {}


def test_a_guardian_with_a_link_of_each_school_keeps_one(old, into):
    classes = [SchoolClassFactory(school=school) for school in (old, into)]
    student, guardian = StudentFactory(in_class=classes[0]), GuardianFactory()
    Membership.objects.create(
        person=student, organisation=into, role=Role.STUDENT, since=datetime.date(2026, 9, 1)
    )
    mine, theirs = (follows(guardian, student, school) for school in (old, into))
    _gone, stays = linked(mine), linked(theirs)

    merged(old, into)

    assert Guardianship.objects.visible_to(guardian).get() == theirs
    link = GuardianLink.objects.open().get()
    assert (link.guardianship, link.token_hash) == (theirs, hash_of(stays))


def test_a_guardian_whom_the_other_school_entered_is_never_ended_by_a_set(old, into):
    student, guardian = StudentFactory(in_class=SchoolClassFactory(school=old)), GuardianFactory()
    brought, by_hand = (follows(guardian, student, school) for school in (old, into))
    LastSaidOfGuardian.objects.create(
        identity=Identity.objects.create(person=student, namespace="aaf:70", value="1"),
        school=old,
        key="G1",
        guardianship=brought,
        quality=brought.quality,
        brought=True,
    )

    merged(old, into)

    assert Guardianship.objects.running().get() == by_hand
    (known,) = known_guardians(into, "aaf:70").values()
    assert not known.brought


def test_named_teachers_of_both_licences_stay_named(old, into):
    here, there = TeacherFactory(works_at=[old]), TeacherFactory(works_at=[into])
    theirs = LicenceFactory(
        school=into, scope=LicenceScope.NAMED, until=datetime.date(2026, 12, 31)
    )
    theirs.teachers.add(there)
    mine = LicenceFactory(
        school=old, scope=LicenceScope.NAMED, resource=theirs.resource, until=SUMMER
    )
    mine.teachers.add(here)

    merger = merged(old, into)

    licence = Licence.objects.get()
    assert (licence.school, licence.until) == (into, SUMMER)
    assert set(licence.teachers.all()) == {here, there}
    assert list(subscribers_of(theirs.resource, datetime.date(2026, 11, 25))) == [into]
    assert theirs.resource.name in " ".join(merger.notes)


def test_a_session_names_the_one_school(old, into):
    session = SessionFactory(open_to="schools", for_schools=[old, into])

    merged(old, into)

    assert list(session.schools.all()) == [into]


def test_one_survey_runs(old, into):
    mine, theirs = campaign_of(old, first=-5, last=8), campaign_of(into)
    student = StudentFactory(in_class=SchoolClassFactory(school=old))
    answered(mine, student)

    merged(old, into)

    assert SurveyAnswer.objects.get().campaign == theirs
    assert list(into.survey_campaigns.all()) == [theirs]


def test_a_class_that_got_another_name_is_left_for_the_other_school_s(client, old, into):
    leader = LeaderFactory(leads=old, language="en")
    SchoolClassFactory(school=into, name="2DE1")
    zoe = a_student("1", "Zoé", "CARON", "2DE1", groups=["LATIN"])
    choose(client, leader, old, a_set(old.uai, zoe))
    apply(client, leader)
    merged(old, into)
    leader.forget_memberships()

    choose(client, leader, into, a_set(into.uai, zoe, day="20261122"))
    page = apply(client, leader)

    assert "1 changes class" in page.text
    place = ClassMembership.objects.get(until=None, school_class__kind="class")
    assert (place.school_class.school, place.school_class.name) == (into, "2DE1")


def test_what_sets_said_of_a_class_that_got_another_name_says_that(client, old, into):
    leader = LeaderFactory(leads=old, language="en")
    for name in ("2DE1", "LATIN"):
        SchoolClassFactory(school=into, name=name)
    paul = a_teacher("9", "Paul", "ROUX", tutor=["2DE1"])
    zoe = a_student("1", "Zoé", "CARON", "2DE1", groups=["LATIN", "CHORALE"])
    choose(client, leader, old, with_staff(old.uai, paul, students=[zoe]))
    apply(client, leader)
    before = LastSaidOfTeacher.objects.get().duties

    merged(old, into)

    student, teacher = LastSaid.objects.get(), LastSaidOfTeacher.objects.get()
    assert student.school_class == "2DE1 0141000A"
    assert student.groups == ["CHORALE", "LATIN 0141000A"]
    assert before
    assert teacher.duties == [f"{text} 0141000A" for text in before]
    assert (student.school, teacher.school) == (into, into)


def test_a_set_or_timetable_that_comes_too_late_is_refused(old, into):
    leader = LeaderFactory(leads=old)
    data = a_set(old.uai, a_student("1", "Zoé", "CARON"))
    before = type(old).objects.get(pk=old.pk)
    merged(old, into)

    hours = calendar(each_week())
    with pytest.raises(Refusal) as refusal:
        receiving.receive(school=before, data=data, by=leader)
    with pytest.raises(Refusal) as of_hours:
        timetables.receive(school=before, files=[("hours.ics", hours)], by=leader)

    assert "goes on as another school" in refusal.value.reason
    assert type(of_hours.value) is type(refusal.value)
    assert not RosterImport.objects.exists()
    assert not TimetableImport.objects.exists()


def test_a_teacher_whom_registrars_entered_stays(client, old, into):
    leader = LeaderFactory(leads=old, language="en")
    chosen = a_teacher("9", "Paul", "ROUX", taught=["2DE1$020700"])
    choose(
        client, leader, old, with_staff(old.uai, chosen, students=[a_student("1", "Zoé", "CARON")])
    )
    apply(client, leader)
    teacher = Membership.objects.get(role=Role.TEACHER).person
    Membership.objects.create(
        person=teacher, organisation=into, role=Role.TEACHER, since=datetime.date(2020, 9, 1)
    )
    merged(old, into)
    leader.forget_memberships()
    other = a_teacher("8", "Anna", "BRUN", taught=["2DE1$020700"])
    students = [a_student("1", "Zoé", "CARON")]

    choose(client, leader, into, with_staff(into.uai, other, students=students, day="20261122"))
    apply(client, leader)

    assert Membership.objects.current().filter(person=teacher, organisation=into).exists()


def test_a_wish_of_somebody_at_both_is_one(old, into):
    teacher, resource = TeacherFactory(works_at=[old, into]), ResourceFactory()
    for school in (old, into):
        ResourceWish.objects.create(resource=resource, school=school, person=teacher)

    merged(old, into)

    assert ResourceWish.objects.get().school == into


def test_whom_a_bundle_of_the_old_school_brought_is_known_by_name(client, old, into):
    """Keys of OneRoster are each school's own."""
    leaders = {school: LeaderFactory(leads=school, language="en") for school in (old, into)}
    zoe, tom = a_pupil("p1", "Zoé", "CARON"), a_pupil("q1", "Tom", "BRUNET", "2DE2")
    for school, pupil in ((old, zoe), (into, tom)):
        choose(client, leaders[school], school, a_bundle(pupil, uai=school.uai))
        apply(client, leaders[school])
    account = Person.objects.get(given_name="Zoé")
    merged(old, into)

    both = a_bundle(a_pupil("p1", "Zoé", "CARON"), tom, uai=into.uai)
    choose(client, leaders[into], into, both)
    apply(client, leaders[into], same="yes", same_teachers="yes")

    assert account.identities.count() == 2
    assert Person.objects.get(given_name="Zoé") == account
    assert Membership.objects.current().filter(person=account, organisation=into).exists()
