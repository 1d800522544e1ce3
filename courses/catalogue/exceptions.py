"""Refusals of a provider's public contact."""

from django.utils.translation import gettext_lazy as _

from courses.exceptions import Refusal


class AddressOfAnAccount(Refusal):
    message = _("This is the address of somebody’s account: it isn’t shown in public.")
    remedy = _("Give a common address of the organisation, or its page for contact.")


class AddressOfOnePerson(Refusal):
    message = _("Nobody’s own address is shown in public.")
    remedy = _(
        "Tick that it is a service’s address, or leave it out and give the page for contact."
    )
