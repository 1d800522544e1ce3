"""What a template may name, include and hold."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.architecture.source import FLOORS, ROOT, python_files, rooms_of

TEMPLATE = re.compile(r"""["']([\w/-]+\.(?:html|txt))(?:#[\w-]+)?["']""")
INCLUDED = re.compile(r"""{% include ["']([\w/-]+\.html)""")
CLASS = re.compile(r"\.([a-z]+(?:-[a-z]+)*(?:__[a-z-]+|--[a-z]+)?)")  # in a style sheet
EXTENDED = re.compile(r"""{% extends ["']([\w/-]+\.html)""")
TAG = re.compile(r"{[%{].*?[%}]}")
SAID_CLASSES = re.compile(r'class="([^"]*)')
# Whose a folder of templates is: a package's, or a room's of `courses` and `cms`. `mail` holds the
# frame of everybody's letters.
OWNERS = {package: package for package in FLOORS} | {
    room: package
    for package in ("courses", "cms")
    for layer in rooms_of(package)
    for room in layer - {"mail"}
}


def texts_in(tree: ast.Module) -> Iterator[str]:
    """Strings; of one with places to fill what stands around them, each place as `_`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(
                part.value if isinstance(part, ast.Constant) else "_" for part in node.values
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def test_a_packages_templates_are_named_by_it_alone():
    """A template of training is named by training's Python and by its own templates, nobody else's."""
    wrong = []
    for path, tree in python_files():
        for name in set(texts_in(tree)):
            owner = (
                OWNERS.get(name.split("/")[0])
                if re.fullmatch(r"[\w-]+/[\w/-]+\.(html|txt)(#[\w-]+)?", name)
                else None
            )
            if owner and owner != path.parts[0]:
                wrong.append(f"{path} names {name}")
    for path in sorted((ROOT / "templates").rglob("*.*")):
        folder = path.relative_to(ROOT / "templates").parts[0]
        for name in TEMPLATE.findall(path.read_text()):
            owner = OWNERS.get(name.split("/")[0])
            if owner and owner != OWNERS.get(folder):
                wrong.append(f"{path.relative_to(ROOT)} names {name}")

    assert wrong == []


def test_a_form_included_alone_is_given_its_csrf_token():
    """`only` leaves the token behind, and the test client doesn't miss it: the form would be
    refused in a browser.
    """
    pages = {
        str(path.relative_to(ROOT / "templates")): path.read_text()
        for path in (ROOT / "templates").rglob("*.html")
    }
    with_a_form = {name for name, text in pages.items() if "{% csrf_token %}" in text}
    included = re.compile(r'{% include "([^"]+)"([^%]*) only %}')
    refused = [
        f"{name} includes {part}"
        for name, text in pages.items()
        for part, given in included.findall(text)
        if part in with_a_form and "csrf_token=" not in given
    ]

    assert refused == []


@pytest.mark.parametrize(
    "invalid",
    [
        pytest.param(r"(?<!data-)\bhx-[a-z]", id="htmx's attributes without data-"),
        pytest.param(
            r'datetime="\{\{[^}]*date:.c.', id="a datetime with microseconds: machine_time has none"
        ),
    ],
)
def test_templates_hold_no_invalid_attribute(invalid):
    """HTML knows neither `hx-get` nor six digits of a second."""
    templates = list((ROOT / "templates").rglob("*.html"))

    assert templates
    assert [
        str(path.relative_to(ROOT)) for path in templates if re.search(invalid, path.read_text())
    ] == []


def test_no_line_of_a_template_is_longer_than_200_columns():
    """What is longer is broken where white space shows nothing: between blocks and attributes."""
    long = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in (ROOT / "templates").rglob("*.html")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if len(line) > 200
    ]

    assert long == []


def with_included(name: str, pages: dict[str, str]) -> set[str]:
    """The template, and those that it includes, and so on."""
    found, to_read = set(), [name]
    while to_read:
        if (one := to_read.pop()) in pages and one not in found:
            found.add(one)
            to_read += INCLUDED.findall(pages[one])
    return found


def loads(address: str, text: str, pages: dict[str, str]) -> bool:
    """Itself, or the page that it extends."""
    above = EXTENDED.search(text)
    return address in text or (above is not None and loads(address, pages.get(above[1], ""), pages))


@pytest.mark.parametrize(
    "sheet",
    [
        "cms/static/cms/css/parity.css",
        "continuity/static/continuity/css/planner.css",
        "continuity/static/continuity/css/roll.css",
        "courses/static/courses/css/charts.css",
        "training/static/training/css/month.css",
    ],
)
def test_a_page_with_classes_of_a_sheet_of_few_pages_loads_that_sheet(sheet):
    """Also a page of another room that includes a part of these."""
    everywhere = "".join(
        (ROOT / "cms/static/cms/css" / name).read_text()
        for name in ("base.css", "components.css", "pages.css")
    )
    own = {one for one in CLASS.findall((ROOT / sheet).read_text()) if f".{one}" not in everywhere}
    pages = {
        str(path.relative_to(ROOT / "templates")): path.read_text()
        for path in (ROOT / "templates").rglob("*.html")
    }
    address = sheet.partition("/static/")[2]
    wrong = []
    for name, text in pages.items():
        drawn = "".join(pages[one] for one in with_included(name, pages))
        uses = {one for said in SAID_CLASSES.findall(drawn) for one in TAG.sub(" ", said).split()}
        uses &= own
        if uses and "{% extends " in text and not loads(address, text, pages):
            wrong.append(f"{name} uses {sorted(uses)}")

    assert own
    assert wrong == []
