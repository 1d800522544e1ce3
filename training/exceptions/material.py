"""Material of a session."""

from django.utils.translation import gettext_lazy as _

from courses.exceptions import Refusal


class AddressIsNoLink(Refusal):
    message = _("This is no address that can be opened: it has to begin with https://.")
    remedy = _("Copy it from the browser’s address bar.")


class FileOrLink(Refusal):
    message = _("Choose a file, or give a link: one of the two.")


class MaterialTooHeavy(Refusal):
    message = _("It is too heavy: %(megabytes)s MB. At most %(most)s MB are taken.")
    remedy = _("Make it smaller, or put it on a site for films and sounds and give the link.")


class MaterialNotStored(Refusal):
    message = _("It couldn’t be stored just now.")
    remedy = _("Nothing was kept: try again in a moment.")


class MaterialTooLate(Refusal):
    message = _("Material is added until %(days)s days after the session.")


class TooMuchMaterial(Refusal):
    message = _("There are %(most)s files and links already, which is the most.")
    remedy = _("Remove one first, or put several into one PDF.")


class RemovedTooLongAgo(Refusal):
    message = _("It was removed more than an hour ago: add it again.")
