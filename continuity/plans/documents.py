"""A lesson as a PDF."""

import base64

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext as _

from continuity.models import Attachment, Lesson
from courses.digest import queries as digest
from courses.documents.models import Paper
from courses.documents.registry import PaperKind, PaperPage
from courses.documents.services import pdf
from courses.people.models import Person
from courses.templatetags.passerelle import day_without_year, hour


def _draw(paper: Paper) -> bytes | None:
    lesson = Lesson.objects.select_related("author", "subject").filter(pk=paper.about).first()
    return lesson_pdf(lesson, paper) if lesson else None


def _page(paper: Paper, reader: Person) -> PaperPage | None:
    """The paper's page for a reader of the lesson, or None."""
    lesson = Lesson.objects.visible_to(reader).filter(pk=paper.about).first()
    if lesson is None:
        return None
    asked = {"day": day_without_year(paper.asked_at), "hour": hour(paper.asked_at)}
    return PaperPage(
        heading=_("The lesson on paper"),
        lead=lesson.title,
        content=_("A4, with formulas and pictures: the lesson as it was on %(day)s at %(hour)s.")
        % asked,
        instead=_(
            "The lesson itself is all there: print its page from the browser, or ask once more"
            " later."
        ),
        back_url=reverse("continuity:lesson", args=[lesson.public_id]),
        back_label=lesson.title,
        file_name=f"{slugify(lesson.title) or 'lesson'}.pdf",
    )


ON_PAPER = PaperKind("continuity.lesson", _draw, _page)


def lesson_pdf(lesson: Lesson, paper: Paper) -> bytes:
    """A4, with pictures inside it and formulas in letters, in its author's language.

    Raises `PdfUnavailable`.
    """
    attachments = list(lesson.attachments.all())
    context = {
        "lesson": lesson,
        "language": paper.language,
        "asked_at": paper.asked_at,
        "pictures": [(one.number, _inside(one), one.alt) for one in attachments if one.is_picture],
        "files": [one for one in attachments if not one.is_picture],
        "resources": [name for slug, name in digest.tile_choices() if slug in lesson.tiles],
        "is_demo": settings.ONE_CLICK_LOGINS,
    }
    with translation.override(paper.language):
        return pdf("continuity/plans/documents/lesson.html", context, stylesheet="documents.css")


def _inside(picture: Attachment) -> str:
    """The drawing of PDFs calls no host and reads no storage: the picture goes along in its
    address.
    """
    with picture.file.open("rb") as file:
        return f"data:{picture.media_type};base64,{base64.b64encode(file.read()).decode()}"
