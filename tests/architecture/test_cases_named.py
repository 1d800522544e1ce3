"""Cases cited by number (C38) stand in docs/cases.md: a number alone tells a new maintainer nothing."""

import re

from django.conf import settings

CITED = re.compile(r"""\bC\d{1,2}\b(?!["'][,)])""")  # a string of its own is a number of a thing
FOLDERS = ("cms", "courses", "training", "continuity", "docs", "tests")


def test_each_case_cited_is_told_and_each_told_is_cited():
    page = settings.BASE_DIR / "docs" / "cases.md"
    told = re.findall(r"^\| (C\d+) \|", page.read_text(), re.M)
    files = [
        path
        for folder in FOLDERS
        for ending in ("*.py", "*.md")
        for path in (settings.BASE_DIR / folder).rglob(ending)
        if path not in {page, settings.BASE_DIR / "tests/architecture/test_cases_named.py"}
    ]
    cited = {case for path in files for case in CITED.findall(path.read_text())}

    assert len(told) == len(set(told))
    assert cited == set(told)
