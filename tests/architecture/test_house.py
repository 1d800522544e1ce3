"""What imports can't see: foreign keys given as strings, doors without a guard, views that write,
signals, templates.
"""

import ast
import inspect
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.dispatch import Signal
from django.urls import URLPattern, get_resolver

ROOT = Path(settings.BASE_DIR)
FLOORS = {"cms": 2, "training": 1, "continuity": 1, "courses": 0}
MAY_POINT_TO_THE_PERSON = {"Person"}  # by AUTH_USER_MODEL: the person belongs to every room


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


def floor_of(model) -> int:
    """Wagtail, scheduler and Django lie below the house."""
    return FLOORS.get(model._meta.app_label, -1)


def room_of(model) -> str:
    return model.__module__.split(".")[1]


def relations():
    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_label in FLOORS:
            for field in model._meta.get_fields():
                if field.is_relation and not field.auto_created and field.related_model:
                    yield model, field


def test_foreign_keys_point_down():
    upward = [
        f"{model._meta.label}.{field.name} → {field.related_model._meta.label}"
        for model, field in relations()
        if floor_of(field.related_model) > floor_of(model)
        or (
            floor_of(field.related_model) == floor_of(model)
            and field.related_model._meta.app_label != model._meta.app_label
        )
    ]

    assert upward == []


def test_foreign_keys_of_the_ground_go_down_or_stay_in_their_room():
    height = {room: at for at, layer in enumerate(rooms_of("courses")) for room in layer}
    wrong = [
        f"{model._meta.label}.{field.name} → {field.related_model._meta.label}"
        for model, field in relations()
        if model._meta.app_label == field.related_model._meta.app_label == "courses"
        and not model._meta.auto_created
        and field.related_model.__name__ not in MAY_POINT_TO_THE_PERSON
        and room_of(field.related_model) != room_of(model)
        and height[room_of(field.related_model)] >= height[room_of(model)]
    ]

    assert wrong == []


def our_doors(patterns=None, prefix=""):
    """(address, view) of every address that a module of ours answers."""
    for entry in patterns if patterns is not None else get_resolver().url_patterns:
        address = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            if entry.callback.__module__.split(".")[0] in FLOORS or getattr(
                entry.callback, "who_may", None
            ):
                yield address, entry.callback
        else:
            yield from our_doors(entry.url_patterns, address)


def test_every_address_says_who_may_enter():
    # Wagtail's viewsets are guarded by Wagtail itself: inside /admin/ only.
    silent = [
        address
        for address, view in our_doors()
        if not address.startswith("admin/") and not hasattr(view, "who_may")
    ]

    assert silent == []


def python_files(*parts: str):
    for package in FLOORS:
        for path in sorted((ROOT / package).rglob("*.py")):
            relative = path.relative_to(ROOT)
            if "migrations" not in relative.parts and (
                not parts or any(p in relative.parts or p == relative.stem for p in parts)
            ):
                yield relative, ast.parse(path.read_text())


DOORS = ("views", "feeds", "receivers", "wagtail_hooks", "viewsets", "middleware")
WRITES = {"save", "delete", "create", "update", "add", "set", "remove", "clear"} | {
    "get_or_create",
    "update_or_create",
    "bulk_create",
    "bulk_update",
}
# What has a method of that name and holds no rows.
NO_ROWS = {
    "caches['pages'].set",
    "caches['week_openings'].set",
    "here.add",  # a set
    "door.__dict__.update",
}


def writes_in(tree: ast.Module) -> Iterator[ast.Call]:
    """Calls that may write rows, by whatever name they reach them: `x.save()`, `loan.photos.create()`,
    `found.update()`. A function of what is imported (`photos.add`, `cache.add`) is a service's.
    """
    imported = {
        alias.asname or alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom | ast.Import)
        for alias in node.names
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        name, holder = node.func.attr, ast.unparse(node.func.value)
        if (
            (name in WRITES or name.removeprefix("a") in WRITES)
            and holder not in imported
            and ast.unparse(node.func) not in NO_ROWS
            and not any(ast.unparse(one) == "commit=False" for one in node.keywords)
        ):
            yield node


