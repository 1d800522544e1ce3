"""Accounts: made by a registrar, opened by their owner with a link, changed by their owner."""

import datetime
import unicodedata
from collections.abc import Collection
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
from courses.people.models import AccountChange, Person
from courses.people.rules.accounts import NAME_FIELDS, why_not_change_account
from courses.people.services.logins import end_other_sessions
from courses.people.values import read_address_code

# Asking several times within this is one letter: a button pressed in impatience doesn't fill a
# mailbox.
SECONDS_PER_LETTER = 5 * 60


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


def register(person: Person, *, by: Person | None = None, invited: bool = True) -> Person:
    """Save a new account without a password and, if it has an email address, invite its owner."""
    with transaction.atomic():
        person.set_unusable_password()
        person.save()
        if invited and person.email:
            invite(person=person, by=by)
    return person


def free_login(given_name: str, family_name: str, taken: Collection[str] = frozenset()) -> str:
    """given.family without accents, with a number if somebody has it; `taken`: others about to be
    made.
    """
    base = ".".join(filter(None, (_plain(given_name), _plain(family_name))))[:50] or "personne"
    known = set(
        Person.objects.filter(login__startswith=base).values_list("login", flat=True)
    ) | set(taken)
    login, number = base, 2
    while login in known:
        login, number = f"{base}{number}", number + 1
    return login


def _plain(name: str) -> str:
    bare = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return "-".join("".join(c if c.isalnum() else " " for c in bare).split())


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
    sessions but the one to `keep`.
    """
    person.set_password(password)
    person.paper_password_ends_at = None
    with transaction.atomic():
        person.save(update_fields=["password", "paper_password_ends_at"])
        end_other_sessions(person=person, keep=keep)
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


def change_account(
    *, person: Person, by: Person | None, now: datetime.datetime | None = None, **fields: Any
) -> Person:
    """Write names, login, address, language or state of an account. Each change but the language
    leaves a trace.

    A new address is told to the old one and to itself, a closed or opened account to its address.
    Raises a `Refusal`, also `AddressTaken` and `LoginTaken`.
    """
    with transaction.atomic():
        before = Person.objects.select_for_update().get(pk=person.pk)
        changed = {name: value for name, value in fields.items() if getattr(before, name) != value}
        if by and (
            refusal := why_not_change_account(
                changed, by=by, person=before, is_adult=before.is_adult
            )
        ):
            raise refusal
        for name, value in fields.items():
            setattr(person, name, value)
        if "reminders" in changed:
            person.reminders_chosen_at = changed["reminders_chosen_at"] = now or timezone.now()
        if changed:
            _write_account(before, person, changed, by, now or timezone.now())
    return person


def _write_account(
    before: Person, person: Person, changed: dict, by: Person | None, now: datetime.datetime
) -> None:
    others = Person.objects.exclude(pk=person.pk)
    if (address := changed.get("email")) and others.with_address(address).exists():
        raise AddressTaken(address=address)
    if (login := changed.get("login")) and others.filter(login=login.lower()).exists():
        raise LoginTaken(login=login)
    person.save(update_fields=list(changed))
    if changed.keys() & NAME_FIELDS and before.full_name != person.full_name:
        _trace(person, AccountChangeKind.NAME, before.full_name, person.full_name, by, now)
    if "login" in changed:
        _trace(person, AccountChangeKind.LOGIN, before.login, person.login, by, now)
    if "email" in changed:
        change = _trace(
            person, AccountChangeKind.ADDRESS, before.email or "", person.email or "", by, now
        )
        forget_links(now, person=person)
        tell_of_address(person, change, by)
    if "is_active" in changed:
        kind = AccountChangeKind.OPENED if person.is_active else AccountChangeKind.CLOSED
        change = _trace(person, kind, "", "", by, now)
        if before.email:
            details = {"address": before.email, "kind": kind, "by": by.display_name if by else ""}
            mail.post(
                Letters.ACCOUNT_STATE,
                about=person,
                to=person,
                key=f"account-state:{change.pk}",
                details=details,
            )


def _trace(
    person: Person, kind: str, was: str, is_now: str, by: Person | None, now: datetime.datetime
) -> AccountChange:
    log(instance=person, action=f"people.{kind}", user=by)
    return AccountChange.objects.create(
        person=person, kind=kind, was=was, now=is_now, by=by, at=now
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
        _write_account(before, person, {"email": address}, person, timezone.now())
    return person
