"""Mutants: one small fault each in the source of a module, as mutation testing makes them.

Works on the syntax tree, edits the text.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

OPPOSITE = {
    ast.Lt: "<=", ast.LtE: "<", ast.Gt: ">=", ast.GtE: ">", ast.Eq: "!=", ast.NotEq: "==",
    ast.Is: "is not", ast.IsNot: "is", ast.In: "not in", ast.NotIn: "in",
}  # fmt: skip
LOOKUPS = {"lt": "lte", "lte": "lt", "gt": "gte", "gte": "gt"}
NARROW = {"filter", "exclude", "get"}
# What these change is seen by no test on purpose: lines of a log, words for people, locks that
# SQLite hasn't.
LEFT_OUT = {"logger", "gettext", "gettext_lazy", "_", "ngettext", "select_for_update"}


@dataclass(frozen=True)
class Mutant:
    """`start` and `end`: the span of the source (characters) that `new` takes the place of.

    `name`: the function or constant it is in.
    """

    path: str
    name: str
    line: int
    fault: str
    start: int
    end: int
    new: str

    def applied_to(self, source: str) -> str:
        return source[: self.start] + self.new + source[self.end :]


def mutants_of(path: str, source: str) -> list[Mutant]:
    """All mutants of a module, in the order of the source. Each still compiles."""
    offsets = [0]
    for line in source.splitlines(keepends=True):
        offsets.append(offsets[-1] + len(line.encode()))
    raw = source.encode()

    def at(line: int, column: int) -> int:
        return len(raw[: offsets[line - 1] + column].decode())

    found = []
    for name, node, fault, new in _faults(ast.parse(source)):
        start, end = at(node.lineno, node.col_offset), at(node.end_lineno, node.end_col_offset)
        found.append(
            Mutant(
                path,
                name,
                node.lineno,
                fault,
                start,
                end,
                new if isinstance(new, str) else ast.unparse(new),
            )
        )
    return sorted(
        (one for one in found if _compiles(one.applied_to(source))),
        key=lambda one: (one.start, one.fault, one.new),
    )


def _compiles(source: str) -> bool:
    try:
        compile(source, "mutant", "exec")
    except SyntaxError:
        return False
    return True


def _faults(tree: ast.Module) -> Iterator[tuple[str, ast.AST, str, ast.expr | str]]:
    """(function or constant, node, what is wrong, what stands in its place)."""
    for statement in tree.body:
        inside = statement.body if isinstance(statement, ast.ClassDef) else [statement]
        for one in inside:
            name = _name_of(one)
            yield from ((name, *fault) for node in _walk(one) for fault in _faults_of(node))


def _name_of(statement: ast.stmt) -> str:
    if isinstance(statement, ast.FunctionDef):
        return statement.name
    if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
        return statement.targets[0].id
    return ""


def _walk(node: ast.AST) -> Iterator[ast.AST]:
    """All below but annotations, imports, and calls that no test is to see."""
    call = node.value if isinstance(node, ast.Expr) else node
    if isinstance(node, ast.Import | ast.ImportFrom) or (
        isinstance(call, ast.Call) and _called(call) & LEFT_OUT
    ):
        return
    if isinstance(node, ast.Raise):  # dropped as a whole; what it says is words
        yield node
        return
    yield node
    for field, value in ast.iter_fields(node):
        if field not in {"annotation", "returns", "type_params"}:
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    yield from _walk(child)


def _called(call: ast.Call) -> set[str]:
    names = {call.func.id} if isinstance(call.func, ast.Name) else set()
    if isinstance(call.func, ast.Attribute):
        names = {call.func.attr} | (
            {call.func.value.id} if isinstance(call.func.value, ast.Name) else set()
        )
    return names


def _faults_of(node: ast.AST) -> Iterator[tuple[ast.AST, str, ast.expr | str]]:
    match node:
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            yield (
                node,
                "another comparison",
                f"({ast.unparse(left)} {OPPOSITE[type(op)]} {ast.unparse(right)})",
            )
        case ast.BoolOp(op=op, values=values):
            other = " or " if isinstance(op, ast.And) else " and "
            yield (
                node,
                "and/or exchanged",
                "(" + other.join(f"({ast.unparse(value)})" for value in values) + ")",
            )
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield node, "not dropped", operand
        case ast.Constant(value=bool(value)):
            yield node, "the other boolean", str(not value)
        case ast.Constant(value=int(value)):
            yield node, "one more", str(value + 1)
            yield node, "one less", f"({value - 1})"
        case (
            ast.Expr(value=ast.Call())
            | ast.AugAssign()
            | ast.Raise()
            | ast.Assign(targets=[ast.Attribute()])
        ):
            yield node, "statement dropped", "pass"
        case ast.FunctionDef(decorator_list=decorators):
            for decorator in decorators:
                yield decorator, "decorator dropped", "(lambda it: it)"
        case ast.Call():
            yield from _faults_of_call(node)
    if isinstance(node, ast.If | ast.IfExp):
        yield node.test, "condition negated", f"(not ({ast.unparse(node.test)}))"
    for condition in getattr(node, "ifs", []):
        yield condition, "condition negated", f"(not ({ast.unparse(condition)}))"


def _faults_of_call(call: ast.Call) -> Iterator[tuple[ast.AST, str, ast.expr | str]]:
    """A lookup at the edge, a lookup less, a link of a chain of querysets less."""
    for number, keyword in enumerate(call.keywords):
        stem, _dunder, lookup = (keyword.arg or "").rpartition("__")
        if lookup in LOOKUPS:
            yield (
                call,
                "edge of a lookup",
                _with_keywords(
                    call, number, ast.keyword(f"{stem}__{LOOKUPS[lookup]}", keyword.value)
                ),
            )
        if _called(call) & NARROW and len(call.keywords) + len(call.args) > 1:
            yield call, "lookup dropped", _with_keywords(call, number, None)
    if isinstance(call.func, ast.Attribute) and isinstance(
        call.func.value, ast.Call | ast.Attribute
    ):
        is_link = call.func.attr in NARROW - {"get"} or (not call.args and not call.keywords)
        if is_link and (
            isinstance(call.func.value, ast.Call) or "objects" in ast.unparse(call.func.value)
        ):
            yield (
                call,
                "link of the chain dropped",
                ast.unparse(call.func.value)
                + ("" if isinstance(call.func.value, ast.Call) else ".all()"),
            )


def _with_keywords(call: ast.Call, number: int, instead: ast.keyword | None) -> ast.Call:
    keywords = [
        *call.keywords[:number],
        *([instead] if instead else []),
        *call.keywords[number + 1 :],
    ]
    return ast.Call(call.func, call.args, keywords)
