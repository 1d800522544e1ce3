"""An archive of certificates."""

import shutil
import zipfile
from collections.abc import Iterator
from typing import IO
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone, translation
from django.utils.text import slugify
from django.utils.translation import gettext

from courses.dates import date_words
from courses.documents.models import Paper
from courses.documents.registry import ArchiveKind, PaperPage
from courses.people.models import Person
from courses.people.permissions import is_planner
from courses.tables.services.files import write_rows
from training.enums import CertificateState
from training.models import Certificate
from training.queries import issued
from training.values import ARCHIVE_KEPT, CertificateFilter, file_words


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
