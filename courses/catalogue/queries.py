"""Entitlements of a teacher or a student: through which school, from when, until when; and who
subscribes to a resource.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, QuerySet
from wagtail.models import ModelLogEntry

from courses.catalogue.enums import SET_COST, LicenceScope
from courses.catalogue.models import Licence, Resource, ResourceCost
from courses.people.enums import Role
from courses.people.models import Membership, Organisation, Person, SchoolClass, Teaching, today

ONE_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Entitlement:
    """Entitlement that one school's licences give without a gap.

    Both days are inclusive; `until` is `date.max` when there is no end. There is no licence where
    none is asked for.
    """

    school: Organisation
    licence: Licence | None
    since: datetime.date
    until: datetime.date

    @property
    def has_no_end(self) -> bool:
        return self.until == datetime.date.max

    def covers(self, first: datetime.date, last: datetime.date) -> bool:
        return self.since <= first and last <= self.until

    def days_missing(self, first: datetime.date, last: datetime.date) -> int:
        """How many days before and after the period are missing to cover first…last; 0 if none."""
        return max((self.since - first).days, 0) + max((last - self.until).days, 0)


def joined_up(licences: Iterable[Licence]) -> list[Entitlement]:
    """The licences of one school to one resource as periods: those that overlap or follow each
    other count as one.

    A period is named after its last licence: that is the one to renew.
    """
    periods: list[Entitlement] = []
    for licence in sorted(
        licences, key=lambda licence: (licence.since, licence.until or datetime.date.max)
    ):
        since, until = licence.since, licence.until or datetime.date.max
        before = periods[-1] if periods else None
        if before and (before.until == datetime.date.max or since <= before.until + ONE_DAY):
            latest = licence if until > before.until else before.licence
            periods[-1] = Entitlement(before.school, latest, before.since, max(until, before.until))
        else:
            periods.append(Entitlement(licence.school, licence, since, until))
    return periods


class Entitlements:
    """All that one teacher is entitled to, read once: lists ask it row by row without a query.

    `shared` holds pairs (licence, membership) that have a subject in common, `named` the licences
    that name the teacher.
    """

    def __init__(
        self,
        memberships: Iterable[Membership],
        licences: Iterable[Licence],
        shared: set[tuple[int, int]],
        named: set[int],
    ):
        self.memberships = list(memberships)
        self.licences: dict[tuple[int, int], list[Licence]] = defaultdict(list)
        for licence in licences:
            self.licences[licence.school_id, licence.resource_id].append(licence)
        self.shared = shared
        self.named = named

    def of(
        self,
        resource_id: int,
        first: datetime.date,
        last: datetime.date,
        *,
        teaching_on: datetime.date | None = None,
    ) -> Entitlement | None:
        """The one that covers first…last; else the nearest, so that a rule can name it; None when
        there is no licence at all.

        Only schools where the person teaches on the first day count, or `teaching_on` that day.
        """
        day = teaching_on or first
        found = [
            period
            for membership in self.memberships
            if membership.since <= day and (membership.until is None or day <= membership.until)
            for period in joined_up(
                licence
                for licence in self.licences.get((membership.organisation_id, resource_id), [])
                if self._reaches(licence, membership)
            )
        ]
        if not found:
            return None
        return min(
            found,
            key=lambda p: (
                p.days_missing(first, last),
                -p.until.toordinal(),
                p.school.name,
                p.school.pk or 0,
            ),
        )

    def _reaches(self, licence: Licence, membership: Membership) -> bool:
        if licence.scope == LicenceScope.NAMED:
            return licence.pk in self.named
        if licence.scope == LicenceScope.SUBJECTS:
            return (licence.pk, membership.pk) in self.shared
        return True


def entitlements_for(
    teacher: Person | AnonymousUser, memberships: Sequence[Membership] | None = None
) -> Entitlements:
    """Return the entitlements in at most three queries, however many licences and schools, one less
    with the teacher's `memberships`; none for a visitor.
    """
    if not teacher.is_authenticated or teacher.pk is None:
        return Entitlements([], [], set(), set())
    if memberships is None:
        memberships = list(teacher.memberships.teaching().select_related("organisation"))
    if not memberships:
        return Entitlements([], [], set(), set())
    schools = {one.organisation_id: one.organisation for one in memberships}
    licences = list(
        Licence.objects.filter(school__in=schools).naming(teacher).fetch_mode(models.FETCH_PEERS)
    )
    for licence in licences:
        licence.school = schools[licence.school_id]
    shared: set[tuple[int, int]] = set()
    if any(licence.scope == LicenceScope.SUBJECTS for licence in licences):
        shared = _with_a_subject_in_common([membership.pk for membership in memberships])
        shared |= _with_a_subject_of_their_classes(teacher, memberships, licences)
    return Entitlements(
        memberships,
        licences,
        shared,
        {licence.pk for licence in licences if licence.names_the_teacher},
    )


def entitlements_of_member(person: Person) -> Entitlements:
    """As `entitlements_for`, for a person as a teacher and as a student.

    A licence for some subjects reaches a student today through a class that has one of them today;
    one for named teachers reaches no student.
    """
    roles = (Role.TEACHER, Role.STUDENT)
    return entitlements_for(person, [m for m in person.held_memberships if m.role in roles])


def _with_a_subject_of_their_classes(
    student: Person, memberships: Iterable[Membership], licences: Iterable[Licence]
) -> set[tuple[int, int]]:
    """Pairs (licence, membership) of licences for subjects that are given today in the student's
    classes. At most two queries, none for who is no student.
    """
    studies = [m for m in memberships if m.role == Role.STUDENT]
    if not studies:
        return set()
    given = set(
        Teaching.objects.on(today())
        .filter(school_class__in=SchoolClass.objects.of_student(student))
        .values_list("school_class__school", "subject")
    )
    schools = {one.pk: one.school_id for one in licences if one.scope == LicenceScope.SUBJECTS}
    pairs = Licence.subjects.through.objects.filter(licence__in=schools)
    return {
        (licence, membership.pk)
        for licence, subject in pairs.values_list("licence_id", "subject_id")
        for membership in studies
        if membership.organisation_id == schools[licence] and (schools[licence], subject) in given
    }


def entitlements_for_all(teachers: QuerySet[Person]) -> dict[int, Entitlements]:
    """Return the entitlements by the teacher's primary key: as `entitlements_for`, in four queries,
    however many people.
    """
    memberships: dict[int, list[Membership]] = {
        pk: [] for pk in teachers.values_list("pk", flat=True)
    }
    for membership in (
        Membership.objects.teaching().filter(person__in=memberships).select_related("organisation")
    ):
        memberships[membership.person_id].append(membership)
    schools = {m.organisation_id for held in memberships.values() for m in held}
    licences: dict[int, list[Licence]] = defaultdict(list)
    for licence in Licence.objects.filter(school__in=schools).select_related("school", "resource"):
        licences[licence.school_id].append(licence)
    named: dict[int, set[int]] = defaultdict(set)
    for person, licence_pk in Licence.teachers.through.objects.filter(
        person__in=memberships
    ).values_list("person_id", "licence_id"):
        named[person].add(licence_pk)
    shared = _with_a_subject_in_common([m.pk for held in memberships.values() for m in held])
    return {
        person: Entitlements(
            held,
            [one for school in {m.organisation_id for m in held} for one in licences[school]],
            shared,
            named[person],
        )
        for person, held in memberships.items()
    }


def _with_a_subject_in_common(memberships: list[int]) -> set[tuple[int, int]]:
    """Pairs (licence, membership) of licences for some subjects."""
    pairs = Licence.subjects.through.objects.filter(
        licence__scope=LicenceScope.SUBJECTS,
        licence__school__memberships__in=memberships,
        licence__school__memberships__subjects=F("subject"),
    )
    return set(pairs.values_list("licence_id", "licence__school__memberships"))


def subscribers_of(resource: Resource, day: datetime.date) -> QuerySet[Organisation]:
    """The schools that hold a licence that day, for all their teachers or for some."""
    return Organisation.objects.filter(pk__in=resource.licences.on(day).values("school")).order_by(
        "name", "city"
    )


def costs_of(school_year: int) -> dict[int, Decimal]:
    """What resources cost in the school year that begins in that year, by primary key."""
    known = ResourceCost.objects.filter(school_year=school_year).order_by()
    return dict(known.values_list("resource", "amount"))


def last_to_set_cost(resource: Resource, school_year: int) -> ModelLogEntry | None:
    """Who set what the resource costs in that school year last, and when."""
    entries = ModelLogEntry.objects.for_instance(resource).select_related("user")
    of_year = entries.filter(action=SET_COST, data__year=school_year)
    return of_year.order_by("timestamp", "pk").last()
