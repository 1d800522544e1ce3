"""Passwords that are tried, and sessions.

Wrong passwords make pauses that grow from 1 to 30 seconds; nothing is ever locked. A browser in
which somebody has logged in before carries a signed cookie with the accounts that it knows, and for
these it has counters of its own: a classmate's wrong passwords don't slow it down, even on the same
network (OWASP, "Slow down online guessing attacks with device cookies"). Any other browser shares
the counter of its network address and the account, and that of the account; and one address that
tries a hundred different accounts within an hour is slowed down for accounts that its browsers
don't know.
"""

import datetime
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network

from django.db.models import Case, F, QuerySet, Value, When
from django.utils.crypto import salted_hmac

from courses.people.backends import person_named
from courses.people.exceptions import TooManyAttempts, TooManyLetters
from courses.people.models import LoginSession, Person, WrongPasswords
from courses.people.values import LoginDevice, Pause

SALT = "courses.people.wrong-passwords"
# After an hour without a wrong password a counter begins anew.
MEMORY = datetime.timedelta(hours=1)
OF_A_BROWSER = Pause(free=5, longest=30)
OF_AN_ACCOUNT = Pause(free=30, longest=30)
OF_AN_ADDRESS = Pause(free=100, longest=10)
# A school's line is one address: on a day without the ENT all its adults ask for a link.
OF_LETTERS = Pause(free=100, longest=10)
# How long a password that was printed opens an account by itself: unused, and once it has been
# used.
PAPER_UNUSED = datetime.timedelta(days=365)
PAPER_IN_USE = datetime.timedelta(days=7)

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Attempt:
    """Somebody is about to try a password.

    `account` is the person's key, or what was typed where nobody is found.
    """

    account: str
    address: str
    device: str = ""  # empty: a browser that hasn't logged in to this account before

    @property
    def counters(self) -> dict[str, Pause]:
        if self.device:
            return {_key("device", self.device, self.account): OF_A_BROWSER}
        return {
            _key("address and account", _line_of(self.address), self.account): OF_A_BROWSER,
            _key("account", self.account): OF_AN_ACCOUNT,
            _key("address", _line_of(self.address)): OF_AN_ADDRESS,
        }


def attempt_of(*, typed: str, address: str, device: LoginDevice) -> Attempt:
    """`typed`: a login or an email address, which count as one account; `address`: the client's
    network address.
    """
    person = person_named(typed)
    account = str(person.pk) if person else f"unknown: {typed.strip().lower()}"
    return Attempt(account=account, address=address, device=device.known_as(account))


def is_own_password(*, person: Person, password: str, now: datetime.datetime) -> bool:
    """Somebody logged in types their password once more, to change it or the email address.

    Raises `TooManyAttempts`.
    """
    attempt = Attempt(account=str(person.pk), address="", device=f"logged in as {person.pk}")
    return is_right(attempt, person=person, password=password, now=now)


def is_right(attempt: Attempt, *, person: Person, password: str, now: datetime.datetime) -> bool:
    """Whether it is the person's password; a wrong one is counted. Raises `TooManyAttempts`."""
    if seconds := take_turn(attempt, now):
        raise TooManyAttempts(seconds=seconds)
    if person.check_password(password):
        forget_wrong_passwords(attempt)
        return True
    count_wrong_password(attempt, now)
    return False


def seconds_to_wait(attempt: Attempt, now: datetime.datetime) -> int:
    """How long the pause still is; 0 when the password may be tried."""
    return _longest(_counted(attempt, now), now)


def take_turn(attempt: Attempt, now: datetime.datetime) -> int:
    """As `seconds_to_wait`, but when a pause is over it gives 0 once: of passwords sent side by side
    one is tried. Each is counted only after it was hashed.
    """
    counted = _counted(attempt, now)
    if seconds := _longest(counted, now):
        return seconds
    for row, pause in counted:
        # The address is a school's: right passwords from there needn't queue.
        if row.count < pause.free or pause is OF_AN_ADDRESS:
            continue
        turn = WrongPasswords.objects.filter(key=row.key, last_at=row.last_at)
        if not turn.update(last_at=now):
            return pause.left(row.count, now, now)
    return 0


