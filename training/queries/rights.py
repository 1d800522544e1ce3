"""Who may attend which session, and through which school: by a licence for the days of its
meetings, or because the session is open to all teachers or to some schools.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, QuerySet

from courses.catalogue.enums import LicenceScope
from courses.catalogue.models import Licence
from courses.catalogue.queries import (
    Entitlement,
    Entitlements,
    entitlements_for,
    entitlements_for_all,
)
from courses.people.enums import Role
from courses.people.models import Organisation, Person
from training.enums import OpenTo
from training.models import Enrolment, Session
from training.values import LicenceStanding


@dataclass(frozen=True)
class Audience:
    """Whom a session is for; `schools` only where it is open to some, `school_quota` the most seats
    of one school.
    """

    open_to: str = OpenTo.SUBSCRIBERS
    schools: tuple[Organisation, ...] = ()
    school_quota: int | None = None


def audience_of(session: Session) -> Audience:
    schools = session.schools.all() if session.open_to == OpenTo.SCHOOLS else ()
    return Audience(session.open_to, tuple(schools), session.school_quota)


class Rights:
    """Rights of one teacher to attend, read once: lists ask them session by session without a
    query.

    The sessions that are open to the teacher's schools alone are read when the first session of
    this kind is asked for: one query.
    """

    def __init__(self, entitlements: Entitlements | None = None):
        self.entitlements = entitlements or Entitlements([], [], set(), set())

    def of(
        self, session: Session, days: Sequence[date] = ()
    ) -> tuple[Entitlement | None, LicenceStanding | None]:
        """The entitlement that the rule reads, or what to tell somebody who has none; for some of
        the session's `days` alone. The session comes with its training.
        """
        days = days or session.days
        found = self.entitlement(session.pk, session.training.resource_id, session.open_to, days)
        return found, None if found else self._standing(session, days)

    def cover(self, session: Session) -> bool:
        """Whether the person may attend all its meetings."""
        found, _standing = self.of(session)
        return found is not None and found.covers(session.days[0], session.days[-1])

    def entitlement(
        self, session: int, resource: int, open_to: str, days: Sequence[date]
    ) -> Entitlement | None:
        """The one that covers the days of the meetings; else the nearest, so that the rule can name
        it. Without a licence, the school where the person teaches, if the session asks for none.
        """
        if open_to == OpenTo.SCHOOLS:
            schools = self.schools_on(days[0])
            return self._without_licence(s for s in schools if (session, s.pk) in self._named)
        found = self._by_licence(resource, days)
        if open_to == OpenTo.EVERYONE and not (found and found.covers(days[0], days[-1])):
            return self._without_licence(self.schools_on(days[0]))
        return found

    def schools_on(self, day: date) -> list[Organisation]:
        """Where the person teaches on that day."""
        return [
            m.organisation
            for m in self.entitlements.memberships
            if m.since <= day and (m.until is None or day <= m.until)
        ]

    def _by_licence(self, resource: int, days: Sequence[date]) -> Entitlement | None:
        """Return the entitlement by licence on these days; changes between two meetings don't
        count. The school is one where the person teaches on the first day.
        """
        first, last = days[0], days[-1]
        found = self.entitlements.of(resource, first, last)
        if found is None or found.covers(first, last):
            return found
        each = [self.entitlements.of(resource, day, day, teaching_on=first) for day in days]
        by_day = [(day, one) for day, one in zip(days, each, strict=True) if one]
        for day, one in by_day:
            if not one.covers(day, day):
                return one
        return replace(by_day[0][1], until=by_day[-1][1].until)

    def _without_licence(self, schools: Iterable[Organisation]) -> Entitlement | None:
        school = next(iter(schools), None)
        return Entitlement(school, None, date.min, date.max) if school else None

    @cached_property
    def _named(self) -> set[tuple[int, int]]:
        """Session and school, for those that are open to some schools."""
        schools = {m.organisation_id for m in self.entitlements.memberships}
        rows = Session.schools.through.objects.filter(organisation__in=schools)
        return set(rows.values_list("session_id", "organisation_id")) if schools else set()

    def _standing(self, session: Session, days: Sequence[date]) -> LicenceStanding:
        """Where a teacher without entitlement teaches, and the licence there that is for others, if
        there is one.
        """
        schools = self.schools_on(days[0])
        names = tuple(school.name for school in schools)
        if session.open_to == OpenTo.SCHOOLS:
            return LicenceStanding(schools=names, is_for_other_schools=bool(schools))
        for school in schools:
            key = (school.pk, session.training.resource_id)
            for licence in self.entitlements.licences.get(key, []):
                if licence.since <= days[-1] and (
                    licence.until is None or licence.until >= days[0]
                ):
                    return LicenceStanding(
                        names, school.name, licence.scope, _subjects(licence), licence.contact
                    )
        return LicenceStanding(schools=names)


def rights_of(teacher: Person | AnonymousUser) -> Rights:
    """Return the rights in at most three queries, however many sessions are asked for; one more
    with the first session that is open to some schools.
    """
    return Rights(entitlements_for(teacher))


def rights_of_reader(reader: Person | AnonymousUser) -> Rights:
    """As `rights_of`, for the page that the person reads: of the memberships that are read for its
    frame.
    """
    if not reader.is_authenticated:
        return Rights()
    teaching = [one for one in reader.held_memberships if one.role == Role.TEACHER]
    return Rights(entitlements_for(reader, teaching))


def rights_of_all(teachers: QuerySet[Person]) -> dict[int, Rights]:
    """Return the rights by primary key: as `rights_of`, in at most five queries, however many
    people.
    """
    return {pk: Rights(one) for pk, one in entitlements_for_all(teachers).items()}


def may_enrol_through(
    session: Session, teacher: Person | AnonymousUser, days: Sequence[date] = ()
) -> tuple[Entitlement | None, LicenceStanding | None]:
    """The entitlement that the rule reads for this teacher, or what to tell somebody who has none;
    for some of the session's `days` alone.
    """
    return rights_of(teacher).of(session, days)


def seats_by_school(sessions: Iterable[int]) -> dict[tuple[int, int], int]:
    """(Session, school) → seats taken, an offered one counts as taken. One query."""
    taken = Enrolment.objects.filter(session__in=list(sessions)).count_as_taken().order_by()
    counted = taken.values_list("session_id", "school_id").annotate(count=Count("pk"))
    return {(session, school): count for session, school, count in counted}


def without_right(session: Session) -> set[int]:
    """Who has a seat, an offer or a turn, and no right to the session as it is now. Those to whom a
    planner opened it aren't among them.
    """
    people = session.enrolments.still_open().filter(is_admitted=False).values("teacher")
    return {
        person
        for person, rights in rights_of_all(Person.objects.filter(pk__in=people)).items()
        if not rights.cover(session)
    }


def _subjects(licence: Licence) -> str:
    return (
        ", ".join(subject.title for subject in licence.subjects.all())
        if licence.scope == LicenceScope.SUBJECTS
        else ""
    )
