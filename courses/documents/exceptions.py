"""What can go wrong with papers."""


class PdfUnavailable(Exception):
    """This machine can't draw PDFs, or the page asked for something that it may not read. The message is one clear line."""
