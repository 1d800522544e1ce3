"""Who did what: each action that a service logs is declared, or logging it raises."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks


@hooks.register("register_log_actions")
def session_log_actions(actions):
    """Who did what to a session: each action is declared, or logging it raises."""
    for action, label, message in [
        ("training.plan", _("Plan"), _("Session planned")),
        ("training.delete_draft", _("Delete a draft"), _("Draft of a session deleted")),
        ("training.open", _("Open"), _("Session opened for enrolment")),
        ("training.edit", _("Edit"), _("Session changed")),
        ("training.move", _("Move"), _("Meetings moved")),
        ("training.add_meeting", _("Add a meeting"), _("Meeting added")),
        ("training.cancel", _("Cancel"), _("Session cancelled")),
        ("training.cancel_meeting", _("Cancel a meeting"), _("Meeting cancelled")),
        ("training.invite", _("Invite all teachers to a session"), _("All teachers invited")),
        ("training.restore", _("Restore a cancelled session"), _("Session restored")),
        ("training.message", _("Message"), _("Message sent to participants")),
        ("training.export", _("Export"), _("List of participants exported")),
        ("training.set_room", _("Set the room"), _("Room of a session set")),
        ("training.announce_plan_b", _("Announce plan B"), _("Plan B announced")),
        ("training.take_back_plan_b", _("Take plan B back"), _("Plan B taken back")),
        ("training.deposit", _("Add material"), _("Material for participants added")),
        ("training.remove_material", _("Remove material"), _("Material removed")),
        ("training.put_material_back", _("Put material back"), _("Material put back")),
        ("training.no_trainer_came", _("No trainer came"), _("Recorded that no trainer came")),
        ("training.undo_no_trainer", _("A trainer came"), _("“No trainer came” undone")),
        ("training.settle_missed_date", _("Settle a date owed"), _("Date owed settled")),
        ("training.name_substitute", _("Name a substitute"), _("Substitute named for a date")),
        ("training.take_back_substitute", _("Take a substitute back"), _("Substitute taken back")),
        ("training.trainer_left", _("A trainer left"), _("A trainer left the provider")),
        ("training.decline_proposal", _("Decline dates"), _("Proposed dates declined")),
        ("training.hide_comment", _("Hide a comment"), _("Comment of an evaluation hidden")),
        ("training.show_comment", _("Show a comment"), _("Comment of an evaluation shown again")),
    ]:
        actions.register_action(action, label, message)


@hooks.register("register_log_actions")
def sheet_log_actions(actions):
    """Who did what to a sheet or a certificate."""
    for action, label, message in [
        ("training.save_sheet", _("Save a sheet"), _("Sheet saved")),
        ("training.state_hours", _("State the hours"), _("Hours of a meeting stated")),
        ("training.close_sheet", _("Close a sheet"), _("Sheet closed")),
        ("training.correct_sheet", _("Correct a sheet"), _("Closed sheet corrected")),
        ("training.mark_all", _("Mark all lines"), _("All lines of a sheet marked")),
        ("training.provider_list", _("Upload a list"), _("Provider’s list uploaded")),
        ("training.match_provider_list", _("Match a list"), _("Provider’s list matched")),
        ("training.erase_provider_list", _("Erase a list"), _("Provider’s list erased")),
        ("training.contest_presence", _("Contest minutes"), _("Minutes contested")),
        ("training.answer_contest", _("Answer a contest"), _("Contest of minutes answered")),
        (
            "training.regularise_guest",
            _("Enrol a guest after the fact"),
            _("Guest enrolled after the fact"),
        ),
        (
            "training.download_certificates",
            _("Download certificates"),
            _("Certificates downloaded together"),
        ),
        (
            "training.export_hours",
            _("Export hours"),
            _("Certified hours of all teachers exported"),
        ),
        ("training.revoke_certificate", _("Revoke"), _("Certificate revoked")),
        (
            "training.ask_certificate_correction",
            _("Ask for a correction"),
            _("Correction of a certificate asked for"),
        ),
        (
            "training.withdraw_certificate_correction",
            _("Withdraw a request"),
            _("Request for a correction withdrawn"),
        ),
        ("training.replace_certificate", _("Replace"), _("Corrected certificate issued")),
        (
            "training.refuse_certificate_correction",
            _("Leave as it is"),
            _("Correction of a certificate refused"),
        ),
    ]:
        actions.register_action(action, label, message)


@hooks.register("register_log_actions")
def enrolment_log_actions(actions):
    """Who enrolled or cancelled somebody else."""
    for action, label, message in [
        ("training.enrol", _("Enrol"), _("Enrolled by a training planner")),
        ("training.cancel_enrolment", _("Cancel an enrolment"), _("Enrolment cancelled")),
        ("training.change_dates", _("Change dates"), _("Dates of one person changed")),
        ("training.regularise", _("Enrol after the fact"), _("Enrolled after the fact")),
    ]:
        actions.register_action(action, label, message)


@hooks.register("register_log_actions")
def delivery_log_actions(actions):
    """Who did what to a delivery note."""
    for action, label, message in [
        ("training.make_delivery_note", _("Make a delivery note"), _("Delivery note made")),
        ("training.check_delivery_note", _("Check"), _("Delivery note checked")),
        (
            "training.answer_delivery_note",
            _("Answer a contest"),
            _("Contest of a delivery note answered"),
        ),
        (
            "training.correct_delivery_note",
            _("Correct a delivery note"),
            _("Corrected delivery note made"),
        ),
    ]:
        actions.register_action(action, label, message)
