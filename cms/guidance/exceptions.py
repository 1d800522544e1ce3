"""Why not, in words for the person who asked."""

from django.utils.translation import gettext_lazy as _

from courses.exceptions import Refusal


class StillInTheOtherLanguage(Refusal):
    message = _(
        "“%(title)s” can’t be submitted or published yet. Passages still in French: %(passages)d,"
        " the first in “%(first)s”. Translate them first."
    )


class SourceMovedOn(Refusal):
    message = _(
        "The French page was published again while you were writing. Nothing of yours is lost: look"
        " at what changed, then tick again."
    )


class NothingToTranslate(Refusal):
    message = _("There is no page in the other language to translate.")


class DeputyIsOwner(Refusal):
    message = _("The deputy stands in for the owner of the page: choose somebody else, or nobody.")


class NotAnAdviser(Refusal):
    message = _("%(name)s is no adviser any more: choose somebody else.")


class LoginHasChanged(Refusal):
    message = _(
        "Your opinion isn’t sent yet: you have logged in or out since this page was opened. Read below"
        " whether your name is kept, then send it."
    )


class TooManyOpinions(Refusal):
    message = _(
        "Many opinions came from your connection within a minute. Yours is below, nothing is lost:"
        " send it again in a minute."
    )


class WebUnreachable(Exception):
    """Other sites can't be asked now: our own line or resolver is down, which says nothing about
    their addresses.
    """


class EndsTooLate(Refusal):
    message = _("An urgent banner stays for %(days)d days at most: choose an earlier end.")


class EndsInThePast(Refusal):
    message = _("This end is past: choose a later one.")


class ReviewedAlready(Refusal):
    message = _("%(person)s has looked at this already.")


class UrgentAgain(Refusal):
    message = _(
        "Nothing was changed: the page was published urgently once more since. Here is that"
        " publication."
    )


class PublishedSince(Refusal):
    message = _(
        "The page has changed online since: there is nothing left to take back. Look at it in its"
        " history."
    )


class BannerOver(Refusal):
    message = _("This banner had ended before.")


class NotReviewedYet(Refusal):
    message = _(
        "Not published: nobody has reviewed this text yet. Submit it for review; if it can’t wait,"
        " publish it urgently."
    )


class NotYoursToChange(Refusal):
    message = _("“%(title)s” is as it was: it has other editors.")


class FileTooBig(Refusal):
    message = _(
        "This file has about %(megabytes)d MB, and at most %(most)d MB are kept. Send a shorter or"
        " lighter one."
    )


class NotWhatItsNameSays(Refusal):
    message = _(
        "This isn’t a %(ending)s file, whatever its name says: its content is %(found)s. Save it"
        " again in the program that made it."
    )


class FileHoldsPrograms(Refusal):
    message = _(
        "This file holds macros, which could harm those who open it. Save it without macros, then"
        " send it again."
    )


class FileUnpacksTooBig(Refusal):
    message = _("What is packed in this file is far too large to open safely.")


class PictureUnreadable(Refusal):
    message = _(
        "This picture can’t be read completely. Save it again from the program it was made with,"
        " then send it again."
    )