def test_no_door_writes():
    found = [
        f"{path}:{node.lineno} {ast.unparse(node.func)}"
        for path, tree in python_files(*DOORS)
        for node in writes_in(tree)
    ]

    assert found == []


@pytest.mark.parametrize(
    ("line", "writes"),
    [
        ("loan.photos.create(shows=shows)", True),
        ("homework.assignments.update(due_at=now)", True),
        ("found.update(state=state)", True),
        ("await found.aupdate(state=state)", True),
        ("Loan.objects.filter(pk=pk).delete()", True),
        ("licence.teachers.set(people)", True),
        ("loan.save(update_fields=['state'])", True),
        ("form.save(commit=False)", False),
        ("photos.add(loan=loan)", False),
        ("here.add(teacher.pk)", False),
    ],
)
def test_a_write_is_known_by_whatever_name_it_reaches_its_rows(line, writes):
    tree = ast.parse(f"from courses.models import Loan, photos\nasync def door():\n    {line}")

    assert bool(list(writes_in(tree))) is writes


ASKS = {"objects", "filter", "exclude", "exists", "aggregate", "annotate", "select_for_update"} | {
    "count",
    "first",
    "last",
    "values_list",
    "select_related",
    "prefetch_related",
}
CLOCK = {"now", "today", "utcnow"}
OF_A_MOMENT = {"localdate", "localtime"}  # of the clock if none is given
# By what a row of ours reaches several, and what can be asked of those.
OURS = [model for model in apps.get_models() if model._meta.app_label in FLOORS]
MANY = {
    field.get_accessor_name() if field.auto_created else field.name
    for model in OURS
    for field in model._meta.get_fields()
    if field.one_to_many or field.many_to_many
} | {
    name
    for model in OURS
    for name, one in vars(model).items()
    if isinstance(one, property) and ".objects." in inspect.getsource(one.fget)
}
QUERIES = {
    name for model in OURS for name in dir(model._default_manager.all()) if name[0] != "_"
} - {"all", "get", *dir(set)}


