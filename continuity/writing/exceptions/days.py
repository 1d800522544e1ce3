"""A day that can't be entered."""

from django.utils.translation import gettext_lazy as _

from courses.exceptions import Refusal


class DayOutOfReach(Refusal):
    message = _("Nothing can be entered for %(day)s.")
    remedy = _("Check the year: it goes from %(first)s to %(last)s.")
