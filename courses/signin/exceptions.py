"""Why somebody isn't logged in through an identity provider."""

from django.utils.translation import gettext_lazy as _

from courses.exceptions import Refusal
from courses.signin.enums import RefusedLogin


class LoginRefused(Refusal):
    """`shown_as`: what the page says to the person; the sentence is for whoever keeps the provider."""

    shown_as = RefusedLogin.OVER


class ProviderFault(LoginRefused):
    """The provider gave no answer that can be believed."""

    shown_as = RefusedLogin.DOWN


class ProviderUnreachable(ProviderFault):
    message = _("%(host)s can’t be reached.")
    remedy = _("Check the address, and that this site’s server may go out to it.")


class CertificateNotTrusted(ProviderFault):
    message = _("The certificate of %(host)s isn’t trusted: %(why)s.")
    remedy = _(
        "It may have expired, be made for another name, or come without its intermediate"
        " certificates: tell whoever runs that server."
    )


class ProviderTooSlow(ProviderFault):
    message = _("%(host)s didn’t answer within %(seconds)s seconds.")
    remedy = _("Try again; if it stays so, tell whoever runs that server.")


class UnexpectedStatus(ProviderFault):
    message = _("%(host)s answers with the status %(status)s instead of 200.")
    remedy = _("Check the address; that of a CAS server usually ends with /cas.")


class ProviderRedirects(ProviderFault):
    message = _("%(host)s sends the question on to another address, which isn’t followed.")
    remedy = _("Enter the address at which the server itself answers, without a redirect.")


class AnswerTooLong(ProviderFault):
    message = _("The answer of %(host)s is too long.")
    remedy = _("Check the address: this isn’t what such a server says.")


class AnswerIsAPage(ProviderFault):
    message = _("%(host)s answers with a web page instead of what such a server says.")
    remedy = _(
        "Check the address: it may be that of the portal. Or the server is down and shows so."
    )


class AnswerUnreadable(ProviderFault):
    message = _("What %(host)s answers isn’t XML as CAS 3 wants it.")
    remedy = _("Tell whoever runs that server. An & in a value that isn’t escaped is one cause.")


class AnswerAmbiguous(ProviderFault):
    message = _("The answer of %(host)s doesn’t say clearly who it is.")
    remedy = _(
        "It has to name one user, no proxy, and each attribute in one place: somebody may have"
        " written another’s identifier into a value."
    )


class ProviderRefuses(ProviderFault):
    """It says no: the ticket is wrong, was used, is too old, or isn't for our address."""

    shown_as = RefusedLogin.OVER
    message = _("%(host)s refuses: %(code)s.")
    remedy = _("Tell whoever runs that server which address of ours it has to know.")


class ProviderFails(ProviderFault):
    """Not a no: it couldn't look (INTERNAL_ERROR)."""

    message = _("%(host)s has a fault of its own: %(code)s.")
    remedy = _("Try again; if it stays so, tell whoever runs that server.")


class ProviderBusy(ProviderFault):
    message = _("%(host)s keeps too many logins waiting at once.")
    remedy = _("Try again; if it stays so, tell whoever runs that server.")


class AnswerNotJson(ProviderFault):
    message = _("What %(host)s answers isn’t JSON as OpenID Connect wants it.")
    remedy = _("Check the address: it is the issuer, as the server itself writes it.")


class AnotherIssuer(ProviderFault):
    message = _("%(host)s calls itself another issuer than the address that was entered.")
    remedy = _(
        "Enter the issuer letter by letter as its document has it, with or without a / at the end."
    )


class DocumentIncomplete(ProviderFault):
    message = _("The document of %(host)s has no address that can be used as %(name)s.")
    remedy = _("Every address has to begin with https://. Tell whoever runs that server.")


class AlgorithmsUnusable(ProviderFault):
    message = _("%(host)s signs in no way that is believed here.")
    remedy = _("Tell whoever runs that server to sign with one of these: %(names)s.")


class KeysUnusable(ProviderFault):
    message = _("%(host)s shows no key by which a signature could be checked.")
    remedy = _("Tell whoever runs that server.")


class ClientRefused(ProviderFault):
    message = _("%(host)s doesn’t know our client id, or not with this secret: %(code)s.")
    remedy = _("Check client id, secret, and how the secret is shown.")


