"""Video classes: planned once or weekly, moved, cancelled, entered.

Students are told once; each date is a meeting with its own roll.
"""

import logging
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from continuity.enums import ItemKind, Letters
from continuity.models import ItemChange, PlanItem, PlanPart, RollCall, VideoClass
from continuity.plans.services import plans
from continuity.video import queries, rules
from continuity.video.exceptions import NoDateLeft
from courses.agenda import services as agenda
from courses.agenda.exceptions import MeetingCancelled
from courses.agenda.models import Meeting
from courses.agenda.queries import monday_of, school_days
from courses.agenda.values import PARIS, Hours
from courses.live import services as rooms
from courses.live.enums import RoomRole
from courses.live.models import RoomPass
from courses.locks import lock_then_read
from courses.mail.services import post
from courses.people.models import Person, Teaching

logger = logging.getLogger(__name__)


def plan(
    *,
    teaching: Teaching,
    title: str,
    hours: list[Hours],
    by: Person,
    every: int | None = None,
    now: datetime | None = None,
) -> VideoClass:
    """Plan a series with one meeting per date, each in its week's plan. Refused dates are left out;
    the first refusal is raised if none is left.

    `every`: the dates follow a rule, so many weeks apart. Holds the teaching's row until commit.
    Idempotent. Raises a `Refusal`.
    """
    now = now or timezone.now()
    if not hours:
        raise NoDateLeft()
    with transaction.atomic():
        teaching = _held(teaching)
        same = {
            "title": title,
            "made_by": by,
            "series__meetings__occurrence__start": min(hours).starts_at,
        }
        if made := teaching.video_classes.filter(
            **same, series__meetings__occurrence__cancelled=False
        ).first():
            return made
        absences, others = queries.in_the_way(teaching, hours), queries.other_hours(teaching)
        refusals = {
            these: rules.why_not_hold(these, absences=absences, others=others, now=now)
            for these in hours
        }
        wanted = [these for these, refusal in refusals.items() if refusal is None]
        if not wanted:
            raise next(refusal for refusal in refusals.values() if refusal)
        series = agenda.plan_series(title=title, hours=wanted, every=every)
        video = VideoClass.objects.create(
            teaching=teaching, title=title, series=series, made_by=by, made_at=now
        )
        for meeting in video.meetings:
            _into_the_plan(video, meeting, by=by, now=now)
    return video


def add_date(
    *, video: VideoClass, hours: Hours, by: Person, now: datetime | None = None
) -> Meeting:
    """One more date. Holds the teaching's row. Raises a `Refusal`."""
    now = now or timezone.now()
    with transaction.atomic():
        teaching = _held(video.teaching)
        if (
            already := video.meetings.going_on()
            .filter(occurrence__start=hours.starts_at, occurrence__end=hours.ends_at)
            .first()
        ):
            return already
        _must_be_free(teaching, hours, now=now)
        meeting = agenda.add_meeting(series=video.series, hours=hours)
        _into_the_plan(video, meeting, by=by, now=now)
    return meeting


def prolong(*, video: VideoClass, by: Person, now: datetime | None = None) -> list[Meeting]:
    """Prolong the series at its rhythm until the end of the school year; days without class and
    refused dates are left out.

    Holds the teaching's row, so that a second press finds no dates to add. Raises a `Refusal`, such
    as `NoDateLeft`.
    """
    now = now or timezone.now()
    with transaction.atomic():
        teaching = _held(video.teaching)
        video = VideoClass.objects.select_related("series__rule").get(pk=video.pk)
        dates = queries.dates_until_the_summer(
            video, school_days(teaching.school_class.school), now=now
        )
        if not dates:
            raise NoDateLeft()
        hours = [date.hours for date in dates]
        absences, others = queries.in_the_way(teaching, hours), queries.other_hours(teaching)
        free = [
            one
            for one in dates
            if rules.why_not_hold(one.hours, absences=absences, others=others, now=now) is None
        ]
        if not free:
            raise NoDateLeft()
        meetings = agenda.prolong(series=video.series, dates=free)
        for meeting in meetings:
            _into_the_plan(video, meeting, by=by, now=now)
    return meetings


