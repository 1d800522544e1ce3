"""What can be in the way of a notice of absence."""

from django.utils.translation import gettext_lazy as _

from courses.exceptions import Refusal


class MayOnlyBeTold(Refusal):
    message = _("The school has entered you as somebody who may only be told.")
    remedy = _("Ask the school’s management to tell of an absence.")


class AbsenceIsOver(Refusal):
    message = _("An absence is told beforehand: %(day)s is over.")
    remedy = _("Tell the school of it.")


class AbsenceEndsBeforeItBegins(Refusal):
    message = _("The last day is before the first one.")


class AbsenceTooLong(Refusal):
    message = _("At most %(days)s days are told at once.")
    remedy = _("For a longer absence speak with the school.")


class AbsenceTooFar(Refusal):
    message = _("This day is in another school year.")


class TooManyNotices(Refusal):
    message = _("%(number)s absences to come are told already.")
    remedy = _("Take one back, or speak with the school.")


class AbsenceHasBegun(Refusal):
    message = _("This absence has begun: it can’t be taken back here any more.")
    remedy = _("Tell the school.")


class GuardianshipIsOver(Refusal):
    message = _("This school shows you nothing of this student any more.")