class TokenMissing(ProviderFault):
    message = _("%(host)s gives no id token.")
    remedy = _("Tell whoever runs that server: this site has to be an OpenID Connect client there.")


class TokenNotBelieved(ProviderFault):
    """Its signature, issuer, audience, nonce or times."""

    message = _("What %(host)s has signed can’t be believed: %(why)s.")
    remedy = _("Try again; if it stays so, tell whoever runs that server.")


class AnotherPerson(ProviderFault):
    message = _("%(host)s names one person in the id token and another in userinfo.")
    remedy = _("Tell whoever runs that server.")


class TicketMalformed(ProviderFault):
    shown_as = RefusedLogin.OVER
    message = _("This isn’t a ticket of a CAS server.")


class DocumentRefused(ProviderFault):
    """A SAML document built as no provider needs to: an attack, or a provider that can't be served."""

    shown_as = RefusedLogin.OVER
    message = _("The answer isn’t built so that it may be read: %(what)s.")
    remedy = _("Tell whoever runs that server, or look at who sent it.")


class ContentRefused(DocumentRefused):
    """The same of what was encrypted. Shown as what can't be decrypted or isn't signed is: else the
    page would tell whoever changes another's ciphertext what it holds (Jager and Somorovsky 2011).
    """

    shown_as = RefusedLogin.DOWN


class NotSignedByThem(ProviderFault):
    message = _("The answer isn’t signed with a key of the metadata of %(host)s.")
    remedy = _("If its key was changed, paste or fetch its metadata again.")


class NotDecrypted(ProviderFault):
    message = _("The answer is encrypted for another key than ours.")
    remedy = _("Give whoever runs that server our metadata again.")


class AnswerOutOfTime(ProviderFault):
    shown_as = RefusedLogin.OVER
    message = _("The answer of %(host)s is too old, or from the future.")
    remedy = _("Compare the clock of this site’s server with theirs.")


class AnswerNotForUs(ProviderFault):
    """For another site or address, to another request, by another provider."""

    shown_as = RefusedLogin.OVER
    message = _("The answer of %(host)s isn’t for this site and this login.")
    remedy = _("Give whoever runs that server our metadata again.")


class MetadataUnusable(ProviderFault):
    message = _("The server’s metadata can’t be used: %(what)s.")
    remedy = _("It has to be that of one provider, in force, with its login and its keys.")


class OurKeyMissing(ProviderFault):
    message = _("This site has no key for SAML, or xmlsec1 isn’t installed.")
    remedy = _("See docs/signin.md, “SAML 2.0”.")


class LoginNotBegun(LoginRefused):
    """This browser didn't ask for it: a link of somebody else's, or one that was used already."""

    message = _("This login wasn’t begun in this browser, or it is over already.")


class TicketUsed(LoginRefused):
    message = _("This login was used already.")


class IdentityUnknown(LoginRefused):
    shown_as = RefusedLogin.UNKNOWN
    message = _("The server says who it is, but no account that opens by it has this identifier.")
    # `reference` among the values: by which a keeper of accounts says whose it is; empty: nobody can.


class ReferenceUnknown(Refusal):
    message = _("No login by an ENT has this reference.")
    remedy = _(
        "It is valid for 30 days. Let them log in by the ENT once more, and copy what the page shows."
    )


class IdentityTaken(Refusal):
    message = _("This login was linked to an account meanwhile.")


class DirectoryTaken(Refusal):
    message = _("The account has another key of the directory “%(namespace)s” already.")
    remedy = _(
        "Take that one off first, if it isn’t theirs. One that the directory’s sets gave is"
        " corrected in the directory."
    )


class NoPasswordYet(Refusal):
    message = _("This account has no password yet.")
    remedy = _("Let its owner choose one first: “Forgotten password” on the login page.")


class KeyOfASet(Refusal):
    message = _("The directory’s sets gave this key: it is corrected in the directory.")


class IdentityMissing(LoginRefused):
    shown_as = RefusedLogin.INCOMPLETE
    message = _("The server doesn’t say which person it is: %(attribute)s is missing.")


class AddressNotEncrypted(Refusal):
    message = _("The address has to begin with https://: only so the answer is that server’s.")


class AddressWithQuery(Refusal):
    message = _(
        "The address has to end before any question mark or #, and to hold no name or password."
    )
