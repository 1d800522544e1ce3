"""Refusals of a provider's public contact, and of amounts."""

from decimal import Decimal

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


class AmountSetMeanwhile(Refusal):
    """By somebody whom the log doesn't name, or no more."""

    message = _("This amount was changed in the meantime. It is now: %(amount)s.")


class AmountSetByColleague(AmountSetMeanwhile):
    message = _("%(name)s changed this amount in the meantime (%(at)s). It is now: %(amount)s.")


class AmountSetInAnotherTab(AmountSetMeanwhile):
    message = _("You changed this amount in the meantime (%(at)s). It is now: %(amount)s.")


class AmountsSetMeanwhile(Refusal):
    """`by_resource`: what is said of each of them; `stored`: all amounts of the year as they are now. Both
    by the resource's primary key.
    """

    message = _("Nothing is saved: amounts that you changed were changed in the meantime.")
    remedy = _("What you typed is below. Keep the amounts once more, and yours replace them.")

    def __init__(self, by_resource: dict[int, AmountSetMeanwhile], stored: dict[int, Decimal]):
        super().__init__()
        self.by_resource, self.stored = by_resource, stored
