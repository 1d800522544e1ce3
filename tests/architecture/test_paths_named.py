"""Each path that README's map and docs/architecture.md name exists: a page that points nowhere
misleads a new maintainer.
"""

import re

import pytest
from django.conf import settings

# Between backquotes, with a slash or a known ending: `training/urls.py`, `pyproject.toml`,
# `courses/`.
PATH = re.compile(r"`(\.?[\w*-][\w.*/-]*(?:/|/[\w.*-]+|\.(?:py|toml|md|txt|yaml)))`")
PAGES = {
    "README.md": ("## The map of the house", "## Where to read next"),
    "docs/architecture.md": ("<!-- paths: begin", "<!-- paths: end"),
    "continuity/README.md": ("# continuity", "\0"),
}


def paths_in(text: str) -> list[str]:
    return PATH.findall(text)


@pytest.mark.parametrize("page", PAGES)
def test_every_path_of_the_map_exists(page):
    begin, end = PAGES[page]
    file = settings.BASE_DIR / page
    part = file.read_text().partition(begin)[2].partition(end)[0]
    places = {settings.BASE_DIR, file.parent}  # a package's page names paths from its own folder

    paths = paths_in(part)

    assert len(paths) >= 10
    assert [
        one for one in paths if not any(list(top.glob(one.rstrip("/"))) for top in places)
    ] == []


def test_paths_are_told_from_other_code():
    text = (
        "`a/b.py`, `courses/`, `pyproject.toml`, `manage.py demo`, `Refusal`, `select_for_update`,"
        " `.ci/run`"
    )

    assert paths_in(text) == ["a/b.py", "courses/", "pyproject.toml", ".ci/run"]
