"""The certificate: its words, frozen in both languages when it is issued, and its file."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext, gettext_noop, ngettext, pgettext

from courses.dates import date_words, day
from courses.documents.services import pdf_on_one_page, qr_image
from courses.people.enums import Language
from courses.people.models import Person
from courses.templatetags.passerelle import duration
from training.models import Certificate, Enrolment, Session
from training.queries.attendance import SessionTally
from training.queries.certificates import organiser
from training.values import CertificateChange

# Under which word each frozen value stands on the sheet, in this order.
FACTS = {
    "dates": gettext_noop("Date"),
    "followed": gettext_noop("Time attended"),
    "planned": gettext_noop("Time planned"),
    "way": gettext_noop("Format"),
    "led_by": gettext_noop("Led by"),
}
SIZES = (
    "",
    "close",
    "full",
    "tight",
)  # of the certificate's words: the first that needs one page only
KEPT_TOGETHER = re.compile(r"\d{1,2}(?:er)? \w+ \d{4}|\(\d+ \w+\)")  # a date, a number of meetings


def certificate_content(
    enrolment: Enrolment,
    session: Session,
    counted: SessionTally,
    minutes: int,
    *,
    led_by: Iterable[Person],
    issued_at: datetime,
) -> dict:
    """{"fr": {…}, "en": {…}} of plain strings: what the paper and the public page say for ever."""
    names = {
        "name": plain(enrolment.teacher.printed_name),
        "school": (
            plain(str(enrolment.school))
            + (f" ({enrolment.school.uai})" if enrolment.school.uai else "")
        ),
        "provider": plain(session.provider.name),
        "resource": plain(session.resource.name),
        "organiser": plain(organiser()),
        "led_by": ", ".join(plain(one.display_name) for one in led_by),
        "attested_by": ", ".join(plain(name) for name in counted.attested_by),
    }
    content = {}
    for language in Language.values:
        with translation.override(language):
            content[language] = {
                **names,
                "title": plain(session.title),
                "dates": dates_in_words(counted.meetings),
                "planned": planned_in_words(counted),
                "followed": duration(minutes),
                "way": (
                    gettext("live online, in %(language)s")
                    % {"language": language_word(session.language)}
                ),
                "issued_on": date_words(issued_at),
            }
    return content


def corrected_content(
    certificate: Certificate, change: CertificateChange, *, by: Person, issued_at: datetime
) -> dict:
    """The earlier version's frozen words with the change, and which one it replaces.

    Whoever states other minutes attests them, too.
    """
    content = {}
    for language in Language.values:
        with translation.override(language):
            words = certificate.content[language] | {
                "issued_on": date_words(issued_at),
                "replaces": gettext("Replaces no. %(number)s of %(day)s")
                % {"number": certificate.number, "day": certificate.content[language]["issued_on"]},
            }
            if change.minutes is None:
                words["name"] = plain(change.name)
            else:
                attesting = [name for name in words.get("attested_by", "").split(", ") if name]
                adviser = plain(by.display_name)
                words["followed"] = duration(change.minutes)
                words["attested_by"] = ", ".join(dict.fromkeys([*attesting, adviser]))
            content[language] = words
    return content


def planned_in_words(counted: SessionTally) -> str:
    """The planned time; with the time held where somebody stated longer hours, so that nobody
    follows more than there was.
    """
    planned = duration(counted.planned_minutes)
    if counted.real_minutes <= counted.planned_minutes:
        return planned
    return gettext("%(planned)s (held: %(held)s)") % {
        "planned": planned,
        "held": duration(counted.real_minutes),
    }


def dates_in_words(meetings: list) -> str:
    """One day with its weekday; several as from, to, and how many meetings."""
    first, last = meetings[0].starts_at, meetings[-1].starts_at
    if day(first) == day(last):
        return day(first)
    said = ngettext(
        "from %(first)s to %(last)s (%(count)s meeting)",
        "from %(first)s to %(last)s (%(count)s meetings)",
        len(meetings),
    )
    return said % {"first": date_words(first), "last": date_words(last), "count": len(meetings)}


def language_word(code: str) -> str:
    """The language's name inside a sentence, in the language that is active now."""
    return (
        pgettext("language, in a sentence", "French")
        if code == Language.FRENCH
        else pgettext("language, in a sentence", "English")
    )


def plain(text: str) -> str:
    """Without control characters and marks of direction: a name can't turn the words around it."""
    return "".join(c for c in text if unicodedata.category(c) not in {"Cc", "Cf"}).strip()


def verify_address(certificate: Certificate) -> str:
    """The public page that says whether the paper holds: what the QR code leads to."""
    return f"{settings.SITE_ADDRESS}{reverse('training_open:verify', args=[certificate.code])}"


def file_name(certificate: Certificate) -> str:
    return f"attestation-{certificate.number}.pdf"


def certificate_pdf(certificate: Certificate) -> bytes:
    """One A4 sheet, landscape, French with English beside it; smaller words where they need more.

    Raises `PdfUnavailable`.
    """
    french, english = certificate.content["fr"], certificate.content["en"]
    address = verify_address(certificate)
    context = {
        "certificate": certificate,
        "fr": french,
        "en": english,
        "facts": [
            {
                "fr": dates_together(french[name]),
                "en": dates_together(english[name]),
                "labels": {
                    code: said(word_of(name, certificate.content), code) for code in ("fr", "en")
                },
            }
            for name in FACTS
            if french.get(name)
        ],
        "code_address": qr_image(address),
        "address": address.partition("://")[2],
        "issued_on": {
            "fr": dates_together(french["issued_on"]),
            "en": dates_together(english["issued_on"]),
        },
        "replaces": {
            "fr": dates_together(french.get("replaces", "")),
            "en": dates_together(english.get("replaces", "")),
        },
        "is_demo": settings.ONE_CLICK_LOGINS,
    }
    with translation.override("fr"):
        return pdf_on_one_page(
            "training/documents/certificate.html", context, stylesheet="documents.css", sizes=SIZES
        )


def word_of(name: str, content: dict) -> str:
    """The English word above a frozen value: several meetings have dates."""
    is_from_to = name == "dates" and content["en"]["dates"].startswith("from ")
    return gettext_noop("Dates") if is_from_to else FACTS[name]


def dates_together(text: str) -> str:
    """A date's words stay on one line: no year stands alone."""
    return KEPT_TOGETHER.sub(lambda found: found[0].replace(" ", "\N{NO-BREAK SPACE}"), text)


def said(word: str, language: str) -> str:
    with translation.override(language):
        return gettext(word)
