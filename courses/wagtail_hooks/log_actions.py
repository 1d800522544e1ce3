"""What the history of the ground's rows says."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks


@hooks.register("register_log_actions")
def log_actions(actions):
    """Who did what to whom: each action is declared, or logging it raises."""
    for action, label, message in [
        ("people.invite", _("Invite"), _("Invitation sent")),
        ("people.join", _("Join"), _("Membership begun")),
        ("people.change_membership", _("Change a membership"), _("Membership changed")),
        ("people.take_away", _("Take a membership away"), _("Membership taken away")),
        ("people.address", _("Change the email address"), _("Email address changed")),
        ("people.name", _("Change the name"), _("Name changed")),
        ("people.login", _("Change the login"), _("Login changed")),
        ("people.closed", _("Close the account"), _("Account closed")),
        ("people.opened", _("Open the account again"), _("Account opened again")),
        ("people.ask_correction", _("Ask for a correction"), _("Correction asked for")),
        ("people.answer_correction", _("Answer"), _("Request for a correction answered")),
        ("people.import", _("Import"), _("Written from a file")),
        ("catalogue.set_cost", _("Set a cost"), _("Cost of a subscription set")),
        ("people.merge", _("Go on as another school"), _("Goes on as another school")),
        ("people.switch_guardians", _("Switch guardians"), _("Guardians switched on or off")),
        ("people.guard", _("Enter a guardian"), _("Guardian entered")),
        (
            "people.change_guardian",
            _("Change a guardian"),
            _("Legal quality of a guardian changed"),
        ),
        ("people.end_guardian", _("End a guardian"), _("Guardian ended")),
        ("people.guardian_link", _("Make a link"), _("Personal link of a guardian made")),
        ("people.end_guardian_link", _("Stop a link"), _("Personal link of a guardian stopped")),
        ("people.of_age", _("Of age"), _("Of age entered or taken back")),
        ("catalogue.import", _("Import"), _("Licence written from a file")),
        ("classes.open", _("Open a class"), _("Class opened")),
        ("classes.join", _("Join a class"), _("Put into a class")),
        ("classes.leave", _("Leave a class"), _("Taken out of a class")),
        ("classes.change", _("Change class"), _("Class changed")),
        ("classes.give", _("Give a teaching"), _("Teaching given")),
        ("classes.end", _("End a teaching"), _("Teaching ended")),
        ("classes.hand_over", _("Hand over"), _("Teaching handed over")),
        ("classes.stand_in", _("Stand in"), _("Stand-in named")),
        ("classes.withdraw_stand_in", _("Take a stand-in back"), _("Stand-in taken back")),
        ("classes.put_back", _("Put classes back"), _("Classes put back as they were")),
        ("classes.look_after", _("Look after a class"), _("Class tutor named")),
        (
            "classes.look_after_no_more",
            _("Look after a class no more"),
            _("Class tutor no more"),
        ),
        ("people.key_off", _("Take a key off"), _("Key of a directory taken off")),
        ("roster.key", _("Put a key on"), _("Key of a directory put on an account")),
        ("roster.directory", _("Change the directory"), _("Another directory chosen for a school")),
        ("roster.receive", _("Receive a set"), _("Set of a directory received")),
        ("roster.applied", _("Apply a set"), _("Set of a directory applied")),
        ("roster.refused", _("Set aside"), _("Set of a directory set aside")),
        ("roster.undone", _("Undo a set"), _("Set of a directory undone")),
        ("launches.renew_codes", _("Renew the codes"), _("Codes of everybody renewed")),
        ("launches.renew_secret", _("Renew the secret"), _("Secret of signed links renewed")),
        ("launches.show_secret", _("Show the secret"), _("Secret of signed links shown")),
        ("timetables.receive", _("Receive a timetable"), _("Files of a timetable received")),
        ("timetables.applied", _("Apply a timetable"), _("Timetable applied")),
        ("timetables.nothing", _("Change nothing"), _("Timetable that changes nothing")),
        ("timetables.refused", _("Set aside"), _("Timetable set aside")),
        ("timetables.undone", _("Undo a timetable"), _("Timetable undone")),
        ("codes.give", _("Make codes"), _("Codes on paper made")),
        ("people.first_password", _("Make a first password"), _("First password made")),
        (
            "people.second_factor_on",
            _("Switch on the second step of the login"),
            _("Second step of the login switched on"),
        ),
        (
            "people.second_factor_off",
            _("Switch off the second step of the login"),
            _("Second step of the login switched off"),
        ),
        (
            "people.second_factor_taken_off",
            _("Take off the second step of the login"),
            _("Second step of the login taken off"),
        ),
        (
            "people.second_factor_codes",
            _("Make recovery codes"),
            _("Recovery codes made"),
        ),
        (
            "people.second_factor_recovered",
            _("Use a recovery code"),
            _("Recovery code used"),
        ),
        (
            "people.second_factor_wrong",
            _("Try wrong codes"),
            _("Five wrong codes given"),
        ),
    ]:
        actions.register_action(action, label, message)
