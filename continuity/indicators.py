"""What is counted of continuity for the region's figures, by the school of the class."""

import datetime
from collections import Counter
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from continuity.enums import ItemKind
from continuity.models import (
    Assignment,
    Feedback,
    HandIn,
    HelpRequest,
    Loan,
    PlanPart,
    RollCall,
    Tick,
)
from courses.agenda.models import Meeting
from courses.dates import instants
from courses.digest.enums import MeasureKind
from courses.digest.values import Measure
from courses.live.models import Stay
from courses.people.enums import Role

SINCE = datetime.date(2026, 8, 31)
SCHOOL_OF_PART = "plan__school_class__school"
SCHOOL_OF_TICK = "item__part__plan__school_class__school"
SCHOOL_OF_TEACHING = "teaching__school_class__school"
SCHOOL_OF_HAND_IN = "assignment__teaching__school_class__school"
SCHOOL_OF_ANSWER = f"handin__{SCHOOL_OF_HAND_IN}"
SCHOOL_OF_VIDEO_CLASS = "series__video_class__teaching__school_class__school"


def within(name: str, first: datetime.date, last: datetime.date) -> Q:
    begin, end = instants(first, last)
    return Q(**{f"{name}__gte": begin, f"{name}__lt": end})


def by_school(rows: Any, school: str, of: str = "pk") -> dict[int, int]:
    """How many different `of` there are, by school. One query."""
    counts = rows.order_by().values(school).annotate(number=Count(of, distinct=True))
    return dict(counts.values_list(school, "number"))


def plans(first: datetime.date, last: datetime.date) -> dict[int, int]:
    parts = PlanPart.objects.published().filter(plan__monday__range=(first, last))
    return by_school(parts, SCHOOL_OF_PART, "plan")


def _lessons(first: datetime.date, last: datetime.date):
    return Tick.objects.filter(within("ticked_at", first, last), item__kind=ItemKind.LESSON)


def lessons_read(first: datetime.date, last: datetime.date) -> dict[int, int]:
    return by_school(_lessons(first, last), SCHOOL_OF_TICK)


def readers_of_lessons(first: datetime.date, last: datetime.date) -> dict[int, int]:
    return by_school(_lessons(first, last), SCHOOL_OF_TICK, "student")


def _homework(first: datetime.date, last: datetime.date):
    return Assignment.objects.filter(
        within("given_at", first, last), homework__deleted_at__isnull=True
    )


def homework(first: datetime.date, last: datetime.date) -> dict[int, int]:
    return by_school(_homework(first, last), SCHOOL_OF_TEACHING)


def authors_of_homework(first: datetime.date, last: datetime.date) -> dict[int, int]:
    return by_school(_homework(first, last), SCHOOL_OF_TEACHING, "homework__author")


def _hand_ins(first: datetime.date, last: datetime.date):
    """Whatever became of them: one that is handed in again later has been one, too."""
    return HandIn.objects.filter(within("handed_in_at", first, last))


def hand_ins(first: datetime.date, last: datetime.date) -> dict[int, int]:
    return by_school(_hand_ins(first, last), SCHOOL_OF_HAND_IN)


def students_of_hand_ins(first: datetime.date, last: datetime.date) -> dict[int, int]:
    return by_school(_hand_ins(first, last), SCHOOL_OF_HAND_IN, "student")


def _answers(first: datetime.date, last: datetime.date):
    return Feedback.objects.filter(within("returned_at", first, last))


def answers(first: datetime.date, last: datetime.date) -> dict[int, int]:
    return by_school(_answers(first, last), SCHOOL_OF_ANSWER)


def authors_of_answers(first: datetime.date, last: datetime.date) -> dict[int, int]:
    return by_school(_answers(first, last), SCHOOL_OF_ANSWER, "written_by")


def _questions(first: datetime.date, last: datetime.date):
    return HelpRequest.objects.filter(within("asked_at", first, last))


def questions(first: datetime.date, last: datetime.date) -> dict[int, int]:
    return by_school(_questions(first, last), SCHOOL_OF_TEACHING)


def students_with_questions(first: datetime.date, last: datetime.date) -> dict[int, int]:
    return by_school(_questions(first, last), SCHOOL_OF_TEACHING, "student")


def video_hours(first: datetime.date, last: datetime.date) -> dict[int, int]:
    """Planned hours of the dates in whose room somebody was, rounded."""
    held = Meeting.objects.going_on().filter(
        within("occurrence__start", first, last),
        Exists(Stay.objects.filter(room__meeting=OuterRef("pk"))),
        series__video_class__isnull=False,
    )
    minutes: Counter[int] = Counter()
    for school, start, end in held.order_by().values_list(
        SCHOOL_OF_VIDEO_CLASS, "occurrence__start", "occurrence__end"
    ):
        minutes[school] += round((end - start).total_seconds() / 60)
    return {school: round(number / 60) for school, number in minutes.items()}


