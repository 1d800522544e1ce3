"""The words for people and where they belong."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from courses.mail.enums import LetterKeys


class OrganisationKind(models.TextChoices):
    SCHOOL = "school", _("School")
    PROVIDER = "provider", _("Provider")
    ACADEMIE = "academie", _("Académie")
    REGION = "region", _("Region")


class Role(models.TextChoices):
    """Right that a membership gives somebody.

    The three of the académie are apart: pages, sessions, people.
    """

    TEACHER = "teacher", _("Teacher")
    TRAINER = "trainer", _("Trainer")
    ADVISER = "adviser", _("Adviser")  # guidance; which pages, a scope says
    PLANNER = "planner", _("Training planner")  # catalogue, sessions, sheets, certificates
    REGISTRAR = (
        "registrar",
        _("Registrar"),
    )  # organisations, accounts of adults, memberships, licences
    STUDENT = "student", _("Student")
    LEADER = "leader", _("School leader")
    OFFICE = "office", _("School office")  # students of the school, named by its leader
    OFFICER = "officer", _("Regional officer")
    GUARDIAN = "guardian", _("Guardian")  # of which students, a guardianship says


class GuardianQuality(models.TextChoices):
    """In what legal quality: a closed list, never a family situation, never a reason."""

    AUTHORITY = "authority", _("holds parental authority")
    INFORMED = "informed", _("may only be told")


class ClassKind(models.TextChoices):
    """OneRoster says homeroom and scheduled."""

    CLASS = "class", _("Class")
    GROUP = "group", _("Group across classes")
    OPTION = "option", _("Option")


class Language(models.TextChoices):
    FRENCH = "fr", pgettext_lazy("language", "French")
    ENGLISH = "en", pgettext_lazy("language", "English")


# The kind of organisation in which each role is held.
HELD_IN = {
    Role.TEACHER: OrganisationKind.SCHOOL,
    Role.STUDENT: OrganisationKind.SCHOOL,
    Role.GUARDIAN: OrganisationKind.SCHOOL,
    Role.LEADER: OrganisationKind.SCHOOL,
    Role.OFFICE: OrganisationKind.SCHOOL,
    Role.TRAINER: OrganisationKind.PROVIDER,
    Role.ADVISER: OrganisationKind.ACADEMIE,
    Role.PLANNER: OrganisationKind.ACADEMIE,
    Role.REGISTRAR: OrganisationKind.ACADEMIE,
    Role.OFFICER: OrganisationKind.REGION,
}


class AccountChangeKind(models.TextChoices):
    NAME = "name", pgettext_lazy("change of an account", "Name")
    LOGIN = "login", pgettext_lazy("change of an account", "Login")
    ADDRESS = "address", pgettext_lazy("change of an account", "Email address")
    CLOSED = "closed", pgettext_lazy("change of an account", "Account closed")
    OPENED = "opened", pgettext_lazy("change of an account", "Account opened again")


class RoleEvent(models.TextChoices):
    """Event of a membership that a letter tells."""

    BEGUN = "begun"
    CHANGED = "changed"
    TAKEN = "taken"


class SecondFactorEvent(models.TextChoices):
    """What a letter tells the owner of a second step."""

    ON = "on"
    OFF = "off"
    TAKEN_OFF = "taken_off"
    CODES = "codes"  # new recovery codes
    RECOVERED = "recovered"  # a recovery code was used
    WRONG = "wrong"  # too many wrong codes after a right password


class Letters(LetterKeys):
    """The key of each letter, kept in rows: its function says it with `@writes` and may move, the
    key stays.
    """

    INVITATION = "people.invitation"
    PASSWORD = "people.new_password"  # noqa: S105
    LOGIN_LINK = "people.login_link"
    NEW_ADDRESS = "people.new_address"
    ADDRESS_CHANGED = "people.address_changed"
    ACCOUNT_STATE = "people.account_closed_or_opened"
    ROLE = "people.role_changed"
    NEW_COLLEAGUE = "people.new_colleague"
    CORRECTION_ANSWERED = "people.correction_answered"
    KEY_PUT = "people.key_put"
    KEY_OFF = "people.key_off"
    SECOND_FACTOR = "people.second_factor"
    SCHOOL_MERGED = "people.school_merged"


OPEN_AN_ACCOUNT = (
    Letters.INVITATION, Letters.PASSWORD, Letters.LOGIN_LINK, Letters.NEW_ADDRESS,
)  # fmt: skip


# The roles that open Wagtail's admin.
WORKS_IN_ADMIN = [Role.ADVISER, Role.PLANNER, Role.REGISTRAR]
# The roles that change anything of a student of the school: password, class, name, account.
KEEPS_STUDENTS = [Role.LEADER, Role.OFFICE]
# The roles of people who reach further than their own classes: their login has a second step, where
# the site asks for it (SECOND_FACTOR_FROM).
NEEDS_SECOND_FACTOR = [Role.LEADER, Role.ADVISER, Role.OFFICER, Role.REGISTRAR]
# The roles that a table may give; those of the académie and the Region are given one by one.
GIVEN_BY_A_TABLE = [Role.TEACHER, Role.TRAINER, Role.LEADER]
# The roles of a school's students and their guardians: registrars neither list nor change them.
THE_SCHOOLS_ALONE = [Role.STUDENT, Role.GUARDIAN]
# Whoever holds one of these isn't changed by a table at all.
NEVER_BY_A_TABLE = [*WORKS_IN_ADMIN, Role.OFFICER]
# When one of these is given, those who hold it in the same place are told.
TOLD_TO_COLLEAGUES = [Role.LEADER, Role.REGISTRAR]
# Who may give a role, change it and end it, to another than herself. A student's is given with the
# account, by the school; the office of a school is named by its leader. A teacher's is given by a
# leader's yes to a set of the directory alone: no page of theirs offers it.
GRANTED_BY = {
    Role.REGISTRAR: [
        Role.TEACHER, Role.TRAINER, Role.LEADER, Role.OFFICER, Role.ADVISER, Role.PLANNER, Role.REGISTRAR,
    ],
    Role.LEADER: [Role.STUDENT, Role.TEACHER, Role.OFFICE, Role.GUARDIAN],
    Role.OFFICE: [Role.STUDENT],
}  # fmt: skip