def rename(*, video: VideoClass, title: str, by: Person, now: datetime | None = None) -> VideoClass:
    """Another title for the dates to come; students of published weeks read what it was."""
    now = now or timezone.now()
    with transaction.atomic():
        _held(video.teaching)
        video.title = video.series.title = title
        video.save(update_fields=["title"])
        video.series.save(update_fields=["title"])
        coming = PlanItem.objects.filter(
            meeting__series=video.series, meeting__occurrence__end__gt=now
        ).exclude(title=title)
        for item in coming.select_related("part__plan"):
            part = plans.held_part(item.part)
            item.part, was, item.title = part, item.title, title
            item.save(update_fields=["title"])
            plans.record_change(item, "title", was, title, at=now)
            plans.saved(part, by=by, now=now)
    return video


def move(
    *, meeting: Meeting, hours: Hours, reason: str, by: Person, now: datetime | None = None
) -> Meeting:
    """Other hours for one date: its identity, its room and its calendar UID stay; the week, the
    feed and the roll follow.

    Students of the class are told once: was and is on their week, a letter to those with an
    address. Moving to where it is changes nothing. Holds the teaching's row. Raises a `Refusal`.
    """
    now = now or timezone.now()
    with transaction.atomic():
        teaching = _held(meeting.series.video_class.teaching)
        meeting.refresh_from_db()
        if (meeting.starts_at, meeting.ends_at) == (hours.starts_at, hours.ends_at):
            return meeting
        if meeting.is_cancelled:
            raise MeetingCancelled(starts_at=meeting.starts_at)
        if refusal := rules.why_not_change(meeting, now=now):
            raise refusal
        _must_be_free(teaching, hours, but=meeting, now=now)
        was = meeting.starts_at
        told = _move_in_the_plan(meeting, hours, reason=reason, by=by, now=now)
        agenda.move(meeting=meeting, hours=hours)
        _move_the_roll(meeting, now=now)
        for known in RoomPass.objects.filter(
            room__meeting=meeting, is_withdrawn=False
        ).select_related("person"):
            rooms.take_back_pass(
                meeting=meeting, person=known.person
            )  # the roster of the new day is asked anew
        if told:
            details = {
                "was": was.isoformat(),
                "reason": reason,
                "starts_at": meeting.starts_at.isoformat(),
            }
            _write_to_students(
                Letters.VIDEO_MOVED,
                meeting,
                key=f"moved:{was.isoformat()}:{now.isoformat()}",
                details=details,
            )
    return meeting


def cancel(
    *, meeting: Meeting, reason: str, by: Person | None = None, now: datetime | None = None
) -> Meeting:
    """Cancel the date; the plan stays, and its item says so with the reason. Students are told
    once.

    Idempotent: the first reason stays. Holds the teaching's row. Raises a `Refusal`.
    """
    now = now or timezone.now()
    with transaction.atomic():
        _held(meeting.series.video_class.teaching)
        meeting.refresh_from_db()
        if meeting.is_cancelled:
            return meeting
        if refusal := rules.why_not_change(meeting, now=now):
            raise refusal
        agenda.cancel(meeting=meeting, reason=reason)
        told = False
        for item in meeting.plan_items.select_related("part__plan"):
            item.part = plans.held_part(item.part)
            plans.record_change(item, "cancelled", now=reason, at=now)
            plans.saved(item.part, by=by, now=now)
            told = told or item.part.is_published
        RollCall.objects.filter(
            meeting=meeting, saved_at__isnull=True, closed_at__isnull=True
        ).delete()
        if told:
            _write_to_students(
                Letters.VIDEO_CANCELLED, meeting, key="cancelled", details={"reason": reason}
            )
    return meeting


def cancel_those_of(absence_id: int | None = None, *, now: datetime | None = None) -> int:
    """Cancel the video classes in the hours of a teacher's absence, where they alone lead them
    (case C19). Return how many.

    Without an absence: of all, as the sweep behind `absence_changed`. Idempotent.
    """
    now = now or timezone.now()
    cancelled = 0
    for meeting in queries.fallen_into_absence(now, absence_id):
        day = timezone.localdate(meeting.starts_at)
        teaching = meeting.series.video_class.teaching
        if not queries.leads_alone(teaching, day):
            continue
        with translation.override(
            settings.LANGUAGE_CODE
        ):  # it is kept in one language: that of the school
            reason = _("The teacher is away that day.")
        cancel(meeting=meeting, reason=reason, now=now)
        cancelled += 1
    return cancelled


def enter(*, meeting: Meeting, person: Person, role: RoomRole) -> None:
    """Give the person the pass to the room. Idempotent."""
    rooms.give_pass(meeting=meeting, person=person, role=role)


