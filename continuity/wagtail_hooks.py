"""What continuity tells the roof: the bar, what is due, what falls due, the admin. Each answer calls one query or service."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from continuity import demo
from continuity.services import cover, homework
from continuity.views.due_answers import answers_due
from continuity.views.due_covers import covers_due
from continuity.views.due_homework import dates_off
from courses.digest.enums import Hook
from courses.digest.values import MenuEntry
from courses.people.permissions import is_teacher


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


# Answers


@hooks.register("register_log_actions")
def answer_log_actions(actions):
    """Who returned an answer, or took it back before it was read."""
    for action, label, message in [
        ("continuity.return_answer", _("Return"), _("Answer returned")),
        ("continuity.take_back_answer", _("Take back"), _("Answer taken back")),
    ]:
        actions.register_action(action, label, message)


@hooks.register(Hook.DUE)
def answers_wanted_and_come_back(person, now):
    return answers_due(person, now)


@hooks.register(Hook.ACCOUNT)
def queue_under_the_name(person):
    """The bar of a teacher is full."""
    return [MenuEntry(_("To answer"), reverse("continuity:queue"), "message-square", 10)] if is_teacher(person) else []
