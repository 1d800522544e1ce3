"""The words for opening resources."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from courses.mail.enums import LetterKeys


class LaunchWay(models.TextChoices):
    """How a resource is opened. Eight characters: room for CAS and LTI 1.3, which aren't made."""

    ENT = "ent", _("through the ENT: a plain link, which tells nothing")
    SIGNED = "signed", _("signed link: a code for each person, no name")


class Attribute(models.TextChoices):
    """What a signed link may tell of a person. The value is the name of the parameter."""

    CODE = "u", _("A code in place of your name")
    ROLE = "role", _("Your role")
    SCHOOL = "uai", _("Your school")
    LEVEL = "level", _("Your level")


class Telling(models.TextChoices):
    """Whether an attribute is told."""

    NEVER = "never", pgettext_lazy("an attribute is told", "never")
    OPTIONAL = "optional", pgettext_lazy("an attribute is told", "if the person wishes so")
    ALWAYS = "always", pgettext_lazy("an attribute is told", "always")


class LinkFault(models.TextChoices):
    """Why the reader of a signed link refuses it."""

    FORGED = "forged", _("The signature isn’t the one of this resource: the link was changed.")
    OLD = "old", _("The link is more than 60 seconds old.")
    USED = "used", _("The link was used before. Each is good once.")


class Letters(LetterKeys):
    """The key of each letter, kept in rows."""

    LICENCE_ENDS = "launches.licence_ends"
