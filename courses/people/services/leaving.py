"""A student leaves the school: suspended, which may be undone; then, when the register says so,
without a name.
"""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from django.db import transaction
from django.utils import timezone

from courses.people.enums import Role
from courses.people.models import AccountChange, Membership, Organisation, Person
from courses.people.services import classes, guardians_left
from courses.people.services import memberships as memberships_service
from courses.people.services.accounts import change_accounts
from courses.people.services.held_students import read_memberships
from courses.people.services.logins import end_other_sessions

ONE_DAY = datetime.timedelta(days=1)


def close_student(
    *, student: Person, school: Organisation, by: Person, now: datetime.datetime | None = None
) -> Person:
    """Take the student out of all classes of the school from today; the account can't log in and
    its sessions end.

    Who `stays_elsewhere` keeps the account, and this can't be undone: a membership that would not have
    had a day is taken away. Holds the student's row until commit. Idempotent.
    """
    return close_students(students=[student], school=school, by=by, now=now)[0]


def close_students(
    *,
    students: Iterable[Person],
    school: Organisation,
    by: Person,
    now: datetime.datetime | None = None,
) -> list[Person]:
    """The same for several. As many statements as for one, apart from letters. Gives them as they are
    then.
    """
    now = now or timezone.now()
    today = timezone.localdate(now)
    with transaction.atomic():
        held = _held(students)
        read_memberships(held.values())
        staying = {one.pk for one in held.values() if stays_elsewhere(one, school, today)}
        classes.leave_all_classes(students=held.values(), school=school, until=today, by=by)
        _end_memberships(held, school, today, staying=staying, by=by)
        guardians_left.end_all_of(students=held, school=school, by=by)
        closing = [one for one in held.values() if one.is_active and one.pk not in staying]
        if closing:
            fields = {one: {"is_active": False} for one in closing}
            change_accounts(fields=fields, by=by, now=now, left_school=school)
            end_other_sessions(people=closing, keep=None)
    return list(held.values())


def _held(students: Iterable[Person]) -> dict[int, Person]:
    """As they are, locked until commit, in the order in which others hold them."""
    held = Person.objects.select_for_update(no_key=True).filter(pk__in=[one.pk for one in students])
    return {one.pk: one for one in held.order_by("pk")}


def _end_memberships(
    held: Mapping[int, Person],
    school: Organisation,
    today: datetime.date,
    *,
    staying: Collection[int],
    by: Person,
) -> None:
    """`staying`: who keeps the account."""
    there = Membership.objects.current().filter(
        person__in=held, organisation=school, role=Role.STUDENT
    )
    periods, gone = {}, []
    for membership in there:
        membership.person, membership.organisation = held[membership.person_id], school
        if membership.person_id in staying and membership.since == today:
            gone.append(membership)
        elif membership.until != (last := last_day(membership, today)):
            periods[membership] = (membership.since, last)
    memberships_service.take_all_away(memberships=gone, by=by)
    memberships_service.change_memberships(periods=periods, by=by)


def last_day(membership: Membership, today: datetime.date) -> datetime.date:
    """Of who leaves today: yesterday, or today for who has begun today."""
    return max(membership.since, today - ONE_DAY)


def reopen_student(
    *, student: Person, school: Organisation, by: Person, now: datetime.datetime | None = None
) -> Person:
    """Undo `close_student`: the account, the school, the guardians, and the classes of this year that
    it ended.

    Idempotent.
    """
    return reopen_students(students=[student], school=school, by=by, now=now)[0]


def reopen_students(
    *,
    students: Iterable[Person],
    school: Organisation,
    by: Person,
    now: datetime.datetime | None = None,
) -> list[Person]:
    """The same for several, or for nobody. As many statements as for one, where they left on the same
    day, apart from letters.
    """
    now = now or timezone.now()
    with transaction.atomic():
        held = _held(students)
        closed = {one.pk: one for one in held.values() if not (one.is_active or one.erased_at)}
        if closed:
            change_accounts(
                fields={one: {"is_active": True} for one in closed.values()}, by=by, now=now
            )
            _take_memberships_back(closed, school, by)
            for on, left in _left_on(closed).items():
                classes.take_back(students=left, school=school, on=on, by=by)
                guardians_left.take_back(students=left, school=school, on=on, by=by)
    return list(held.values())


def _take_memberships_back(students: dict[int, Person], school: Organisation, by: Person) -> None:
    """The last one of each in the school has no end any more."""
    rows = Membership.objects.filter(
        person__in=students, organisation=school, role=Role.STUDENT
    ).order_by("since")
    last = {one.person_id: one for one in rows}
    periods = {}
    for membership in last.values():
        if membership.until:
            membership.person, membership.organisation = students[membership.person_id], school
            periods[membership] = (membership.since, None)
    memberships_service.change_memberships(periods=periods, by=by)


def _left_on(students: dict[int, Person]) -> dict[datetime.date, list[Person]]:
    """By the day on which their account was closed last, where it ever was. One query."""
    last: dict[int, datetime.datetime] = {}
    closed = AccountChange.objects.filter(person__in=students).closings()
    for pk, at in closed.values_list("person", "at"):
        last.setdefault(pk, at)
    found = defaultdict(list)
    for pk, at in last.items():
        found[timezone.localdate(at)].append(students[pk])
    return found


def stays_elsewhere(student: Person, school: Organisation, today: datetime.date) -> bool:
    """True if the student belongs to another school, too, now or later: leaving this one closes no
    account, and nothing brings the student back here. One query, kept with the student.
    """
    return any(
        one.until is None or one.until >= today
        for one in student.held_memberships
        if (one.organisation_id, one.role) != (school.pk, Role.STUDENT)
    )


def anonymise(person: Person, *, now: datetime.datetime) -> None:
    """No name, no address, no password: nothing in the row says who it was.

    Called with the row locked.
    """
    person.login = f"erased-{person.public_id}".lower()
    person.email = None
    person.returned_address, person.returned_since = "", None
    person.given_name = person.family_name = person.usage_name = ""
    person.last_login = None
    person.is_active = person.is_superuser = False
    person.erased_at = now
    person.set_unusable_password()
    person.save()
    person.groups.clear()
    person.user_permissions.clear()
