"""Why a homework can't be given, changed, extended or brought back."""

from django.utils.translation import gettext_lazy as _

from courses.exceptions import Refusal, StaleSheet


class StaleHomework(StaleSheet):
    pass


class DueInThePast(Refusal):
    message = _("%(school_class)s: this due date is past already.")
    remedy = _("Choose a day and an hour to come.")


class DueBeforeItIsGiven(Refusal):
    message = _("%(school_class)s: this due date is before the day on which the homework is given.")
    remedy = _("Choose a later one.")


class LateAtOnce(Refusal):
    message = _(
        "%(school_class)s: with this due date, %(students)s of the class would be late at once."
    )
    remedy = _("Choose a day and an hour to come, or leave the date as it is.")


class CorrectionBeforeDue(Refusal):
    message = _("%(school_class)s: the correction would be shown before the homework is due.")
    remedy = _("Choose a moment after the due date.")


class NoClassChosen(Refusal):
    message = _("This homework isn’t given to any class.")
    remedy = _("Tick one at least.")


class NotYourClass(Refusal):
    message = _("%(school_class)s isn’t a class of yours on this day.")


class ExtensionNotLater(Refusal):
    message = _("The class’s own date is %(due)s: an extension must be later.")


class ExtensionEndsBeforeItBegins(Refusal):
    message = _("This extension would end before it begins.")


class NotInThisClass(Refusal):
    message = _("%(name)s isn’t in this class.")


class PastRestoring(Refusal):
    message = _("This homework was deleted more than thirty days ago: it can’t be brought back.")


class NotDeleted(Refusal):
    message = _("This homework is back already.")
