"""The hours whose roll is to be taken, and how it stands with each."""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from continuity.models import PlanItem, RollCall
from continuity.models.roll_call import students_looked_after_by
from continuity.permissions import RollRights
from continuity.plans.queries.taught import Taught
from courses.agenda.models import Absence, ClassHour, Meeting
from courses.agenda.queries import ONE_DAY, DatedHour, class_hours_of, days_of
from courses.agenda.values import PARIS
from courses.people.enums import Role
from courses.people.models import (
    ClassMembership,
    Membership,
    Person,
    SchoolClass,
    StandIn,
    Teaching,
)
from courses.people.models.classes import holds, holds_between, holds_on
from courses.people.models.teachings import TeachingQuerySet


class RollStage(StrEnum):
    TO_COME = "to come"
    NOW = "now"
    NOT_TAKEN = "not taken"
    TAKEN = "taken"


@dataclass(frozen=True)
class RollHour:
    """A class hour or a video class on its day, and its roll, if there is one already."""

    teaching: Teaching
    starts_at: datetime.datetime
    ends_at: datetime.datetime
    class_hour: ClassHour | None = None
    meeting: Meeting | None = None
    roll: RollCall | None = None

    @property
    def day(self) -> datetime.date:
        return timezone.localdate(self.starts_at)

    @property
    def taken_by(self) -> str:
        """Name of the person who closed it; until then of its teacher, but empty for hours left
        over.
        """
        if self.roll and self.roll.is_closed:
            return self.roll.closed_by_name
        return self.teaching.teacher.display_name if self.is_given_by_its_teacher else ""

    @property
    def is_given_by_its_teacher(self) -> bool:
        """Whether the teaching holds and its teacher hasn't left the school. Days before they came
        are theirs, too: a subject that was handed over keeps its earlier hours.
        """
        given, held = self.teaching, getattr(self.teaching, "held_by_teacher", None)
        if not holds(given.since, given.until, self.day):
            return False
        return held is None or any(
            one.organisation_id == given.school_class.school_id
            and (one.until is None or self.day <= one.until)
            for one in held
        )

    def stage(self, now: datetime.datetime) -> RollStage:
        if self.roll and self.roll.is_closed:
            return RollStage.TAKEN
        if now >= self.ends_at:
            return RollStage.NOT_TAKEN
        return RollStage.NOW if now >= self.starts_at else RollStage.TO_COME


def hours_for(person: Person, first: datetime.date, last: datetime.date) -> list[RollHour]:
    """A teacher's own, and a stand-in's on their dates: from day to day, both included, in time
    order.

    Those whose roll they may write, or read as what they closed (`RollRights`). Where they answer
    in a teacher's place: what others began, or hold by video today.
    """
    today, rights = timezone.localdate(), RollRights(person)
    own = Teaching.objects.filter(
        holds_between(first, last),
        teacher=person,
        school_class__school__in=person.places_as(Role.TEACHER),
    )
    left_behind = rights.answered.left_behind
    standing_in = {teaching for teaching, _first, _last in rights.stand_ins}
    teachings = Teaching.objects.filter(
        Q(pk__in=own.values("pk")) | Q(pk__in=standing_in | left_behind)
    )

    def is_theirs(hour: RollHour) -> bool:
        if not rights.writes_on(hour.day, hour.teaching, hour.roll):
            return False
        if hour.teaching.teacher_id != person.pk and hour.teaching.pk in left_behind:
            return bool(hour.roll or (hour.meeting and hour.day == today))
        return True

    return [hour for hour in hours_of(teachings, first, last) if is_theirs(hour)]


def hours_of_today(taught: Taught) -> list[RollHour]:
    """The same as `hours_for` on that one day, of what was read already: two queries more. With the
    video classes of teachings that the person answers for in their teacher's place.

    Nobody is counted.
    """
    today = taught.today
    teachings = taught.open_on(today)
    left_behind: list[Any] = [teaching for teaching in taught.answered if teaching not in teachings]
    for teaching in left_behind:
        teaching.held_by_teacher = []  # not needed: its teacher doesn't give it today
    _since, until = _instants(today, today)
    absences = [absence for absence in taught.absences if absence.starts_at < until]
    return _put_together(
        teachings + left_behind,
        taught.dated(teachings, today, today),
        today,
        today,
        absences,
        is_counted=False,
    )


