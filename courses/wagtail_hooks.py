"""What the ground answers to the roof's questions."""

from wagtail import hooks

from courses.catalogue import demo as catalogue_demo
from courses.digest.enums import Hook
from courses.people import demo as people_demo


@hooks.register(Hook.DEMO, order=10)
def load_demo(world, say):
    people_demo.load(world, say)
    catalogue_demo.load(world, say)
