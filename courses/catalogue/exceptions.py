"""What can be in the way of a provider's public contact."""

from django.utils.translation import gettext_lazy as _

from courses.exceptions import Refusal


class AddressOfAnAccount(Refusal):
    message = _("This is the address of somebody’s account: it isn’t shown in public.")
    remedy = _("Give a common address of the organisation, or its page for contact.")


class AddressNamesAPerson(Refusal):
    message = _("%(address)s reads as the address of one person: it isn’t shown in public.")
    remedy = _("Give a common address of the organisation, or its page for contact.")
