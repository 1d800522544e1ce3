"""Why a date can't be had."""

from django.utils.translation import gettext_lazy as _

from courses.exceptions import Refusal


class MeetingCancelled(Refusal):
    message = _("The meeting of %(starts_at)s is cancelled: it can’t be moved any more.")
    remedy = _("Add a new date instead.")


class HourEndsBeforeItBegins(Refusal):
    message = _("The hour ends before it begins.")


class AfterTheLastDay(Refusal):
    message = _("%(teacher)s gives %(subject)s only until %(day)s.")
    remedy = _("Choose an earlier day, or the teacher who gives the subject then.")


class ClassHourTaken(Refusal):
    message = _("%(school_class)s has %(subject)s at that time already.")
    remedy = _("Choose another time, or A and B weeks.")


class ColleagueHasThatHour(Refusal):
    message = _("%(school_class)s has %(subject)s at that time already, with %(teacher)s.")
    remedy = _(
        "To have somebody else follow in that hour, open it in the class’s timetable, take it out"
        " from the day on which the next one begins, and then put this one in."
    )


class TeacherTaken(Refusal):
    message = _("%(teacher)s is in %(school_class)s at that time already.")
    remedy = _("Choose another time, or A and B weeks.")


class ClosureEndsBeforeItBegins(Refusal):
    message = _("The last day, %(last)s, is before the first, %(first)s.")


class ClosureTooLong(Refusal):
    message = _("A closure lasts 60 days at most: nobody plans a whole year away by mistake.")
