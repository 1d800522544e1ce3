"""Tests run at a moment of their own: none reads the clock while it is imported."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
CLOCKS = (".now", ".today", ".localdate", ".localtime", ".utcnow")


def run_at_import(module: ast.Module) -> Iterator[ast.AST]:
    """Statements of the module and of its classes; of functions the decorators and defaults."""
    for node in module.body:
        match node:
            case ast.FunctionDef():
                yield from node.decorator_list
                yield node.args
            case ast.ClassDef():
                yield from node.decorator_list
                yield from run_at_import(ast.Module(node.body, []))
            case _:
                yield node


def clocks_read(source: str) -> list[str]:
    """Calls of a clock that happen at import; what a lambda holds happens later."""
    found, todo = [], list(run_at_import(ast.parse(source)))
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Lambda):
            continue
        if isinstance(node, ast.Call) and f".{ast.unparse(node.func)}".endswith(CLOCKS):
            found.append(f"{node.lineno}: {ast.unparse(node)}")
        todo.extend(ast.iter_child_nodes(node))
    return found


@pytest.mark.parametrize(
    ("source", "number"),
    [
        ("DAY = timezone.now()", 1),
        ("@parametrize('day', [date.today()])\ndef test(day): ...", 1),
        ("class Maker:\n    day = timezone.now()\n    later = Lazy(lambda: timezone.now())", 1),
        ("def test():\n    timezone.now()", 0),
    ],
)
def test_a_clock_read_at_import_is_found(source, number):
    assert len(clocks_read(source)) == number


def test_no_test_reads_the_clock_while_it_is_imported():
    wrong = {
        str(path.relative_to(TESTS)): found
        for path in TESTS.rglob("*.py")
        if (found := clocks_read(path.read_text()))
    }

    assert wrong == {}
