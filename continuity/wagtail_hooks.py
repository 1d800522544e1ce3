"""What continuity tells the roof: the bar, what is due, what falls due, the admin. Each answer calls one query or service."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from continuity import demo
from continuity.services import cover, homework
from continuity.views.due_covers import covers_due
from continuity.views.due_homework import dates_off
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


# Homework


@hooks.register("register_log_actions")
def homework_log_actions(actions):
    """Who deleted or brought back what, and who gave whom more time."""
    for action, label, message in [
        ("continuity.delete_homework", _("Delete"), _("Homework deleted")),
        ("continuity.restore_homework", _("Bring back"), _("Homework brought back")),
        ("continuity.extend", _("Extend"), _("More time given")),
        ("continuity.withdraw_extension", _("Withdraw"), _("Extension taken back")),
    ]:
        actions.register_action(action, label, message)


@hooks.register(Hook.TICK)
def forget_deleted_homework(now):
    """Once a night is enough: thirty days are counted in hours."""
    return f"{homework.forget_deleted(now)} deleted homework forgotten"


@hooks.register(Hook.DUE)
def due_dates_without_class(person, now):
    return dates_off(person, now)
