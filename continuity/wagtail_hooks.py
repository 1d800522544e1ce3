"""What continuity tells the roof: the bar, what is due, what falls due, the admin. Each answer calls one query or service."""

from wagtail import hooks

from continuity import demo
from courses.digest.enums import Hook


@hooks.register(Hook.DEMO, order=110)
def load_demo(world, say):
    demo.load(world, say)
