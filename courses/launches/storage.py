"""The RSA keys that sign LTI launches: PEM files in a folder, each named after the day in Paris on
which it begins to sign, such as `2026-12-01.pem`.

So a rotation is one file that is written a day before its use, and no row, no restart.
"""

import datetime
import hashlib
import json
import os
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from jwt.algorithms import RSAAlgorithm

ALGORITHM = "RS256"
BITS = 2048
BEFORE_USE = datetime.timedelta(days=2)  # tools keep our public keys for hours: a whole day between


@dataclass(frozen=True)
class SigningKey:
    begins_on: datetime.date
    private: RSAPrivateKey
    public: dict[str, Any]  # as a JSON Web Key, with its kid

    @property
    def kid(self) -> str:
        return self.public["kid"]


def days_of_keys(folder: str, day: datetime.date) -> list[datetime.date]:
    """On which the coming keys, the present one and the one before it begin, the newest first."""
    found = sorted(_days_in(folder), reverse=True)
    begun = [begins_on for begins_on in found if begins_on <= day][:2]
    coming = [begins_on for begins_on in found if begins_on > day]
    return [*coming, *begun]


def keys_in(folder: str, day: datetime.date) -> list[SigningKey]:
    """Each of them. Raises `OSError` or `ValueError` where a file can't be read."""
    return [read_key(folder, begins_on) for begins_on in days_of_keys(folder, day)]


def read_key(folder: str, begins_on: datetime.date) -> SigningKey:
    """Raises `OSError`, or `ValueError` for a file that holds no key, or one with a password."""
    path = _path(folder, begins_on)
    return _parsed(str(path), path.stat().st_mtime_ns, begins_on)


def make_key(folder: str, begins_on: datetime.date) -> Path:
    """Write another key, readable for its owner alone. Raises `FileExistsError` where that day has
    one.
    """
    Path(folder).mkdir(mode=0o700, parents=True, exist_ok=True)
    path = _path(folder, begins_on)
    made = generate_private_key(public_exponent=65537, key_size=BITS)
    pem = made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    # Half written it has another name, under which nobody reads it.
    with NamedTemporaryFile(dir=folder, suffix=".part") as part:
        part.write(pem)
        part.flush()
        os.link(part.name, path)
    return path


def forget_old_keys(folder: str, day: datetime.date) -> list[Path]:
    """Delete those before the past one: nothing that they signed is good any more."""
    begun = sorted((one for one in _days_in(folder) if one <= day), reverse=True)
    old = [_path(folder, begins_on) for begins_on in begun[2:]]
    for path in old:
        path.unlink()
    return old


def _path(folder: str, begins_on: datetime.date) -> Path:
    return Path(folder) / f"{begins_on.isoformat()}.pem"


def _days_in(folder: str) -> list[datetime.date]:
    """Empty where there is no folder. Files with other names aren't ours."""
    found = []
    for path in Path(folder).glob("????-??-??.pem") if folder else []:
        try:
            found.append(datetime.date.fromisoformat(path.stem))
        except ValueError:
            continue
    return found


@lru_cache(maxsize=8)
def _parsed(path: str, _changed_at: int, begins_on: datetime.date) -> SigningKey:
    try:
        private = load_pem_private_key(Path(path).read_bytes(), password=None)
    except (TypeError, UnsupportedAlgorithm) as fault:  # TypeError: it has a password
        raise ValueError(f"{path} has a password, or isn't a known key.") from fault
    if not isinstance(private, RSAPrivateKey) or private.key_size < BITS:
        raise ValueError(f"{path} holds no RSA key of {BITS} bits.")
    shown = RSAAlgorithm.to_jwk(private.public_key(), as_dict=True)
    bare = {name: shown[name] for name in ("e", "kty", "n")}
    # RFC 7638: the thumbprint of a key is the hash of its members in this order, without blanks.
    thumbprint = hashlib.sha256(json.dumps(bare, separators=(",", ":")).encode()).digest()
    kid = urlsafe_b64encode(thumbprint).rstrip(b"=").decode()
    return SigningKey(begins_on, private, {**bare, "kid": kid, "use": "sig", "alg": ALGORITHM})
