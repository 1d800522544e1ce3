"""Classes that will be without their teacher, and those of them that have no plan yet."""

import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone

from continuity.models import Cover
from continuity.models.cover import CoverQuerySet
from courses.agenda.queries import ONE_DAY, school_days
from courses.people.enums import Role
from courses.people.models import Person


def covers_to_come(person: Person, now: datetime.datetime) -> CoverQuerySet:
    """A teacher's own and those of the schools that a leader leads; the missing first, then by
    time.
    """
    theirs = Q(absence__teacher=person) | Q(
        teaching__school_class__school__in=person.places_as(Role.LEADER)
    )
    rows = (
        Cover.objects.filter(theirs).standing().to_come(now).with_all().with_the_state_of_its_hour()
    )
    return rows.order_by("is_ready", "starts_at", "pk").fetch_mode(models.FETCH_PEERS)


def missing_for_teacher(person: Person, now: datetime.datetime) -> CoverQuerySet:
    """Covers that the teacher is asked for and that are missing, soonest first."""
    return Cover.objects.of_teacher(person).to_come(now).missing().with_all()


def missing_the_next_day(person: Person, now: datetime.datetime) -> list[Cover]:
    """A leader's missing covers of today and of the next day with class, school by school."""
    today = timezone.localdate(now)
    found: list[Cover] = []
    for school in person.places_as(Role.LEADER):
        next_day = school_days(school).next_day_with_class(today + ONE_DAY)
        found += (
            Cover.objects.filter(teaching__school_class__school=school, day__lte=next_day)
            .to_come(now)
            .missing()
            .with_all()
        )
    return found
