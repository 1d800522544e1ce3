"""A student leaves the school: suspended, which may be undone; then, when the register says so,
without a name.
"""

import datetime

from django.db import transaction
from django.utils import timezone

from courses.people.enums import Role
from courses.people.models import Membership, Organisation, Person
from courses.people.services import classes, guardians
from courses.people.services import memberships as memberships_service
from courses.people.services.accounts import change_account
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
    now = now or timezone.now()
    today = timezone.localdate(now)
    with transaction.atomic():
        student = Person.objects.select_for_update().get(pk=student.pk)
        stays = stays_elsewhere(student, school, today)
        classes.leave_all_classes(student=student, school=school, until=today, by=by)
        for membership in student.memberships.current().filter(
            organisation=school, role=Role.STUDENT
        ):
            _end(membership, today, for_good=stays, by=by)
        guardians.end_all_of(student=student, school=school, by=by)
        if student.is_active and not stays:
            change_account(person=student, by=by, now=now, is_active=False)
            closing = student.account_changes.closings().latest("pk")
            closing.left_school = school
            closing.save(update_fields=["left_school"])
            end_other_sessions(person=student, keep=None)
    return student


def last_day(membership: Membership, today: datetime.date) -> datetime.date:
    """Of who leaves today: yesterday, or today for who has begun today."""
    return max(membership.since, today - ONE_DAY)


def _end(membership: Membership, today: datetime.date, *, for_good: bool, by: Person) -> None:
    if for_good and membership.since == today:
        memberships_service.take_away(membership=membership, by=by)
    elif membership.until != (last := last_day(membership, today)):
        memberships_service.leave(membership=membership, last_day=last, by=by)


def reopen_student(
    *, student: Person, school: Organisation, by: Person, now: datetime.datetime | None = None
) -> Person:
    """Undo `close_student`: the account, the school, the guardians, and the classes of this year that
    it ended.

    Idempotent.
    """
    now = now or timezone.now()
    with transaction.atomic():
        student = Person.objects.select_for_update().get(pk=student.pk)
        if student.is_active or student.erased_at:
            return student
        change_account(person=student, by=by, now=now, is_active=True)
        closed = student.account_changes.closings().first()
        membership = (
            student.memberships.filter(organisation=school, role=Role.STUDENT)
            .order_by("-since")
            .first()
        )
        if membership and membership.until:
            memberships_service.change_membership(
                membership=membership, since=membership.since, until=None, by=by
            )
        if closed:
            on = timezone.localdate(closed.at)
            classes.take_back(student=student, school=school, on=on, by=by)
            guardians.take_back(student=student, school=school, on=on, by=by)
    return student


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
