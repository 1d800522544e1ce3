"""Demo evaluations of sessions that are over: all but one in four participants answer; of one
session too few do for anything to be shown.
"""

import datetime
import random
import tomllib

from training.demo.catalogue import CONTENT
from training.enums import EvaluationQuestion
from training.models import Session
from training.queries.evaluations import participants
from training.services import evaluations
from training.values import Answers

DAY = datetime.timedelta(days=1)
WITH_TOO_FEW = "langues"
TOO_FEW = 3
SAID = tomllib.loads((CONTENT / "evaluations.toml").read_text(encoding="utf-8"))


def answer(world, trainings) -> None:
    """Those who try the demo's logins answer for themselves."""
    rng = random.Random(2020)  # noqa: S311 a demo is the same each time
    for session in Session.objects.past(world.now).held().select_related("training"):
        at = min(session.ends_at + DAY, world.now)
        there = [
            one.enrolment
            for one in participants(at)
            if one.session == session
            and one.attended.is_present
            and not one.enrolment.teacher.login.startswith("prof.")
        ]
        there.sort(key=lambda enrolment: enrolment.pk)
        is_too_few = session.training == trainings[WITH_TOO_FEW]
        answering = there[:TOO_FEW] if is_too_few else [e for e in there if e.pk % 4]
        comments = list(SAID[session.language])
        for place, enrolment in enumerate(answering):
            comment = comments[place // 2] if place % 2 == 0 and place // 2 < len(comments) else ""
            marks = {
                question.value: rng.choice((4, 4, 4, 3, 3, 2)) for question in EvaluationQuestion
            }
            evaluations.answer(enrolment=enrolment, answers=Answers(marks, comment), now=at)
    evaluations.close(world.now)
