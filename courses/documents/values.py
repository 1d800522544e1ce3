"""Codes that people read aloud and addresses show, in Crockford's base32: no I, L, O, U to be
mistaken. Pictures and sheets.
"""

import re
import secrets
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlsplit
from uuid import UUID, uuid5

from django.utils.http import url_has_allowed_host_and_scheme

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LINK_SCHEMES = {"http", "https", "mailto", "tel"}
NOT_IN_AN_ADDRESS = re.compile(r"[\s\\\x00-\x20\x7f-\xa0]")
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


def form_key(sent: UUID, *of: int) -> UUID:
    """The key of the row that a form makes: from the one it sent and the primary keys of whose it
    is, and of what. So a key copied from another person's form is one of its own here.
    """
    return uuid5(sent, " ".join(map(str, of)))


class FormKeys(NamedTuple):
    """Keys that the row of a form can have: its `form_key`; the one that was sent, as rows of version
    0.2.0 have it; one for changed content, if a row has the first. To be looked up among rows of the
    same person and parent alone.
    """

    own: UUID
    sent: UUID
    changed: UUID


def keys_of_form(sent: UUID, *of: int, content: object = "") -> FormKeys:
    own = form_key(sent, *of)
    return FormKeys(own, sent, uuid5(own, f"{content}"))


def as_typed(code: str) -> str:
    """A verify code as somebody typed it, in the form that is stored; may still be unknown."""
    bare = "".join(c for c in code.upper().translate(_MISREAD) if c in ALPHABET)
    return "-".join(bare[i : i + 4] for i in range(0, len(bare), 4))


def leads_somewhere(address: str) -> bool:
    """Whether a link that somebody wrote may be kept: to a site, an email address, a telephone, or
    a page of ours. Takes it decoded.
    """
    if NOT_IN_AN_ADDRESS.search(
        address.replace(" ", "") if address.startswith("tel:") else address
    ):
        return False
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    if parts.scheme in {"http", "https"}:
        return bool(parts.hostname) and parts.username is None
    if parts.scheme:
        return parts.scheme in LINK_SCHEMES and bool(parts.path)
    inside = address.startswith("#") or (address.startswith("/") and not address.startswith("//"))
    return inside and url_has_allowed_host_and_scheme(address, allowed_hosts=None)


# bleach takes tags away and leaves what stood in them: of these nothing is for readers.
NEVER_WORDS = re.compile(
    r"<(script|style|template|noscript|iframe|object|svg|math|title|xml|textarea|select|noembed|noframes|head)\b.*?(?:</\1\s*>|\Z)"
    r"|<!--.*?(?:-->|\Z)",
    re.S | re.I,
)
# Soft hyphens, zero width, marks that turn the direction of text, control characters; line ends and
# tabs stay.
INVISIBLE = re.compile(
    "[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]"
)
# Programs in packed documents: macros of Office (names of its parts have no case) and of LibreOffice.
PROGRAMS = re.compile(r"vbaProject\.bin$|^Basic/|^Scripts/", re.I)


# What Atkinson Hyperlegible Next has: not all of Latin's extensions, no Vietnamese, no Greek, no
# Cyrillic. A test reads the files.
OUR_LETTERS = re.compile(
    "[ -~\u00a0-\u00ac\u00ae-\u00b4\u00b6-\u0107\u010a-\u0113\u0116-\u011b\u011e-\u0123\u0126\u0127\u012a\u012b"
    "\u012e-\u0133\u0136\u0137\u0139-\u013e\u0141-\u0148\u0150-\u0155\u0158-\u015b\u015e-\u0165\u016a\u016b"
    "\u016e-\u017e\u0218-\u021b\u1e80-\u1e85\u1e9e\u1ef2\u1ef3\u2009\u2013\u2014\u2018-\u201a\u201c-\u201e\u2026]*"
)


def has_other_letters(text: str) -> bool:
    """Whether a name has a letter that our font for papers hasn't: then all of it is set in another
    one, so that it doesn't look patched.
    """
    return OUR_LETTERS.fullmatch(text) is None


# a telephone of 50 to 200 million pixels writes 12 to 40 MB, and a script makes it lighter first
PHOTO_BYTES = 25_000_000
PDF = "application/pdf"
JPEG = "image/jpeg"
ZIP = "application/zip"


@dataclass(frozen=True)
class Picture:
    """An upright JPEG."""

    content: bytes
    width: int
    height: int


@dataclass(frozen=True)
class Pdf:
    """A PDF that was looked into."""

    content: bytes
    pages: int


@dataclass(frozen=True)
class Sound:
    """A recording that was looked into."""

    content: bytes
    ending: str
    media_type: str
    seconds: int  # 0 where it doesn't say


@dataclass(frozen=True)
class BoundSheet:
    """Source of one page or several of a bound PDF: an upright JPEG, or a PDF that was
    looked into.
    """

    content: bytes
    media_type: str
    turned: int = 0  # degrees clockwise


@dataclass(frozen=True)
class AttachedFile:
    """A file for others to read that was looked into: what is stored of it, and its name with the
    ending of what it is. A picture has its size in pixels.
    """

    content: bytes
    name: str
    media_type: str
    width: int = 0
    height: int = 0

    @property
    def is_picture(self) -> bool:
        return bool(self.width)
