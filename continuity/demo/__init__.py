"""The demo's weeks: plans, hand-ins, answers and roll calls of the classes in use, in that order.

Everything is invented.
"""

from continuity.demo import (
    answers,
    classes,
    handins,
    homework,
    lessons,
    loans,
    plans,
    rolls,
    silent,
    surveys,
)


def load(world, say) -> None:
    classes.load(world, say)
    plans.load(world, say)
    lessons.load(world, say)
    homework.load(world, say)
    handins.load(world, say)
    answers.load(world, say)
    rolls.load(world, say)
    silent.load(world, say)
    surveys.load(world, say)
    loans.load(world, say)
