"""What a licence gives a teacher: through which school, from when, until when."""

import datetime

import pytest
from django.utils import timezone

from courses.catalogue.enums import LicenceScope
from courses.catalogue.models import Licence
from courses.catalogue.queries import entitlements_for, joined_up, subscribers_of
from courses.people.models import Organisation
from tests.factories.catalogue import LicenceFactory, ResourceFactory
from tests.factories.people import (
    MembershipFactory,
    OrganisationFactory,
    PersonFactory,
    SubjectFactory,
    TeacherFactory,
)

D = datetime.date
FOREVER = datetime.date.max
SCHOOL = Organisation(pk=1, name="Lycée Malherbe")


@pytest.mark.parametrize(
    ("licences", "periods"),
    [
        pytest.param([], [], id="no licence"),
        pytest.param(
            [(D(2026, 9, 1), D(2027, 8, 31))], [(D(2026, 9, 1), D(2027, 8, 31))], id="one"
        ),
        pytest.param([(D(2026, 9, 1), None)], [(D(2026, 9, 1), FOREVER)], id="without end"),
        pytest.param(
            [(D(2026, 9, 1), D(2027, 8, 31)), (D(2025, 9, 1), D(2026, 8, 31))],
            [(D(2025, 9, 1), D(2027, 8, 31))],
            id="the next begins the day after",
        ),
        pytest.param(
            [(D(2025, 9, 1), D(2026, 8, 30)), (D(2026, 9, 1), D(2027, 8, 31))],
            [(D(2025, 9, 1), D(2026, 8, 30)), (D(2026, 9, 1), D(2027, 8, 31))],
            id="a day without licence between them",
        ),
        pytest.param(
            [(D(2025, 9, 1), D(2027, 8, 31)), (D(2026, 1, 1), D(2026, 3, 31))],
            [(D(2025, 9, 1), D(2027, 8, 31))],
            id="one within the other",
        ),
        pytest.param(
            [(D(2025, 9, 1), None), (D(2026, 1, 1), D(2026, 3, 31))],
            [(D(2025, 9, 1), FOREVER)],
            id="one without end swallows the next",
        ),
    ],
)
def test_licences_that_join_up_count_as_one(licences, periods):
    found = joined_up(Licence(school=SCHOOL, since=since, until=until) for since, until in licences)

    assert [(period.since, period.until) for period in found] == periods


def test_a_period_is_named_after_its_last_licence():
    first, second = (
        Licence(pk=n, school=SCHOOL, since=D(2024 + n, 9, 1), until=D(2025 + n, 8, 31))
        for n in (1, 2)
    )

    assert joined_up([first, second])[0].licence is second


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("scope", "licensed", "teaches", "named", "entitled"),
    [
        pytest.param(LicenceScope.WHOLE_SCHOOL, [], [], False, True, id="the whole school"),
        pytest.param(
            LicenceScope.SUBJECTS,
            ["history"],
            ["history", "geography"],
            False,
            True,
            id="one subject in common",
        ),
        pytest.param(
            LicenceScope.SUBJECTS, ["history"], ["mathematics"], False, False, id="another subject"
        ),
        pytest.param(LicenceScope.SUBJECTS, ["history"], [], False, False, id="no subject known"),
        pytest.param(LicenceScope.NAMED, [], [], True, True, id="named"),
        pytest.param(LicenceScope.NAMED, [], [], False, False, id="others are named"),
        pytest.param(
            LicenceScope.SUBJECTS,
            ["history"],
            ["mathematics"],
            True,
            False,
            id="named on a licence by subjects",
        ),
    ],
)
def test_for_whom_a_licence_is(scope, licensed, teaches, named, entitled):
    subjects = {code: SubjectFactory(code=code) for code in ("history", "geography", "mathematics")}
    licence = LicenceFactory(scope=scope)
    licence.subjects.set(subjects[code] for code in licensed)
    membership = MembershipFactory(organisation=licence.school)
    membership.subjects.set(subjects[code] for code in teaches)
    licence.teachers.add(PersonFactory(), *([membership.person] if named else []))

    found = entitlements_for(membership.person).of(
        licence.resource.pk, D(2026, 11, 25), D(2026, 12, 9)
    )

    assert (found is not None) is entitled


FIRST, LAST = D(2026, 11, 25), D(2026, 12, 9)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("since", "until", "entitled"),
    [
        pytest.param(D(2026, 9, 1), None, True, id="teaches there without end"),
        pytest.param(FIRST, FIRST, True, id="only on the first day"),
        pytest.param(D(2026, 9, 1), D(2026, 11, 24), False, id="left the day before"),
        pytest.param(D(2026, 11, 26), None, False, id="arrives the day after"),
    ],
)
def test_the_teacher_teaches_there_on_the_first_day(since, until, entitled):
    licence = LicenceFactory()
    membership = MembershipFactory(organisation=licence.school, since=since, until=until)

    found = entitlements_for(membership.person).of(licence.resource.pk, FIRST, LAST)

    assert (found is not None) is entitled


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("periods", "expected"),
    [
        pytest.param(
            [(D(2026, 9, 1), None), (D(2020, 9, 1), D(2021, 8, 31))],
            (D(2026, 9, 1), FOREVER),
            id="the one that covers",
        ),
        pytest.param(
            [(D(2025, 9, 1), D(2026, 8, 31)), (D(2026, 9, 1), D(2027, 8, 31))],
            (D(2025, 9, 1), D(2027, 8, 31)),
            id="a renewal in the middle is no gap",
        ),
        pytest.param(
            [(D(2020, 9, 1), D(2021, 8, 31)), (D(2026, 9, 1), D(2026, 12, 8))],
            (D(2026, 9, 1), D(2026, 12, 8)),
            id="ends a day too early: the nearest",
        ),
        pytest.param(
            [(D(2020, 9, 1), D(2021, 8, 31)), (D(2026, 12, 1), None)],
            (D(2026, 12, 1), FOREVER),
            id="begins too late: the nearest",
        ),
        pytest.param(
            [(D(2020, 9, 1), D(2021, 8, 31))],
            (D(2020, 9, 1), D(2021, 8, 31)),
            id="ended long ago: still named",
        ),
    ],
)
def test_it_covers_the_days_or_is_the_nearest(periods, expected):
    school, resource = OrganisationFactory(), ResourceFactory()
    for since, until in periods:
        LicenceFactory(school=school, resource=resource, since=since, until=until)
    teacher = TeacherFactory(works_at=school)

    found = entitlements_for(teacher).of(resource.pk, FIRST, LAST)

    assert (found.since, found.until) == expected


