"""What the ground answers to the roof's questions."""

from wagtail import hooks

from courses.catalogue import demo as catalogue_demo
from courses.digest.enums import Hook
from courses.live import services as rooms
from courses.mail import services as outbox
from courses.people import demo as people_demo


@hooks.register(Hook.DEMO, order=10)
def load_demo(world, say):
    people_demo.load(world, say)
    catalogue_demo.load(world, say)


@hooks.register(Hook.TICK, order=10)
def heal_the_outbox(now):
    """Tasks that a killed worker left, then letters that no task will send."""
    return f"{outbox.sweep_tasks(now)} tasks and {outbox.sweep_letters(now)} letters given to the worker again"


@hooks.register(Hook.TICK, order=20)
def tidy_the_rooms(now):
    """Events whose task was lost, stays that nobody ended, raw events grown old."""
    return rooms.tidy(now)
