"""Delivery reports as mail servers write them (RFC 3464)."""

POSTFIX = """\
Return-Path: <>
Date: Wed, 25 Nov 2026 12:00:03 +0100 (CET)
From: MAILER-DAEMON@relais.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: passerelle@region.example
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="4A2B.1764068403/relais.example"
Message-Id: <20261125110003.5D@relais.example>

This is a MIME-encapsulated message.

--4A2B.1764068403/relais.example
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--4A2B.1764068403/relais.example
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; relais.example
Arrival-Date: Wed, 25 Nov 2026 12:00:00 +0100 (CET)

Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}
Remote-MTA: dns; mx.lycee.example
Diagnostic-Code: smtp; 550 5.1.1 User unknown

--4A2B.1764068403/relais.example
Content-Description: Undelivered Message
Content-Type: {returned_as}

From: passerelle@region.example
Subject: Une place
Message-ID: <letter-{letter}@passerelle.region.example>

Bonjour

--4A2B.1764068403/relais.example--
"""
WHOLE, HEADERS_ALONE = "message/rfc822", "text/rfc822-headers"


def bounce(
    letter: str,
    *,
    status: str = "5.1.1",
    action: str = "failed",
    recipient: str = "personne@lycee.example",
    returned_as: str = WHOLE,
) -> bytes:
    """A report about the letter with that public id."""
    return POSTFIX.format(
        letter=letter, status=status, action=action, recipient=recipient, returned_as=returned_as
    ).encode()
