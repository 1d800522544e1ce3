"""Refusals of an opening."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from courses.exceptions import Refusal
from courses.launches.enums import LtiFault


class NoLicenceForYou(Refusal):
    message = _("Your school has no subscription to %(resource)s that includes you.")


class NeitherStudentNorTeacher(Refusal):
    message = _("%(resource)s can’t be opened: only a school’s students and teachers open it.")
    remedy = _("What you opened stays here for six months.")


class LicenceHasEnded(Refusal):
    message = _("The subscription of %(school)s to %(resource)s ended on %(day)s.")


class LicenceNotBegun(Refusal):
    message = _("The subscription of %(school)s to %(resource)s begins on %(day)s.")


class NotConnected(Refusal):
    message = _("%(resource)s can’t be opened from here yet: nobody has set up the way there.")
    remedy = _("The académie sets it up.")


class LearnsSomethingElse(Refusal):
    message = _("What %(resource)s learns about you is not what you read last: nothing was sent.")
    remedy = _("Read what it learns now, then open the service.")


class LaunchIsOver(Refusal):
    message = _("This opening of %(resource)s is over: it sends nothing any more.")
    remedy = _("It took too long, was used already, or wasn’t begun in this browser. Open it anew.")


class ToolAsksWrongly(Refusal):
    """A request of an LTI tool that nobody can answer. `connection`: whose, if that is known."""

    message = _("The service asked for you in a way that isn’t right: nothing was sent.")
    remedy = _("Tell your school’s library (CDI), or its head.")

    def __init__(self, fault: LtiFault, connection: Any = None):
        super().__init__()
        self.fault, self.connection = fault, connection


class NoKeyForCodes(Refusal):
    message = _("%(resource)s can’t be opened: a key is missing on this site.")
    remedy = _("Tell those who run Passerelle.")
