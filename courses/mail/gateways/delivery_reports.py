"""Delivery reports (bounces) as mail servers send them: RFC 3464 in multipart/report (RFC 6522).

The server hands each one to `manage.py bounces` on its standard input.
"""

import email
import email.policy
import re
from email.message import Message as Parsed
from itertools import islice

from courses.mail.exceptions import NotADeliveryReport
from courses.mail.values import MESSAGE_ID, DeliveryReport

# Postfix returns 50 kB of the message at most (bounce_size_limit); others return it whole.
REPORT_BYTES = 1_000_000
MOST_PARTS = 50
# Each boundary and each empty line may begin one more part, which the parser makes an object of.
MOST_SEPARATORS = 5_000
MOST_BOUNDARIES = 50  # the parser compares each line with those of all multiparts it is inside
SEPARATOR = re.compile(rb"^(?:--|\r?\n)", re.MULTILINE)
HEADER_CHARACTERS = 2_000  # RFC 5322, 2.1.1: a line has 998 at most
STATUS = re.compile(r"\s*([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
RETURNED = ("message/rfc822", "message/global", "message/rfc822-headers", "message/global-headers")


class ShortHeaders(email.policy.Compat32):
    """Cuts what is too long: Python reads a header's parameters in quadratic time (200 kB: 6 s)."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[:HEADER_CHARACTERS]


def read(raw: bytes) -> DeliveryReport:
    """Which letter came back, and with which status. Raises NotADeliveryReport, which says why.

    Whoever knows the letter's Message-ID, which is random, has had the letter: that is the proof.
    """
    if len(raw) > REPORT_BYTES:
        raise NotADeliveryReport(f"larger than {REPORT_BYTES} bytes")
    _refuse_what_parses_slowly(raw)
    try:
        parts = _parts_of(_parsed(raw))
    except RecursionError as error:
        raise NotADeliveryReport("nested too deeply") from error
    status, is_permanent = _status_in(parts)
    return DeliveryReport(letter=_letter_in(parts), status=status, is_permanent=is_permanent)


def _refuse_what_parses_slowly(raw: bytes) -> None:
    if len(list(islice(SEPARATOR.finditer(raw), MOST_SEPARATORS + 1))) > MOST_SEPARATORS:
        raise NotADeliveryReport(f"more than {MOST_SEPARATORS} boundaries and empty lines")
    if raw.lower().count(b"boundary") > MOST_BOUNDARIES:
        raise NotADeliveryReport(f"more than {MOST_BOUNDARIES} multiparts")


def _parsed(raw: bytes) -> Parsed:
    return email.message_from_bytes(raw, policy=ShortHeaders())


def _parts_of(message: Parsed) -> list[Parsed]:
    """The report's own parts, in their order. Parts of the returned message aren't walked through."""
    declared = (message.get_content_type(), str(message.get_param("report-type")).lower())
    parts = _inside(message)
    if declared != ("multipart/report", "delivery-status") or not parts:
        raise NotADeliveryReport("not a multipart/report of a delivery status")
    if len(parts) > MOST_PARTS:
        raise NotADeliveryReport(f"more than {MOST_PARTS} parts")
    return parts


def _status_in(parts: list[Parsed]) -> tuple[str, bool]:
    """The first status of a recipient who wasn't reached, and whether that is for good. A letter has
    one recipient.

    The action decides (RFC 3464, 2.3.3): "failed" is final whatever the status' class, such as 4.4.1
    after five days of trying; "delayed" is temporary.
    """
    blocks = [block for part in parts for block in _blocks_of(part)]
    for block in blocks[:MOST_PARTS]:
        action = str(block.get("Action", "")).strip().lower()
        found = STATUS.match(str(block.get("Status", "")))
        if action in ("failed", "delayed") and found and found[1] != "2":
            first = "4" if action == "delayed" else found[1]
            return f"{first}.{int(found[2])}.{int(found[3])}", action == "failed"
    raise NotADeliveryReport("says of no recipient that the letter failed or is delayed")


def _blocks_of(part: Parsed) -> list[Parsed]:
    """One for the report and one for each recipient, where this part is of a delivery status."""
    kind, inner = part.get_content_type(), _inside(part)
    if (
        kind == "message/global-delivery-status" and inner
    ):  # RFC 6533: the same with UTF-8 addresses
        as_ascii = b"Content-Type: message/delivery-status\n\n" + inner[0].as_bytes()
        return _inside(_parsed(as_ascii))
    return inner if kind == "message/delivery-status" else []


def _letter_in(parts: list[Parsed]) -> str:
    """The public id of the letter whose headers are returned."""
    for part in parts[1:]:
        kind = part.get_content_type()
        if kind == "text/rfc822-headers":
            text = part.get_payload(decode=True)
            returned = [_parsed(text if isinstance(text, bytes) else b"")]
        elif kind in RETURNED:  # Python reads what is in a message/… as a message
            returned = _inside(part)[:1]
        else:
            continue
        for letter in returned:
            if found := MESSAGE_ID.search(str(letter.get("Message-ID", ""))[:300]):
                return found[1]
    raise NotADeliveryReport("returns no Message-ID of a letter of ours")


def _inside(part: Parsed) -> list[Parsed]:
    payload = part.get_payload()
    if not isinstance(payload, list):
        return []
    return [inner for inner in payload if isinstance(inner, Parsed)]
