"""The measures in Markdown, for docs/: what each counts, and what it doesn't say."""

from itertools import groupby

from django.template.loader import render_to_string
from django.utils import translation

from cms.indicators.queries.definitions import measures
from courses.disclosure.values import FEWEST_PEOPLE

# File in docs/: its language.
FIGURE_PAPERS = {"figures": "en", "chiffres": "fr"}


def figures_paper(name: str) -> str:
    """One of `FIGURE_PAPERS`."""
    by_code = [list(versions) for _code, versions in groupby(measures(), lambda one: one.code)]
    with translation.override(FIGURE_PAPERS[name]):
        context = {
            "measures": by_code,
            "number": len(by_code),
            "fewest": FEWEST_PEOPLE,
            "most_hidden": FEWEST_PEOPLE - 1,
        }
        text = render_to_string(f"indicators/documents/{name}.md", context)
    lines = text.splitlines()
    kept = [
        line
        for line, before in zip(lines, ["", *lines], strict=False)
        if line.strip() or before.strip()
    ]
    return "\n".join(kept).strip() + "\n"
