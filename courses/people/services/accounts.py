"""Accounts: made by a registrar, opened by their owner with a link, changed by their owner."""

import datetime
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from wagtail.log_actions import log

from courses.mail import services as mail
from courses.mail.enums import LetterState
from courses.mail.models import Letter
from courses.people.enums import OPEN_AN_ACCOUNT, AccountChangeKind, Language, Letters
from courses.people.exceptions import AddressIsTheSchools, AddressTaken, LinkExpired, LoginTaken
from courses.people.models import AccountChange, Organisation, Person
from courses.people.rules.accounts import NAME_FIELDS, why_not_change_account
from courses.people.services.free_logins import free_login, free_logins
from courses.people.services.identities import doubt_keys
from courses.people.services.log_lines import LogLine, log_all
from courses.people.services.logins import end_other_sessions
from courses.people.values import read_address_code

# Asking several times within this is one letter: a button pressed in impatience doesn't fill a
# mailbox.
SECONDS_PER_LETTER = 5 * 60
TIDIED = {"login", "email"}  # by `Person.save`; unique


def create_person(
    *,
    given_name: str,
    family_name: str,
    login: str = "",
    email: str | None = None,
    usage_name: str = "",
    language: str = Language.FRENCH,
    by: Person | None = None,
    invited: bool = True,
) -> Person:
    """An account without a password; its owner chooses one through the invitation.

    Without a login one is made from the name.
    """
    with transaction.atomic():
        login = (login or free_login(given_name, family_name)).lower()
        if Person.objects.filter(login=login).exists():
            raise LoginTaken(login=login)
        if email and Person.objects.with_address(email).exists():
            raise AddressTaken(address=email)
        person = Person(
            login=login,
            email=email,
            given_name=given_name,
            family_name=family_name,
            usage_name=usage_name,
            language=language,
        )
        return register(person, by=by, invited=invited)


def create_people(names: Sequence[tuple[str, str]]) -> list[Person]:
    """Accounts without a password or an address, with a login from first and family name. As many
    statements as for one. Raises `IntegrityError` if somebody takes a login at the same moment.

    Saved in the order of logins: two transactions that wait for each other's are no deadlock.
    """
    people = [
        Person(login=login, given_name=given_name, family_name=family_name)
        for (given_name, family_name), login in zip(names, free_logins(names), strict=True)
    ]
    for person in people:
        person.set_unusable_password()
    Person.objects.bulk_create(sorted(people, key=attrgetter("login")))
    return people


def register(person: Person, *, by: Person | None = None, invited: bool = True) -> Person:
    """Save a new account without a password and, if it has an email address, invite its owner."""
    with transaction.atomic():
        person.set_unusable_password()
        person.save()
        if invited and person.email:
            invite(person=person, by=by)
    return person


def invite(*, person: Person, by: Person | None = None) -> Letter:
    """Post the letter with the link to choose a password; if one went already, another with a fresh
    link.
    """
    with transaction.atomic():
        letter = mail.post(
            Letters.INVITATION, about=person, to=person, key=f"invitation:{person.pk}"
        )
        if letter.state in (LetterState.SENT, LetterState.FAILED):
            letter = mail.send_again(letter)
        log(instance=person, action="people.invite", user=by)
    return letter


def ask_for_password(address: str) -> Letter | None:
    """Post the letter with the link to choose a new password, if that is somebody's address.

    The page says the same either way.
    """
    person = Person.objects.with_address(address).filter(is_active=True).first()
    return send_password_link(person) if person else None


def send_password_link(person: Person) -> Letter:
    moment = int(timezone.now().timestamp()) // SECONDS_PER_LETTER
    return mail.post(
        Letters.PASSWORD, about=person, to=person, key=f"password:{person.pk}:{moment}"
    )


def choose_password(*, person: Person, password: str, keep: str | None = None) -> None:
    """Links sent before stop working, since their code is made from the old password; so do
    sessions but the one to `keep`. Keys of an adult have to be confirmed with the new password.
    """
    person.set_password(password)
    person.paper_password_ends_at = None
    with transaction.atomic():
        person.save(update_fields=["password", "paper_password_ends_at"])
        doubt_keys(person)
        end_other_sessions(people=[person], keep=keep)
        forget_links(timezone.now(), person=person)


