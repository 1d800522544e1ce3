"""The second step of a login: switched on with a first code, asked for, switched off.

One row of the database is locked while a code is looked at, so each serves once, also in two requests
at once.
"""

import base64
import datetime
import secrets

import pyotp
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from pyotp.exceptions import OTPVerificationError
from wagtail.log_actions import log

from courses.exceptions import Refusal
from courses.mail import services as mail
from courses.people.enums import Letters, SecondFactorEvent
from courses.people.exceptions import NoSecondFactor, SecondFactorIsOn, WrongCode
from courses.people.models import Person, RecoveryCode, SecondFactor
from courses.people.rules.second_factor import (
    CODE_DIGITS,
    MOST_WRONG,
    RECOVERY_DIGITS,
    WRONG_MEMORY,
    typed_digits,
    why_not_take_off,
    why_not_try,
)
from courses.people.services.logins import end_other_sessions

APP_SALT, RECOVERY_SALT = "courses.people.second-factor", "courses.people.recovery-code"
KEY_BYTES = 20  # RFC 4226, 4: 160 bits
RECOVERY_CODES = 10
ISSUER = "Passerelle"


def new_seed() -> str:
    return secrets.token_hex(16)


def app_of(seed: str) -> pyotp.TOTP:
    """The app's codes. Its key is an HMAC of the seed under a key of the site."""
    made = salted_hmac(APP_SALT, seed, secret=settings.SECOND_FACTOR_KEY, algorithm="sha256")
    return pyotp.TOTP(base64.b32encode(made.digest()[:KEY_BYTES]).decode())


def address_for_app(person: Person, seed: str) -> str:
    """What a QR code tells the app (otpauth://)."""
    return app_of(seed).provisioning_uri(name=person.login, issuer_name=ISSUER)


def switch_on(
    *,
    person: Person,
    seed: str,
    code: str,
    keep: str | None = None,
    now: datetime.datetime | None = None,
) -> list[str]:
    """The app shows the right code: from now on logins ask for one. Gives the recovery codes, which
    are kept nowhere in the clear. Sessions but the one to `keep` end. Raises `WrongCode`,
    `SecondFactorIsOn`.
    """
    now = now or timezone.now()
    timecode = _timecode(seed, typed_digits(code), now)
    if timecode is None:
        raise WrongCode
    with transaction.atomic():
        factor, is_new = SecondFactor.objects.get_or_create(
            person=person, defaults={"seed": seed, "since": now, "last_timecode": timecode}
        )
        if not is_new:
            raise SecondFactorIsOn
        codes = _new_codes(factor)
        end_other_sessions(people=[person], keep=keep)
        _tell(person, SecondFactorEvent.ON, now, by=person)
    return codes


def use_code(*, person: Person, code: str, now: datetime.datetime | None = None) -> None:
    """Take the app's code or a recovery code. Each serves once.

    Holds the factor's row. Not inside a transaction: a wrong code is counted, and the refusal is
    raised after. Raises `WrongCode`, `TooManyCodes`, `NoSecondFactor`.
    """
    now = now or timezone.now()
    with transaction.atomic():
        factor = SecondFactor.objects.select_for_update().filter(person=person).first()
        if factor is None:
            raise NoSecondFactor
        refusal = why_not_try(factor, now) or _try(factor, typed_digits(code), now)
    if refusal:
        raise refusal


def renew_recovery_codes(*, person: Person, now: datetime.datetime | None = None) -> list[str]:
    """The earlier ones open nothing any more."""
    with transaction.atomic():
        factor = SecondFactor.objects.select_for_update().filter(person=person).first()
        if factor is None:
            raise NoSecondFactor
        codes = _new_codes(factor)
        _tell(person, SecondFactorEvent.CODES, now or timezone.now(), by=person)
    return codes


def switch_off(*, person: Person, now: datetime.datetime | None = None) -> None:
    """By its owner, who has given password and code."""
    _remove(person, SecondFactorEvent.OFF, now or timezone.now(), by=person)


