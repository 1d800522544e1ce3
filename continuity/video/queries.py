"""A class's video classes: which dates there could be, and who belongs to one."""

import datetime
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from continuity.models import PlanItem, VideoClass
from continuity.plans.queries.taught import who_answers
from courses.agenda.enums import DayOff
from courses.agenda.models import Absence, ClassHour, Meeting
from courses.agenda.queries import (
    ONE_WEEK,
    PlannedDate,
    SchoolDays,
    further_dates,
    last_day_of_class,
    starts_every,
)
from courses.agenda.values import PARIS, Hours
from courses.live.enums import RoomRole
from courses.live.models import RoomPass
from courses.people.enums import Role
from courses.people.models import Person, Teaching
from courses.people.models.classes import holds_on

MOST_DATES = 45


@dataclass(frozen=True)
class Offered:
    """A date of a weekly video class, and why it is left out unless the teacher wants it all the
    same.
    """

    hours: Hours
    off: DayOff | None = None
    reason: str = ""

    @property
    def day(self) -> datetime.date:
        return self.hours.starts_at.astimezone(PARIS).date()


def repeated_dates(
    first: Hours, until: datetime.date, every: int, days: SchoolDays
) -> list[Offered]:
    """The same hour on a clock in Paris each time, days without class marked."""
    first_day = first.starts_at.astimezone(PARIS).date()
    count = min(MOST_DATES, max(1, (until - first_day) // (ONE_WEEK * every) + 1))
    dates = []
    for start in starts_every(first.starts_at, every, count):
        off = days.day_off(start.astimezone(PARIS).date())
        dates.append(Offered(Hours(start, start + first.duration), *(off or ())))
    return dates


def dates_until_the_summer(
    video: VideoClass, days: SchoolDays, *, now: datetime.datetime
) -> list[PlannedDate]:
    """The dates that the series' rhythm would go on with on days with class, until the last one of
    the school year it is in.
    """
    last = last_day_of_class(now.astimezone(PARIS).date())
    dates = further_dates(video.series, video.meetings, count=MOST_DATES, after=now)
    return [date for date in dates if date.day <= last and days.has_class(date.day)]


def in_the_way(teaching: Teaching, hours: list[Hours]) -> list[Absence]:
    """The absences of the teaching's teacher over these hours, on days on which nobody else leads
    the class. One query, and more for each absence.
    """
    first, last = min(hours).starts_at, max(these.ends_at for these in hours)
    absences = Absence.objects.standing().filter(
        teacher=teaching.teacher_id, starts_at__lt=last, ends_at__gt=first
    )
    return [
        absence
        for absence in absences
        if any(
            leads_alone(teaching, these.starts_at.astimezone(PARIS).date())
            for these in hours
            if absence.starts_at < these.ends_at and these.starts_at < absence.ends_at
        )
    ]


def leads_alone(teaching: Teaching, day: datetime.date) -> bool:
    """Whether its teacher gives it that day and nobody stands in: only then does their absence
    count.
    """
    return [person.pk for person in who_answers(teaching, day)] == [teaching.teacher_id]


def other_hours(teaching: Teaching, *, but: Meeting | None = None) -> list[Hours]:
    """Those of the teaching's video classes that aren't cancelled."""
    meetings = (
        Meeting.objects.going_on()
        .filter(series__video_class__teaching=teaching)
        .exclude(pk=but.pk if but else None)
    )
    return [Hours(*pair) for pair in meetings.values_list("occurrence__start", "occurrence__end")]


def class_hour_at(teaching: Teaching, hours: Hours) -> ClassHour | None:
    """The hour of the timetable that it takes the place of."""
    start = hours.starts_at.astimezone(PARIS)
    on_that_day = ClassHour.objects.filter(
        holds_on(start.date()), teaching=teaching, weekday=start.isoweekday()
    )
    return on_that_day.filter(begins=start.time()).first()


def of_a_class(public_id: str) -> QuerySet[Meeting]:
    """The meeting of a video class, with what its doors need."""
    related = (
        "occurrence",
        "series__video_class__teaching__school_class__school",
        "series__video_class__teaching__subject",
    )
    return Meeting.objects.filter(
        public_id=public_id, series__video_class__isnull=False
    ).select_related(*related)


def written_by(person: Person) -> QuerySet[VideoClass]:
    """Those that the person answers for today: of own teachings, and of those that nobody gives."""
    related = (
        "teaching__school_class__school",
        "teaching__subject",
        "teaching__teacher",
        "series__rule",
    )
    return VideoClass.objects.filter(
        teaching__in=Teaching.objects.answered_by(person).order_by()
    ).select_related(*related)


def role_in(meeting: Meeting, person: Person) -> RoomRole | None:
    """The person's role in the meeting: those who answer for the teaching that day lead it (as
    `who_leads`), students of that day are in it, while they are at the school.

    A plan that isn't published yet has no students. None: nobody of this meeting.
    """
    teaching, day = meeting.series.video_class.teaching, timezone.localdate(meeting.starts_at)
    if Teaching.objects.answered_by(person, day).filter(pk=teaching.pk).exists():
        return RoomRole.MODERATOR
    is_shown = PlanItem.objects.shown().filter(meeting=meeting).exists()
    is_in_class = (
        teaching.school_class.school in person.places_as(Role.STUDENT)
        and teaching.school_class.memberships.filter(holds_on(day), student=person).exists()
    )
    return RoomRole.MEMBER if is_shown and is_in_class else None


def who_leads(meeting: Meeting) -> list[Person]:
    """The teacher and who stands in that day; where there is nobody, who gives the subject in the
    class that day. Perhaps nobody.
    """
    return who_answers(meeting.series.video_class.teaching, timezone.localdate(meeting.starts_at))


def is_led(meeting: Meeting) -> bool:
    """Somebody who leads it has come, and leads it still: until then the room is closed to
    students.
    """
    came = RoomPass.objects.filter(
        room__meeting=meeting, role=RoomRole.MODERATOR, is_withdrawn=False
    )
    return came.filter(person__in=who_leads(meeting)).exists()


def gives_role(meeting: Meeting, person: Person, role: RoomRole) -> bool:
    """Whether the person belongs to the meeting in that role; always true if it isn't a video
    class.
    """
    video_class = of_a_class(meeting.public_id).first()
    return video_class is None or role_in(video_class, person) == role


def waiting_page(meeting: Meeting) -> str:
    """The address where students wait for who leads a video class; empty while it is led."""
    video_class = of_a_class(meeting.public_id).first()
    if video_class is None or is_led(video_class):
        return ""
    return reverse("continuity:enter_video", args=[meeting.public_id])


def fallen_into_absence(now: datetime.datetime, absence_id: int | None = None) -> QuerySet[Meeting]:
    """Video classes to come whose teacher is absent then, without a stand-in on that day (case
    C19).
    """
    of = Q(teacher=OuterRef("series__video_class__teaching__teacher"))
    over = Q(starts_at__lt=OuterRef("occurrence__end"), ends_at__gt=OuterRef("occurrence__start"))
    absences = Absence.objects.standing().filter(of & over)
    if absence_id:
        absences = absences.filter(pk=absence_id)
    found = Meeting.objects.going_on().filter(
        Exists(absences), series__video_class__isnull=False, occurrence__end__gt=now
    )
    return found.select_related(
        "occurrence", "series__video_class__teaching__school_class"
    ).order_by("occurrence__start", "pk")