def are_rows(node: ast.AST) -> bool:
    """`session.meetings`, `session.meetings.all()`."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr == "all" and are_rows(node.func.value)
    return isinstance(node, ast.Attribute) and node.attr in MANY


def asks_or_reads_the_clock(node: ast.AST) -> bool:
    """`row.lines.count()`, `rows.get(pk=1)`, `rows.values("pk")`, `row.lines.of(day)`, `today()`; a
    dict's `.get(key)` and `.values()`, and the day of a moment that was given, are neither.
    """
    if isinstance(node, ast.Attribute):
        return node.attr in ASKS or (node.attr in QUERIES and are_rows(node.value))
    if not isinstance(node, ast.Call):
        return False
    called, has_words = ast.unparse(node.func), bool(node.args or node.keywords)
    name = called.split(".")[-1]
    if name in CLOCK or called in {"time.time", "time.monotonic"}:
        return True
    if name in OF_A_MOMENT:
        return not has_words
    return (name == "get" and bool(node.keywords)) or (name == "values" and has_words)


def test_no_rule_asks_the_database_or_the_clock():
    """What a rule reads is given to it, or prefetched (`.all()`)."""
    found = [
        f"{path}:{node.lineno} {ast.unparse(node)}"
        for path, tree in python_files("rules")
        for node in ast.walk(tree)
        if asks_or_reads_the_clock(node)
    ]

    assert found == []


@pytest.mark.parametrize(
    ("line", "asks"),
    [
        ("datetime.now(UTC)", True),
        ("datetime.date.today()", True),
        ("timezone.localtime()", True),
        ("time.time()", True),
        ("session.meetings.values()", True),
        ("session.meetings.going_on()", True),
        ("session.meetings.all().in_time_order()", True),
        ("Session.objects", True),
        ("timezone.localdate(now)", False),
        ("timezone.localtime(now)", False),
        ("moment.time()", False),
        ("datetime.time(18)", False),
        ("session.meetings.all()", False),
        ("moves.values()", False),
        ("names.get(key)", False),
    ],
)
def test_a_question_and_the_clock_are_known_in_a_rule(line, asks):
    assert any(map(asks_or_reads_the_clock, ast.walk(ast.parse(line)))) is asks


def imported_by(path: Path, node: ast.AST) -> list[list[str]]:
    """The names that an import brings, each from its package on: `continuity`, `models`, `Plan`."""
    if isinstance(node, ast.Import):
        return [alias.name.split(".") for alias in node.names]
    if not isinstance(node, ast.ImportFrom):
        return []
    package = path.parts[: -node.level] if node.level else ()
    module = node.module.split(".") if node.module else []
    return [[*package, *module, alias.name] for alias in node.names]


def test_no_value_holds_a_model_of_ours():
    found = [
        f"{path}:{node.lineno} {ast.unparse(node)}"
        for path, tree in python_files("values")
        for node in ast.walk(tree)
        if any(name[0] in FLOORS and "models" in name for name in imported_by(path, node))
    ]

    assert found == []


def test_students_pages_tell_the_student_from_the_reader():
    """Behind `requires(is_student)` the reader, `request.user`, only acts (`by=`): whose things are
    shown is `student_shown(request)`.
    """
    views = [
        (path, view)
        for path, tree in python_files("views", "feeds")
        if path.parts[0] == "continuity"
        for view in ast.walk(tree)
        if isinstance(view, ast.FunctionDef)
        and "requires(is_student)" in map(ast.unparse, view.decorator_list)
    ]
    found = []
    for path, view in views:
        acts = {id(n.value) for n in ast.walk(view) if isinstance(n, ast.keyword) and n.arg == "by"}
        found += [
            f"{path}:{node.lineno}"
            for node in ast.walk(view)
            if isinstance(node, ast.Attribute)
            and ast.unparse(node) == "request.user"
            and id(node) not in acts
        ]

    assert views
    assert found == []


def test_only_the_ground_declares_signals():
    found = [
        str(path)
        for path, tree in python_files()
        if path.parts[0] != "courses"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == Signal.__name__
    ]

    assert found == []


def test_no_receiver_of_ours_listens_to_saves():
    found = [
        f"{path}: {name}"
        for path, tree in python_files()
        for node in ast.walk(tree)
        for name in [
            getattr(node, "id", "") or getattr(node, "attr", ""),
            *(imported[-1] for imported in imported_by(path, node)),
        ]
        if name in {"post_save", "pre_save", "post_delete", "pre_delete", "m2m_changed"}
    ]

    assert found == []


TEMPLATE = re.compile(r"""["']([\w/-]+\.(?:html|txt))(?:#[\w-]+)?["']""")
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


def test_no_import_hides_in_a_function_but_weasyprint():
    """Imports stand on top, where the contracts and the reader see them.

    WeasyPrint takes 2.3 s and may be missing.
    """
    may = {"weasyprint", "weasyprint.text.fonts", "weasyprint.urls"}
    found = [
        f"{path}:{node.lineno}"
        for path, tree in python_files()
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if (isinstance(node, ast.ImportFrom) and node.module not in may)
        or (isinstance(node, ast.Import) and not {a.name for a in node.names} <= may)
    ]

    assert found == []


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


ONE_A_PACKAGE = {"Letters", "Command"}  # Django and courses.mail ask for these names


def test_a_class_name_occurs_once():
    """One name, one meaning: `Row`, `Line` and `Day` have their noun in front."""
    places: dict[str, list[str]] = {}
    for path, tree in python_files():
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and node.name not in ONE_A_PACKAGE:
                places.setdefault(node.name, []).append(f"{path}:{node.lineno}")

    assert {name: found for name, found in places.items() if len(found) > 1} == {}
