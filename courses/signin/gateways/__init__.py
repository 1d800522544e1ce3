"""Identity providers, behind one small face: `client(kind, settings)` gives that of a protocol."""

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Protocol

from courses.signin.enums import ProviderKind
from courses.signin.gateways.cas import CasServer
from courses.signin.gateways.oidc import OpenIdProvider
from courses.signin.values import (
    Assertion,
    Departure,
    EndedSession,
    ProviderFinding,
    ProviderSettings,
)


class ProviderClient(Protocol):
    """What a protocol has to offer. `back` is our address to which the provider sends people back,
    `once` the word under which the login was begun, `said` the fields of a request.
    """

    once_field: str
    """In which field of the way back `once` stands."""

    def begin(self, back: str, once: str) -> Departure:
        """Raises a `ProviderFault` where the provider has to be asked first."""
        ...

    def logout_address(self, home: str, told: Mapping[str, str]) -> str:
        """Where one ends the session there, and comes to `home` after; empty: it names none. `told`:
        `for_logout` of its assertion. Raises a `ProviderFault`.
        """
        ...

    def read(
        self, back: str, once: str, kept: Mapping[str, str], said: Mapping[str, str]
    ) -> Assertion:
        """Who it is. `kept`: what `begin` gave to keep. Raises a `ProviderFault`. Takes seconds: never
        inside a transaction.
        """
        ...

    def ended(self, said: Mapping[str, str]) -> EndedSession:
        """Whose sessions the provider ends by a request of its own; empty where it isn't believed."""
        ...

    def examine(self, back: str) -> Iterator[ProviderFinding]:
        """Look at the provider from outside, one finding after the other."""
        ...


class SamlClient(ProviderClient, Protocol):
    """What SAML needs besides: its answer comes by a POST without our cookie."""

    def asked(self, said: Mapping[str, str]) -> str:
        """The word of the login to which the answer says it belongs: not believed yet. Raises a
        `ProviderFault`.
        """
        ...

    def our_metadata(self) -> str:
        """What the provider reads before it answers us. Raises a `ProviderFault`."""
        ...


def saml_client(settings: ProviderSettings) -> SamlClient:
    """pysaml2 costs 67 MB and a second: only where a provider speaks SAML."""
    return import_module("courses.signin.gateways.saml").SamlProvider(settings)


CLIENTS: dict[ProviderKind, Callable[[ProviderSettings], ProviderClient]] = {
    ProviderKind.CAS: CasServer,
    ProviderKind.OIDC: OpenIdProvider,
    ProviderKind.SAML: saml_client,
}


def client(kind: str, settings: ProviderSettings) -> ProviderClient:
    return CLIENTS[ProviderKind(kind)](settings)