def _closed_rolls(first: datetime.date, last: datetime.date):
    return RollCall.objects.filter(within("closed_at", first, last))


def rolls(first: datetime.date, last: datetime.date) -> dict[int, int]:
    return by_school(_closed_rolls(first, last), SCHOOL_OF_TEACHING)


def who_closed_rolls(first: datetime.date, last: datetime.date) -> dict[int, int]:
    return by_school(_closed_rolls(first, last), SCHOOL_OF_TEACHING, "closed_by")


def loans(first: datetime.date, last: datetime.date) -> dict[int, int]:
    return by_school(Loan.objects.filter(within("lent_at", first, last)), "school")


MEASURES = [
    Measure(
        code="plans",
        version=1,
        since=SINCE,
        kind=MeasureKind.THINGS,
        name=_("Weeks planned"),
        definition=_(
            "Classes and groups of which at least one subject’s plan of this week is published when the"
            " week is closed, the Monday after."
        ),
        unit=pgettext_lazy("unit", "weeks of a class"),
        not_said=_("Not how much work a plan holds, nor how many subjects are in it."),
        count=plans,
    ),
    Measure(
        code="lessons_read",
        version=1,
        since=SINCE,
        kind=MeasureKind.ACTS,
        name=_("Lessons ticked"),
        definition=_("Lessons of a plan that students ticked as done, each once for each student."),
        unit=pgettext_lazy("unit", "lessons"),
        not_said=_(
            "Not how many lessons were read: reading leaves no trace, and many students tick nothing."
        ),
        count=lessons_read,
        people=readers_of_lessons,
        role=Role.STUDENT,
    ),
    Measure(
        code="homework",
        version=1,
        since=SINCE,
        kind=MeasureKind.ACTS,
        name=_("Homework given"),
        definition=_(
            "Homework that teachers gave in the week, once for each class or group. What was deleted by"
            " the close of the week is left out."
        ),
        unit=pgettext_lazy("unit", "pieces of homework"),
        not_said=_("Not how long it takes, nor when it is due."),
        count=homework,
        people=authors_of_homework,
        role=Role.TEACHER,
    ),
    Measure(
        code="hand_ins",
        version=1,
        since=SINCE,
        kind=MeasureKind.ACTS,
        name=_("Hand-ins"),
        definition=_("Work that students handed in. Each version of a work counts."),
        unit=pgettext_lazy("unit", "hand-ins"),
        not_said=_("Not whether it was complete or right; work handed in on paper is missing."),
        count=hand_ins,
        people=students_of_hand_ins,
        role=Role.STUDENT,
    ),
    Measure(
        code="answers",
        version=1,
        since=SINCE,
        kind=MeasureKind.ACTS,
        name=_("Answers to hand-ins"),
        definition=_("Hand-ins that teachers returned with an answer in the week."),
        unit=pgettext_lazy("unit", "answers"),
        not_said=_("Not what the answer says, nor whether the student has read it."),
        count=answers,
        people=authors_of_answers,
        role=Role.TEACHER,
    ),
    Measure(
        code="questions",
        version=1,
        since=SINCE,
        kind=MeasureKind.ACTS,
        name=_("Students’ questions"),
        definition=_("Questions that students asked their teachers from the week."),
        unit=pgettext_lazy("unit", "questions"),
        not_said=_("Not what was asked; questions asked in another way are missing."),
        count=questions,
        people=students_with_questions,
        role=Role.STUDENT,
    ),
    Measure(
        code="video_hours",
        version=1,
        since=SINCE,
        kind=MeasureKind.THINGS,
        name=_("Hours of video classes"),
        definition=_(
            "Planned hours of the video classes of the week in whose room somebody was, added up and"
            " rounded."
        ),
        unit=pgettext_lazy("unit", "hours"),
        not_said=_("Not how many students were there, nor for how long."),
        count=video_hours,
    ),
    Measure(
        code="rolls",
        version=1,
        since=SINCE,
        kind=MeasureKind.ACTS,
        name=_("Rolls taken"),
        definition=_("Rolls of lessons and video classes that were closed in the week."),
        unit=pgettext_lazy("unit", "rolls"),
        not_said=_("Not who was absent."),
        count=rolls,
        people=who_closed_rolls,
        role=Role.TEACHER,
    ),
    Measure(
        code="loans",
        version=1,
        since=SINCE,
        kind=MeasureKind.THINGS,
        name=_("Loans of equipment"),
        definition=_(
            "Loans to students that began in the week in the whole region, whatever number of things was"
            " lent. By school, the Region’s page of things to lend tells day by day how many are lent."
        ),
        unit=pgettext_lazy("unit", "loans"),
        not_said=_("Not how many things are lent now, nor how many students need one."),
        count=loans,
        is_of_region=True,
    ),
]
