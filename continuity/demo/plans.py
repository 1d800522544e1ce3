"""Three weeks of plans for the classes in use: the last, this one and the next; and a teacher's
library.
"""

import datetime
import re
from dataclasses import dataclass, field

from continuity.demo.silence import silent_ones
from continuity.demo.texts import DemoHomework, DemoResource, Written, weeks_of
from continuity.enums import ItemKind, PartState
from continuity.models import Assignment, Homework, Lesson, PlanItem, PlanPart, Tick, plan_of
from continuity.plans.queries.planner import resources_for
from continuity.plans.services import items
from courses.agenda.queries import (
    ONE_DAY,
    ONE_WEEK,
    SchoolDays,
    class_hours,
    monday_of,
    school_days,
)
from courses.agenda.values import PARIS
from courses.people.models import Teaching
from courses.required import required

SUBJECTS = [
    "francais",
    "histoire-geographie",
    "anglais",
    "arts-plastiques",
    "mathematiques",
    "physique-chimie",
    "svt",
    "ses",
    "eps",
]
TEXTS = {subject: weeks_of(subject) for subject in SUBJECTS}
LAST, THIS, NEXT = range(3)
# How far the teachers have come with the next week; of the others, half are published and half are
# not begun.
NEXT_IS_DRAFT = ("francais", "svt", "anglais")
NEXT_IS_TIMED = ("mathematiques",)
NEXT_IS_MISSING = ("ses", "eps")
FIRST_FIVE = 5  # both classes in use, their groups and their option
FORMULA = re.compile(r"(\\\(.*?\\\)|\$\$.*?\$\$|<[^>]*>)", re.S)


def typeset(text: str) -> str:
    """No-break spaces as French wants them; formulas and tags stay as they are."""
    parts = FORMULA.split(text)
    return "".join(part if FORMULA.fullmatch(part) else _spaced(part) for part in parts)


def _spaced(text: str) -> str:
    text = re.sub(r" ([;!?])", "\N{NARROW NO-BREAK SPACE}\\1", text).replace(
        " :", "\N{NO-BREAK SPACE}:"
    )
    return text.replace("« ", "«\N{NARROW NO-BREAK SPACE}").replace(
        " »", "\N{NARROW NO-BREAK SPACE}»"
    )


def load(world, say) -> None:
    writer = PlanWriter(world.now, monday_of(world.today) - ONE_WEEK)
    for school_class in world.classes[:FIRST_FIVE]:
        days = school_days(school_class.school)
        for teaching in Teaching.objects.filter(school_class=school_class).select_related(
            "subject", "teacher", "school_class"
        ):
            for week in (LAST, THIS, NEXT):
                writer.write(teaching, week, days)
    tick(world, writer.items)
    change_something(writer.items, world)
    kept = fill_library(world, writer.items)
    say(
        f"{len(writer.parts)} parts of plans with {len(writer.items)} lessons, homework and notes;"
        f" {kept} things in a library"
    )


@dataclass
class PlanWriter:
    """Puts the texts of a subject on the days of its hours."""

    now: datetime.datetime
    monday: datetime.date  # of the last week
    parts: list[PlanPart] = field(default_factory=list)
    items: list[PlanItem] = field(default_factory=list)

    def write(self, teaching: Teaching, week: int, days: SchoolDays) -> None:
        monday = self.monday + week * ONE_WEEK
        code = teaching.subject.code
        hours = class_hours([teaching], monday, monday + 6 * ONE_DAY, days)
        dates = sorted({hour.day for hour in hours})
        if not dates or (week == NEXT and code in NEXT_IS_MISSING):
            return
        part = self._part(teaching, monday, week)
        made = [
            self._item(part, text, dates[min(text.nth, len(dates) - 1)], days)
            for text in TEXTS[code][week]
        ]
        self.items += [item for item in made if item]

    def _part(self, teaching: Teaching, monday: datetime.date, week: int) -> PlanPart:
        code = teaching.subject.code
        friday = datetime.datetime.combine(monday - 3 * ONE_DAY, datetime.time(18), tzinfo=PARIS)
        saved = min(friday, self.now - datetime.timedelta(minutes=35))
        state, publish_at = PartState.PUBLISHED, None
        published: datetime.datetime | None = saved
        if week == NEXT and code in (*NEXT_IS_DRAFT, *NEXT_IS_TIMED):
            state, published = PartState.DRAFT, None
            publish_at = friday if code in NEXT_IS_TIMED and friday > self.now else None
        part = PlanPart.objects.create(
            plan=plan_of(teaching.school_class, monday),
            teaching=teaching,
            state=state,
            published_at=published,
            publish_at=publish_at,
            saved_at=saved,
            saved_by=teaching.teacher,
        )
        self.parts.append(part)
        return part

    def _item(self, part: PlanPart, text, day: datetime.date, days: SchoolDays) -> PlanItem | None:
        position = sum(item.part_id == part.pk and item.day == day for item in self.items[-12:])
        common = {
            "part": part,
            "day": day,
            "position": position,
            "title": typeset(text.title),
            "minutes": text.minutes,
        }
        if isinstance(text, Written):
            return PlanItem.objects.create(
                kind=ItemKind.LESSON, lesson=lesson_of(part.teaching, text, part.saved_at), **common
            )
        if isinstance(text, DemoHomework):
            return PlanItem.objects.create(
                kind=ItemKind.HOMEWORK, assignment=self._given(part, text, day, days), **common
            )
        if isinstance(text, DemoResource):
            resource = resources_for(part.teaching, day).filter(slug=text.slug).first()
            if resource is None:
                return None
            return PlanItem.objects.create(
                kind=ItemKind.RESOURCE, resource=resource, note=typeset(text.text), **common
            )
        return PlanItem.objects.create(kind=ItemKind.NOTE, note=typeset(text.text), **common)

    def _given(
        self, part: PlanPart, text: DemoHomework, day: datetime.date, days: SchoolDays
    ) -> Assignment:
        """One text for both classes, with a due date for each."""
        title = typeset(text.title)
        homework = Homework.objects.filter(
            author=part.teaching.teacher, title=title
        ).first() or Homework.objects.create(
            author=part.teaching.teacher,
            subject=part.teaching.subject,
            title=title,
            body=typeset(text.body),
            minutes=text.minutes,
            returns=text.returns,
            saved_at=part.saved_at,
        )
        due_on = days.next_day_with_class(day + text.days * ONE_DAY)
        due_at = datetime.datetime.combine(due_on, datetime.time(text.hour), tzinfo=PARIS)
        return Assignment.objects.create(
            homework=homework, teaching=part.teaching, due_at=due_at, given_at=part.saved_at
        )


