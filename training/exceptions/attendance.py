"""Refusals about attendance sheets."""

from django.utils.translation import gettext_lazy as _

from courses.exceptions import Refusal


class SheetClosed(Refusal):
    message = _("This sheet was closed in the meantime. Your changes are below, nothing is lost.")
    remedy = _(
        "A closed sheet doesn’t change any more: a correction adds an entry to it, with its reason."
    )


class SheetNotClosed(Refusal):
    message = _("This sheet isn’t closed yet: change the line itself.")


class MeetingNotOver(Refusal):
    message = _("This meeting ends at %(ends_at)s: the sheet can be closed from then on.")


class NothingToAttest(Refusal):
    message = _("This meeting is cancelled: its sheet has nothing to attest.")


class TrainerStillThere(Refusal):
    message = _(
        "A trainer is still in the room, so the meeting still goes on. Leave the room first, or"
        " close the sheet from %(until)s on."
    )


class TrainersCloseFirst(Refusal):
    message = _(
        "The trainers may close this sheet until %(until)s. From then on a training planner can."
    )


class MeasuredTooShort(Refusal):
    message = _(
        "A trainer was in the room for only %(measured)s min of the %(planned)s min planned: "
        "say first from when to when the meeting took place."
    )
    remedy = _(
        "It may have gone on by telephone or in another tool. The same hours as measured can be"
        " stated, too."
    )


class HoursBeyondReason(Refusal):
    message = _(
        "Give hours of %(day)s that are over, and at most %(most)s min: twice what was planned."
    )


class HoursStatedTooLate(Refusal):
    message = _(
        "The records of the room are erased after thirty days: the hours can’t be stated any more."
    )
    remedy = _("Attest the minutes of each person, with a reason.")


class MinutesBeyondTheMeeting(Refusal):
    message = _(
        "%(name)s: give a number of minutes between 0 and %(real_minutes)s, the real length of the"
        " meeting."
    )


class ReasonMissingFor(Refusal):
    message = _("%(name)s: give the reason of this change.")


class ReasonTooLongFor(Refusal):
    message = _("%(name)s: the reason has more than %(most)s characters. Shorten it.")


class NotInTheList(Refusal):
    message = _("%(name)s: no line of the provider’s list is matched to this person.")


class LinesToCheck(Refusal):
    message = _("To check before closing: %(names)s. Nobody is absent because nothing was seen.")
    remedy = _("Say of each whether they were there.")


class NobodyToMark(Refusal):
    message = _("Nobody is left to mark: every line has its minutes.")


class NotAGuest(Refusal):
    message = _("This line already belongs to somebody who is enrolled.")
