"""What the *Test* page says of one look at a provider."""

from collections.abc import Callable

from courses.signin.exceptions import ProviderFault
from courses.signin.values import ProviderFinding


def finding(what: str, look: Callable[[], object]) -> ProviderFinding:
    """Not well where the look raises a `ProviderFault`."""
    try:
        look()
    except ProviderFault as fault:
        return ProviderFinding(what, False, f"{fault.reason} {fault.advice}")
    return ProviderFinding(what, True)
