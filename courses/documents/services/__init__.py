"""Papers: PDFs drawn from templates, QR codes, numbers without holes; what people send made fit to
be kept and read.
"""

from courses.documents.services.asked import ask_for_paper, is_awaited, sweep_papers
from courses.documents.services.attached import attached_file, has_too_many_parts
from courses.documents.services.download import serve, serve_small
from courses.documents.services.files import (
    forget,
    is_lost,
    kept_if_done,
    remove_orphans,
    report_lost_files,
)
from courses.documents.services.numbers import next_number
from courses.documents.services.papers import pdf, pdf_on_one_page, qr_image, qr_svg
from courses.documents.services.pdfs import bind_images, look_into, picture_of_page
from courses.documents.services.pictures import (
    codes_in,
    drawn_signature,
    first_frame,
    kind_of,
    photo_sent,
    small,
    upright,
    without_traces,
)
from courses.documents.services.sounds import sound, sounds_like_a_recording

__all__ = [
    "ask_for_paper",
    "attached_file",
    "bind_images",
    "codes_in",
    "drawn_signature",
    "first_frame",
    "forget",
    "has_too_many_parts",
    "is_awaited",
    "is_lost",
    "kept_if_done",
    "kind_of",
    "look_into",
    "next_number",
    "pdf",
    "pdf_on_one_page",
    "photo_sent",
    "picture_of_page",
    "qr_image",
    "qr_svg",
    "remove_orphans",
    "report_lost_files",
    "serve",
    "serve_small",
    "small",
    "sound",
    "sounds_like_a_recording",
    "sweep_papers",
    "upright",
    "without_traces",
]