def lesson_of(teaching: Teaching, text: Written, saved_at: datetime.datetime) -> Lesson:
    return Lesson.objects.create(
        author=teaching.teacher,
        subject=teaching.subject,
        title=typeset(text.title),
        body=typeset(text.body),
        minutes=text.minutes,
        tiles=list(text.tiles),
        saved_at=saved_at,
    )


def tick(world, written: list[PlanItem]) -> None:
    """Students have ticked off most of what lies behind them, each in their own way."""
    ticks, silent = [], {one.pk for one in silent_ones(world)}
    for item in written:
        if item.part.is_published and item.day < world.today and item.kind != ItemKind.HOMEWORK:
            students = world.students[item.part.teaching.school_class_id]
            ticks += [
                Tick(item=item, student=student, ticked_at=world.now)
                for student in students
                if world.rng.random() < 0.7 and student.pk not in silent
            ]
    Tick.objects.bulk_create(ticks)


def change_something(written: list[PlanItem], world) -> None:
    """Move one note to another day after publication, and take a lesson out of next week's draft:
    it can be put back.
    """
    monday = monday_of(world.today)
    ours = [item for item in written if item.part.teaching.subject.code == "francais"]
    for note in [
        item for item in ours if item.kind == ItemKind.NOTE and item.part.plan.monday == monday
    ]:
        items.move(
            item=note,
            day=monday + 4 * ONE_DAY,
            by=note.part.teaching.teacher,
            now=world.now - datetime.timedelta(hours=2),
        )
    first = world.in_use[0].pk
    drafts = [item for item in ours if item.kind == ItemKind.LESSON and not item.part.is_published]
    for last in [item for item in drafts if item.part.teaching.school_class_id == first][-1:]:
        items.remove(
            item=last, by=last.part.teaching.teacher, now=world.now - datetime.timedelta(minutes=20)
        )


def fill_library(world, written: list[PlanItem]) -> int:
    """The teacher whom the demo logs in as keeps some lessons and a homework, and has two that no
    class has had yet.
    """
    teacher = world.people["prof.demo"]
    teachings = [
        item.part.teaching for item in written if item.part.teaching.teacher_id == teacher.pk
    ]
    mine = [item for item in written if item.part.teaching in teachings[:1]]
    lessons = [required(item.lesson_id) for item in mine if item.kind == ItemKind.LESSON][:2]
    works = [
        required(item.assignment).homework_id for item in mine if item.kind == ItemKind.HOMEWORK
    ][:1]
    kept = Lesson.objects.filter(pk__in=lessons).update(in_library=True) + Homework.objects.filter(
        pk__in=works
    ).update(in_library=True)
    for text in (
        text for text in weeks_of("reserve")[0] if teachings and isinstance(text, Written)
    ):
        lesson = lesson_of(teachings[0], text, world.now - datetime.timedelta(days=60))
        lesson.in_library = True
        lesson.save(update_fields=["in_library"])
        kept += 1
    return kept
