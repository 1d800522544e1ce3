"""The record of a person's certified hours."""

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from courses.dates import date_words
from courses.documents.models import Paper
from courses.documents.registry import PaperKind, PaperPage
from courses.documents.services import pdf_on_one_page
from courses.people.models import Person
from courses.required import required
from training.documents.certificate import plain
from training.queries.certificates import hours_of, organiser


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
