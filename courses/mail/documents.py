"""A letter's text from its templates, and a mail from its text."""

import email
import email.policy
from email.headerregistry import Address
from email.message import MIMEPart
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import Model
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import cached_property

from courses.mail.exceptions import UnknownLetter
from courses.mail.models import Letter
from courses.mail.registry import writer_of
from courses.mail.values import (
    CalendarPart,
    MailFile,
    Message,
    OpenedLetter,
    message_id,
    one_line,
)

# Seven bits: not every mail server on the way takes eight (RFC 6152).
FOR_ANY_SERVER = email.policy.SMTP.clone(cte_type="7bit")


def absolute(path: str) -> str:
    """The whole address of a path of ours; never from a request's Host header."""
    return settings.SITE_ADDRESS.rstrip("/") + path


def letter(
    template: str,
    subject,
    context: dict,
    *,
    calendar: CalendarPart | None = None,
    attachments=(),
    in_short: str | None = None,
) -> Message:
    """Render `<template>.html` and `<template>.txt` in the language that is active now. `in_short` is
    what the summary of the day or week says of it, see `Message`.
    """
    subject = one_line(str(subject))
    context = {
        **context,
        "subject": subject,
        "site_address": settings.SITE_ADDRESS,
        "is_demo": settings.MAILS_READ_IN_BROWSER,
    }
    context["contact"] = settings.CONTACT_ADDRESS
    return Message(
        subject=subject,
        text=render_to_string(f"{template}.txt", context).strip() + "\n",
        html=render_to_string(f"{template}.html", context),
        calendar=calendar,
        attachments=tuple(attachments),
        in_short=in_short,
        url=context.get("url", ""),
    )


def about(row: Letter) -> Model | None:
    if not row.about_model:
        return None
    return apps.get_model(row.about_model)._default_manager.filter(pk=row.about_pk).first()


def written(row: Letter) -> Message | None:
    """The letter's text in the reader's language; None when it is no longer needed, or its row is
    gone.
    """
    subject = about(row)
    if row.about_model and subject is None:
        return None
    with translation.override(row.to.language):
        return writer_of(row.kind)(subject, to=row.to, details=row.details)


def reason(row: Letter) -> str:
    """Why this letter was written, in the language that is active now; empty when its writer
    doesn't say.
    """
    try:
        return str(writer_of(row.kind).reason)
    except UnknownLetter:  # its function is gone by now: the record stays
        return ""


def opens_an_account(row: Letter) -> bool:
    """Whether its link does."""
    return writer_of(row.kind).opens_an_account


class Mail(EmailMultiAlternatives):
    """multipart/alternative of text, HTML and calendar (RFC 6047, 2.4); attachments go around it."""

    calendar: CalendarPart | None = None

    def message(self, *, policy=FOR_ANY_SERVER):
        """Made once, so that what is kept is what was sent, to the byte."""
        return self._made

    @cached_property
    def _made(self):
        built = super().message(policy=FOR_ANY_SERVER)
        if self.calendar:
            # As base64 the calendar's own line ends and folding reach the client untouched.
            params = {"charset": "utf-8", "method": self.calendar.method}
            alternative = next(
                part for part in built.walk() if part.get_content_type() == "multipart/alternative"
            )
            alternative.add_alternative(
                self.calendar.content, "text", "calendar", cte="base64", params=params
            )
        return built


def mail(row: Letter, message: Message) -> Mail:
    """The mail of a letter.

    Its Message-ID is the letter's own: sent again after a crash, it is known as the same.
    """
    host = urlsplit(settings.SITE_ADDRESS).hostname or "localhost"
    made = Mail(
        subject=one_line(message.subject),
        body=message.text,
        to=[str(Address(display_name=one_line(row.to.display_name), addr_spec=row.goes_to))],
        reply_to=[settings.CONTACT_ADDRESS],
        alternatives=[(message.html, "text/html")],
        attachments=[_attached(one) for one in message.attachments],
        headers={
            "Message-ID": message_id(row.public_id, host),
            "Auto-Submitted": "auto-generated",
            "Content-Language": row.to.language,
            **_unsubscribe(message.unsubscribe_url),
        },
    )
    made.calendar = message.calendar
    return made


def _attached(attached: MailFile) -> Any:
    """Return the attachment as Django takes it. An iCalendar has its method in the type."""
    if not attached.method:
        return attached.name, attached.content, attached.mimetype
    part = MIMEPart(policy=FOR_ANY_SERVER)
    main, _slash, sub = attached.mimetype.partition("/")
    part.set_content(
        attached.content,
        main,
        sub,
        cte="base64",
        disposition="attachment",
        filename=attached.name,
        params={"charset": "utf-8", "method": attached.method},
    )
    return part


def _unsubscribe(url: str) -> dict[str, str]:
    """Return headers of which mail programs make their own button (RFC 2369, RFC 8058)."""
    if not url:
        return {}
    one_click = "List-Unsubscribe=One-Click"
    return {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": one_click}


def opened(row: Letter) -> OpenedLetter | None:
    """Return the mail that was sent, part by part, read from the record; None if nothing was.

    Nothing is rendered anew.
    """
    if not row.source:
        return None
    parsed = email.message_from_bytes(bytes(row.source), policy=email.policy.default)
    text, html = parsed.get_body(("plain",)), parsed.get_body(("html",))
    calendar = next(
        (
            part
            for part in parsed.walk()
            if part.get_content_type() == "text/calendar" and not part.is_attachment()
        ),
        None,
    )
    return OpenedLetter(
        headers=tuple((name, str(value)) for name, value in parsed.items()),
        text=_read(text),
        html=_read(html),
        calendar=(
            CalendarPart(str(calendar.get_param("method")), _bytes(calendar)) if calendar else None
        ),
        attachments=(
            tuple(
                MailFile(
                    part.get_filename() or "",
                    _bytes(part),
                    part.get_content_type(),
                    str(part.get_param("method", "")),
                )
                for part in parsed.iter_attachments()
            )
            if parsed.get_content_type() == "multipart/mixed"
            else ()
        ),
    )


def _read(part) -> str:
    """A text part without the line ends of the wire."""
    return part.get_content().replace("\r\n", "\n") if part else ""


def _bytes(part) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""
