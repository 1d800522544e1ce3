"""What measures count, in docs/."""

import pytest
from django.conf import settings

from cms.indicators.queries.definitions import measures
from cms.indicators.queries.paper import FIGURE_PAPERS, figures_paper


@pytest.mark.parametrize("name", FIGURE_PAPERS)
def test_docs_of_measures_are_current(name):
    """`manage.py figures --write` makes them anew."""
    assert (settings.BASE_DIR / "docs" / f"{name}.md").read_text() == figures_paper(name)


@pytest.mark.parametrize("name", FIGURE_PAPERS)
def test_each_measure_is_in_docs_in_each_version(name):
    text = figures_paper(name)
    assert text.count("`, version ") >= 18

    missing = [
        one.code
        for one in measures()
        if f"Code: `{one.code}`, version {one.version}"
        not in text.replace("Code : ", "Code: ").replace("Code\u00a0: ", "Code: ")
    ]
    assert missing == []
