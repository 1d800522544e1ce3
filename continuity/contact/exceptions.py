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


class CallSavedOtherwise(Refusal):
    message = _("This call is saved already as “%(result)s”: what you chose now isn’t saved.")
    remedy = _(
        "To change it, undo the call on the student’s page, within a day, then note it again."
    )


class CallWasUndone(Refusal):
    message = _("This call was noted and undone: nothing is saved.")
    remedy = _("To note it after all, open “Note a call” again.")


class NotYoursToUndo(Refusal):
    message = _("Only who noted the call can undo it.")


class TooLateToUndoCall(Refusal):
    message = _("A call can be undone within a day.")
    remedy = _("Note another one: the newest counts.")


class NewerCallStands(Refusal):
    message = _("Another call was noted since (%(name)s): this one stays.")
    remedy = _("The newest counts.")


class PaperStands(Refusal):
    message = _("Since that call you handed over a week on paper (%(day)s).")
    remedy = _("Take that back first, on the student’s page, then undo the call.")
