"""Identifier of a person under a counting key."""

import hashlib
import hmac

BYTES = 16


def identifier(secret: str, person: int) -> str:
    """32 hexadecimal digits of HMAC-SHA256 (RFC 2104): without the secret, no way back to the person,
    and nothing in common with the identifier of another day.
    """
    return hmac.new(bytes.fromhex(secret), str(person).encode(), hashlib.sha256).hexdigest()[
        : 2 * BYTES
    ]
