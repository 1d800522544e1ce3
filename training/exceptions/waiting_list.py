"""Offers of a seat, and seats held for somebody of another date."""

from django.utils.translation import gettext_lazy as _

from courses.exceptions import Refusal


class OfferExpired(Refusal):
    message = _("This offer ended on %(at)s.")
    remedy = _("You stay in the waiting list, behind those who waited then.")


class OfferTaken(Refusal):
    message = _("You have taken this seat already.")


class SeatGivenBack(Refusal):
    message = _("You had taken this seat, and it has been given back since.")


class OfferDeclined(Refusal):
    message = _("You have declined this offer.")


class OfferWithdrawn(Refusal):
    message = _("This offer is withdrawn.")
    remedy = _("The session’s page says how it stands now.")


class HeldSeatIsOver(Refusal):
    message = _("The seat was held for you until %(at)s, it is free again.")
    remedy = _("The other dates are below, with the seats that they have left.")


class NoSeatHeld(Refusal):
    message = _("No seat is held for you any more.")
    remedy = _("The other dates are below, with the seats that they have left.")


class AnotherTraining(Refusal):
    message = _("This is another training: you change to another date of the same one.")


class LateSeatStaysHere(Refusal):
    message = _(
        "You entered this session after its start: your seat can’t be changed to another date in one"
        " step."
    )
    remedy = _(
        "Until the first date of your seat you can give it back on the session’s page, then enrol in"
        " another date."
    )


class SessionIsOnAgain(Refusal):
    message = _(
        "The session of %(day)s takes place after all: your seat, or your turn in its waiting list,"
        " is yours as before."
    )
    remedy = _("To keep it, there is nothing to do. If you prefer another date, choose it again.")


class ReplacedByAnotherDate(Refusal):
    message = _("Your seat is now on %(day)s.")


class NotHeldAnyMore(Refusal):
    message = _("The seat wasn’t taken while it was held.")
