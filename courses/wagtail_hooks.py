"""What the ground answers to the roof's questions."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from courses.catalogue import demo as catalogue_demo
from courses.digest.enums import Hook
from courses.live import services as rooms
from courses.mail import services as outbox
from courses.people import demo as people_demo
from courses.people import services as people
from courses.people.enums import Role


@hooks.register(Hook.DEMO, order=10)
def load_demo(world, say):
    people_demo.load(world, say)
    catalogue_demo.load(world, say)
    people.sweep_groups()


@hooks.register(Hook.TICK, order=10)
def heal_the_outbox(now):
    """Tasks that a killed worker left, then letters that no task will send."""
    return f"{outbox.sweep_tasks(now)} tasks and {outbox.sweep_letters(now)} letters given to the worker again"


@hooks.register(Hook.TICK, order=20)
def tidy_the_rooms(now):
    """Events whose task was lost, stays that nobody ended, raw events grown old."""
    return rooms.tidy(now)


@hooks.register(Hook.TICK, order=30)
def derive_the_groups(now):
    """Memberships begin and end by themselves; once an hour is soon enough for the admin."""
    return f"{people.sweep_groups()} groups put right" if now.minute == 7 else None


@hooks.register(Hook.PERMISSIONS)
def advisers_keep_the_reference_data():
    """The admin is the advisers'. Persons and organisations are never deleted there."""
    kept = [f"courses.{verb}_{noun}" for noun in ("organisation", "person") for verb in ("add", "change", "view")]
    plain = [
        f"courses.{verb}_{noun}"
        for noun in ("membership", "subject", "resource", "licence")
        for verb in ("add", "change", "delete", "view")
    ]
    return {Role.ADVISER: ["wagtailadmin.access_admin", *kept, *plain]}


@hooks.register("register_log_actions")
def log_actions(actions):
    """Who did what to whom: each action is declared, or logging it raises."""
    for action, label, message in [
        ("people.invite", _("Invite"), _("Invitation sent")),
        ("people.join", _("Join"), _("Membership begun")),
        ("people.change_membership", _("Change a membership"), _("Membership changed")),
        ("people.address", _("Change the mail address"), _("Mail address confirmed")),
        ("people.import", _("Import"), _("Written from a file")),
        ("catalogue.import", _("Import"), _("Licence written from a file")),
    ]:
        actions.register_action(action, label, message)
