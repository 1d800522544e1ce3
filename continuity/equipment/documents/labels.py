"""Labels for a school's things: 24 on an A4 sheet, each with a code that a phone reads."""

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from continuity.equipment.queries.pool import items_of
from continuity.models import EquipmentItem
from courses.documents.models import Paper
from courses.documents.registry import PaperKind, PaperPage
from courses.documents.services import pdf, qr_image
from courses.people.models import Organisation, Person

ON_A_SHEET = 24  # 3 × 8 labels of 63.5 × 33.9 mm, as stationers sell them


def label_address(item: EquipmentItem) -> str:
    """What the code says: the item's page, which asks who reads it."""
    with translation.override("fr"):
        return settings.SITE_ADDRESS + reverse("continuity:thing", args=[item.public_id])


def _school(paper: Paper) -> Organisation | None:
    return Organisation.objects.filter(pk=paper.about).first()


def _items(paper: Paper, school: Organisation) -> list[EquipmentItem]:
    return list(items_of(school).filter(pk__in=paper.selection["items"]))


def _draw(paper: Paper) -> bytes | None:
    school = _school(paper)
    items = _items(paper, school) if school else []
    if school is None or not items:
        return None
    labels = [(item, qr_image(label_address(item))) for item in items]
    context = {
        "language": paper.language,
        "school": school,
        "sheets": [labels[at : at + ON_A_SHEET] for at in range(0, len(labels), ON_A_SHEET)],
        "is_demo": settings.ONE_CLICK_LOGINS,
    }
    with translation.override(paper.language):
        return pdf(
            "continuity/equipment/documents/labels.html", context, stylesheet="documents.css"
        )


def _page(paper: Paper, reader: Person) -> PaperPage | None:
    school = next((one for one in reader.keeps_students_of if str(one.pk) == paper.about), None)
    if school is None:
        return None
    return PaperPage(
        heading=_("Labels"),
        lead=school.name,
        content=_("A4, 24 labels a sheet (63.5 × 33.9 mm): number, kind and a code to scan."),
        instead=_("The number written by hand on the thing does as well: the desk takes both."),
        back_url=reverse("continuity:pool", args=[school.public_id]),
        back_label=_("Things to lend"),
        file_name="labels.pdf" if paper.language == "en" else "etiquettes.pdf",
    )


LABELS_ON_PAPER = PaperKind("continuity.labels", _draw, _page)
