"""Logging in through an identity provider: whose ticket it is, used once; sessions that it ends."""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase, UpdateError
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext, ngettext

from courses.people.models import LoginSession, Person
from courses.people.models.identities import LONGEST_KEY
from courses.quotes import inside_quotes
from courses.signin import gateways, queries
from courses.signin.exceptions import (
    IdentityMissing,
    IdentityUnknown,
    ProviderFault,
    TicketUsed,
)
from courses.signin.gateways import ProviderClient
from courses.signin.models import IdentityProvider, ProviderTicket, UnknownIdentity
from courses.signin.rules import why_not_address
from courses.signin.values import BEGUN, MOST_VALUES, ProviderFinding

TICKET_SALT, IDENTITY_SALT = "courses.signin.ticket", "courses.signin.identity"

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class ProviderAnswer:
    """Whom the provider means, one or several accounts, by which `Identity`, and the ticket that
    said so.
    """

    people: list[Person]
    keys: list[int]
    ticket: ProviderTicket


def client_of(provider: IdentityProvider) -> ProviderClient:
    return gateways.client(provider.kind, provider.address)


def service_of(provider: IdentityProvider, once: str = "") -> str:
    """Our address to which the provider sends people back. `once` stands in for the `state` that CAS
    hasn't: without it somebody else's ticket would log a browser in.
    """
    path = reverse("signin:back", args=[provider.slug])
    return f"{settings.SITE_ADDRESS}{path}" + (f"?s={once}" if once else "")


def take_begun(session: SessionBase, once: str) -> dict | None:
    """The login that was begun under this word. It is taken out of the session, which is saved at
    once: a second request with the same ticket finds nothing, and has nothing to save.
    """
    all_begun = dict(session.get(BEGUN, {}))
    begun = all_begun.pop(once, None)
    if begun is None:
        return None
    session[BEGUN] = all_begun
    try:
        session.save()
    except UpdateError:  # the other request has logged in meanwhile
        return None
    finally:
        session.modified = False
    return begun


def receive(*, provider: IdentityProvider, once: str, ticket: str) -> ProviderAnswer:
    """Ask the provider whose ticket it is, and find the accounts. Each ticket serves once.

    Asks another server: not inside a transaction. Raises a `Refusal`. Who isn't known here is
    counted, without a name.
    """
    try:
        assertion = client_of(provider).read(service_of(provider, once), ticket)
    except ProviderFault as fault:
        logger.warning("Login by %s failed: %s", provider.slug, type(fault).__name__)
        raise
    row = _use(provider, ticket)
    values = assertion.told(provider.attribute)
    values = [value for value in values if len(value) <= LONGEST_KEY][:MOST_VALUES]
    if not values:
        logger.warning("Login by %s failed: no value of %r", provider.slug, provider.attribute)
        raise IdentityMissing(attribute=provider.attribute)
    keys = list(queries.keys_of(provider, values).values_list("pk", flat=True))
    people = list(queries.people_of(provider, keys)) if keys else []
    if not people:
        _count_unknown(provider, values, timezone.localdate())
        raise IdentityUnknown
    return ProviderAnswer(people, keys, row)


def _use(provider: IdentityProvider, ticket: str) -> ProviderTicket:
    row, is_new = ProviderTicket.objects.get_or_create(
        mark=_ticket_mark(provider, ticket), defaults={"provider": provider}
    )
    if not is_new:
        raise TicketUsed
    return row


def open_session(*, ticket: int, session_key: str | None) -> None:
    """The session that this ticket opened, or to which its person has changed since."""
    ProviderTicket.objects.filter(pk=ticket).update(session_key=session_key or "")


def end_by_provider(*, provider: IdentityProvider, body: bytes) -> None:
    """Single logout, as the provider asks for it without our cookie: the session of the ticket that
    it names. Who knows a ticket ends that one session and no more.
    """
    ticket = client_of(provider).ended_ticket(body)
    rows = ProviderTicket.objects.filter(mark=_ticket_mark(provider, ticket))
    keys = [key for key in rows.values_list("session_key", flat=True) if key]
    LoginSession.objects.filter(session_key__in=keys).delete()


def _count_unknown(provider: IdentityProvider, values: Iterable[str], day: date) -> None:
    text = "\n".join([str(provider.pk), *sorted(values)])
    mark = salted_hmac(IDENTITY_SALT, text, algorithm="sha256").hexdigest()
    with transaction.atomic():
        UnknownIdentity.objects.bulk_create(
            [UnknownIdentity(provider=provider, day=day, mark=mark)], ignore_conflicts=True
        )
        rows = UnknownIdentity.objects.filter(provider=provider, day=day, mark=mark)
        rows.update(times=F("times") + 1)


def _ticket_mark(provider: IdentityProvider, ticket: str) -> str:
    return salted_hmac(TICKET_SALT, f"{provider.pk}\n{ticket}", algorithm="sha256").hexdigest()


def examine(provider: IdentityProvider) -> Iterator[ProviderFinding]:
    """Look at what could be wrong, from both sides. Asks another server."""
    refusal = why_not_address(provider.address, site_address=settings.SITE_ADDRESS)
    yield ProviderFinding(
        gettext("The address is one that can be believed"),
        refusal is None,
        refusal.reason if refusal else "",
    )
    if refusal is None:
        yield from client_of(provider).examine(service_of(provider))
    number = queries.known_in(provider.namespace)
    yield ProviderFinding(
        ngettext(
            "%(number)s person has an identifier in the directory “%(name)s”",
            "%(number)s people have an identifier in the directory “%(name)s”",
            number,
        )
        % {"number": number, "name": inside_quotes(provider.namespace)},
        number > 0,
        gettext("Let the schools apply a set of that directory first, or correct its name."),
    )
