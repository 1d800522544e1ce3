"""Who leads a date."""

from django.utils.translation import gettext_lazy as _

from courses.exceptions import Refusal


class NoTrainer(Refusal):
    message = _("Choose at least one person to lead the session.")


class NotATrainerHere(Refusal):
    message = _("%(name)s is no trainer of %(provider)s.")
    remedy = _("Choose a trainer of %(provider)s.")


class DateIsOver(Refusal):
    message = _("The date of %(day)s is over.")


class SubstituteIsNamed(Refusal):
    message = _("%(name)s leads this date already, in place of %(replaced)s.")
    remedy = _("Take that back first.")


class LeadsItAlready(Refusal):
    message = _("%(name)s leads this date already.")


class LeadsItNot(Refusal):
    message = _("%(name)s doesn’t lead this date: nobody needs to take their place.")


class HasASeatThere(Refusal):
    message = _("%(name)s has a seat or a turn in this session, and can’t lead it as well.")


class NotMissedYet(Refusal):
    message = _("Wait for the trainer until %(at)s.")


class TrainerWasSeen(Refusal):
    message = _("The room saw a trainer on this date.")


class HoursAreStated(Refusal):
    message = _("The sheet states the hours of this date: somebody led it.")


class TooLateToUndo(Refusal):
    message = _("It was recorded more than an hour ago.")
    remedy = _("Add a date instead.")


class NoLongerOwed(Refusal):
    message = _("Another date was added instead, or it was settled with a word.")
