"""The survey's questions, in their order, with the words and the answers of each.

The words fit whoever answers: the student, a guardian, or staff who read them out in a call.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from continuity.enums import HELP_FIELDS, Connection, Device, Printer, QuietPlace, RunsOut


class Question(StrEnum):
    """Also the last part of the question's address."""

    DEVICE = "device"
    SHARED = "shared"
    CONNECTION = "connection"
    RUNS_OUT = "data"
    PRINTER = "printer"
    PLACE = "place"
    HELP = "help"


SKIP = "skip"
NOTHING = "nothing"


@dataclass(frozen=True)
class AnswerOption:
    """One button."""

    value: str
    label: str | Promise
    icon: str
    detail: str | Promise = ""


@dataclass(frozen=True)
class QuestionWords:
    title: str | Promise
    ask: str | Promise
    options: tuple[AnswerOption, ...]
    column: str = ""  # of the answer; what would help has one for each answer

    def label_of(self, value: str) -> str:
        return next((str(one.label) for one in self.options if one.value == value), "")


def _options(choices: type[TextChoices], **icons: str) -> tuple[AnswerOption, ...]:
    return tuple(AnswerOption(one.value, one.label, icons[one.value]) for one in choices)


QUESTIONS: dict[Question, QuestionWords] = {
    Question.DEVICE: QuestionWords(
        _("The device"),
        _("To work at home, there is…"),
        (
            AnswerOption(Device.OWN.value, Device.OWN.label, "laptop"),
            AnswerOption(
                Device.SHARED.value,
                Device.SHARED.label,
                "users",
                _("The next question is with how many people."),
            ),
            AnswerOption(Device.PHONE.value, Device.PHONE.label, "smartphone"),
            AnswerOption(Device.NONE.value, Device.NONE.label, "x"),
        ),
        "device",
    ),
    Question.SHARED: QuestionWords(
        _("Shared with how many people"),
        _("It is shared with…"),
        (
            AnswerOption("1", pgettext_lazy("survey", "1 person"), "user-round"),
            AnswerOption("2", pgettext_lazy("survey", "2 people"), "users"),
            AnswerOption("3", pgettext_lazy("survey", "3 people"), "users"),
            AnswerOption("4", pgettext_lazy("survey", "4 people or more"), "users"),
        ),
        "shared_with",
    ),
    Question.CONNECTION: QuestionWords(
        _("The connection"),
        _("To go online, there is…"),
        _options(
            Connection, home="house", phone="smartphone", elsewhere="map-pin", none="wifi-off"
        ),
        "connection",
    ),
    Question.RUNS_OUT: QuestionWords(
        _("Data that run out"),
        _("Does the connection run out before the end of the month?"),
        _options(RunsOut, never="check", late="clock", early="hourglass"),
        "runs_out",
    ),
    Question.PRINTER: QuestionWords(
        _("A printer"),
        _("Can work be printed?"),
        _options(Printer, yes="printer", elsewhere="map-pin", no="x"),
        "printer",
    ),
    Question.PLACE: QuestionWords(
        _("A quiet place"),
        _("Is there a quiet place to work?"),
        _options(QuietPlace, yes="check", sometimes="clock", no="x"),
        "quiet_place",
    ),
    Question.HELP: QuestionWords(
        _("What would help"),
        _("What would help the most?"),
        (
            AnswerOption("help_computer", HELP_FIELDS["help_computer"], "laptop"),
            AnswerOption("help_connection", HELP_FIELDS["help_connection"], "smartphone"),
            AnswerOption("help_printing", HELP_FIELDS["help_printing"], "printer"),
            AnswerOption("help_place", HELP_FIELDS["help_place"], "school"),
            AnswerOption(
                NOTHING, pgettext_lazy("survey", "nothing: all that is needed is there"), "check"
            ),
        ),
    ),
}
ORDER = list(QUESTIONS)
