"""Papers: PDFs drawn from templates, QR codes, numbers without holes; what people send made fit to be kept and read."""

from courses.documents.services.numbers import next_number
from courses.documents.services.papers import pdf, qr_image, qr_svg

__all__ = ["next_number", "pdf", "qr_image", "qr_svg"]
