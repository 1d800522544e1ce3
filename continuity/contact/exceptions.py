"""What can be in the way of a call."""

from django.utils.translation import gettext_lazy as _

from courses.exceptions import Refusal


class CalledByAnother(Refusal):
    message = _("%(name)s is seeing to it: you needn’t call.")
    remedy = _("Tomorrow anybody can, if no call is noted until then.")


class NextCallNotToCome(Refusal):
    message = _("The next call, %(day)s, isn’t a day to come.")


class NextCallTooFar(Refusal):
    message = _("The next call is too far away: %(last)s at the latest.")


class NotYoursToUndo(Refusal):
    message = _("Only who noted the call can undo it.")


class TooLateToUndoCall(Refusal):
    message = _("A call can be undone within a day.")
    remedy = _("Note another one: the newest counts.")
