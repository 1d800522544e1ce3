"""The columns of a table of people, and how their cells are read and written."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.people.enums import Role
from courses.people.models import Subject
from courses.people.rules.names import why_not_a_name
from courses.people.values import LONGEST_NAME, tidy_name
from courses.tables.exceptions import CellRefused
from courses.tables.services.imports import ImportLine, a_day, one_of
from courses.tables.values import Column, words_of

ROLE_WORDS = {
    "teacher": Role.TEACHER, "professeur": Role.TEACHER, "professeure": Role.TEACHER, "enseignant": Role.TEACHER,
    "enseignante": Role.TEACHER, "trainer": Role.TRAINER, "formateur": Role.TRAINER, "formatrice": Role.TRAINER,
    "leader": Role.LEADER, "direction": Role.LEADER,
}  # fmt: skip
LANGUAGE_WORDS = {
    "fr": "fr",
    "français": "fr",
    "french": "fr",
    "en": "en",
    "anglais": "en",
    "english": "en",
}


def printed_name(text: str) -> str:
    """A reader of cells that hold a person's name."""
    name = tidy_name(text)
    if refusal := why_not_a_name(name):
        raise CellRefused(refusal.reason, _("Write the name as it is to be printed."))
    if len(name) > LONGEST_NAME:
        raise CellRefused(_("This name is longer than 80 characters."), _("Shorten it."))
    return name


def mail_address(text: str) -> str:
    try:
        validate_email(text)
    except ValidationError as error:
        raise CellRefused(
            _("“%(mail)s” is not an email address."),
            _("Write it as name@school.example."),
            mail=text.lower(),
        ) from error
    return text.lower()


COLUMNS = [
    Column(
        "login",
        "login",
        "identifiant",
        gettext_lazy("Empty for a new person: it is made from the name."),
        read=str.lower,
        longest=60,
    ),
    Column(
        "mail",
        "mail",
        "adresse",
        gettext_lazy(
            "Invitations are sent there. If the login is empty, the person is found by this"
            " address."
        ),
        read=mail_address,
        longest=254,
        can_be_emptied=True,
    ),
    Column(
        "given_name",
        "first name",
        "prénom",
        gettext_lazy("Needed for a new person."),
        read=printed_name,
    ),
    Column(
        "family_name",
        "family name",
        "nom",
        gettext_lazy("Needed for a new person."),
        read=printed_name,
    ),
    Column(
        "usage_name",
        "usage name",
        "nom d’usage",
        gettext_lazy("Printed instead of the family name."),
        read=printed_name,
        can_be_emptied=True,
    ),
    Column(
        "language",
        "language",
        "langue",
        gettext_lazy("fr or en; French if empty."),
        read=one_of(
            LANGUAGE_WORDS,
            gettext_lazy("“%(word)s” is not a language of Passerelle."),
            gettext_lazy("Write fr or en."),
        ),
    ),
    Column("role", "role", "rôle", gettext_lazy("teacher, trainer or leader.")),
    Column(
        "organisation",
        "organisation",
        "établissement",
        gettext_lazy("A school’s UAI; a provider’s name."),
    ),
    Column(
        "subjects",
        "subjects",
        "disciplines",
        gettext_lazy("Codes of subjects, with a space between them."),
        read=words_of,
        can_be_emptied=True,
    ),
    Column(
        "since",
        "from",
        "depuis",
        gettext_lazy("2026-09-01 or 01/09/2026; today if empty."),
        read=a_day,
        can_be_emptied=True,
    ),
    Column(
        "until",
        "until",
        "jusqu’au",
        gettext_lazy("The last day, included; open if empty."),
        read=a_day,
        can_be_emptied=True,
    ),
]


def subjects_of(line: ImportLine, known: dict[str, Subject]) -> list[Subject] | None:
    """The subjects whose codes the line names; None where the cell is empty."""
    words = line.value_or("subjects", None, [])
    if unknown := [word for word in words or [] if word not in known]:
        remedy = _("The codes are in the administration, under Subjects.")
        line.refuse(
            "subjects",
            _("These codes of subjects are not known: %(codes)s."),
            remedy,
            codes=", ".join(unknown),
        )
    return words and [known[word] for word in words if word in known]


def codes(subjects: Iterable[Subject]) -> list[str]:
    return sorted(subject.code for subject in subjects)
