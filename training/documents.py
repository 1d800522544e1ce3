"""The certificate: its words, frozen in both languages when it is issued, and its file. The record of
a person's certified hours, the notice of enrolment, the sheet to sign and an archive of
certificates, as they stand when somebody asks.
"""

import re
import shutil
import unicodedata
import zipfile
from collections.abc import Iterator
from datetime import datetime
from itertools import batched
from typing import IO
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.text import slugify
from django.utils.translation import gettext, gettext_noop, ngettext, pgettext

from courses.agenda.models import Meeting
from courses.dates import date_words, day
from courses.documents.models import Paper
from courses.documents.registry import ArchiveKind, PaperKind, PaperPage
from courses.documents.services import pdf, pdf_on_one_page, qr_image
from courses.people.enums import Language
from courses.people.models import Person
from courses.people.permissions import is_planner
from courses.required import required
from courses.tables.services.files import write_rows
from courses.templatetags.passerelle import duration
from training.enums import CertificateState, SessionState
from training.models import Certificate, Enrolment, Session
from training.models.enrolment import EnrolmentQuerySet
from training.models.session import SessionQuerySet
from training.queries import issued
from training.queries.attendance import Tally
from training.queries.certificates import hours_of, organiser
from training.queries.filling import dates_given_back
from training.queries.late_entry import before_entry_in
from training.queries.leading import everybody_who_led
from training.values import ARCHIVE_KEPT, CertificateChange, CertificateFilter, file_words

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
DATES_ON_A_SHEET, DATES_UPRIGHT = 5, 2  # columns of a sheet to sign
KEPT_TOGETHER = re.compile(r"\d{1,2}(?:er)? \w+ \d{4}|\(\d+ \w+\)")  # a date, a number of meetings


def certificate_content(
    enrolment: Enrolment, session: Session, counted: Tally, minutes: int, *, issued_at: datetime
) -> dict:
    """{"fr": {…}, "en": {…}} of plain strings: what the paper and the public page say for ever."""
    trainers = [plain(one.display_name) for one in everybody_who_led(session, counted.meetings)]
    names = {
        "name": plain(enrolment.teacher.printed_name),
        "school": (
            plain(str(enrolment.school))
            + (f" ({enrolment.school.uai})" if enrolment.school.uai else "")
        ),
        "provider": plain(session.resource.provider.name),
        "resource": plain(session.resource.name),
        "organiser": plain(organiser()),
        "led_by": ", ".join(trainers),
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


def planned_in_words(counted: Tally) -> str:
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
                "labels": {code: said(word, code) for code in ("fr", "en")},
            }
            for name, word in FACTS.items()
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


def dates_together(text: str) -> str:
    """A date's words stay on one line: no year stands alone."""
    return KEPT_TOGETHER.sub(lambda found: found[0].replace(" ", "\N{NO-BREAK SPACE}"), text)


def said(word: str, language: str) -> str:
    with translation.override(language):
        return gettext(word)


# The record of hours


def hours_pdf(paper: Paper) -> bytes:
    """A4: the owner's certificates by school year, each with the code that checks it.

    Raises `PdfUnavailable`.
    """
    person = required(paper.owner)
    with translation.override(paper.language):
        context = {
            "language": paper.language,
            "name": plain(person.printed_name),
            "organiser": plain(organiser()),
            "hours": hours_of(person, at=paper.asked_at),
            "day": date_words(paper.asked_at),
            "address": f"{settings.SITE_ADDRESS}{reverse('training_open:verify_form')}".partition(
                "://"
            )[2],
            "is_demo": settings.ONE_CLICK_LOGINS,
        }
        return pdf_on_one_page(
            "training/documents/hours.html",
            context,
            stylesheet="documents.css",
            sizes=("", "close", "tight"),
        )


def _hours_page(paper: Paper, reader: Person) -> PaperPage | None:
    """The teacher's alone."""
    if paper.owner_id != reader.pk:
        return None
    return PaperPage(
        heading=gettext("Record of training hours"),
        lead=gettext("As of %(day)s") % {"day": date_words(paper.asked_at)},
        content=gettext("A4: your certificates by school year, each with the code that checks it."),
        instead=gettext("The same hours are on their page: print it from the browser."),
        back_url=reverse("training:hours"),
        back_label=gettext("My training hours"),
        file_name=f"heures-de-formation-{paper.asked_at:%Y-%m-%d}.pdf",
    )


HOURS_ON_PAPER = PaperKind("training.hours", hours_pdf, _hours_page)
# The notice of enrolment, and the sheet to sign


def _draw_notice(paper: Paper) -> bytes | None:
    enrolment = _enrolments().filter(pk=paper.about).first()
    return notice_pdf(enrolment, paper) if enrolment else None


