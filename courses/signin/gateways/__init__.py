"""Identity providers, behind one small face: `client(kind, address)` gives that of a protocol."""

from collections.abc import Iterator
from typing import Protocol

from courses.signin.enums import ProviderKind
from courses.signin.gateways.cas import CasServer
from courses.signin.values import Assertion, ProviderFinding


class ProviderClient(Protocol):
    """What a protocol whose answer comes with a ticket in a GET has to offer. `service` is our
    address to which the provider sends people back.

    OpenID Connect fits with its code in the ticket's place; SAML answers by POST, which arrives
    without our cookie: its gateway needs a row that keeps the answer until a GET brings the cookie.
    """

    def login_address(self, service: str) -> str: ...

    def logout_address(self, service: str) -> str: ...

    def read(self, service: str, ticket: str) -> Assertion:
        """Ask the provider whose ticket it is. Raises a `ProviderFault`. Takes seconds: never inside
        a transaction.
        """
        ...

    def ended_ticket(self, body: bytes) -> str:
        """The ticket whose session the provider ends by a request of its own; empty where the
        request names none.
        """
        ...

    def examine(self, service: str) -> Iterator[ProviderFinding]:
        """Look at the provider from outside, one finding after the other."""
        ...


CLIENTS = {ProviderKind.CAS: CasServer}


def client(kind: str, address: str) -> ProviderClient:
    return CLIENTS[ProviderKind(kind)](address)
