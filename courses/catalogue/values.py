"""Amounts that subscriptions cost."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils import formats
from django.utils.translation import get_language

NO_BREAK = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True)
class AmountChange:
    """What a page showed of a resource's cost, and what was typed there; None: it isn't known."""

    shown: Decimal | None
    typed: Decimal | None


def euros(amount: Decimal | None) -> str:
    """14 200,00 € in French, €14,200.00 in English; whole amounts without cents."""
    if amount is None:
        return ""
    is_whole = amount == amount.to_integral_value()
    number = formats.number_format(amount, 0 if is_whole else 2, force_grouping=True)
    if get_language() == "en":
        return f"€{number}"
    return f"{number}{NO_BREAK}€"