def _held(teaching: Teaching) -> Teaching:
    return (
        lock_then_read(Teaching.objects.filter(pk=teaching.pk))
        .select_related("school_class__school", "subject", "teacher")
        .get()
    )


def _must_be_free(
    teaching: Teaching, hours: Hours, *, but: Meeting | None = None, now: datetime
) -> None:
    absences, others = queries.in_the_way(teaching, [hours]), queries.other_hours(teaching, but=but)
    if refusal := rules.why_not_hold(hours, absences=absences, others=others, now=now):
        raise refusal


def _into_the_plan(video: VideoClass, meeting: Meeting, *, by: Person, now: datetime) -> PlanItem:
    hours = Hours(meeting.starts_at, meeting.ends_at)
    day = timezone.localdate(meeting.starts_at)
    part = plans.part_for(teaching=video.teaching, day=day, by=by)
    return plans.add_item(
        part=part,
        kind=ItemKind.VIDEO,
        day=day,
        title=video.title,
        minutes=round(hours.duration.total_seconds() / 60),
        by=by,
        now=now,
        meeting=meeting,
        class_hour=queries.class_hour_at(video.teaching, hours),
    )


def _move_in_the_plan(
    meeting: Meeting, hours: Hours, *, reason: str, by: Person, now: datetime
) -> bool:
    """The item stands on the new day, in that week's part.

    True if students had seen the old hours.
    """
    day, told = hours.starts_at.astimezone(PARIS).date(), False
    for item in meeting.plan_items.select_related("part__plan", "part__teaching"):
        old = item.part = plans.held_part(item.part)
        told = told or old.is_published
        if monday_of(day) != old.plan.monday:
            if old.is_published:
                _say_it_left(old, item, hours, now)
            plans.saved(old, by=by, now=now)
            given = _given_on(old.teaching, day, by=by)
            item.part = plans.held_part(plans.part_for(teaching=given, day=day, by=by))
        item.day, item.minutes = day, round(hours.duration.total_seconds() / 60)
        item.class_hour = queries.class_hour_at(item.part.teaching, hours)
        item.note = reason or item.note
        item.save(update_fields=["part", "day", "minutes", "class_hour", "note"])
        plans.record_change(item, "hours", meeting.starts_at, hours.starts_at, at=now)
        plans.saved(item.part, by=by, now=now)
    return told


def _given_on(teaching: Teaching, day: date, *, by: Person) -> Teaching:
    """The teaching whose week has a date of that day. If nobody gives `teaching` then, one that
    gives the subject, since nobody could publish the other; `by` first, if they give one.
    """
    same = Teaching.objects.filter(
        school_class=teaching.school_class_id, subject=teaching.subject_id
    )
    given = list(same.reaching_somebody(day).order_by("since", "pk"))
    if not given or teaching in given:
        return teaching
    return next((one for one in given if one.teacher_id == by.pk), given[0])


def _say_it_left(part: PlanPart, item: PlanItem, hours: Hours, now: datetime) -> None:
    """Record in the week that the date leaves that it is gone, and to when: students who look there
    read it.
    """
    ItemChange.objects.create(
        part=part, item=None, item_title=item.title, day=item.day, field="removed", was=item.title,
        now=hours.starts_at.isoformat(), changed_at=now,
    )  # fmt: skip


def _move_the_roll(meeting: Meeting, *, now: datetime) -> None:
    """A roll that nobody has written in is made anew at the new hours; one that was begun goes
    along.
    """
    rolls = RollCall.objects.filter(meeting=meeting, closed_at__isnull=True)
    rolls.filter(saved_at__isnull=True).delete()
    taken = RollCall.objects.filter(
        teaching=meeting.series.video_class.teaching, starts_at=meeting.starts_at
    ).exclude(meeting=meeting)
    if not taken.exists():
        rolls.update(starts_at=meeting.starts_at, ends_at=meeting.ends_at)


def _write_to_students(kind: str, meeting: Meeting, *, key: str, details: dict) -> None:
    """A letter to those who have an address; for the others it stands on their week."""
    day = timezone.localdate(meeting.starts_at)
    school_class = meeting.series.video_class.teaching.school_class
    for student in school_class.students_on(day).filter(email__isnull=False):
        post(
            kind,
            about=meeting,
            to=student,
            key=f"video:{meeting.pk}:{key}:{student.pk}",
            details=details,
        )
