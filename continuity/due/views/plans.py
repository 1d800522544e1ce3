"""First-page items about plans: classes that one stands in for, and weeks without a plan in one's
own classes or one's school's.
"""

import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from continuity.models import VideoClass
from continuity.plans.queries.taught import taught_by
from continuity.plans.queries.unplanned import unplanned, week_to_plan
from continuity.school.queries.classes import left_waiting
from continuity.school.queries.left_over import opened_by_nobody, opened_instead_by
from courses.agenda.models import Meeting
from courses.digest.values import DueItem
from courses.live.values import OPENS_BEFORE
from courses.people.enums import Role
from courses.people.models import Person, SchoolClass, StandIn, Teaching
from courses.people.permissions import is_leader, is_teacher
from courses.templatetags.passerelle import day_short, hour, paris_day

NAMED = 4


def plans_due(person: Person, now: datetime.datetime) -> list[DueItem]:
    today = paris_day(now)
    monday = week_to_plan(today)
    items = []
    if is_teacher(person):
        taught, day = taught_by(person, today), max(today, monday)
        items += [_stands_in(stand_in) for stand_in in taught.stand_ins]
        items += _mine(
            taught.unplanned([one for one in taught.open_on(day) if one in taught.open_on(today)]),
            monday,
        )
        items += _tutored(taught.unplanned(taught.tutored_on(day)), monday)
        items += _left_over(person, now)
    if is_leader(person):
        items += _led(person, monday, today)
        items += _without_teacher(person, today)
        items += _unopened(person, today)
    return items


def _stands_in(stand_in: StandIn) -> DueItem:
    """Item for a stand-in, from a week before on; the class itself opens on the first day."""
    teaching = stand_in.teaching
    title = _("%(class)s, %(subject)s: you stand in from %(first)s to %(last)s") % {
        "class": teaching.school_class.name,
        "subject": teaching.subject,
        "first": day_short(stand_in.first_day),
        "last": day_short(stand_in.last_day),
    }
    text = _("For %(teacher)s. The class is open to you on these days.") % {
        "teacher": teaching.teacher.display_name
    }
    url = reverse("continuity:classes")
    return DueItem(
        title,
        url,
        stand_in.first_day,
        text,
        _("See the classes"),
        "moved",
        "users",
        order=25,
        role=Role.TEACHER,
    )


def _left_over(person: Person, now: datetime.datetime) -> list[DueItem]:
    """Video classes to come that somebody else planned and the person opens, a series each; until
    the room's own line stands there.
    """
    planned: dict[VideoClass, list[Meeting]] = {}
    for meeting in opened_instead_by(person, paris_day(now)):
        if now < meeting.starts_at - OPENS_BEFORE:
            planned.setdefault(meeting.series.video_class, []).append(meeting)
    answered = set(
        Teaching.objects.answered_by(person)
        .filter(pk__in={video.teaching_id for video in planned})
        .values_list("pk", flat=True)
        if planned
        else []
    )
    return [
        _to_open(video.teaching, meetings, can_now=video.teaching_id in answered)
        for video, meetings in planned.items()
    ]


def _to_open(teaching: Teaching, meetings: list[Meeting], *, can_now: bool) -> DueItem:
    """Told before the day. `can_now`: the subject is theirs already, so that they can move or
    cancel it.
    """
    first = meetings[0]
    title = ngettext(
        "%(class)s, %(subject)s: %(number)s video class planned by %(teacher)s is yours to open",
        "%(class)s, %(subject)s: %(number)s video classes planned by %(teacher)s are yours to open",
        len(meetings),
    ) % {
        "class": teaching.school_class.name,
        "subject": teaching.subject,
        "number": len(meetings),
        "teacher": teaching.teacher.display_name,
    }
    text = _("The next: %(day)s, %(hour)s.")
    if can_now:
        text = _("The next: %(day)s, %(hour)s. You can move or cancel it.")
    text %= {
        "day": day_short(paris_day(first.starts_at)),
        "hour": hour(first.starts_at),
    }
    return DueItem(
        title,
        reverse("continuity:edit_video", args=[first.series.video_class.public_id])
        if can_now
        else reverse("continuity:classes"),
        first.starts_at,
        text,
        _("See the video class") if can_now else _("See the classes"),
        "calm",
        "video",
        order=30,
        role=Role.TEACHER,
    )


def _planner(school_class: SchoolClass, monday: datetime.date) -> str:
    return reverse("continuity:planner", args=[school_class.public_id, monday.isoformat()])


def _names(classes) -> str:
    names = list(dict.fromkeys(school_class.name for school_class in classes))
    return ", ".join(names[:NAMED]) + ("…" if len(names) > NAMED else "")