def _counted(attempt: Attempt, now: datetime.datetime) -> list[tuple[WrongPasswords, Pause]]:
    """The attempt's counters that hold something, each with its pauses. One query."""
    pauses = attempt.counters
    rows = WrongPasswords.objects.filter(key__in=pauses, last_at__gte=now - MEMORY)
    return [(row, pauses[row.key]) for row in rows]


def _longest(counted: list[tuple[WrongPasswords, Pause]], now: datetime.datetime) -> int:
    return max((pause.left(row.count, row.last_at, now) for row, pause in counted), default=0)


def count_wrong_password(attempt: Attempt, now: datetime.datetime) -> None:
    """One more in each counter.

    The address counts different accounts, not passwords: a forgotten one is no spraying.
    """
    first, *others = attempt.counters
    count = _count(first, now)
    if not attempt.device:
        of_account, of_address = others
        _count(of_account, now)
        if count == 1 and _count(of_address, now) == OF_AN_ADDRESS.free:
            logger.warning(
                "Wrong passwords for %s accounts within an hour from %s",
                OF_AN_ADDRESS.free,
                attempt.address,
            )


def count_letter(address: str, now: datetime.datetime) -> None:
    """Somebody at this network address asks for an email with a link; whether anybody gets it says
    nobody. Raises `TooManyLetters`.
    """
    key = _key("letters", _line_of(address))
    row = WrongPasswords.objects.filter(key=key, last_at__gte=now - MEMORY).first()
    if row and (seconds := OF_LETTERS.left(row.count, row.last_at, now)):
        raise TooManyLetters(seconds=seconds)
    if _count(key, now) == OF_LETTERS.free:
        logger.warning("%s emails with a link asked for from %s", OF_LETTERS.free, address)


def forget_wrong_passwords(attempt: Attempt) -> None:
    """The password was right: this browser, or this address for this account, begins anew."""
    WrongPasswords.objects.filter(key=next(iter(attempt.counters))).delete()


def sweep(now: datetime.datetime) -> int:
    """Delete counters that count no longer, and sessions that are over."""
    LoginSession.objects.filter(expire_date__lt=now).delete()
    return WrongPasswords.objects.outdated(now, MEMORY).delete()[0]


def put_off_own_password(*, person: Person, now: datetime.datetime) -> None:
    """The password of a slip may be used for a week from its first use; nothing changes when it is
    put off again.
    """
    person.paper_password_ends_at = min(person.paper_password_ends_at or now, now + PAPER_IN_USE)
    person.save(update_fields=["paper_password_ends_at"])


def sessions_of(person: Person, now: datetime.datetime) -> QuerySet[LoginSession]:
    """Where the person is logged in, the latest first."""
    return person.login_sessions.filter(expire_date__gt=now)


def end_session(*, person: Person, code: str) -> bool:
    """Whether it was one of the person's own."""
    ended = [session.session_key for session in person.login_sessions.all() if session.code == code]
    return bool(person.login_sessions.filter(session_key__in=ended).delete()[0])


def end_other_sessions(*, people: Iterable[Person], keep: str | None) -> None:
    """All of theirs but the session with that key."""
    theirs = LoginSession.objects.filter(person__in=[one.pk for one in people])
    theirs.exclude(session_key=keep).delete()


def end_all_sessions() -> int:
    """Everybody's, how many: a restored database has those that were ended since its moment."""
    return LoginSession.objects.all().delete()[0]


def _count(key: str, now: datetime.datetime) -> int:
    WrongPasswords.objects.bulk_create(
        [WrongPasswords(key=key, count=0, last_at=now)], ignore_conflicts=True
    )
    row = WrongPasswords.objects.filter(key=key)
    row.update(
        count=Case(When(last_at__lt=now - MEMORY, then=Value(1)), default=F("count") + 1),
        last_at=now,
    )
    return row.values_list("count", flat=True).first() or 0


def _line_of(address: str) -> str:
    """What a subscriber's line has: an IPv4 address, or the /64 of an IPv6 address, of which each
    device takes as many addresses as it wants (RFC 6177, RFC 8981).
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return address
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ip_network((int(parsed), 64), strict=False))


def _key(*parts: str) -> str:
    return salted_hmac(SALT, "\n".join(parts), algorithm="sha256").hexdigest()
