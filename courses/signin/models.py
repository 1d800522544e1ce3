"""Identity providers through which people log in, the tickets that were used, and identifiers that
nobody here has.
"""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from courses.people.models import Organisation
from courses.people.models.identities import LONGEST_KEY, LONGEST_NAMESPACE
from courses.signin.enums import ProviderKind, TokenAuth, ValueForm

LONGEST_REFERENCE = 9  # two times four characters


class IdentityProviderQuerySet(models.QuerySet):
    def open(self):
        return self.filter(is_open=True)


class IdentityProvider(models.Model):
    """A server, such as an ENT, that says who somebody is. A person is found by the value that the
    roster wrote (`courses.people.Identity`), never by name or address.
    """

    slug = models.SlugField(
        _("word in the address"),
        max_length=40,
        unique=True,
        help_text=_("Part of the address that the server has to know: /signin/ent/back/"),
    )
    title_fr = models.CharField(_("name, in French"), max_length=80)
    title_en = models.CharField(_("name, in English"), max_length=80)
    kind = models.CharField(
        _("protocol"), max_length=8, choices=ProviderKind, default=ProviderKind.CAS
    )
    address = models.URLField(
        _("address of the server"),
        max_length=300,
        blank=True,
        help_text=_(
            "CAS: https://…, without /login at the end; it often ends with /cas. OpenID Connect: the"
            " issuer, letter by letter. SAML: where its metadata is; empty if it stands below."
        ),
    )
    client_id = models.CharField(
        _("client id"),
        max_length=200,
        blank=True,
        help_text=_("OpenID Connect: under which name the server knows this site."),
    )
    secret = models.CharField(_("client secret"), max_length=500, blank=True)
    token_auth = models.CharField(
        _("how the secret is shown"),
        max_length=24,
        choices=TokenAuth,
        default=TokenAuth.BASIC,
        help_text=_("OpenID Connect: as the server wants it."),
    )
    scopes = models.CharField(
        _("more scopes"),
        max_length=200,
        blank=True,
        help_text=_(
            "OpenID Connect: those that the attribute below needs, beside openid. Ask for no more than"
            " that: names and addresses are neither wanted nor kept."
        ),
    )
    metadata = models.TextField(
        _("metadata"),
        max_length=200_000,
        blank=True,
        help_text=_("SAML: the server’s metadata, XML, where it has no address for them."),
    )
    second_factor = models.TextField(
        _("what counts as a second factor"),
        max_length=1_000,
        blank=True,
        help_text=_(
            "OpenID Connect: values of amr or acr, such as mfa. SAML: AuthnContextClassRef. Separated"
            " by spaces or lines. Empty: nothing that this server says counts as one."
        ),
    )
    attribute = models.CharField(
        _("attribute that says who it is"),
        max_length=80,
        blank=True,
        help_text=_(
            "Empty: the name of the user (CAS: cas:user, OpenID Connect: sub, SAML: NameID), which is"
            " the safest."
        ),
    )
    value_form = models.CharField(
        _("how it says so"),
        max_length=12,
        choices=ValueForm,
        default=ValueForm.PLAIN,
    )
    namespace = models.CharField(
        _("directory of the identifiers"),
        max_length=LONGEST_NAMESPACE,
        help_text=_(
            "As the directory’s sets name it: aaf:70 for those of Normandy. Several, separated by"
            " spaces, only where each value names its académie: others that it names count for nothing."
        ),
    )
    schools = models.ManyToManyField(
        Organisation,
        verbose_name=_("schools"),
        related_name="+",
        blank=True,
        help_text=_("Nobody of another school comes in by it. None chosen: of all schools."),
    )
    is_open = models.BooleanField(
        _("open"), default=False, help_text=_("Only then it stands on the login page.")
    )

    objects = IdentityProviderQuerySet.as_manager()

    class Meta:
        ordering = ["slug"]
        verbose_name = _("login by an ENT")
        verbose_name_plural = _("logins by an ENT")
        constraints = [
            models.CheckConstraint(
                condition=~Q(address="") | (Q(kind=ProviderKind.SAML) & ~Q(metadata="")),
                name="identity_provider_has_an_address",
                violation_error_message=_("Give the address, or for SAML the metadata."),
            ),
            models.CheckConstraint(
                condition=~Q(kind=ProviderKind.OIDC) | (~Q(client_id="") & ~Q(secret="")),
                name="identity_provider_oidc_has_a_client",
                violation_error_message=_("OpenID Connect needs a client id and a client secret."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def namespaces(self) -> list[str]:
        return self.namespace.split()

    @property
    def title(self) -> str:
        return self.title_en if get_language() == "en" else self.title_fr


class ProviderTicket(models.Model):
    """A ticket, code or request that logged somebody in: it does so once. `session_mark` and
    `user_mark` are what the provider names when it ends that session (CAS: the ticket again).

    All three are HMACs with the provider: who reads the table can end no session.
    """

    provider = models.ForeignKey(IdentityProvider, models.CASCADE, related_name="tickets")
    mark = models.CharField(max_length=64, unique=True)
    session_mark = models.CharField(max_length=64, blank=True, db_index=True)
    user_mark = models.CharField(max_length=64, blank=True, db_index=True)
    session_key = models.CharField(max_length=40, blank=True, db_index=True)
    at = models.DateTimeField(default=timezone.now)


class SamlLogin(models.Model):
    """A login begun by SAML, until the browser that began it fetches the answer.

    The provider's page posts the answer from another site, so without our cookie. It waits here for
    the GET that brings the cookie. `once` is the word that the browser's session keeps; once the
    answer is there, an HMAC of it and of a word that the browser which posted the answer brings.
    Each row is answered once and fetched once.
    """

    provider = models.ForeignKey(IdentityProvider, models.CASCADE, related_name="+")
    once = models.CharField(max_length=64, unique=True)
    asked_at = models.DateTimeField(default=timezone.now, db_index=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.JSONField(default=dict)


class UnknownIdentity(models.Model):
    """Somebody whom a provider knows and we don't, counted by day. No name, and an HMAC of the
    identifier; where nobody here has it, and the provider named one alone, the identifier itself,
    under the reference that the page gave: with it a keeper of accounts says whose it is.
    """

    provider = models.ForeignKey(IdentityProvider, models.CASCADE, related_name="unknown")
    day = models.DateField()
    mark = models.CharField(max_length=64)
    times = models.PositiveIntegerField(default=0)
    reference = models.CharField(max_length=LONGEST_REFERENCE, null=True, unique=True)  # noqa: DJ001
    namespace = models.CharField(max_length=LONGEST_NAMESPACE, blank=True, db_default="")
    value = models.CharField(max_length=LONGEST_KEY, blank=True, db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "day", "mark"], name="unknown_identity_once_a_day"
            ),
        ]
