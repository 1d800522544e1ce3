"""Codes that people read aloud and addresses show. Crockford's base32: no I, L, O, U to be mistaken."""

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans({"I": "1", "L": "1", "O": "0"})


def random_code(length: int) -> str:
    """`length` characters of 5 random bits each."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def public_id() -> str:
    """A short id for addresses: 50 random bits, lower case. Never a primary key, never a date."""
    return random_code(10).lower()


def verify_code() -> str:
    """80 random bits, written 4 × 4: `7F3K-0219-ABCD-EFGH`."""
    code = random_code(16)
    return "-".join(code[i : i + 4] for i in range(0, 16, 4))


def as_typed(code: str) -> str:
    """A verify code as somebody typed it, in the form that is stored; may still be unknown."""
    bare = "".join(c for c in code.upper().translate(_MISREAD) if c in ALPHABET)
    return "-".join(bare[i : i + 4] for i in range(0, len(bare), 4))
