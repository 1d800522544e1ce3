"""Refusals of a leave or an exemption."""

from django.utils.translation import gettext_lazy as _

from courses.exceptions import Refusal


class ExemptionEndsBeforeItBegins(Refusal):
    message = _("The last day, %(last)s, is before the first, %(first)s.")


class EndsAfterTheSchoolYear(Refusal):
    message = _("The last day, %(last)s, is after the end of the school year.")
    remedy = _(
        "Give a day until %(until)s, or leave it empty. For the next school year, enter it anew."
    )


class OnlyALeaveKeepsWorking(Refusal):
    message = _(
        "Only an authorised absence has a reduced plan: a student who is exempt comes to the other"
        " subjects as usual."
    )
    remedy = _("Choose “leave”, or untick the reduced plan.")


class NotAStudentOfTheSchool(Refusal):
    message = _("%(student)s isn’t a student of your school on %(day)s.")
