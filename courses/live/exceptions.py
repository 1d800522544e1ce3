"""Why a room doesn't open, and how a token is refused."""

from django.utils.translation import gettext_lazy as _

from courses.exceptions import Refusal


class RoomNotOpenYet(Refusal):
    message = _("The room opens: %(opens_at)s.")
    remedy = _("This page will take you there: you can leave it open.")


class MeetingIsOver(Refusal):
    message = _("This meeting is over. It was planned to end: %(ended_at)s.")
    remedy = _("What follows, such as your certificate, appears on your first page.")


class MeetingIsCancelled(Refusal):
    message = _("This meeting is cancelled. The reason given: %(why)s")
    remedy = _("Your calendar has been updated. The email about it says what comes next.")


class MeetingIsCancelledWithoutReason(Refusal):
    message = _("This meeting is cancelled.")
    remedy = MeetingIsCancelled.remedy


class NoPass(Refusal):
    message = _(
        "This room is open to those who have a seat in this meeting, and you have none under this"
        " login."
    )
    remedy = _(
        "If you are enrolled, check that you are logged in under the right name. If the link was"
        " passed on to you, enrol first."
    )


class TokenRefused(Exception):
    """The server's verifier says no:

    `stage` is authentication (at connection) or join (at the room), `text` its own words.
    """

    def __init__(self, stage: str, text: str):
        self.stage, self.text = stage, text
        super().__init__(text)

    @property
    def in_words(self):
        """The reason in words, for the person who holds it."""
        return IN_WORDS.get(
            self.text, _("It doesn’t come from Passerelle, or was changed on the way.")
        )


IN_WORDS = {
    "Not acceptable by exp": _("Its time is over. The button of your meeting makes a new one."),
    "Not acceptable by nbf": _("Its time hasn’t come yet."),
    "Room and token mismatched": _("It is for another room."),
}


class JitsiNotReady(Exception):
    """The settings don't allow making a token; `manage.py check_jitsi` says what is wrong."""
