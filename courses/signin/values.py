"""What an identity provider says, and how long it counts. No models, no queries."""

import datetime
from dataclasses import dataclass, field

from django.utils.functional import Promise

# How long one may be logged in through a provider, whatever one does meanwhile.
SESSION = datetime.timedelta(hours=8)
# How long a visitor's session is kept while the person is at the provider.
AWAY = datetime.timedelta(hours=1)
# How long the answer of a SAML provider waits for the browser, which is sent on at once.
ARRIVAL = datetime.timedelta(minutes=10)
# How long somebody who has several accounts may take to choose one.
CHOICE = datetime.timedelta(minutes=10)
# The key in the session of logins that were begun.
BEGUN = "signin_begun"
# Logins that one browser may have begun at once, in several tabs.
MOST_BEGUN = 5
# Accounts of one answer; a parent of a large family has fewer.
MOST_VALUES = 20
LONGEST_NEXT = 1_000  # characters


@dataclass(frozen=True)
class ProviderSettings:
    """What a gateway has to know of a provider. `key` tells its caches from those of others; `back` is
    our address to which it sends people back.
    """

    key: str
    address: str = ""
    back: str = ""
    attribute: str = ""
    client_id: str = ""
    secret: str = field(default="", repr=False)
    token_auth: str = ""
    scopes: str = ""
    metadata: str = ""


@dataclass(frozen=True)
class Departure:
    """Where a login goes, and what our session keeps until it comes back: plain strings."""

    address: str
    kept: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class EndedSession:
    """Which sessions a provider ends: those of its own session, else all of the user's. `once`: a word
    of the request where it serves once; `answer`: an address to which the browser brings our answer.
    """

    session: str = ""
    user: str = ""
    once: str = ""
    answer: str = ""


@dataclass(frozen=True)
class Assertion:
    """Who somebody is, as a provider says it: the user's name there, and values by attribute.

    `ticket` serves once: CAS's ticket, OpenID's code, the id of SAML's request. `session` is the word
    by which the provider ends what it has begun. `contexts`: how it made sure who it is (amr, acr,
    AuthnContextClassRef). `for_logout`: what its logout wants to hear again.
    """

    user: str
    values: dict[str, list[str]]
    ticket: str = ""
    session: str = ""
    contexts: tuple[str, ...] = ()
    for_logout: dict[str, str] = field(default_factory=dict)

    def told(self, attribute: str) -> list[str]:
        """Of the attribute; without one the user's name."""
        return self.values.get(attribute, []) if attribute else [self.user]


@dataclass(frozen=True)
class ProviderFinding:
    """One thing that was looked at; where it isn't well, what to do."""

    what: str | Promise
    is_well: bool
    advice: str | Promise = ""
