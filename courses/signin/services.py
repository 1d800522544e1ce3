"""Logging in through an identity provider: whose ticket it is, used once; sessions that it ends."""

import logging
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase, UpdateError
from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext, ngettext

from courses.documents.values import as_typed, random_code
from courses.people.models import Identity, LoginSession, Organisation, Person
from courses.people.models.identities import LONGEST_KEY
from courses.people.services import identities
from courses.quotes import inside_quotes
from courses.signin import gateways, queries
from courses.signin.enums import ProviderKind
from courses.signin.exceptions import (
    DirectoryTaken,
    IdentityMissing,
    IdentityTaken,
    IdentityUnknown,
    LoginNotBegun,
    NoPasswordYet,
    ProviderFault,
    ReferenceUnknown,
    TicketUsed,
)
from courses.signin.gateways import ProviderClient, SamlClient
from courses.signin.models import (
    LONGEST_REFERENCE,
    IdentityProvider,
    ProviderTicket,
    SamlLogin,
    UnknownIdentity,
)
from courses.signin.rules import identifiers_of, is_second_factor, why_not_address
from courses.signin.values import (
    ARRIVAL,
    AWAY,
    BEGUN,
    MOST_VALUES,
    Assertion,
    Departure,
    EndedSession,
    ProviderFinding,
    ProviderSettings,
)

TICKET_SALT, IDENTITY_SALT = "courses.signin.ticket", "courses.signin.identity"

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class ProviderAnswer:
    """Whom the provider means, one or several accounts, by which `Identity`, the ticket that said so,
    whether the provider asked for a second factor, and what its logout wants to hear again.
    """

    people: list[Person]
    keys: list[int]
    ticket: ProviderTicket
    has_second_factor: bool
    for_logout: dict[str, str]


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


def saml_client_of(provider: IdentityProvider) -> SamlClient:
    return gateways.saml_client(settings_of(provider))


def back_of(provider: IdentityProvider) -> str:
    """Our address to which the provider sends people back."""
    return f"{settings.SITE_ADDRESS}{reverse('signin:back', args=[provider.slug])}"


def addresses_for(provider: IdentityProvider) -> list[tuple[str, str]]:
    """What whoever runs the server has to enter there: what it is, and the address."""

    def at(name: str) -> str:
        return f"{settings.SITE_ADDRESS}{reverse(f'signin:{name}', args=[provider.slug])}"

    if provider.kind == ProviderKind.SAML:
        return [(gettext("The server reads this site’s metadata here:"), at("metadata"))]
    if provider.kind == ProviderKind.CAS:
        words = gettext("The server has to know this address, with whatever follows it:")
        return [(words, at("back"))]
    return [
        (gettext("The server has to know this address, letter by letter:"), at("back")),
        (
            gettext("To end sessions here, too, it has to know this one (back-channel logout):"),
            at("ended_by_provider"),
        ),
    ]


def begin(*, provider: IdentityProvider, once: str) -> Departure:
    """Where the login goes. `once` comes back with the answer (`state`; CAS has none: it stands in our
    address): without it somebody else's answer would log a browser in. May ask another server.
    """
    with _faults_logged(provider):
        departure = client_of(provider).begin(back_of(provider), once)
    if provider.kind == ProviderKind.SAML:
        SamlLogin.objects.create(provider=provider, once=once)
    return departure


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
        if provider.kind == ProviderKind.SAML:
            assertion = _fetch(provider, once, said.get("arrival", ""))
        else:
            assertion = client_of(provider).read(back_of(provider), once, kept, said)
    row = _use(provider, assertion.ticket, session=assertion.session, user=assertion.user)
    values = assertion.told(provider.attribute)
    values = [value for value in values if len(value) <= LONGEST_KEY and value.isprintable()]
    values = values[:MOST_VALUES]
    if not values:
        logger.warning("Login by %s failed: no value of %r", provider.slug, provider.attribute)
        raise IdentityMissing(attribute=provider.attribute)
    identifiers = identifiers_of(values, form=provider.value_form, namespaces=provider.namespaces)
    keys = list(queries.keys_of(provider, identifiers).values_list("pk", flat=True))
    people = list(queries.people_of(provider, keys)) if keys else []
    if not people:
        only = identifiers[0] if len(identifiers) == 1 and not keys else None
        raise IdentityUnknown(reference=_count_unknown(provider, values, only))
    has_second_factor = is_second_factor(assertion.contexts, provider.second_factor)
    return ProviderAnswer(people, keys, row, has_second_factor, assertion.for_logout)


def take_in(*, provider: IdentityProvider, said: Mapping[str, str]) -> tuple[str, str]:
    """Read the answer that a SAML provider's page posts without our cookie, and let it wait for the
    browser that asked for it. Returns the word under which that login was begun, and one that only
    the browser that posted the answer is told.

    Both are needed to fetch it: else whoever begins a login and makes somebody else answer it at
    the provider would be logged in as that person. Each login is answered once, by one process.

    Starts another program: not inside a transaction. Raises a `Refusal`.
    """
    now = timezone.now()
    with _faults_logged(provider):
        client = saml_client_of(provider)
        once = client.asked(said)
        logins = SamlLogin.objects.filter(provider=provider, once=once, answered_at=None)
        if not logins.filter(asked_at__gt=now - AWAY).update(answered_at=now):
            raise LoginNotBegun
        assertion = client.read(back_of(provider), once, {}, said)
    # What else it says of the person isn't kept.
    values = {provider.attribute: assertion.told(provider.attribute)} if provider.attribute else {}
    answer = asdict(replace(assertion, values=values))
    arrival = secrets.token_urlsafe(16)
    waits_under = _mark(provider, f"{once}\n{arrival}")
    SamlLogin.objects.filter(once=once).update(answer=answer, once=waits_under)
    return once, arrival


