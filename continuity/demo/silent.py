"""Days on which the classes in use opened their week, and three students of whom nobody has heard
since the week before the last. Invented.
"""

import datetime
import uuid

from continuity.contact.services import calls, papers
from continuity.demo.plans import typeset
from continuity.demo.silence import silent_ones, silent_since
from continuity.demo.texts import content_of
from continuity.enums import CallResult
from continuity.models import HelpRequest, WeekOpening
from courses.agenda.queries import ONE_DAY, ONE_WEEK, monday_of, school_days
from courses.people.models import Person, Teaching
from courses.required import required

OPENS = 0.8  # how often a student opens the week on a school day
QUESTIONS = content_of("messages")["question"]


def load(world, say) -> None:
    """One whom nobody has called, one with a question without an answer whom the class tutor is
    going to call, one for whom a message was left; and a week handed over on paper to a fourth.
    """
    opened = _open_weeks(world)
    _nobody, asks, called = silent_ones(world)
    tutor, friday = world.people["pp.demo"], silent_since(world) - 3 * ONE_DAY
    _ask(world, asks, friday)
    calls.take(student=asks, by=tutor, now=world.now - datetime.timedelta(hours=2))
    calls.note(
        student=called,
        by=tutor,
        result=CallResult.MESSAGE,
        key=uuid.UUID(int=world.rng.getrandbits(128)),
        next_on=world.today + 2 * ONE_DAY,
        now=world.now - ONE_DAY,
    )
    on_paper = world.students[world.in_use[1].pk][4]
    papers.hand_over(student=on_paper, by=tutor, day=monday_of(world.today))
    say(f"{opened} days on which a week was opened, three students not heard of")


def _open_weeks(world) -> int:
    silent, since = {one.pk for one in silent_ones(world)}, silent_since(world)
    rows = []
    for school_class in world.in_use:
        days = school_days(school_class.school)
        dates = [since - ONE_WEEK + n * ONE_DAY for n in range(21)]
        for day in (day for day in dates if day <= world.today and days.has_class(day)):
            rows += [
                WeekOpening(student=student, day=day)
                for student in world.students[school_class.pk]
                if world.rng.random() < OPENS and not (student.pk in silent and day >= since)
            ]
    return len(WeekOpening.objects.bulk_create(rows))


def _ask(world, student: Person, day: datetime.date) -> None:
    """A question from before the silence, which nobody has answered."""
    given = required(Teaching.objects.filter(school_class=world.in_use[0]).order_by("pk").first())
    asked_at = world.now - (world.today - day)
    HelpRequest.objects.create(
        student=student, teaching=given, text=typeset(QUESTIONS[0]["student"]), asked_at=asked_at
    )
