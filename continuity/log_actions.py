"""What the log of the admin keeps of continuity: key, name, and what is said of it."""

from django.utils.translation import gettext_lazy as _

LOG_ACTIONS = [
    # Leaves and exemptions
    ("continuity.exempt", _("Exempt"), _("Leave or exemption entered")),
    (
        "continuity.end_exemption",
        _("End an exemption"),
        _("Last day of a leave or exemption changed"),
    ),
    (
        "continuity.withdraw_exemption",
        _("Take an exemption back"),
        _("Leave or exemption taken back"),
    ),
    # Equipment
    ("continuity.begin_survey", _("Begin a survey"), _("Survey begun")),
    ("continuity.change_survey", _("Change a survey"), _("Last day of a survey changed")),
    ("continuity.export_survey", _("Export"), _("Answers to a survey exported")),
    ("continuity.publish_criteria", _("Publish"), _("Order of lending published")),
    ("continuity.correct_item", _("Correct a thing"), _("Facts of a thing to lend corrected")),
    # Families
    ("continuity.announce_absence", _("Tell of an absence"), _("Absence announced")),
    ("continuity.change_absence", _("Change a motive"), _("Motive of an absence changed")),
    ("continuity.withdraw_absence", _("Take back"), _("Announced absence taken back")),
    # Homework
    ("continuity.delete_homework", _("Delete"), _("Homework deleted")),
    ("continuity.restore_homework", _("Bring back"), _("Homework brought back")),
    ("continuity.extend", _("Extend"), _("More time given")),
    ("continuity.withdraw_extension", _("Withdraw"), _("Extension taken back")),
    # Answers
    ("continuity.return_answer", _("Return"), _("Answer returned")),
    ("continuity.take_back_answer", _("Take back"), _("Answer taken back")),
    # Rolls
    ("continuity.close_roll", _("Close a roll"), _("Roll closed")),
    ("continuity.correct_roll", _("Correct a roll"), _("Closed roll corrected")),
    ("continuity.export_rolls", _("Export"), _("Register exported")),
]