def forget_links(now: datetime.datetime, *, person: Person | None = None) -> int:
    """Texts of letters whose link has been used or has expired; with a person, of all theirs.

    Says how many.
    """
    letters = Letter.objects.filter(kind__in=OPEN_AN_ACCOUNT)
    if person is not None:
        return mail.forget_texts(letters.filter(to=person))
    expired = Q(sent_at__lt=now - datetime.timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT))
    return mail.forget_texts(letters.filter(expired | Q(to__last_login__gt=F("sent_at"))))


def set_counted(*, person: Person, is_counted: bool) -> None:
    """Whether the pages that the person reads are counted from now on (cms/indicators). It leaves no
    trace: whoever objects needn't be known to have objected.
    """
    Person.objects.filter(pk=person.pk).update(is_counted=is_counted)
    person.is_counted = is_counted


def change_account(
    *, person: Person, by: Person | None, now: datetime.datetime | None = None, **fields: Any
) -> Person:
    """Write names, login, address, language or state of an account. Each change but the language
    leaves a trace.

    A new address is told to the old one and to itself, a closed or opened account to its address.
    Raises a `Refusal`, also `AddressTaken` and `LoginTaken`.
    """
    change_accounts(fields={person: fields}, by=by, now=now)
    return person


def change_accounts(
    *,
    fields: Mapping[Person, dict[str, Any]],
    by: Person | None,
    now: datetime.datetime | None = None,
    left_school: Organisation | None = None,
) -> None:
    """The same for several, or for nobody. As many statements as for one, apart from new logins and
    addresses, and from letters. `left_school`: whose departure closes them.
    """
    now, changes = now or timezone.now(), []
    with transaction.atomic():
        no_key = not any(TIDIED & wanted.keys() for wanted in fields.values())
        held = Person.objects.select_for_update(no_key=no_key)
        before = {one.pk: one for one in held.filter(pk__in=[p.pk for p in fields]).order_by("pk")}
        of_age = Person.objects.adults().filter(pk__in=before)
        adults = set(of_age.values_list("pk", flat=True)) if by else set()
        for person, wanted in fields.items():
            was = before[person.pk]
            changed = {name: to for name, to in wanted.items() if getattr(was, name) != to}
            if by and (
                refusal := why_not_change_account(
                    changed, by=by, person=was, is_adult=was.pk in adults
                )
            ):
                raise refusal
            if "reminders" in changed:
                changed["reminders_chosen_at"] = now
            if changed:
                changes.append(AccountWrite(was, person, changed))
        for person, wanted in fields.items():
            _set(person, wanted)
        _write_accounts(changes, by, now, left_school)


@dataclass(frozen=True)
class AccountWrite:
    """What changes of one account."""

    before: Person
    person: Person
    changed: dict[str, Any]

    def traces(self) -> Iterator[tuple[str, str, str]]:
        """Kind, was, is."""
        was, person, changed = self.before, self.person, self.changed
        if changed.keys() & NAME_FIELDS and was.full_name != person.full_name:
            yield AccountChangeKind.NAME, was.full_name, person.full_name
        if "login" in changed:
            yield AccountChangeKind.LOGIN, was.login, person.login
        if "email" in changed:
            yield AccountChangeKind.ADDRESS, was.email or "", person.email or ""
        if "is_active" in changed:
            is_open = person.is_active
            yield AccountChangeKind.OPENED if is_open else AccountChangeKind.CLOSED, "", ""


