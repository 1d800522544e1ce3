"""A seat in a meeting during class hours is an absence from class: the agenda is told, and told
again when it isn't so any more.
"""

import datetime
from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils import timezone, translation

from courses.agenda import services as agenda
from courses.agenda.models import Meeting
from courses.agenda.values import Hours
from courses.people.models import Teaching
from training.models import Participation


def follow(
    participations: Iterable[Participation], *, now: datetime.datetime | None = None
) -> None:
    """Bring the agenda in line with these participations, in the caller's transaction.

    May run twice; what is over stays.
    """
    now = now or timezone.now()
    for one in participations:
        meeting, enrolment = one.meeting, one.enrolment
        if meeting.ends_at <= now:
            continue
        if one.is_withdrawn or meeting.is_cancelled or not enrolment.holds_a_seat:
            agenda.withdraw_absence(key=one.absence_key)
            continue
        with translation.override(enrolment.teacher.language):
            reason, url = enrolment.session.training.title, enrolment.session.get_absolute_url()
        hours = Hours(meeting.starts_at, meeting.ends_at)
        agenda.record_absence(
            teacher=enrolment.teacher, key=one.absence_key, hours=hours, reason=reason, url=url
        )


def follow_meetings(meetings: Iterable[Meeting], *, now: datetime.datetime | None = None) -> None:
    """After a move or a cancellation: everybody who has a place in these."""
    follow(_with_all(Participation.objects.filter(meeting__in=list(meetings))), now=now)


def sweep(now: datetime.datetime) -> None:
    """Timetables change after people enrolled: the meetings to come, of teachers who have classes
    here.
    """
    of_teachers = Participation.objects.filter(
        meeting__occurrence__end__gt=now,
        is_withdrawn=False,
        enrolment__teacher__in=Teaching.objects.values("teacher"),
    )
    follow(_with_all(of_teachers), now=now)


def _with_all(participations: QuerySet[Participation]) -> QuerySet[Participation]:
    return participations.select_related(
        "meeting__occurrence", "enrolment__teacher", "enrolment__session__training"
    )
