"""PDFs drawn from templates, and QR codes."""

import base64
import io
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

import segno
from django.template.loader import render_to_string

from courses.documents.exceptions import PdfUnavailable

ASSETS = Path(__file__).resolve().parents[1] / "assets"
QR_MASK = 0  # a chessboard
AS_PDF = {"pdf_variant": "pdf/ua-1"}
# What Pango, HarfBuzz and their kin are called on Debian.
MISSING = (
    "PDFs can't be drawn here: install the Debian packages libpango-1.0-0 libpangoft2-1.0-0"
    " libharfbuzz-subset0 ({error})"
)


def qr_svg(text: str) -> str:
    """A QR code as an `<svg>` for HTML, drawn in black on nothing, with the quiet zone of four
    modules (ISO/IEC 18004).

    With one mask for all: readers read each of the eight, and to weigh them up takes 4 ms of CPU.
    """
    out = io.BytesIO()
    segno.make(text, error="m", micro=False, mask=QR_MASK).save(
        out,
        kind="svg",
        border=4,
        xmldecl=False,
        svgns=True,
        omitsize=True,
        svgclass=None,
        lineclass=None,
    )
    return out.getvalue().decode()


def qr_image(text: str) -> str:
    """The same code as an address for an `<img>`, which can say in words what it is."""
    return f"data:image/svg+xml;base64,{base64.b64encode(qr_svg(text).encode()).decode()}"


def pdf(template: str, context: dict, *, stylesheet: str) -> bytes:
    """The template as a tagged PDF (PDF/UA-1). It reads nothing but the files beside the
    stylesheet, and calls no host.

    Raises `PdfUnavailable`. Slow (40 ms and more): never inside a transaction, never inside a
    request.
    """
    return _laid_out(template, context, stylesheet).write_pdf(**AS_PDF)


def pdf_on_one_page(
    template: str, context: dict, *, stylesheet: str, sizes: Iterable[str]
) -> bytes:
    """The same, with the first of these sizes (`size` in the template) that needs one page only;
    else with the last.
    """
    for size in sizes:
        laid_out = _laid_out(template, {**context, "size": size}, stylesheet)
        if len(laid_out.pages) == 1:
            break
    return laid_out.write_pdf(**AS_PDF)


def _laid_out(template: str, context: dict, stylesheet: str) -> Any:
    html = render_to_string(template, context)
    weasyprint, fonts, fetcher = _printer()
    try:
        return weasyprint.HTML(
            string=html, base_url=f"{ASSETS.as_uri()}/", url_fetcher=fetcher
        ).render(stylesheets=[_css(stylesheet)], font_config=fonts, **AS_PDF)
    except (
        weasyprint.urls.FatalURLFetchingError
    ) as error:  # a BaseException: `except Exception` doesn't see it
        raise PdfUnavailable(str(error)) from None


@cache
def _printer() -> tuple[Any, Any, Any]:
    """WeasyPrint, its fonts and its fetcher: loading them takes seconds, so once per process, and
    only when needed.
    """
    try:
        import weasyprint
        from weasyprint.text.fonts import FontConfiguration
        from weasyprint.urls import FatalURLFetchingError, URLFetcher
    except OSError as error:
        raise PdfUnavailable(MISSING.format(error=str(error).splitlines()[0])) from error

    class LocalOnly(URLFetcher):
        """Files of this room's assets and inline data; anything else stops the drawing."""

        def __init__(self) -> None:
            super().__init__(allowed_protocols={"file", "data"}, allow_redirects=False)

        def fetch(self, url: str, headers: Any = None) -> Any:
            address = urlsplit(url)
            if address.scheme == "file":
                if not Path(url2pathname(address.path)).resolve().is_relative_to(ASSETS):
                    raise FatalURLFetchingError(f"refused: {url}")
            elif address.scheme != "data":
                raise FatalURLFetchingError(f"refused: {url}")
            return super().fetch(url, headers)

    return weasyprint, FontConfiguration(), LocalOnly()


@cache
def _css(name: str) -> Any:
    weasyprint, fonts, fetcher = _printer()
    return weasyprint.CSS(filename=str(ASSETS / name), font_config=fonts, url_fetcher=fetcher)