def _set(person: Person, fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        setattr(person, name, value)


def _write_accounts(
    changes: Sequence[AccountWrite],
    by: Person | None,
    now: datetime.datetime,
    left_school: Organisation | None = None,
) -> None:
    same: dict[frozenset[str], list[Person]] = defaultdict(list)
    for one in changes:
        _set(one.person, one.changed)
        _may_write(one)
        same[frozenset(one.changed)].append(one.person)
    for names, people in same.items():
        if names == {"is_active"}:
            for is_open in (True, False):
                pks = [person.pk for person in people if person.is_active is is_open]
                Person.objects.filter(pk__in=pks).update(is_active=is_open)
        elif names.isdisjoint(TIDIED):
            Person.objects.bulk_update(people, sorted(names))
        else:
            for person in people:
                person.save(update_fields=names)
    traces = [
        AccountChange(
            person=one.person,
            kind=kind,
            was=was,
            now=is_now,
            by=by,
            at=now,
            left_school=left_school if kind == AccountChangeKind.CLOSED else None,
        )
        for one in changes
        for kind, was, is_now in one.traces()
    ]
    log_all((LogLine(trace.person, f"people.{trace.kind}") for trace in traces), by=by)
    addresses = {one.person.pk: one.before.email for one in changes}
    for trace in AccountChange.objects.bulk_create(traces):
        _tell(trace, addresses[trace.person_id], by, now)


def _may_write(one: AccountWrite) -> None:
    others = Person.objects.exclude(pk=one.person.pk)
    if (address := one.changed.get("email")) and others.with_address(address).exists():
        raise AddressTaken(address=address)
    if (login := one.changed.get("login")) and others.filter(login=login.lower()).exists():
        raise LoginTaken(login=login)


def _tell(
    trace: AccountChange, before: str | None, by: Person | None, now: datetime.datetime
) -> None:
    """`before`: the address until then."""
    person = trace.person
    if trace.kind == AccountChangeKind.ADDRESS:
        forget_links(now, person=person)
        tell_of_address(person, trace, by)
    elif trace.kind in (AccountChangeKind.OPENED, AccountChangeKind.CLOSED) and before:
        by_name = by.display_name if by else ""
        mail.post(
            Letters.ACCOUNT_STATE,
            about=person,
            to=person,
            key=f"account-state:{trace.pk}",
            details={"address": before, "kind": trace.kind, "by": by_name},
        )


def tell_of_address(person: Person, change: AccountChange, by: Person | None) -> None:
    """The old address, so that nothing is taken in silence; the new one, unless its owner has just
    opened the link there.
    """
    other = by if by and by.pk != person.pk else None
    said = {"new": change.now, "old": change.was, "by": other.display_name if other else ""}
    for place, address in [("old", change.was), ("new", change.now if other else "")]:
        if address:
            details = said | {"address": address, "place": place}
            mail.post(
                Letters.ADDRESS_CHANGED,
                about=person,
                to=person,
                key=f"address-changed:{change.pk}:{place}",
                details=details,
            )


def ask_for_address(*, person: Person, address: str) -> Letter:
    """Post a letter to the new address; nothing changes until its link is opened.

    Raises `AddressTaken`, `AddressIsTheSchools`.
    """
    if not person.is_adult:
        raise AddressIsTheSchools
    if Person.objects.with_address(address).exclude(pk=person.pk).exists():
        raise AddressTaken(address=address)
    moment = int(timezone.now().timestamp()) // SECONDS_PER_LETTER
    details = {"address": address}
    return mail.post(
        Letters.NEW_ADDRESS,
        about=person,
        to=person,
        key=f"address:{person.pk}:{moment}:{address}"[:200],
        details=details,
    )


def opened_code(code: str) -> tuple[Person, str]:
    """The person and the new address of a link that still holds. Raises `LinkExpired`."""
    try:
        public_id, before, address = read_address_code(code)
    except signing.BadSignature as error:
        raise LinkExpired from error
    person = Person.objects.filter(public_id=public_id, is_active=True).first()
    if person is None or (person.email or "") != before:
        raise LinkExpired
    return person, address


def confirm_address(code: str) -> Person:
    """The owner of the new address opened the link.

    The old address is told, so that nothing is taken in silence.
    """
    with transaction.atomic():
        person, address = opened_code(code)
        person = Person.objects.select_for_update().get(pk=person.pk)
        if not person.is_adult:
            raise AddressIsTheSchools
        before = Person.objects.get(pk=person.pk)
        person.email = address
        change = AccountWrite(before, person, {"email": address})
        _write_accounts([change], person, timezone.now())
    return person