def _notice_page(paper: Paper, reader: Person) -> PaperPage | None:
    """The teacher's own, who hands it on."""
    enrolment = _enrolments().visible_to(reader).filter(pk=paper.about).first()
    if enrolment is None:
        return None
    session = enrolment.session
    return PaperPage(
        heading=gettext("Notice of enrolment"),
        lead=session.title,
        content=gettext(
            "A4: your dates and hours, for your school’s leader. It is a notice, no mission order."
        ),
        instead=gettext("The same is on the page of the session: print it from the browser."),
        back_url=session.get_absolute_url(),
        back_label=session.title,
        file_name=f"{slugify(gettext('Notice of enrolment'))}-{session.first_day}.pdf",
    )


def notice_says(enrolment: Enrolment) -> tuple:
    """All that the notice says: without a change it is drawn once."""
    return (
        enrolment.teacher.display_name,
        str(enrolment.school),
        enrolment.session.title,
        [(one.starts_at, one.ends_at) for one in _dates_of(enrolment)],
    )


def notice_pdf(enrolment: Enrolment, paper: Paper) -> bytes:
    """One A4 sheet in the teacher's language. Raises `PdfUnavailable`."""
    with translation.override(paper.language):
        context = {
            "language": paper.language,
            "enrolment": enrolment,
            "session": enrolment.session,
            "dates": _dates_of(enrolment),
            "organiser": organiser(),
            "asked_at": paper.asked_at,
            "is_demo": settings.ONE_CLICK_LOGINS,
        }
        return pdf("training/documents/notice.html", context, stylesheet="documents.css")


def _enrolments() -> EnrolmentQuerySet:
    return (
        Enrolment.objects.holding_a_seat()
        .exclude(session__state=SessionState.CANCELLED)
        .select_related("teacher", "school", "session__training__resource__provider")
    )


def _dates_of(enrolment: Enrolment) -> list[Meeting]:
    """Those in which the teacher is expected, in their order."""
    expected = enrolment.participations.expected().select_related("meeting__occurrence")
    return [one.meeting for one in expected.order_by("meeting__occurrence__start", "pk")]


NOTICE = PaperKind("training.notice", _draw_notice, _notice_page)


def _draw_sign_in(paper: Paper) -> bytes | None:
    session = _sessions().filter(pk=paper.about).first()
    return sign_in_pdf(session, paper) if session else None


def _sign_in_page(paper: Paper, reader: Person) -> PaperPage | None:
    """Names are for training planners."""
    session = _sessions().filter(pk=paper.about).first()
    if session is None or not is_planner(reader):
        return None
    return PaperPage(
        heading=gettext("Sheet to sign"),
        lead=session.title,
        content=gettext("A4: a line for each person enrolled, a column for each date."),
        instead=gettext("Print the list of participants from the browser instead."),
        back_url=reverse("training:session_people", args=[session.public_id]),
        back_label=session.title,
        file_name=f"{slugify(gettext('Sheet to sign'))}-{session.first_day}.pdf",
    )


def people_to_sign(session: Session) -> list[tuple[str, str, list[int], list[int]]]:
    """Names and schools of those who have a seat, by family name, with the meetings that they gave
    back alone, and those from before a late entry.
    """
    away, before = dates_given_back(session), before_entry_in(session)
    seats = session.enrolments.holding_a_seat().select_related("teacher", "school")
    ordered = seats.order_by("teacher__family_name", "teacher__given_name", "pk")
    return [
        (
            one.teacher.display_name,
            str(one.school),
            [meeting.pk for meeting in away.get(one.pk, [])],
            before.get(one.pk, []),
        )
        for one in ordered
    ]


def meetings_to_sign(session: Session) -> list[Meeting]:
    return [meeting for meeting in session.meetings if not meeting.is_cancelled]


def sign_in_pdf(session: Session, paper: Paper) -> bytes:
    """A4; upright for one or two dates, lying for more, five on a page. Raises `PdfUnavailable`."""
    with translation.override(paper.language):
        dates = meetings_to_sign(session)
        context = {
            "language": paper.language,
            "session": session,
            "people": people_to_sign(session),
            "parts": list(batched(dates, DATES_ON_A_SHEET, strict=False)),
            "lies": len(dates) > DATES_UPRIGHT,
            "asked_at": paper.asked_at,
            "is_demo": settings.ONE_CLICK_LOGINS,
        }
        return pdf("training/documents/sign_in.html", context, stylesheet="documents.css")


def _sessions() -> SessionQuerySet:
    return Session.objects.exclude(state=SessionState.CANCELLED).select_related(
        "training__resource__provider"
    )


SIGN_IN = PaperKind("training.sign_in", _draw_sign_in, _sign_in_page)


# An archive of certificates


