"""What training tells the roof: the bar, what is due, what falls due, the admin. Each answer calls one query or service."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from courses.digest.enums import Hook
from courses.people.enums import Role


@hooks.register("register_log_actions")
def session_log_actions(actions):
    """Who did what to a session: each action is declared, or logging it raises."""
    for action, label, message in [
        ("training.plan", _("Plan"), _("Session planned")),
        ("training.open", _("Open"), _("Session opened for enrolment")),
        ("training.edit", _("Edit"), _("Session changed")),
        ("training.move", _("Move"), _("Meetings moved")),
        ("training.add_meeting", _("Add a meeting"), _("Meeting added")),
        ("training.cancel", _("Cancel"), _("Session cancelled")),
        ("training.cancel_meeting", _("Cancel a meeting"), _("Meeting cancelled")),
        ("training.message", _("Message"), _("Message sent to those who come")),
        ("training.export", _("Export"), _("List of those who come exported")),
    ]:
        actions.register_action(action, label, message)


@hooks.register(Hook.PERMISSIONS)
def adviser_permissions():
    """Advisers write the catalogue's trainings in the admin."""
    return {Role.ADVISER: ["training.add_training", "training.change_training", "training.delete_training", "training.view_training"]}


@hooks.register("register_log_actions")
def sheet_log_actions(actions):
    """Who did what to a sheet or a certificate."""
    for action, label, message in [
        ("training.save_sheet", _("Save a sheet"), _("Sheet saved")),
        ("training.close_sheet", _("Close a sheet"), _("Sheet closed")),
        ("training.correct_sheet", _("Correct a sheet"), _("Closed sheet corrected")),
        ("training.regularise_guest", _("Regularise a guest"), _("Guest regularised")),
        ("training.revoke_certificate", _("Revoke"), _("Certificate revoked")),
    ]:
        actions.register_action(action, label, message)
