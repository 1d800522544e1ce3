"""Words of the roof's first pages and of the frame."""

from django.utils.translation import gettext_lazy as _

from courses.people.enums import Role

# Roles that have a first page of their own; the others are told in words that there is nothing for
# them here.
SERVED = (
    Role.STUDENT,
    Role.TEACHER,
    Role.LEADER,
    Role.OFFICE,
    Role.TRAINER,
    Role.ADVISER,
    Role.PLANNER,
    Role.REGISTRAR,
    Role.GUARDIAN,
    Role.OFFICER,
)
IN_THIS_ROLE = {
    Role.STUDENT: _("As a student"),
    Role.TEACHER: _("As a teacher"),
    Role.LEADER: _("As a school leader"),
    Role.OFFICE: _("As the school office"),
    Role.TRAINER: _("As a trainer"),
    Role.ADVISER: _("As an adviser"),
    Role.PLANNER: _("As a training planner"),
    Role.REGISTRAR: _("As a registrar"),
    Role.GUARDIAN: _("As a guardian"),
    Role.OFFICER: _("As an officer of the Region"),
}
# What will stand in an empty list, and the first step: an address of a product, and the word on the
# button.
FIRST_STEPS = {
    Role.STUDENT: (
        _(
            "Nothing is due now. The next room, the next work to hand in and your teachers’ answers"
            " will appear here."
        ),
        "continuity:week",
        _("See my week"),
    ),
    Role.TEACHER: (
        _(
            "Nothing is waiting for you. Sessions of the next seven days in which you are enrolled"
            " appear here, with their link when the room opens."
        ),
        "training:catalogue",
        _("Find a training"),
    ),
    Role.LEADER: (
        _("Nothing is waiting for you. Classes without a plan will appear here."),
        "continuity:classes",
        _("See the classes"),
    ),
    Role.OFFICE: (
        _("The students’ accounts of your school are kept here: names, new passwords, the table."),
        "people:students",
        _("See the accounts"),
    ),
    Role.TRAINER: (
        _(
            "Nothing is waiting for you. Your sessions of the next seven days appear here, then the"
            " sheet to close."
        ),
        "training:my_sessions",
        _("See my sessions"),
    ),
    Role.ADVISER: (
        _(
            "Nothing to do now. Pages to review, pages sent back to you and pages to check appear"
            " here."
        ),
        "guidance:parity",
        _("See the pages"),
    ),
    Role.REGISTRAR: (
        _(
            "Organisations, accounts, memberships and licences are kept in Administration, one by"
            " one, or from a table."
        ),
        "people:import_people",
        _("Open the tables"),
    ),
    Role.PLANNER: (
        _(
            "Nothing is waiting for you. Sessions that need a decision will appear here: too few"
            " people, a sheet left open."
        ),
        "training:planning",
        _("See all sessions"),
    ),
    Role.GUARDIAN: (
        _("The week of your children, what is late and what comes next."),
        "continuity:children",
        _("See my children"),
    ),
    Role.OFFICER: (
        _(
            "Nothing is waiting for you. Delivery notes to check and subscriptions that end soon"
            " appear here."
        ),
        "training:subscriptions",
        _("See subscriptions"),
    ),
}
