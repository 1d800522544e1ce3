"""Logging in through an identity provider: whose ticket it is, used once; sessions that it ends."""

import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
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
from courses.signin.enums import ProviderKind
from courses.signin.exceptions import (
    IdentityMissing,
    IdentityUnknown,
    ProviderFault,
    TicketUsed,
)
from courses.signin.gateways import ProviderClient
from courses.signin.models import IdentityProvider, ProviderTicket, UnknownIdentity
from courses.signin.rules import is_second_factor, why_not_address
from courses.signin.values import (
    BEGUN,
    MOST_VALUES,
    Departure,
    ProviderFinding,
    ProviderSettings,
)

TICKET_SALT, IDENTITY_SALT = "courses.signin.ticket", "courses.signin.identity"

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class ProviderAnswer:
    """Whom the provider means, one or several accounts, by which `Identity`, the ticket that said so,
    and whether the provider asked for a second factor.
    """

    people: list[Person]
    keys: list[int]
    ticket: ProviderTicket
    has_second_factor: bool


def settings_of(provider: IdentityProvider) -> ProviderSettings:
    return ProviderSettings(
        key=str(provider.pk),
        address=provider.address,
        attribute=provider.attribute,
        client_id=provider.client_id,
        secret=provider.secret,
        token_auth=provider.token_auth,
        scopes=provider.scopes,
        metadata=provider.metadata,
        back=back_of(provider),
    )


def client_of(provider: IdentityProvider) -> ProviderClient:
    return gateways.client(provider.kind, settings_of(provider))


def back_of(provider: IdentityProvider) -> str:
    """Our address to which the provider sends people back."""
    return f"{settings.SITE_ADDRESS}{reverse('signin:back', args=[provider.slug])}"


def logout_of(provider: IdentityProvider) -> str:
    """Where the provider asks for sessions to be ended; empty: at `back_of`."""
    if provider.kind != ProviderKind.OIDC:
        return ""
    return f"{settings.SITE_ADDRESS}{reverse('signin:ended_by_provider', args=[provider.slug])}"


def begin(*, provider: IdentityProvider, once: str) -> Departure:
    """Where the login goes. `once` comes back with the answer (`state`; CAS has none: it stands in our
    address): without it somebody else's answer would log a browser in. May ask another server.
    """
    with _faults_logged(provider):
        return client_of(provider).begin(back_of(provider), once)


@contextmanager
def _faults_logged(provider: IdentityProvider) -> Iterator[None]:
    """By their type alone: what a provider says doesn't reach logs."""
    try:
        yield
    except ProviderFault as fault:
        logger.warning("Login by %s failed: %s", provider.slug, type(fault).__name__)
        raise


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


def receive(
    *, provider: IdentityProvider, once: str, kept: Mapping[str, str], said: Mapping[str, str]
) -> ProviderAnswer:
    """Find the accounts of whom the provider names. Each of its answers serves once. `kept`: what
    `begin` gave to keep; `said`: the fields with which the browser comes back.

    Asks another server: not inside a transaction. Raises a `Refusal`. Who isn't known here is
    counted, without a name.
    """
    with _faults_logged(provider):
        assertion = client_of(provider).read(back_of(provider), once, kept, said)
    row = _use(provider, assertion.ticket, session=assertion.session, user=assertion.user)
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
    has_second_factor = is_second_factor(assertion.contexts, provider.second_factor)
    return ProviderAnswer(people, keys, row, has_second_factor)


def _use(
    provider: IdentityProvider, word: str, *, session: str = "", user: str = ""
) -> ProviderTicket:
    """Raises `TicketUsed` where this word of the provider has served already."""
    row, is_new = ProviderTicket.objects.get_or_create(
        mark=_mark(provider, word),
        defaults={
            "provider": provider,
            "session_mark": _mark(provider, session),
            "user_mark": _mark(provider, user),
        },
    )
    if not is_new:
        raise TicketUsed
    return row


def open_session(*, ticket: int, session_key: str | None) -> None:
    """The session that this ticket opened, or to which its person has changed since."""
    ProviderTicket.objects.filter(pk=ticket).update(session_key=session_key or "")


def end_by_provider(*, provider: IdentityProvider, said: Mapping[str, str]) -> bool:
    """Single logout, as the provider asks for it without our cookie: the sessions that it names. Who
    knows a CAS ticket ends that one session and no more. Returns whether the request is believed.
    """
    ended = client_of(provider).ended(said)
    if not (ended.session or ended.user):
        return False
    if ended.once:
        try:
            _use(provider, ended.once)
        except TicketUsed:
            return False
    rows = ProviderTicket.objects.filter(provider=provider).exclude(session_key="")
    if ended.session:
        rows = rows.filter(session_mark=_mark(provider, ended.session))
    if ended.user:
        rows = rows.filter(user_mark=_mark(provider, ended.user))
    LoginSession.objects.filter(
        session_key__in=list(rows.values_list("session_key", flat=True))
    ).delete()
    return True


def their_logout(provider: IdentityProvider, told: Mapping[str, str]) -> str:
    """Where one ends the session there, too; empty where the provider doesn't say. `told`: what it
    wants to hear again (`Assertion.for_logout`).
    """
    try:
        return client_of(provider).logout_address(f"{settings.SITE_ADDRESS}/", told)
    except ProviderFault:
        return ""


def _count_unknown(provider: IdentityProvider, values: Iterable[str], day: date) -> None:
    text = "\n".join([str(provider.pk), *sorted(values)])
    mark = salted_hmac(IDENTITY_SALT, text, algorithm="sha256").hexdigest()
    with transaction.atomic():
        UnknownIdentity.objects.bulk_create(
            [UnknownIdentity(provider=provider, day=day, mark=mark)], ignore_conflicts=True
        )
        rows = UnknownIdentity.objects.filter(provider=provider, day=day, mark=mark)
        rows.update(times=F("times") + 1)


def _mark(provider: IdentityProvider, word: str) -> str:
    """Empty for an empty word."""
    text = f"{provider.pk}\n{word}"
    return salted_hmac(TICKET_SALT, text, algorithm="sha256").hexdigest() if word else ""


def examine(provider: IdentityProvider) -> Iterator[ProviderFinding]:
    """Look at what could be wrong, from both sides. Asks another server."""
    refusal = why_not_address(provider.address, site_address=settings.SITE_ADDRESS)
    yield ProviderFinding(
        gettext("The address is one that can be believed"),
        refusal is None,
        refusal.reason if refusal else "",
    )
    if refusal is None:
        yield from client_of(provider).examine(back_of(provider))
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
