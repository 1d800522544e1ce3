"""Why a roll can't be taken, closed or corrected, and why a video class can't be held."""

from django.utils.translation import gettext_lazy as _

from courses.exceptions import Refusal


class RollTooEarly(Refusal):
    message = _("This roll can be taken from %(hour)s on.")


class RollClosed(Refusal):
    message = _("%(name)s closed this roll in the meantime. It can’t be changed any more.")
    remedy = _("A correction adds an entry beside a line, with its reason.")


class RollNotClosed(Refusal):
    message = _("This roll is still open: change it there.")


class SameAsBefore(Refusal):
    message = _("That is how it is already: there is nothing to correct.")


class NotOnTheRoll(Refusal):
    message = _("Only a student of this roll can be chosen.")


class InThePast(Refusal):
    message = _("These hours are over. Choose hours to come.")


class TeacherIsAway(Refusal):
    message = _("On that day you are away: %(reason)s.")
    remedy = _("Choose another date, or have somebody stand in.")


class VideoHourTaken(Refusal):
    message = _("This class has a video class of yours at that hour already.")


class VideoClassOver(Refusal):
    message = _("This video class has taken place: it can’t be moved or cancelled any more.")