def _fetch(provider: IdentityProvider, once: str, arrival: str) -> Assertion:
    waiting = SamlLogin.objects.filter(
        provider=provider,
        once=_mark(provider, f"{once}\n{arrival}"),
        answered_at__gt=timezone.now() - ARRIVAL,
    )
    login = waiting.first()
    if login is None or not login.answer or not waiting.delete()[0]:
        raise LoginNotBegun
    return Assertion(**login.answer)


def forget_saml_logins(now: datetime) -> int:
    """Those whose answer didn't come, or wasn't fetched, in time. Number of rows."""
    is_over = Q(asked_at__lt=now - AWAY, answered_at=None) | Q(answered_at__lt=now - ARRIVAL)
    return SamlLogin.objects.filter(is_over).delete()[0]


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


def end_by_provider(*, provider: IdentityProvider, said: Mapping[str, str]) -> EndedSession | None:
    """Single logout, as the provider asks for it without our cookie: the sessions that it names. Who
    knows a CAS ticket ends that one session and no more. Returns what the provider asked, if it is
    believed.
    """
    ended = client_of(provider).ended(said)
    if not (ended.session or ended.user):
        return None
    if ended.once:
        try:
            _use(provider, ended.once)
        except TicketUsed:
            return None
    rows = ProviderTicket.objects.filter(provider=provider).exclude(session_key="")
    if ended.session:
        # A login that named no session of theirs is of any of the person's.
        of_any = [""] if ended.user else []
        rows = rows.filter(session_mark__in=[_mark(provider, ended.session), *of_any])
    if ended.user:
        rows = rows.filter(user_mark=_mark(provider, ended.user))
    LoginSession.objects.filter(
        session_key__in=list(rows.values_list("session_key", flat=True))
    ).delete()
    return ended


def their_logout(provider: IdentityProvider, told: Mapping[str, str]) -> str:
    """Where one ends the session there, too; empty where the provider doesn't say. `told`: what it
    wants to hear again (`Assertion.for_logout`).
    """
    try:
        return client_of(provider).logout_address(f"{settings.SITE_ADDRESS}/", told)
    except ProviderFault:
        return ""


def _count_unknown(
    provider: IdentityProvider, values: Iterable[str], only: tuple[str, str] | None
) -> str:
    """`only`: directory and identifier, if there is one and nobody has it. Gives its reference."""
    text, day = "\n".join([str(provider.pk), *sorted(values)]), timezone.localdate()
    mark = salted_hmac(IDENTITY_SALT, text, algorithm="sha256").hexdigest()
    with transaction.atomic():
        UnknownIdentity.objects.bulk_create(
            [UnknownIdentity(provider=provider, day=day, mark=mark)], ignore_conflicts=True
        )
        rows = UnknownIdentity.objects.filter(provider=provider, day=day, mark=mark)
        rows.update(times=F("times") + 1)
        if only is None:
            return ""
        namespace, value = only
        reference = as_typed(random_code(LONGEST_REFERENCE - 1))
        rows.filter(reference=None).update(reference=reference, namespace=namespace, value=value)
        return rows.get().reference or ""


def link(*, reference: str, person: Person, by: Person, school: Organisation | None = None) -> None:
    """Say whose a login is that nobody here has: a student's opens the account from now on, an adult's
    once its password was typed beside it. `school`: of a student. Raises a `Refusal`.
    """
    since = timezone.localdate() - queries.LISTED
    rows = UnknownIdentity.objects.filter(reference=as_typed(reference), day__gt=since)
    with transaction.atomic():
        row = rows.select_related("provider").select_for_update(of=("self",)).first()
        if row is None or not queries.serves(row.provider, person):
            raise ReferenceUnknown
        Person.objects.select_for_update(no_key=True).get(pk=person.pk)
        if person.is_adult and not person.has_usable_password():
            raise NoPasswordYet
        if person.identities.filter(namespace=row.namespace).exists():
            raise DirectoryTaken(namespace=row.namespace)
        if Identity.objects.filter(namespace=row.namespace, value=row.value).exists():
            raise IdentityTaken
        identities.put_key(
            person=person, namespace=row.namespace, value=row.value, by=by, school=school
        )
        same = UnknownIdentity.objects.filter(namespace=row.namespace, value=row.value)
        same.update(reference=None, namespace="", value="")


def _mark(provider: IdentityProvider, word: str) -> str:
    """Empty for an empty word."""
    text = f"{provider.pk}\n{word}"
    return salted_hmac(TICKET_SALT, text, algorithm="sha256").hexdigest() if word else ""


def examine(provider: IdentityProvider) -> Iterator[ProviderFinding]:
    """Look at what could be wrong, from both sides. Asks another server."""
    is_pasted = provider.kind == ProviderKind.SAML and not provider.address
    refusal = None
    if not is_pasted:
        refusal = why_not_address(provider.address, site_address=settings.SITE_ADDRESS)
        yield ProviderFinding(
            gettext("The address is one that can be believed"),
            refusal is None,
            refusal.reason if refusal else "",
        )
    if refusal is None:
        yield from client_of(provider).examine(back_of(provider))
    for namespace in provider.namespaces:
        yield _known_in(namespace)


def _known_in(namespace: str) -> ProviderFinding:
    number = queries.known_in(namespace)
    return ProviderFinding(
        ngettext(
            "%(number)s person has an identifier in the directory “%(name)s”",
            "%(number)s people have an identifier in the directory “%(name)s”",
            number,
        )
        % {"number": number, "name": inside_quotes(namespace)},
        number > 0,
        gettext("Let the schools apply a set of that directory first, or correct its name."),
    )
