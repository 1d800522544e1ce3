"""Refusals of an opening."""

from django.utils.translation import gettext_lazy as _

from courses.exceptions import Refusal


class NoLicenceForYou(Refusal):
    message = _("Your school has no subscription to %(resource)s that includes you.")


class LicenceHasEnded(Refusal):
    message = _("The subscription of %(school)s to %(resource)s ended on %(day)s.")


class LicenceNotBegun(Refusal):
    message = _("The subscription of %(school)s to %(resource)s begins on %(day)s.")


class NotConnected(Refusal):
    message = _("%(resource)s can’t be opened from here yet: nobody has set up the way there.")
    remedy = _("The académie sets it up.")


class LearnsSomethingElse(Refusal):
    message = _("What %(resource)s learns about you is not what you read last: nothing was sent.")
    remedy = _("Read it below, then open the service.")


class NoKeyForCodes(Refusal):
    message = _("%(resource)s can’t be opened: the key for codes isn’t set on this site.")
    remedy = _("Tell those who run Passerelle.")