def hours_at(
    classes: Iterable[SchoolClass],
    first: datetime.date,
    last: datetime.date,
    *,
    is_counted: bool = True,
) -> list[RollHour]:
    """Those of whole classes, for whoever looks after them."""
    return hours_of(_held_in(classes, first, last), first, last, is_counted=is_counted)


def hours_of_the_school_day(leader: Person, today: datetime.date) -> list[RollHour]:
    """Today's hours in the classes that the leader leads, for a first page: nobody is counted in
    them.
    """
    led = SchoolClass.objects.led_by(leader)
    return hours_of(_held_in(led, today, today), today, today, is_counted=False)


def _held_in(
    classes: Iterable[SchoolClass] | QuerySet[SchoolClass],
    first: datetime.date,
    last: datetime.date,
) -> TeachingQuerySet:
    """Teachings of the classes that hold in these days, and ended ones with a video class or a roll
    in them.
    """
    since, until = _instants(first, last)
    meetings = Meeting.objects.going_on().filter(
        series__video_class__teaching=OuterRef("pk"),
        occurrence__start__gte=since,
        occurrence__start__lt=until,
    )
    rolls = RollCall.objects.filter(
        teaching=OuterRef("pk"), starts_at__gte=since, starts_at__lt=until
    )
    return Teaching.objects.filter(
        Q(holds_between(first, last)) | Exists(meetings) | Exists(rolls), school_class__in=classes
    )


def classes_of_tutor(person: Person) -> QuerySet[SchoolClass]:
    """The classes that the person looks after, and the groups and options that draw from them."""
    drawn_from = ClassMembership.objects.filter(
        holds_on(timezone.localdate()), student__in=students_looked_after_by(person)
    )
    return SchoolClass.objects.filter(pk__in=drawn_from.values("school_class"))


def hours_of(
    of: TeachingQuerySet, first: datetime.date, last: datetime.date, *, is_counted: bool = True
) -> list[RollHour]:
    """Hours of these teachings from day to day, in seven queries.

    A video class at the hour of the timetable is one with it, also one that was left over. Hours
    that fall into the teacher's absence have no roll, unless somebody stands in or has begun it all
    the same.
    """
    teachings = list(of.select_related("school_class__school__calendar", "subject", "teacher"))
    held: dict[int, list[Membership]] = {teaching.teacher_id: [] for teaching in teachings}
    for membership in Membership.objects.teaching().filter(person__in=held):
        held[membership.person_id].append(membership)
    for teaching in teachings:
        teaching.held_by_teacher = held[teaching.teacher_id]
    days = days_of({teaching.school_class.school for teaching in teachings})
    dated = class_hours_of(teachings, first, last, days)
    since, until = _instants(first, last)
    absences = Absence.objects.standing().filter(
        teacher__in={teaching.teacher_id for teaching in teachings},
        starts_at__lt=until,
        ends_at__gt=since,
    )
    return _put_together(teachings, dated, first, last, list(absences), is_counted=is_counted)


def _instants(
    first: datetime.date, last: datetime.date
) -> tuple[datetime.datetime, datetime.datetime]:
    return datetime.datetime.combine(
        first, datetime.time(), tzinfo=PARIS
    ), datetime.datetime.combine(last + ONE_DAY, datetime.time(), tzinfo=PARIS)


