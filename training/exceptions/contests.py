"""Presence that is contested."""

from django.utils.translation import gettext_lazy as _

from courses.exceptions import Refusal


class PresenceNotClosed(Refusal):
    message = _(
        "The sheet of this meeting isn’t closed yet: nothing is attested that could be wrong."
    )
    remedy = _("If the room lost you, tell the trainer: they can still change your line.")


class ContestTooLate(Refusal):
    message = _("The sheet was closed more than %(days)s days ago.")
    remedy = _("Ask for a correction of your personal data instead.")


class ContestWaits(Refusal):
    message = _("You have contested these minutes already: the answer isn’t there yet.")


class ContestAnswered(Refusal):
    message = _("Your contest of these minutes has its answer.")
    remedy = _("If they are still wrong, ask for a correction of your personal data.")


class SameMinutes(Refusal):
    message = _("%(minutes)s min is what counts already.")


class MinutesBeyondItsLength(Refusal):
    message = _(
        "Give a number of minutes between 0 and %(real_minutes)s, the real length of the meeting."
    )


class WordsMissing(Refusal):
    message = _("Say in a few words what happened.")


class ContestAnsweredAlready(Refusal):
    message = _("%(name)s has answered this contest already. Nothing was changed.")


class OwnContest(Refusal):
    message = _("Nobody answers a contest of their own: another training planner does.")


class OwnMinutes(Refusal):
    message = _("You can’t correct your own minutes.")
    remedy = _("Contest them on the page of your presence: another training planner answers.")


class OwnStays(Refusal):
    message = _("You can’t say yourself that this guest was you: another training planner does.")
