"""What continuity tells the roof: the bar, what is due, what falls due, the admin. Each answer calls one query or service."""

from wagtail import hooks

from continuity import demo
from continuity.services import cover
from continuity.views.due_covers import covers_due
from courses.digest.enums import Hook


@hooks.register(Hook.DEMO, order=110)
def load_demo(world, say):
    demo.load(world, say)


# Covers


@hooks.register(Hook.DUE)
def plans_wanted_during_trainings(person, now):
    return covers_due(person, now)


@hooks.register(Hook.TICK)
def follow_up_absences(now):
    """Absences whose news was lost."""
    return f"{cover.sweep(now)} absences followed up"
