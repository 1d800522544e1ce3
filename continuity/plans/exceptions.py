"""Why not, about a week's plan."""

from django.utils.translation import gettext_lazy as _

from courses.exceptions import Refusal


class NothingToPublish(Refusal):
    message = _("There is nothing in this week yet: it can’t be published.")
    remedy = _("Add a lesson, a homework or a note first.")


class PublishedAlready(Refusal):
    message = _("This week is published already.")
    remedy = _("What you change now is shown to the students as it was and as it is.")


class MomentIsPast(Refusal):
    message = _("This moment is past: a week is published later, or now.")
    remedy = _("Choose a moment to come, or publish now.")


class MovedMeanwhile(Refusal):
    message = _("“%(title)s” has been moved in the meantime: it stays where it is now.")
    remedy = _("Look at the week as it is, then move it again.")


class DayOutsideTheWeek(Refusal):
    message = _("%(day)s isn’t in this week.")


class NotInTheBouquet(Refusal):
    message = _("%(school)s has no subscription to %(resource)s on %(day)s.")
    remedy = _("The students couldn’t open it. Choose a resource which your school has.")


class NothingToCopy(Refusal):
    message = _("There is nothing in that week to copy.")


class GoneForGood(Refusal):
    message = _("The content of “%(title)s” no longer exists: it can’t be put back.")


class HasItsOwnWayOut(Refusal):
    message = _(
        "“%(title)s” isn’t taken out here: a homework is deleted, a video class is cancelled, on"
        " its own page."
    )


class MovesOnItsOwnPage(Refusal):
    message = _(
        "“%(title)s” is a video class: its date is changed on its own page, so that students are"
        " told."
    )


class DueBefore(Refusal):
    message = _("“%(title)s” is due on %(due)s: it can’t be given after that.")
    remedy = _("Change its due date first.")


class TakenOutMeanwhile(Refusal):
    message = _("“%(title)s” has been taken out of this week in the meantime.")


class WithoutDueDate(Refusal):
    message = _("A homework needs the day and the hour at which it is due.")


class VideoHasItsOwnDates(Refusal):
    message = _("A video class has its own dates, and isn’t copied.")


class NoDayLeft(Refusal):
    message = _("What is planned on %(day)s finds no day with class in this week.")


class CopiedAlready(Refusal):
    message = _("It has been copied into this week already.")
