"""Which test files are near a function: by who calls it, by the addresses that lead to it, and by
what the tests name.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.urls import URLPattern, get_resolver

HOUSE = ("cms", "courses", "training", "continuity")
FOLDERS = ("rules", "journeys", "concurrency")
LEVELS = 4
WORD = re.compile(r"\w+")


@cache
def sources() -> dict[str, ast.Module]:
    """Our modules by dotted name."""
    paths = (
        path
        for package in HOUSE
        for path in Path(package).rglob("*.py")
        if "migrations" not in path.parts
    )
    return {dotted(path): ast.parse(path.read_text()) for path in paths}


def dotted(path: Path | str) -> str:
    return ".".join(Path(path).with_suffix("").parts).removesuffix(".__init__")


def imported_by(tree: ast.Module) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return names


def knows(names: set[str], module: str) -> bool:
    """Whether a module that imports these names can call what is in the other: packages of a layer
    give on what their modules have.
    """
    return module in names or module.rpartition(".")[0] in names


@cache
def functions() -> list[tuple[str, str, frozenset[str]]]:
    """(module, function or constant, words in it) of all that stands at the top of our modules and
    classes.
    """
    found = []
    for module, tree in sources().items():
        for node in tree.body:
            for one in [node, *node.body] if isinstance(node, ast.ClassDef) else [node]:
                name = getattr(one, "name", "") or (
                    one.targets[0].id
                    if isinstance(one, ast.Assign) and isinstance(one.targets[0], ast.Name)
                    else ""
                )
                if name:
                    found.append((module, name, frozenset(WORD.findall(ast.unparse(one)))))
    return found


@cache
def imports() -> dict[str, set[str]]:
    return {module: imported_by(tree) for module, tree in sources().items()}


def callers(module: str, name: str) -> dict[tuple[str, str], int]:
    """What leads to the function, and after how many steps; itself after none.

    By name: a little too many.
    """
    reached, edge = {(module, name): 0}, [(module, name)]
    for level in range(1, LEVELS):
        edge = [
            (above, caller)
            for above, caller, words in functions()
            if (above, caller) not in reached
            and any(
                one in words and (of == above or knows(imports()[above], of)) for of, one in edge
            )
        ]
        reached |= dict.fromkeys(edge, level)
    return reached


@cache
def addresses() -> dict[tuple[str, str], set[str]]:
    """The names of the addresses that a view answers, by its module and function."""
    found = defaultdict(set)
    for name, view in _views(get_resolver().url_patterns, ""):
        view = getattr(view, "view_class", view)
        found[view.__module__, getattr(view, "__name__", "")].add(name)
    return found


def _views(patterns, namespace: str) -> Iterator[tuple[str, object]]:
    for entry in patterns:
        if isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name}", entry.callback
        else:
            yield from _views(
                entry.url_patterns,
                f"{namespace}{entry.namespace}:" if entry.namespace else namespace,
            )


@cache
def test_files() -> dict[Path, tuple[str, set[str], set[str]]]:
    """Text, words and imports of each, with those of the factories that it imports."""
    found = {}
    for path in sorted(
        path for folder in FOLDERS for path in Path("tests", folder).glob("test_*.py")
    ):
        text = path.read_text()
        names = imported_by(ast.parse(text))
        for factory in Path("tests/factories").glob("*.py"):
            if dotted(factory) in names:
                names = names | imported_by(ast.parse(factory.read_text()))
        found[path] = text, set(WORD.findall(text)), names
    return found


def nearest_files(path: str, name: str) -> list[Path]:
    """Test files that reach the function or constant of the module, the nearest first; the long
    tables of who may enter last.
    """
    module, scores = dotted(path), defaultdict(float)
    neighbours = {other for of, other, _words in functions() if of == module}
    for file, (_text, words, _names) in test_files().items():
        scores[file] = len(words & neighbours) / 10
    for (above, caller), level in callers(module, name).items():
        near = 1 / (1 + level) ** 2
        for file, (text, words, names) in test_files().items():
            if knows(names, above):
                scores[file] += near * (2 if caller in words else 1 if above in names else 0.2)
            scores[file] += near * sum(
                f'"{address}"' in text for address in addresses().get((above, caller), ())
            )
    return sorted(
        (file for file in scores if scores[file]),
        key=lambda file: ("who_may" in file.name, -scores[file]),
    )
