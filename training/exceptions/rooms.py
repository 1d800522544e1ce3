"""Rooms in another tool."""

from django.utils.translation import gettext_lazy as _

from courses.exceptions import Refusal


class AddressIsNoRoom(Refusal):
    message = _("This is no address of a room: it begins with https:// and names a server.")
    remedy = _("Copy it from the provider’s tool, without a name or password before the server.")


class AddressIsOurs(Refusal):
    message = _("This address leads back here: give that of the provider’s tool.")


class ToolNotSaid(Refusal):
    message = _("Say which tool it is and what it learns: teachers read it before they enrol.")


class NoPlanB(Refusal):
    message = _("This date has no plan B: give an address or some words first.")


class PlanBNotYet(Refusal):
    message = _("Plan B can be announced while the room is open: %(opens_at)s.")


class PlanBTooLate(Refusal):
    message = _("This date is over: there is nothing to announce any more.")
