"""What can be in the way of a survey."""

from django.utils.translation import gettext_lazy as _

from courses.exceptions import Refusal


class SurveyNotOpen(Refusal):
    message = _("The survey is closed: it was open from %(first)s to %(last)s.")
    remedy = _("What was answered until then is kept.")


class SurveyEndsBeforeItBegins(Refusal):
    message = _("The last day lies before the first one.")


class SurveyInThePast(Refusal):
    message = _("%(day)s is over: choose today or a day to come.")


class SurveyTooLong(Refusal):
    message = _("A survey is open for %(days)s days at most.")


class AnotherSurvey(Refusal):
    message = _("There is a survey from %(first)s to %(last)s already.")
    remedy = _("Change its last day, or choose days after it.")


class ProposalGone(Refusal):
    message = _("This proposal was withdrawn, or its days are over.")
