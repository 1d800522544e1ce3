"""The delivery note on paper: drawn once, from its frozen content."""

from django.conf import settings
from django.utils import translation

from courses.documents.services import pdf_on_one_page
from training.models import DeliveryNote
from training.values import Delivery


def delivery_note_pdf(note: DeliveryNote) -> bytes:
    """A4 in French, as it goes with a French invoice. Raises `PdfUnavailable`."""
    with translation.override("fr"):
        context = {
            "note": note,
            "content": Delivery.from_json(note.content),
            "is_demo": settings.ONE_CLICK_LOGINS,
        }
        return pdf_on_one_page(
            "training/documents/delivery_note.html",
            context,
            stylesheet="documents.css",
            sizes=("", "close", "tight"),
        )


def delivery_file_name(note: DeliveryNote) -> str:
    return f"bon-de-livraison-{note.number}.pdf"
