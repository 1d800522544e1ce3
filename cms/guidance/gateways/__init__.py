"""The rest of the web, behind one small face: `web()` gives the real one, or its pretend twin."""

from typing import Protocol

from django.conf import settings

from cms.guidance.enums import Fault
from cms.guidance.gateways.links import LinkGateway
from cms.guidance.gateways.pretend import PretendLinks


class Web(Protocol):
    is_pretend: bool

    def fault_of(self, address: str) -> Fault | None:
        """Why nothing is at this address, or None.

        Raises `WebUnreachable` when it can't be told, for our own line is down.
        """
        ...


def web() -> Web:
    """Chosen by `settings.LINKS`."""
    return (
        PretendLinks(settings.LINKS) if settings.LINKS["pretend"] else LinkGateway(settings.LINKS)
    )
