"""The words for logging in through an identity provider."""

import enum

from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.people.enums import KEEPS_STUDENTS, NEVER_BY_A_TABLE, Role

# Whoever holds one keeps accounts of others: another server's word isn't enough, only with the second
# step of our own.
NEEDS_OUR_SECOND_FACTOR = [Role.REGISTRAR]
# What reaches further than one's own classes.
BEYOND_A_CLASS = [*KEEPS_STUDENTS, *NEVER_BY_A_TABLE]


class ProviderKind(models.TextChoices):
    """The protocol; each has a gateway."""

    CAS = "cas", _("CAS 3")
    OIDC = "oidc", _("OpenID Connect")
    SAML = "saml", _("SAML 2.0")


class TokenAuth(models.TextChoices):
    """How we show an OpenID provider's token endpoint who we are (OpenID Connect Core, 9)."""

    BASIC = "client_secret_basic", _("in a header (client_secret_basic)")
    POST = "client_secret_post", _("in the form (client_secret_post)")


# The columns of a provider that not all protocols have.
COLUMNS_OF = {
    ProviderKind.CAS: {"address"},
    ProviderKind.OIDC: {
        "address",
        "client_id",
        "secret",
        "token_auth",
        "scopes",
        "second_factor",
    },
    ProviderKind.SAML: {"address", "metadata", "second_factor"},
}


class ValueForm(models.TextChoices):
    """How the attribute says who it is."""

    PLAIN = "plain", _("the identifier alone")
    REFERENCE = (
        "reference",
        _("{AAF}académie|…|identifier, as EduConnect writes it (FrEduCtRefId)"),
    )


class RefusedLogin(enum.Enum):
    """What the page says when nobody is logged in."""

    DOWN = enum.auto()  # no answer of the provider that can be used
    OVER = enum.auto()  # too late, used already, or not begun here: begin again
    UNKNOWN = enum.auto()  # nobody here has the identifier
    INCOMPLETE = enum.auto()  # the provider leaves out the attribute that says who it is
