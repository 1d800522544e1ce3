"""Which emails to the sender are delivery reports of ours, and what they say."""

import pytest

from courses.mail.exceptions import NotADeliveryReport
from courses.mail.gateways import delivery_reports
from courses.mail.values import DeliveryReport
from tests.factories.bounces import HEADERS_ALONE, bounce

LETTER = "abcdefgh23"


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ({}, ("5.1.1", True)),
        ({"status": "5.2.2 (mailbox full)"}, ("5.2.2", True)),
        ({"status": "4.4.1", "action": "delayed"}, ("4.4.1", False)),
        ({"status": "5.0.0", "action": "delayed"}, ("4.0.0", False)),
        ({"status": "4.4.7", "action": "FAILED"}, ("4.4.7", True)),
        ({"returned_as": HEADERS_ALONE}, ("5.1.1", True)),
        ({"returned_as": "message/rfc822-headers"}, ("5.1.1", True)),
        ({"returned_as": "message/global"}, ("5.1.1", True)),
    ],
    ids=[
        "unknown user",
        "comment behind the status",
        "delayed",
        "a delay is temporary whatever its class",
        "given up after days, with a temporary status",
        "headers alone",
        "headers as a message type",
        "headers in UTF-8",
    ],
)
def test_reports_are_read(said, read):
    status, is_permanent = read

    report = delivery_reports.read(bounce(LETTER, **said))

    assert report == DeliveryReport(LETTER, status, is_permanent=is_permanent)


def test_a_report_with_addresses_in_utf_8_is_read():
    raw = bounce(LETTER, status="5.1.1", recipient="hélène@lycée.example").replace(
        b"message/delivery-status", b"message/global-delivery-status"
    )

    assert delivery_reports.read(raw) == DeliveryReport(LETTER, "5.1.1", is_permanent=True)


def test_a_header_of_a_megabyte_is_cut_before_its_parameters_are_read():
    parameters = b";" * (delivery_reports.REPORT_BYTES - 100)

    with pytest.raises(NotADeliveryReport, match="not a multipart/report"):
        delivery_reports.read(b'Content-Type: multipart/report; boundary="%s"\n\n' % parameters)


def nested(depth: int) -> bytes:
    head = b"Content-Type: multipart/report; report-type=delivery-status; boundary=b0\n\n"
    for level in range(depth):
        head += b"--b%d\nContent-Type: multipart/mixed; boundary=b%d\n\n" % (level, level + 1)
    return head


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff\xfe" * 1000,
        b"Subject: Absent\nAuto-Submitted: auto-replied\n\nJe suis absente.\n",
        bounce(LETTER).replace(
            b"report-type=delivery-status", b"report-type=disposition-notification"
        ),
        bounce(LETTER).replace(b"multipart/report", b"multipart/mixed"),
        bounce(LETTER, action="delivered"),
        bounce(LETTER, action="relayed", status="2.1.5"),
        bounce(LETTER, status="2.0.0"),
        bounce(LETTER, status="refused"),
        bounce(LETTER, status="5.1.1.1"),
        bounce("ABCDEFGH23!"),
        bounce(LETTER).replace(b"Message-ID", b"X-Other"),
        bounce(LETTER) + b"x" * delivery_reports.REPORT_BYTES,
        nested(5000),
        nested(delivery_reports.MOST_BOUNDARIES),
        bounce(LETTER).replace(b"\n\nBonjour", b"\n" * delivery_reports.MOST_SEPARATORS),
        bounce(LETTER).split(b"--4A2B.1764068403/relais.example\nContent-Description: Und")[0],
    ],
    ids=[
        "nothing",
        "no text",
        "an answer of somebody who is away",
        "a receipt",
        "another multipart",
        "delivered",
        "handed on",
        "failed with a status of success",
        "no status code",
        "a code too long",
        "no id of a letter",
        "no Message-ID",
        "huge",
        "nested without end",
        "nested deeply",
        "more empty lines than any letter has",
        "cut before the letter",
    ],
)
def test_what_is_no_report_of_ours_says_why(raw):
    with pytest.raises(NotADeliveryReport) as refused:
        delivery_reports.read(raw)

    assert str(refused.value)
