"""A student's phone at a hand-in: photos as a telephone takes them."""

import datetime

from tests.browser.reader import Reader
from tests.factories.pictures import as_file, page

TUESDAY = datetime.date(2026, 12, 1)


def photo(number: int, kind: str = "image/jpeg", content: bytes | None = None) -> dict:
    """As a telephone takes it: three megabytes, where and with what."""
    content = content or as_file(page(2400, 3200, seed=number), quality=95)
    return {"name": f"{number}.{kind.rpartition('/')[2]}", "mimeType": kind, "buffer": content}


def choose(phone: Reader, *photos: dict) -> None:
    phone.page.set_input_files("#id_photos", list(photos), timeout=60_000)  # some are heavy


def wait_for_pages(phone: Reader, count: int) -> None:
    phone.page.wait_for_selector(f"#pages[data-arrived='{count}']", timeout=30_000)


def says(phone: Reader) -> str:
    return phone.page.inner_text("[data-line]")
