"""Video classes to come that the teacher who planned them won't open, and who does: asked for each
one's own day.
"""

import datetime
from collections.abc import Iterable

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from continuity.models import PlanItem
from continuity.plans.queries.taught import AHEAD, taught_by
from courses.agenda.models import Meeting
from courses.people.enums import Role
from courses.people.models import Membership, Person, SchoolClass, Teaching
from courses.people.models.teachings import TeachingRow, rows_in
from courses.people.rules.memberships import is_there

LEADERS_AHEAD = datetime.timedelta(days=28)

VIDEO_CLASS = "meeting__series__video_class"
TEACHING = f"{VIDEO_CLASS}__teaching"


def videos_to_come() -> QuerySet[PlanItem]:
    """Video classes in published plans that aren't over or cancelled."""
    return PlanItem.objects.shown().filter(
        meeting__occurrence__cancelled=False, meeting__occurrence__end__gt=timezone.now()
    )


def days_left_over(teaching: Teaching) -> list[datetime.date]:
    """The days after its last one on which students see a video class of the teaching."""
    found = videos_to_come().filter(
        **{TEACHING: teaching.pk, "day__gte": F(f"{TEACHING}__until")},
    )
    return list(found.order_by("day").values_list("day", flat=True))


def opened_by_nobody(classes: QuerySet[SchoolClass]) -> list[Meeting]:
    """Those of the next four weeks in these classes that nobody can open as things stand, soonest
    first. A query for each day with one.
    """
    last = timezone.localdate() + LEADERS_AHEAD
    rows = rows_in(classes.order_by().values("pk"))
    return [
        meeting
        for day, meetings in _by_day(_left_over(rows, last)).items()
        for meeting in _of_others(meetings, Teaching.objects.reaching_somebody(day))
    ]


def opened_instead_by(person: Person, today: datetime.date) -> list[Meeting]:
    """Those of the next two weeks that somebody else planned and the person opens: who gives the
    subject then, or stands in for who does. Soonest first. One query where no teaching of the
    person's classes ends and no teacher of theirs leaves, else few for each day with one.
    """
    others = [row for row in taught_by(person, today).rows if row.teacher != person.pk]
    by_day = _by_day(_left_over(others, today + AHEAD))
    held = list(person.memberships.all()) if by_day else []
    return [
        meeting
        for day, meetings in by_day.items()
        for meeting in _of(meetings, Teaching.objects.answered_by(person, day))
        if is_there(
            Role.TEACHER, meeting.series.video_class.teaching.school_class.school, day, held
        )
    ]


def _left_over(rows: Iterable[TeachingRow], last: datetime.date) -> QuerySet[PlanItem]:
    """Up to that day, after the last day of their teaching, or of its teacher at the school."""
    ending = _ending_by(last, rows)
    if not ending:
        return PlanItem.objects.none()
    there = (
        Membership.objects.teaching()
        .filter(
            Q(until__isnull=True) | Q(until__gte=OuterRef("day")),
            person=OuterRef(f"{TEACHING}__teacher"),
            organisation=OuterRef(f"{TEACHING}__school_class__school"),
            since__lte=OuterRef("day"),
        )
        .order_by()
    )
    found = videos_to_come().filter(**{f"{TEACHING}__in": ending, "day__lte": last})
    return found.filter(Q(**{f"{TEACHING}__until__lte": F("day")}) | ~Exists(there))


def _ending_by(last: datetime.date, rows: Iterable[TeachingRow]) -> list[int]:
    """Those of the rows that end by that day, or whose teacher doesn't belong to the school from
    yesterday to then by one membership: none in most classes. One query.
    """
    held = Membership.objects.teaching().filter(
        Q(until__isnull=True) | Q(until__gte=last),
        person__in={row.teacher for row in rows},
        since__lt=timezone.localdate(),
    )
    stay = set(held.order_by().values_list("person", "organisation"))
    return [
        row.pk
        for row in rows
        if (row.until and row.until <= last) or (row.teacher, row.school) not in stay
    ]


def _by_day(items: QuerySet[PlanItem]) -> dict[datetime.date, list[Meeting]]:
    found: dict[datetime.date, list[Meeting]] = {}
    known = list(items.order_by().values_list("pk", flat=True))
    if not known:  # as on most days: to ask for all that belongs to them costs 3 ms
        return found
    related = ("meeting__occurrence", f"{TEACHING}__school_class__school", f"{TEACHING}__subject")
    items = PlanItem.objects.filter(pk__in=known)
    for item in items.select_related(*related, f"{TEACHING}__teacher").order_by(
        "day", "meeting__occurrence__start", "pk"
    ):
        if item.meeting:
            found.setdefault(item.day, []).append(item.meeting)
    return found


def _of(meetings: Iterable[Meeting], teachings: QuerySet[Teaching]) -> list[Meeting]:
    """Those of these teachings."""
    known = {meeting.series.video_class.teaching_id for meeting in meetings}
    given = set(teachings.filter(pk__in=known).order_by().values_list("pk", flat=True))
    return [one for one in meetings if one.series.video_class.teaching_id in given]


def _of_others(meetings: Iterable[Meeting], given: QuerySet[Teaching]) -> list[Meeting]:
    """Those whose subject is none of those given in the class."""

    def subject_there(meeting: Meeting) -> tuple[int, int]:
        teaching = meeting.series.video_class.teaching
        return teaching.school_class_id, teaching.subject_id

    classes = {subject_there(meeting)[0] for meeting in meetings}
    reached = set(
        given.filter(school_class__in=classes).order_by().values_list("school_class", "subject")
    )
    return [meeting for meeting in meetings if subject_there(meeting) not in reached]
