"""A letter or certificate that staff keep with what they enter."""

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.documents.values import random_code

DOCUMENT_BYTES = 5_000_000
BEGINNINGS = {b"%PDF-": "pdf", b"\xff\xd8\xff": "jpg", b"\x89PNG\r\n\x1a\n": "png"}


class DocumentField(forms.FileField):
    """Told apart by its first bytes, kept under a random name: what it was called may name a person or an illness."""

    widget = forms.FileInput(attrs={"accept": "application/pdf,image/jpeg,image/png"})

    def __init__(self, **kwargs):
        help_text = _("A letter or certificate: PDF, JPEG or PNG, 5 MB at most. Staff of the school see it.")
        super().__init__(**{"label": _("Document"), "required": False, "help_text": help_text, **kwargs})

    def to_python(self, data):
        document = super().to_python(data)
        if document is None:
            return None
        if document.size > DOCUMENT_BYTES:
            raise forms.ValidationError(_("This file is too large: 5 MB at most. A photo of the page is enough."))
        first = document.read(8)
        document.seek(0)
        ending = next((ending for beginning, ending in BEGINNINGS.items() if first.startswith(beginning)), None)
        if ending is None:
            raise forms.ValidationError(_("This is neither a PDF nor a JPEG or PNG picture. Take a photo of the page instead."))
        document.name = f"{random_code(20).lower()}.{ending}"
        return document
