"""The words for opening resources."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from courses.mail.enums import LetterKeys


class LaunchWay(models.TextChoices):
    """How a resource is opened."""

    ENT = "ent", _("through the ENT: a plain link, which tells nothing")
    SIGNED = "signed", _("signed link: a code for each person, no name")
    LTI = "lti", _("LTI 1.3: a code for each person, no name")


class Attribute(models.TextChoices):
    """What may be told of a person. The value is the name of a signed link's parameter."""

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
    """Why the reader of a signed link, or of an LTI launch, refuses it."""

    FORGED = "forged", _("The signature isn’t the one of this resource: the link was changed.")
    OLD = "old", _("The link is more than 60 seconds old.")
    USED = "used", _("The link was used before. Each is good once.")
    UNREADABLE = "unread", _("The link can’t be read.")
    LAUNCH = "launch", _("The launch isn’t one of this resource, or is too old.")


class LtiFault(models.TextChoices):
    """Why a request of an LTI tool for a launch (its step 2) is refused."""

    REPEATED = "repeated", _("It sent the same parameter twice.")
    CLIENT = "client", _("It sent a client id that isn’t one of ours.")
    ADDRESS = "address", _("It wants the answer at an address that isn’t entered here.")
    STATE = "state", _("It sent no state.")
    TYPE = "type", _("It wants something other than response_type=id_token.")
    MODE = "mode", _("It wants something other than response_mode=form_post.")
    SCOPE = "scope", _("It wants something other than scope=openid.")
    PROMPT = "prompt", _("It sent something other than prompt=none.")
    NONCE = "nonce", _("It sent no nonce.")
    MESSAGE_HINT = "message", _("It sent an lti_message_hint that we hadn’t given.")


class Letters(LetterKeys):
    """The key of each letter, kept in rows."""

    LICENCE_ENDS = "launches.licence_ends"
