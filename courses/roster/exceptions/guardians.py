"""Refusals of what a set says of guardians."""

from django.utils.translation import gettext_lazy as _

from courses.exceptions import Refusal
from courses.roster.enums import GuardianTrouble
from courses.roster.exceptions import ANOTHER


class TooManyGuardians(Refusal):
    message = _("This set names more than %(most)s guardians of your school’s students.")
    remedy = ANOTHER


class SayWhoGuardiansAre(Refusal):
    message = _("Say first whether the guardians of the same name are the same people.")
    remedy = _("Choose yes or no above the button.")


class NoGuardianHere(Refusal):
    message = _("Whom the sets brought as this guardian isn’t so any more: somebody changed it.")
    remedy = _("See the student’s page of guardians.")


class NoMoreTheSameGuardian(Refusal):
    message = _("The guardian of this name isn’t entered for the student any more.")
    remedy = _("Choose a set again: the question is asked anew.")


class GuardianOfThisName(Refusal):
    message = _("A guardian of this name is entered for the student already.")
    remedy = _("Choose a set again: it asks whether they are the same people.")


class GuardianMailTaken(Refusal):
    message = GuardianTrouble.MAIL.label
