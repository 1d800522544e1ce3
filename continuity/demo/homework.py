"""Changes to the demo's homework: corrections with their own dates, more time for two students, one
deleted by mistake.
"""

import datetime

from continuity.demo.plans import typeset
from continuity.demo.texts import content_of
from continuity.homework.services import extensions
from continuity.homework.services import homework as homeworks
from continuity.homework.values import DueDate, HomeworkText
from continuity.models import Assignment, Homework
from continuity.plans.values.plans import SIX_IN_THE_EVENING
from courses.agenda.queries import ONE_DAY, school_days
from courses.agenda.values import PARIS
from courses.people.models import Teaching

EIGHT = datetime.time(8)
# Its corrections are those of the teacher whom the demo logs in as, by a word of the title.
TEXTS = content_of("homework")


def load(world, say) -> None:
    corrected = sum(add_corrections(world))
    given = more_time(world)
    delete_by_mistake(world)
    say(
        f"{corrected} corrections, {given} extensions, one homework deleted that can be brought"
        " back"
    )


def add_corrections(world):
    """Add corrections, shown to each class the morning after its own date."""
    teacher = world.people["prof.demo"]
    for word, text in TEXTS["corrections"].items():
        for homework in Homework.objects.filter(author=teacher, title__icontains=word):
            homework.correction = typeset(text)
            homework.save(update_fields=["correction"])
            for assignment in homework.assignments.all():
                day = assignment.due_at.astimezone(PARIS).date() + ONE_DAY
                assignment.correction_at = datetime.datetime.combine(day, EIGHT, tzinfo=PARIS)
                assignment.save(update_fields=["correction_at"])
            yield 1


def more_time(world) -> int:
    """One student of the first class on one homework to come; another on everything, until the
    holidays.
    """
    first = world.in_use[0]
    students, tutor = world.students[first.pk], world.people["pp.demo"]
    extensions.extend_always(
        student=students[7],
        school=first.school,
        days_more=2,
        first_day=world.today - 20 * ONE_DAY,
        by=tutor,
        reason=TEXTS["reasons"]["always"],
        now=world.now - datetime.timedelta(days=20),
    )
    coming = (
        Assignment.objects.published()
        .filter(teaching__school_class=first, due_at__gt=world.now)
        .order_by("due_at", "pk")
    )
    coming = coming.filter(teaching__teacher=world.people["prof.demo"]).first() or coming.first()
    if coming is None:
        return 1
    later = coming.due_at.astimezone(PARIS).replace(tzinfo=None) + datetime.timedelta(days=3)
    extensions.extend(
        assignment=coming,
        student=students[5],
        due_at=later.replace(tzinfo=PARIS),
        by=coming.teaching.teacher,
        reason=typeset(TEXTS["reasons"]["once"]),
        now=world.now - datetime.timedelta(hours=3),
    )
    return 2


def delete_by_mistake(world) -> None:
    """Given this week to the first class, and deleted an hour ago."""
    first, teacher = world.in_use[0], world.people["prof.demo"]
    teaching = (
        Teaching.objects.filter(school_class=first, teacher=teacher)
        .select_related("school_class__school", "subject")
        .first()
    )
    if teaching is None:
        return
    day = school_days(first.school).next_day_with_class(world.today)
    due_at = datetime.datetime.combine(day + 7 * ONE_DAY, SIX_IN_THE_EVENING, tzinfo=PARIS)
    deleted = TEXTS["deleted"]
    text = HomeworkText(**deleted | {"body": typeset(deleted["body"])})
    before = world.now - datetime.timedelta(hours=1)
    homework = homeworks.give(
        by=teacher,
        subject=teaching.subject,
        text=text,
        classes={teaching: DueDate(due_at, day=day)},
        now=before - ONE_DAY,
    )
    homeworks.delete(homework=homework, by=teacher, now=before)
