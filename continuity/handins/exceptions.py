"""Why work can't be handed in, or something not be added to it."""

from django.utils.translation import gettext_lazy as _

from courses.documents.exceptions import FileRefused, TryAgain
from courses.exceptions import Refusal


class NothingToReturn(Refusal):
    message = _("Nothing is to be handed in for this homework.")


class HomeworkWithdrawn(Refusal):
    message = _("Your teacher has withdrawn this homework.")


class NotOnYourWeek(Refusal):
    message = _("This isn’t on your week.")


class ReplacedUntilDue(Refusal):
    message = _("This was handed in on time. It could be replaced until %(due)s.")
    remedy = _("If something is wrong with it, write to your teacher: they can give you more time.")


class WorkAnsweredAlready(Refusal):
    message = _("Your teacher has answered this work: it can’t be replaced any more.")
    remedy = _("You can reply below the answer.")


class HandedInAlready(Refusal):
    """The press adds nothing to the work that stands, and nobody asked for that again."""

    message = _("This is handed in already: receipt no. %(number)s.")


class NothingInIt(Refusal):
    message = _("There is nothing to hand in yet.")
    remedy = _("Choose a photo or a file, or write something.")


class TextIsAsked(Refusal):
    message = _("Your teacher asks for a text.")
    remedy = _("Write it below, then hand it in.")


class FilesNotAsked(Refusal):
    message = _("Your teacher asks for a text: photos and files aren’t taken here.")


class TooManyPages(FileRefused):
    message = _("That would be more than %(most)s pages.")
    remedy = _("Remove some first, or hand in only what was asked for.")


class StillMissing(Refusal):
    message = _("%(arrived)s of %(expected)s photos have arrived.")
    remedy = _("Add what is missing. Or hand in what is here: your teacher sees just that.")


class GoneMeanwhile(Refusal):
    message = _("This page is no longer there: it was removed, or the work was handed in.")


class NotKept(TryAgain):
    """The disk is full, or the storage doesn't answer."""

    message = _(
        "This couldn’t be kept: our storage doesn’t answer. What had arrived before is still there;"
        " try again in a few minutes."
    )
    remedy = _("Try again in a few minutes.")