@pytest.mark.django_db
def test_a_teacher_in_two_schools_is_entitled_through_the_one_that_subscribes():
    without, subscribing = (
        OrganisationFactory(name="Lycée sans"),
        OrganisationFactory(name="Lycée Malherbe"),
    )
    licence = LicenceFactory(school=subscribing)
    teacher = TeacherFactory(works_at=[without, subscribing])

    found = entitlements_for(teacher).of(licence.resource.pk, FIRST, LAST)

    assert (found.school, found.licence) == (subscribing, licence)


@pytest.mark.django_db
def test_a_teacher_in_two_subscribing_schools_is_entitled_through_the_one_that_covers_the_days():
    ends_early, covers = OrganisationFactory(name="Lycée A"), OrganisationFactory(name="Lycée B")
    resource = ResourceFactory()
    LicenceFactory(school=ends_early, resource=resource, until=D(2026, 11, 30))
    LicenceFactory(school=covers, resource=resource, until=D(2027, 8, 31))
    teacher = TeacherFactory(works_at=[ends_early, covers])

    assert entitlements_for(teacher).of(resource.pk, FIRST, LAST).school == covers


@pytest.mark.django_db
def test_licences_of_two_schools_do_not_join_up():
    one, other = OrganisationFactory(), OrganisationFactory()
    resource = ResourceFactory()
    LicenceFactory(school=one, resource=resource, since=D(2026, 9, 1), until=D(2026, 11, 30))
    LicenceFactory(school=other, resource=resource, since=D(2026, 12, 1), until=D(2027, 8, 31))
    teacher = TeacherFactory(works_at=[one, other])

    assert not entitlements_for(teacher).of(resource.pk, FIRST, LAST).covers(FIRST, LAST)


@pytest.mark.django_db
def test_a_trial_licence_that_starts_today_holds_from_midnight_in_paris(time_machine):
    time_machine.move_to(datetime.datetime(2026, 11, 24, 23, 0, tzinfo=datetime.UTC))
    today = D(2026, 11, 25)
    licence = LicenceFactory(since=today, until=today + datetime.timedelta(days=30))
    teacher = TeacherFactory(works_at=licence.school)

    found = entitlements_for(teacher).of(
        licence.resource.pk, timezone.localdate(), timezone.localdate()
    )

    assert timezone.localdate() == today
    assert found.covers(today, today)


@pytest.mark.django_db
def test_a_teacher_of_an_agricultural_lycee_takes_the_same_path():
    school = OrganisationFactory(name="LEGTPA Le Robillard", uai="0141500D", department="14")
    licence = LicenceFactory(school=school)
    teacher = TeacherFactory(works_at=school, email=None)

    assert entitlements_for(teacher).of(licence.resource.pk, FIRST, LAST).school == school


@pytest.mark.django_db
def test_who_leads_a_school_without_teaching_has_no_entitlement():
    licence = LicenceFactory()
    membership = MembershipFactory(organisation=licence.school, role="leader")

    assert entitlements_for(membership.person).of(licence.resource.pk, FIRST, LAST) is None


@pytest.mark.django_db
@pytest.mark.parametrize("schools", [1, 5])
def test_a_list_asks_three_queries_however_many_licences(schools, django_assert_max_num_queries):
    subject = SubjectFactory()
    teacher = PersonFactory()
    resources = ResourceFactory.create_batch(3)
    for _ in range(schools):
        membership = MembershipFactory(person=teacher)
        membership.subjects.add(subject)
        for resource, scope in zip(resources, LicenceScope, strict=True):
            licence = LicenceFactory(school=membership.organisation, resource=resource, scope=scope)
            licence.subjects.add(subject)
            licence.teachers.add(teacher)

    with django_assert_max_num_queries(3):
        entitlements = entitlements_for(teacher)
        found = [entitlements.of(resource.pk, FIRST, LAST) for resource in resources]
        names = [(entitlement.school.name, entitlement.licence.contact) for entitlement in found]

    assert len(names) == 3


@pytest.mark.django_db
def test_the_subscribers_of_a_resource_on_a_day():
    resource = ResourceFactory()
    open_, ended, later = (
        LicenceFactory(resource=resource, since=since, until=until)
        for since, until in [
            (D(2026, 9, 1), None),
            (D(2025, 9, 1), D(2026, 8, 31)),
            (D(2027, 1, 1), None),
        ]
    )
    LicenceFactory(
        resource=resource, school=open_.school, since=D(2026, 11, 1), scope=LicenceScope.NAMED
    )
    LicenceFactory()

    assert [list(subscribers_of(resource, day)) for day in (D(2026, 8, 31), FIRST)] == [
        [ended.school],
        [open_.school],
    ]
    assert list(subscribers_of(resource, D(2027, 1, 1))) == [open_.school, later.school]
