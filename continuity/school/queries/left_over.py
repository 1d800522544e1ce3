"""Video classes to come that the teacher who planned them won't open, and who does: asked for each
one's own day.
"""

import datetime
from collections.abc import Iterable

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from continuity.models import PlanItem
from courses.agenda.models import Meeting
from courses.people.enums import Role
from courses.people.models import Membership, Person, SchoolClass, StandIn, Teaching
from courses.people.rules import is_there

SOON = datetime.timedelta(days=14)
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
    return [
        meeting
        for day, meetings in _by_day(_left_over(classes, LEADERS_AHEAD)).items()
        for meeting in _of_others(meetings, Teaching.objects.reaching_somebody(day))
    ]


def opened_instead_by(person: Person) -> list[Meeting]:
    """Those of the next two weeks that somebody else planned and the person opens: who gives the
    subject then, or stands in for who does. Soonest first. Few queries for each day with one.
    """
    today = timezone.localdate()
    standing_in = StandIn.objects.filter(teacher=person, last_day__gte=today)
    given = Teaching.objects.filter(
        Q(teacher=person) | Q(pk__in=standing_in.values("teaching")),
        Q(until__isnull=True) | Q(until__gt=today),
        since__lte=today + SOON,
    )
    found = _left_over(SchoolClass.objects.filter(pk__in=given.values("school_class")), SOON)
    by_day = _by_day(found.exclude(**{f"{TEACHING}__teacher": person}))
    held = list(person.memberships.all()) if by_day else []
    return [
        meeting
        for day, meetings in by_day.items()
        for meeting in _of(meetings, Teaching.objects.answered_by(person, day))
        if is_there(
            Role.TEACHER, meeting.series.video_class.teaching.school_class.school, day, held
        )
    ]


def _left_over(classes: QuerySet[SchoolClass], ahead: datetime.timedelta) -> QuerySet[PlanItem]:
    """After the last day of their teaching, or of its teacher at the school."""
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
    last = timezone.localdate() + ahead
    found = videos_to_come().filter(**{f"{TEACHING}__school_class__in": classes, "day__lte": last})
    return found.filter(Q(**{f"{TEACHING}__until__lte": F("day")}) | ~Exists(there))


def _by_day(items: QuerySet[PlanItem]) -> dict[datetime.date, list[Meeting]]:
    related = ("meeting__occurrence", f"{TEACHING}__school_class__school", f"{TEACHING}__subject")
    found: dict[datetime.date, list[Meeting]] = {}
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
