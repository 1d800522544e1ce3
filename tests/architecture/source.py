"""The house as its files say it: packages, rooms, modules, what they import."""

import ast
import re
import tomllib
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
FLOORS = {"cms": 2, "training": 1, "continuity": 1, "courses": 0}


def rooms_of(package: str) -> list[set[str]]:
    """The rooms of a package as its contract in pyproject.toml orders them, lowest first; those of
    one set don't know each other.
    """
    house = tomllib.loads((ROOT / "pyproject.toml").read_text())
    contract = next(
        one
        for one in house["tool"]["importlinter"]["contracts"]
        if one["name"] == f"The rooms of {package}"
    )
    return [set(re.findall(r"\w+", layer)) for layer in reversed(contract["layers"])]


def python_files(*parts: str):
    for package in FLOORS:
        for path in sorted((ROOT / package).rglob("*.py")):
            relative = path.relative_to(ROOT)
            if "migrations" not in relative.parts and (
                not parts or any(p in relative.parts or p == relative.stem for p in parts)
            ):
                yield relative, ast.parse(path.read_text())


def imported_by(path: Path, node: ast.AST) -> list[list[str]]:
    """The names that an import brings, each from its package on: `continuity`, `models`, `Plan`."""
    if isinstance(node, ast.Import):
        return [alias.name.split(".") for alias in node.names]
    if not isinstance(node, ast.ImportFrom):
        return []
    package = path.parts[: -node.level] if node.level else ()
    module = node.module.split(".") if node.module else []
    return [[*package, *module, alias.name] for alias in node.names]