def _put_together(
    teachings: list[Teaching],
    timetable: list[DatedHour],
    first: datetime.date,
    last: datetime.date,
    absences: list[Absence],
    *,
    is_counted: bool = True,
) -> list[RollHour]:
    since, until = _instants(first, last)
    by_pk = {teaching.pk: teaching for teaching in teachings}
    found: dict[tuple, RollHour] = {}
    rolls = _rolls(by_pk, since, until, is_counted=is_counted)
    for dated in timetable:
        key = (dated.hour.teaching_id, dated.starts_at)
        found[key] = RollHour(
            by_pk[dated.hour.teaching_id],
            dated.starts_at,
            dated.ends_at,
            dated.hour,
            roll=rolls.get(key),
        )
    for meeting in _video_classes(by_pk, since, until):
        teaching = by_pk[meeting.series.video_class.teaching_id]
        key = (teaching.pk, meeting.starts_at)
        at_that_hour = found[key].class_hour if key in found else None
        found[key] = RollHour(
            teaching, meeting.starts_at, meeting.ends_at, at_that_hour, meeting, rolls.get(key)
        )
    for key, roll in rolls.items():
        # The timetable has changed since: what was begun stays.
        if key not in found and (roll.saved_at or roll.is_closed):
            found[key] = RollHour(
                roll.teaching, roll.starts_at, roll.ends_at, roll.class_hour, roll.meeting, roll
            )
    found = _as_one_hour(found)
    is_usual = not absences and all(hour.is_given_by_its_teacher for hour in found.values())
    away = _away([] if is_usual else teachings, since.date(), absences)
    kept = [hour for hour in found.values() if hour.roll or not away(hour)]
    return sorted(
        kept, key=lambda hour: (hour.starts_at, hour.teaching.school_class.name, hour.teaching.pk)
    )


def _as_one_hour(found: dict[tuple, RollHour]) -> dict[tuple, RollHour]:
    """Join a left-over video class with the hour of the subject's present teacher: one roll,
    whichever was begun, else that of the present teacher.
    """

    def in_class(hour: RollHour) -> tuple:
        given = hour.teaching
        return given.school_class_id, given.subject_id, hour.starts_at

    left_over = {
        in_class(hour): key
        for key, hour in found.items()
        if hour.meeting and not hour.is_given_by_its_teacher
    }
    joined = dict(found)
    for key, hour in found.items() if left_over else ():
        if hour.meeting or not (at := left_over.get(in_class(hour))) or at not in joined:
            continue
        video = joined[at]
        if not hour.is_given_by_its_teacher or (hour.roll and video.roll):
            continue
        if video.roll:
            del joined[key]
        else:
            joined[key] = replace(hour, ends_at=video.ends_at, meeting=video.meeting)
            del joined[at]
    return joined


def _rolls(
    teachings: dict[int, Teaching],
    since: datetime.datetime,
    until: datetime.datetime,
    *,
    is_counted: bool,
) -> dict[tuple, RollCall]:
    rolls = RollCall.objects.filter(
        teaching__in=list(teachings), starts_at__gte=since, starts_at__lt=until
    )
    if is_counted:
        rolls = rolls.annotate(
            on_it=Count("lines"), absent=Count("lines", filter=Q(lines__status="absent"))
        )
    found: dict[tuple, RollCall] = {}
    for roll in rolls.select_related("class_hour", "meeting__occurrence"):
        if roll.meeting and roll.meeting.occurrence.cancelled and not roll.is_closed:
            continue
        roll.teaching = teachings[roll.teaching_id]
        found[roll.teaching_id, roll.starts_at] = roll
    return found


def _video_classes(
    teachings: dict[int, Teaching], since: datetime.datetime, until: datetime.datetime
) -> QuerySet[Meeting]:
    """Those that stand in a plan and weren't cancelled."""
    stands = Exists(PlanItem.objects.filter(meeting=OuterRef("pk")))
    within = Meeting.objects.filter(
        occurrence__start__gte=since,
        occurrence__start__lt=until,
        series__video_class__teaching__in=list(teachings),
    )
    return within.going_on().filter(stands).in_time_order().select_related("series__video_class")


def _away(
    teachings: list[Teaching], first: datetime.date, absences: list[Absence]
) -> Callable[[RollHour], bool]:
    covered = (
        list(StandIn.objects.filter(teaching__in=teachings, last_day__gte=first))
        if teachings
        else []
    )

    def is_away(hour: RollHour) -> bool:
        if any(
            row.teaching_id == hour.teaching.pk and row.first_day <= hour.day <= row.last_day
            for row in covered
        ):
            return False
        if not hour.is_given_by_its_teacher:
            # Who gives the subject that day holds a video class that was left over; nobody holds
            # an hour in the timetable of who has left.
            return hour.meeting is None
        return any(
            absence.teacher_id == hour.teaching.teacher_id
            and absence.starts_at < hour.ends_at
            and hour.starts_at < absence.ends_at
            for absence in absences
        )

    return is_away
