"""Students of a school, by who keeps them and whom they left; the office that helps."""

import datetime
from collections import defaultdict
from collections.abc import Iterable

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, When
from django.utils import timezone
from wagtail import hooks

from courses.digest.enums import Hook
from courses.digest.register import ACCOUNT_DAYS
from courses.digest.values import LeavingNote
from courses.people.enums import (
    KEEPS_STUDENTS,
    THE_SCHOOLS_ALONE,
    AccountChangeKind,
    ClassKind,
    Role,
)
from courses.people.models import (
    AccountChange,
    ClassMembership,
    Membership,
    Organisation,
    Person,
    SchoolClass,
    today,
)
from courses.people.models.classes import holds_on, school_year
from courses.people.models.persons import PersonQuerySet
from courses.people.values import in_register_order


def students_of(schools: Iterable[Organisation]) -> PersonQuerySet:
    """Students of these schools today, apart from those with another role, too.

    An account that opens more than a student's week isn't the school's alone.
    """
    held = Membership.objects.current().filter(person=OuterRef("pk"))
    there = held.filter(role=Role.STUDENT, organisation__in=schools)
    return Person.objects.filter(
        Exists(there), ~Exists(held.exclude(role=Role.STUDENT)), is_superuser=False
    )


def students_kept_by(person: Person) -> PersonQuerySet:
    return students_of(person.keeps_students_of)


def students_who_left(schools: Iterable[Organisation]) -> PersonQuerySet:
    """Who belongs nowhere any more, was a student all the time, and last of these schools; not
    erased yet. `last_school`: its pk; of those left on one day, the one whose departure closed the account.
    """
    is_closing = Case(When(organisation=_closed_by("person"), then=1), default=0)
    held = Membership.objects.filter(person=OuterRef("pk")).alias(is_closing=is_closing)
    last = held.order_by(F("until").desc(nulls_first=True), "-is_closing", "-since", "-pk")
    # Who leaves on the first day belongs to the school until midnight.
    there = held.current().exclude(is_closing=1, until=today())
    only_students = Person.objects.filter(
        ~Exists(held.exclude(role=Role.STUDENT)), ~Exists(there), Exists(held)
    )
    return (
        only_students.filter(erased_at__isnull=True, is_superuser=False)
        .annotate(last_school=Subquery(last.values("organisation")[:1]))
        .filter(last_school__in=schools)
    )


def _closed_by(person: str) -> Subquery:
    """The pk of the school whose departure closed an account that is closed; else None."""
    changes = AccountChange.objects.filter(person=OuterRef(person), person__is_active=False)
    return Subquery(changes.closings().values("left_school")[:1])


def students_closed_by(person: Person) -> PersonQuerySet:
    """Students who have left a school whose students the person keeps, and whose account was closed
    by that: not by a registrar, nor by the departure from another school. That can be undone.
    """
    return students_who_left(person.keeps_students_of).filter(last_school=_closed_by("pk"))


def students_gone_from(person: Person) -> PersonQuerySet:
    """Who isn't a student any more of a school whose students the person keeps, wherever they are by
    now; not erased yet.
    """
    held = Membership.objects.filter(
        person=OuterRef("pk"), role=Role.STUDENT, organisation__in=person.keeps_students_of
    )
    ended, there = held.filter(until__lt=today()), held.current()
    return Person.objects.filter(Exists(ended), ~Exists(there), erased_at__isnull=True)


def students_here_or_gone(person: Person) -> PersonQuerySet:
    """Both: those of today and those who are suspended."""
    kept = Q(pk__in=students_kept_by(person).values("pk")) | Q(
        pk__in=students_closed_by(person).values("pk")
    )
    return Person.objects.filter(kept)


def place_to_leave(student: Person, *, kept_by: Person) -> Membership:
    """Of a student of `students_kept_by`: the place in one of these schools that ends last, or began
    last. One query, kept with the student.
    """
    kept = kept_by.keeps_students_of
    there = [one for one in student.current_memberships if one.organisation in kept]
    return max(there, key=lambda one: (one.until or datetime.date.max, one.since, one.pk))


