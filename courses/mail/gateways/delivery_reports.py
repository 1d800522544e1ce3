"""Delivery reports (bounces) as mail servers send them: RFC 3464 in multipart/report (RFC 6522).

The server hands each one to `manage.py bounces` on its standard input.
"""

import email
import email.policy
import re
from email.message import Message as Parsed

from courses.mail.exceptions import NotADeliveryReport
from courses.mail.values import MESSAGE_ID, DeliveryReport

# Postfix returns 50 kB of the message at most (bounce_size_limit); others return it whole.
REPORT_BYTES = 1_000_000
MOST_PARTS = 50
STATUS = re.compile(r"\s*([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
GIVEN_UP = ("failed", "delayed")
RETURNED = ("message/rfc822", "message/global", "message/rfc822-headers", "message/global-headers")


def read(raw: bytes) -> DeliveryReport:
    """Which letter came back, and with which status. Raises NotADeliveryReport, which says why.

    Whoever knows the letter's Message-ID, which is random, has had the letter: that is the proof.
    """
    if len(raw) > REPORT_BYTES:
        raise NotADeliveryReport(f"larger than {REPORT_BYTES} bytes")
    try:
        parts = _parts_of(email.message_from_bytes(raw, policy=email.policy.compat32))
    except RecursionError as error:
        raise NotADeliveryReport("nested too deeply") from error
    return DeliveryReport(letter=_letter_in(parts), status=_status_in(parts))


def _parts_of(message: Parsed) -> list[Parsed]:
    """The report's own parts, in their order. Parts of the returned message aren't walked through."""
    declared = (message.get_content_type(), str(message.get_param("report-type")).lower())
    parts = _inside(message)
    if declared != ("multipart/report", "delivery-status") or not parts:
        raise NotADeliveryReport("not a multipart/report of a delivery status")
    if len(parts) > MOST_PARTS:
        raise NotADeliveryReport(f"more than {MOST_PARTS} parts")
    return parts


def _status_in(parts: list[Parsed]) -> str:
    """The first status of a recipient who wasn't reached. A letter has one recipient."""
    statuses = [part for part in parts if part.get_content_type() == "message/delivery-status"]
    blocks = [block for part in statuses for block in _inside(part)]
    for block in blocks[:MOST_PARTS]:
        action = str(block.get("Action", "")).strip().lower()
        found = STATUS.match(str(block.get("Status", "")))
        if action in GIVEN_UP and found and found[1] != "2":
            # A delay is temporary, whatever the class of the status.
            first = "4" if action == "delayed" else found[1]
            return f"{first}.{int(found[2])}.{int(found[3])}"
    raise NotADeliveryReport("says of no recipient that the letter failed or is delayed")


def _letter_in(parts: list[Parsed]) -> str:
    """The public id of the letter whose headers are returned."""
    for part in parts[1:]:
        kind = part.get_content_type()
        if kind == "text/rfc822-headers":
            text = part.get_payload(decode=True)
            returned = [email.message_from_bytes(text if isinstance(text, bytes) else b"")]
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
