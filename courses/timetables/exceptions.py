"""Refusals of a timetable's files, and of what is asked of an import."""

from django.utils.translation import gettext_lazy as _

from courses.exceptions import Refusal

EXPORT_AGAIN = _("Export it once more from your timetable software, as iCal (.ics) or CSV.")


class TimetableTooLarge(Refusal):
    message = _("“%(name)s” is larger than %(most)s MB.")
    remedy = _("Export one class or one teacher a file, or a shorter period.")


class FilesTooLarge(Refusal):
    message = _("Together these files are larger than %(most)s MB, or more than %(files)s.")
    remedy = _("Choose them in several goes: what a file doesn’t cover stays as it is.")


class NotACalendar(Refusal):
    message = _("“%(name)s” is neither a calendar (.ics) nor a table (.csv).")
    remedy = EXPORT_AGAIN


class CalendarBreaksOff(Refusal):
    message = _("“%(name)s” breaks off: the calendar has no end.")
    remedy = EXPORT_AGAIN


class CalendarLineBroken(Refusal):
    message = _("Line %(line)s of “%(name)s” isn’t a line of a calendar.")
    remedy = EXPORT_AGAIN


class EventsRecur(Refusal):
    message = _("“%(name)s” holds events that recur by a rule (RRULE), on line %(line)s.")
    remedy = _("Export it so that each date is an event of its own: that is what is read here.")


class NoHourInside(Refusal):
    message = _("No class hour can be read from “%(name)s”. %(why)s")
    remedy = EXPORT_AGAIN


class OneTableAlone(Refusal):
    message = _("Choose either calendars (.ics) or one table (.csv).")


class TooManyHours(Refusal):
    message = _("These files hold more than %(most)s different hours of a week.")
    remedy = _("Choose them in several goes: what a file doesn’t cover stays as it is.")


class TableLinesWrong(Refusal):
    """`lines`: sentences that are shown one under the other; they aren't part of the message."""

    message = _("Correct these lines of “%(name)s” first: nothing was kept.")

    def __init__(self, *, lines: list[str], **values):
        self.lines = lines
        super().__init__(**values)


class NotAWeekday(Refusal):
    message = _("“%(word)s” is not a day of class.")
    remedy = _("Write lundi to samedi, or 1 to 6.")


class NotATime(Refusal):
    message = _("“%(word)s” is not a time.")
    remedy = _("Write it as 08:00 or 8h.")


class NotARhythm(Refusal):
    message = _("“%(word)s” is not a kind of week.")
    remedy = _("Leave it empty for each week, or write A or B.")


class LastsTooLong(Refusal):
    message = _("The hour lasts less than 5 minutes, or more than 8 hours.")


class EndsBeforeItsDay(Refusal):
    message = _("The last day is before the first.")


class NamesNoClass(Refusal):
    message = _("The line names neither a class nor a group.")


class TimetableWaits(Refusal):
    message = _("A timetable waits for your yes already.")
    remedy = _("Apply it or set it aside; then choose the next.")


class TimetableNotWaiting(Refusal):
    message = _("This timetable doesn’t wait any more: nothing more is saved.")


class DayIsOver(Refusal):
    message = _("The day from which it applies, %(day)s, is over.")
    remedy = _("Choose today or a later day: the past isn’t changed.")


class ChangedMeanwhile(Refusal):
    message = _(
        "The timetable has changed since this page was shown: look at the changes once more."
    )


class NothingToApply(Refusal):
    message = _("There is nothing to apply.")


class TimetableNotUndone(Refusal):
    message = _("Only the timetable that was applied last can be undone, for 30 days.")
    remedy = _("Change the hours by hand.")


class ChangedSinceApplied(Refusal):
    message = _("Hours that this timetable changed have been changed since: it can’t be undone.")
    remedy = _("Change the hours by hand.")


class HoursAreBuiltOn(Refusal):
    message = _("It can’t be undone: there are roll calls or plans of its hours (%(hours)s).")
    remedy = _("Change the hours by hand.")