def _mine(missing: list[Teaching], monday: datetime.date) -> list[DueItem]:
    if not missing:
        return []
    week = monday.isocalendar().week
    title = ngettext(
        "A class has no published plan for week %(week)s",
        "%(number)s classes have no published plan for week %(week)s",
        len(missing),
    )
    classes = [teaching.school_class for teaching in missing]
    title = title % {"number": len(missing), "week": week}
    url = _planner(classes[0], monday)
    return [
        DueItem(
            title,
            url,
            monday,
            _names(classes),
            _("Plan the week"),
            "wait",
            "calendar-days",
            order=60,
            role=Role.TEACHER,
        )
    ]


def _tutored(unplanned: list[Teaching], monday: datetime.date) -> list[DueItem]:
    missing: dict[SchoolClass, list[Teaching]] = {}
    for teaching in unplanned:
        missing.setdefault(teaching.school_class, []).append(teaching)
    return [
        _looked_after(school_class, teachings, monday)
        for school_class, teachings in missing.items()
    ]


def _looked_after(
    school_class: SchoolClass, teachings: list[Teaching], monday: datetime.date
) -> DueItem:
    number = len(teachings)
    title = ngettext(
        "%(class)s, your class: one colleague’s subject without a published plan for week %(week)s",
        "%(class)s, your class: %(number)s subjects of colleagues without a published plan for week"
        " %(week)s",
        number,
    )
    subjects = [str(teaching.subject) for teaching in teachings]
    said = ", ".join(subjects[:NAMED]) + ("…" if number > NAMED else "")
    title = title % {
        "class": school_class.name,
        "number": number,
        "week": monday.isocalendar().week,
    }
    return DueItem(
        title,
        _planner(school_class, monday),
        None,
        said,
        tone="calm",
        icon="users",
        order=70,
        role=Role.TEACHER,
    )


def _led(person: Person, monday: datetime.date, today: datetime.date) -> list[DueItem]:
    led = Teaching.objects.on(max(today, monday)).filter(
        school_class__in=SchoolClass.objects.led_by(person)
    )
    classes = list(dict.fromkeys(teaching.school_class for teaching in unplanned(led, monday)))
    if not classes:
        return []
    title = ngettext(
        "In one class, subjects have no published plan for week %(week)s",
        "In %(number)s classes, subjects have no published plan for week %(week)s",
        len(classes),
    )
    title = title % {"number": len(classes), "week": monday.isocalendar().week}
    text = _names(classes)
    return [
        DueItem(
            title,
            reverse("continuity:board"),
            None,
            text,
            _("See the plans"),
            "calm",
            "list-checks",
            order=60,
            role=Role.LEADER,
        )
    ]


def _without_teacher(leader: Person, today: datetime.date) -> list[DueItem]:
    """Subjects of the leader's schools that nobody gives: their teacher has left, or they have
    ended and something waits there.
    """
    found = left_waiting(SchoolClass.objects.led_by(leader).of_year(today), today)
    missing = list({(one.school_class_id, one.subject_id): one for one in found}.values())
    if not missing:
        return []
    title = ngettext(
        "%(number)s subject has no teacher any more",
        "%(number)s subjects have no teacher any more",
        len(missing),
    )
    named = ", ".join(f"{one.school_class.name} {one.subject}" for one in missing[:NAMED])
    text = _("%(subjects)s: what students write waits until somebody gives the subject.")
    text %= {"subjects": named + ("…" if len(missing) > NAMED else "")}
    url = reverse("continuity:school_class", args=[missing[0].school_class.public_id])
    return [
        DueItem(
            title % {"number": len(missing)},
            url,
            None,
            text,
            _("See the class"),
            "wait",
            "users",
            order=12,
            role=Role.LEADER,
        )
    ]


def _unopened(leader: Person, today: datetime.date) -> list[DueItem]:
    """Video classes of the leader's schools that students see and that nobody can open."""
    found = opened_by_nobody(SchoolClass.objects.led_by(leader).of_year(today))
    if not found:
        return []
    title = ngettext(
        "%(number)s video class can’t be opened by anybody",
        "%(number)s video classes can’t be opened by anybody",
        len(found),
    )
    teachings = [meeting.series.video_class.teaching for meeting in found]
    starts = [meeting.starts_at for meeting in found]
    named = [
        f"{one.school_class.name} {one.subject} ({day_short(paris_day(at))}, {hour(at)})"
        for one, at in zip(teachings, starts, strict=True)
    ]
    text = _("Seen by students: %(dates)s. Give the subject to somebody who can open them.") % {
        "dates": ", ".join(named[:NAMED]) + ("…" if len(named) > NAMED else "")
    }
    return [
        DueItem(
            title % {"number": len(found)},
            reverse("continuity:school_class", args=[teachings[0].school_class.public_id]),
            None,
            text,
            _("See the class"),
            "wait",
            "video",
            order=12,
            role=Role.LEADER,
        )
    ]