def erased_on(last_day: datetime.date) -> datetime.date:
    """The night in which an account loses its name whose last membership ended with that day."""
    return last_day + datetime.timedelta(days=ACCOUNT_DAYS + 1)


def notes_on_leaving(student: Person, school: Organisation) -> list[LeavingNote]:
    """What the products say of it."""
    return [note for answer in hooks.get_hooks(Hook.LEAVING) for note in answer(student, school)]


def kept_schools(
    person: Person,
) -> list[tuple[Organisation, list[tuple[SchoolClass, list[Person]]], list[Person]]]:
    """The schools whose students the person keeps, with their whole classes of this year, and who
    has an open account and is in none of these. Four queries.
    """
    schools = person.keeps_students_of
    classes = list(
        SchoolClass.objects.of_year()
        .filter(school__in=schools, kind=ClassKind.CLASS)
        .order_by("name")
    )
    held = ClassMembership.objects.filter(
        holds_on(today()), school_class__in=classes
    ).select_related("student")
    students: dict[int, list[Person]] = defaultdict(list)
    for membership in held:
        students[membership.school_class_id].append(membership.student)
    rows: dict[int, list] = defaultdict(list)
    for school_class in classes:
        rows[school_class.school_id].append(
            (school_class, sorted(students[school_class.pk], key=in_register_order))
        )
    placed = held.filter(student=OuterRef("person"))
    there = Membership.objects.current().filter(
        ~Exists(placed), role=Role.STUDENT, organisation__in=schools, person__is_active=True
    )
    left: dict[int, list[Person]] = defaultdict(list)
    for one in there.filter(person__in=students_of(schools)).select_related("person"):
        left[one.organisation_id].append(one.person)
    return [
        (school, rows[school.pk], sorted(left[school.pk], key=in_register_order))
        for school in schools
    ]


def keepers_of(school: Organisation) -> PersonQuerySet:
    """Who may change the school's students today."""
    held = Membership.objects.current().filter(organisation=school, role__in=KEEPS_STUDENTS)
    return Person.objects.filter(pk__in=held.values("person"), is_active=True)


def office_of(school: Organisation) -> QuerySet[Membership]:
    return (
        Membership.objects.current()
        .filter(organisation=school, role=Role.OFFICE)
        .select_related("person")
    )


def may_be_named(school: Organisation, *, by: Person) -> PersonQuerySet:
    """Teachers of the school who aren't named yet."""
    teaching = Membership.objects.current().teaching().filter(organisation=school).values("person")
    named = office_of(school).values("person")
    return (
        Person.objects.filter(pk__in=teaching, is_active=True)
        .exclude(pk__in=named)
        .exclude(pk=by.pk)
    )


def names_changed(school: Organisation, *, now: datetime.datetime) -> QuerySet[AccountChange]:
    """Return changes of names of the school's adults in the last twelve months."""
    staff = (
        Membership.objects.current()
        .filter(organisation=school)
        .exclude(role__in=THE_SCHOOLS_ALONE)
        .values("person")
    )
    recent = AccountChange.objects.filter(
        person__in=staff, kind=AccountChangeKind.NAME, at__gte=now - datetime.timedelta(days=365)
    )
    return recent.select_related("by")


def leavers(cutoff: datetime.datetime, now: datetime.datetime) -> models.QuerySet[Person]:
    """Accounts that belonged nowhere on any day since the cutoff, and students in no class of a
    school year older than that.

    Schools seldom end the memberships of students who have passed their exams; they don't put them
    into a class either.
    """
    day, year = timezone.localdate(cutoff), school_year(timezone.localdate(now))
    held = Membership.objects.filter(
        Q(until__isnull=True) | Q(until__gte=day), person=OuterRef("pk")
    )
    nowhere = Q(~Exists(held))
    if school_year(day) == year:
        in_a_class = ClassMembership.objects.filter(
            student=OuterRef("pk"), school_class__school_year__gte=year
        )
        nowhere |= Q(~Exists(held.exclude(role=Role.STUDENT)), ~Exists(in_a_class))
    return Person.objects.filter(
        nowhere, erased_at__isnull=True, is_superuser=False, joined_at__lt=cutoff
    ).order_by("pk")
