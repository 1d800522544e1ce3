"""Why a picture or a file isn't taken with a lesson or a homework."""

from django.utils.translation import gettext_lazy as _

from courses.exceptions import Refusal


class AttachmentTooHeavy(Refusal):
    message = _("It is too heavy: %(megabytes)s MB. At most %(most)s MB are taken.")
    remedy = _(
        "Make it smaller, or put it on a site for films and sounds and write the link into the"
        " text."
    )


class TooManyAttachments(Refusal):
    message = _("There are %(most)s pictures and files already, which is the most.")
    remedy = _("Take one away first, or put several into one PDF.")


class StorageAway(Refusal):
    message = _("It couldn’t be stored just now.")
    remedy = _("The text is saved: add the file again in a moment.")
