"""Whether a page holds some markup, whatever the white space around its tags."""

import re

SPACE = re.compile(r"[ \t\r\n]+")
TAG = re.compile(r" ?(<[^>]*>) ?")


def tidy(markup: str) -> str:
    """One space for several, none beside a tag. No-break spaces stay."""
    return TAG.sub(r"\1", SPACE.sub(" ", markup))


def shows(page: str, markup: str) -> bool:
    return tidy(markup).strip() in tidy(page)