def fill_archive(paper: Paper, file: IO[bytes]) -> Iterator[tuple[int, int]]:
    """A PDF for each certificate that is valid, as it lies in the storage, and `index.csv` of all that
    were asked for, with why one is left out. Yields how many are done, and of how many.

    Copied one after the other: memory holds one piece of one file. Raises `OSError` where the
    storage doesn't answer.
    """
    found = issued.issued(CertificateFilter(**paper.selection))
    parts = found.filter(issued_at__lte=paper.asked_at).count()
    lines, taken = [], set[str]()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for done, certificate in enumerate(issued.by_name(found, until=paper.asked_at), start=1):
            name = _name_in_archive(certificate, taken)
            with translation.override(paper.language):
                left_out = _why_left_out(certificate) or _copy(archive, certificate, name)
                lines.append(_line_of_index(certificate, "" if left_out else name, left_out))
            yield done, max(parts, done)
        with translation.override(paper.language):
            index = write_rows(_headings_of_index(), lines)
        archive.writestr("index.csv", index, compress_type=zipfile.ZIP_DEFLATED)


def _name_in_archive(certificate: Certificate, taken: set[str]) -> str:
    """The holder's name and the number; no two alike, whatever the capitals."""
    words = f"{file_words(certificate.content['fr']['name'])}_{certificate.number}".strip("_")
    name, again = words, 2
    while name.casefold() in taken:
        name, again = f"{words}_{again}", again + 1
    taken.add(name.casefold())
    return f"{name}.pdf"


def _why_left_out(certificate: Certificate) -> str:
    """Nothing, if its file belongs into the archive."""
    if certificate.replacement:
        number = certificate.replacement.number
        return gettext("replaced by no. %(number)s") % {"number": number}
    if certificate.revoked_at:
        return gettext("revoked on %(day)s") % {"day": date_words(certificate.revoked_at)}
    if certificate.person.erased_at:
        return gettext("the account was erased")
    return "" if certificate.file else gettext("its file is still being made: ask again later")


def _copy(archive: zipfile.ZipFile, certificate: Certificate, name: str) -> str:
    """Nothing, or why it could not be: a storage that lost one file gives the others."""
    made_at = timezone.localtime(certificate.issued_at).timetuple()[:6]
    try:
        with (
            certificate.file.storage.open(str(certificate.file.name)) as source,
            archive.open(zipfile.ZipInfo(name, made_at), "w") as target,
        ):
            shutil.copyfileobj(source, target)
    except FileNotFoundError:
        return gettext("its file isn’t in the storage any more: tell whoever runs Passerelle")
    return ""


def _headings_of_index() -> list[str]:
    return [
        gettext("File"),
        gettext("Number"),
        gettext("Code"),
        gettext("Name"),
        gettext("School"),
        "UAI",
        gettext("Training"),
        gettext("Date"),
        gettext("Minutes"),
        gettext("Issued on"),
        gettext("State"),
        gettext("Left out"),
    ]


def _line_of_index(certificate: Certificate, name: str, left_out: str) -> list[str]:
    words = certificate.words
    return [
        name,
        certificate.number,
        certificate.code,
        issued.holder(certificate),
        str(certificate.enrolment.school),
        certificate.enrolment.school.uai or "",
        words["title"],
        words["dates"],
        str(certificate.minutes),
        f"{timezone.localtime(certificate.issued_at):%d/%m/%Y}",
        str(CertificateState(issued.state_of(certificate)).label),
        left_out,
    ]


def _archive_page(paper: Paper, reader: Person) -> PaperPage | None:
    """The planner's who asked for it."""
    if paper.about != str(reader.pk) or not is_planner(reader):
        return None
    words = issued.in_words(CertificateFilter(**paper.selection))
    content = gettext(
        "A PDF for each valid certificate, and index.csv: it lists all of them, and says which were"
        " left out, and why. The file is deleted on %(day)s."
    ) % {"day": date_words(paper.asked_at + ARCHIVE_KEPT)}
    back = reverse("training:issued_certificates")
    slug = slugify(f"{gettext('Certificates')} {words.replace('–', ' ')}")[:70].strip("-")
    return PaperPage(
        heading=gettext("Certificates in one file"),
        lead=words,
        content=content,
        instead=gettext(
            "The files could not be read just now. Go back and ask once more; if it fails again, tell"
            " whoever runs Passerelle."
        ),
        back_url=f"{back}?{urlencode(paper.selection)}" if paper.selection else back,
        back_label=gettext("Certificates"),
        file_name=f"{slug}-{timezone.localdate(paper.asked_at)}.zip",
    )


CERTIFICATES = ArchiveKind("training.certificates", fill_archive, _archive_page, kept=ARCHIVE_KEPT)