def take_off(*, person: Person, by: Person | None, now: datetime.datetime | None = None) -> None:
    """By a registrar, for somebody who has lost the phone; without `by` on the server's command line.
    All sessions end: the phone may be logged in. Raises a `Refusal`.
    """
    if by and (refusal := why_not_take_off(by=by, of=person)):
        raise refusal
    with transaction.atomic():
        _remove(person, SecondFactorEvent.TAKEN_OFF, now or timezone.now(), by=by)
        end_other_sessions(people=[person], keep=None)


def _remove(
    person: Person, event: SecondFactorEvent, now: datetime.datetime, *, by: Person | None
) -> None:
    with transaction.atomic():
        if not SecondFactor.objects.filter(person=person).delete()[0]:
            raise NoSecondFactor
        _tell(person, event, now, by=by)


def _try(factor: SecondFactor, digits: str, now: datetime.datetime) -> Refusal | None:
    """The factor's row is held."""
    is_right = _use_recovery(factor, digits, now) or _use_app(factor, digits, now)
    if is_right:
        factor.wrong_codes, factor.wrong_since = 0, None
    else:
        if factor.wrong_since is None or factor.wrong_since + WRONG_MEMORY <= now:
            factor.wrong_codes, factor.wrong_since = 0, now
        factor.wrong_codes += 1
        if factor.wrong_codes == MOST_WRONG:
            _tell(factor.person, SecondFactorEvent.WRONG, now)
    factor.save(update_fields=["last_timecode", "wrong_codes", "wrong_since"])
    return None if is_right else WrongCode()


def _use_app(factor: SecondFactor, digits: str, now: datetime.datetime) -> bool:
    timecode = _timecode(factor.seed, digits, now)
    if timecode is None or timecode <= factor.last_timecode:
        return False
    factor.last_timecode = timecode
    return True


def _use_recovery(factor: SecondFactor, digits: str, now: datetime.datetime) -> bool:
    if len(digits) != RECOVERY_DIGITS:
        return False
    if not factor.recovery_codes.filter(mark=_mark(factor, digits)).delete()[0]:
        return False
    left = factor.recovery_codes.count()
    _tell(factor.person, SecondFactorEvent.RECOVERED, now, by=factor.person, left=left)
    return True


def _timecode(seed: str, digits: str, now: datetime.datetime) -> int | None:
    """The time step whose code this is: that of now, the one before or the next."""
    if len(digits) != CODE_DIGITS:
        return None
    try:
        return app_of(seed).verify_and_get_timecode(digits, for_time=now, valid_window=1)
    except OTPVerificationError:
        return None


def _new_codes(factor: SecondFactor) -> list[str]:
    codes: set[str] = set()
    while len(codes) < RECOVERY_CODES:
        codes.add(f"{secrets.randbelow(10**RECOVERY_DIGITS):0{RECOVERY_DIGITS}}")
    factor.recovery_codes.all().delete()
    RecoveryCode.objects.bulk_create(
        [RecoveryCode(factor=factor, mark=_mark(factor, code)) for code in codes]
    )
    return sorted(codes)


def _mark(factor: SecondFactor, digits: str) -> str:
    """Under another key of the site than the app's: whichever of the two is renewed, one way in stays."""
    text = f"{factor.pk}\n{digits}"
    return salted_hmac(RECOVERY_SALT, text, algorithm="sha256").hexdigest()


def _tell(
    person: Person,
    event: SecondFactorEvent,
    now: datetime.datetime,
    *,
    by: Person | None = None,
    left: int = 0,
) -> None:
    """A line in the history, a letter to the owner."""
    log(instance=person, action=f"people.second_factor_{event}", user=by)
    is_other = by is not None and by.pk != person.pk
    mail.post(
        Letters.SECOND_FACTOR,
        about=person,
        to=person,
        key=f"second-factor:{person.pk}:{event}:{now.timestamp():.0f}",
        details={"event": event, "by": by.display_name if by and is_other else "", "left": left},
    )
