"""Certificates, and corrections of them."""

from django.utils.translation import gettext_lazy as _

from courses.exceptions import Refusal


class AlreadyRevoked(Refusal):
    message = _("This certificate is revoked already.")


class NoCertificateToTake(Refusal):
    message = _("None of these certificates is valid: there is nothing to download.")
    remedy = _("Take a filter away, then ask again.")


class TooManyCertificates(Refusal):
    message = _("These are %(number)s certificates; a file takes %(most)s at most.")
    remedy = _(
        "Choose a school year, a provider or a school, and download one file after the other."
    )


class CertificateIsRevoked(Refusal):
    message = _("This certificate is revoked: it can’t be corrected any more.")


class CertificateIsReplaced(Refusal):
    message = _("This certificate was replaced by no. %(number)s.")
    remedy = _("Go on with that one.")


class CorrectionAlreadyAsked(Refusal):
    message = _("You asked for a correction on %(day)s: it waits for an answer.")
    remedy = _("One correction at a time can be asked for on a certificate.")


class CorrectionAlreadyAnswered(Refusal):
    message = _("This request was answered on %(day)s already.")


class OwnCertificate(Refusal):
    message = _("Nobody decides on a certificate of their own: another training planner does.")


class CorrectionWithdrawn(Refusal):
    message = _("Its holder has withdrawn the request: there is nothing to answer.")


class CertificateSaysSo(Refusal):
    message = _("The certificate says so already: %(words)s.")


class MinutesBeyondTheSession(Refusal):
    message = _("Give a number of minutes between 1 and %(most)s, the real length of the session.")


class BelowTheThreshold(Refusal):
    message = _("A certificate of this session needs %(needed)s min.")
    remedy = _("If the person attended less, revoke the certificate.")


class OtherThanTheSheets(Refusal):
    message = _("The attendance sheets state %(stated)s min: say why the certificate differs.")


class AnswerMissing(Refusal):
    message = _("Say why the certificate stays as it is: its holder reads it.")
