"""What imports can't see: foreign keys given as strings, doors without a guard, values, signals,
names that occur twice.
"""

import ast

from django.apps import apps
from django.dispatch import Signal
from django.urls import URLPattern, get_resolver

from tests.architecture.source import FLOORS, imported_by, python_files, rooms_of

MAY_POINT_TO_THE_PERSON = {"Person"}  # by AUTH_USER_MODEL: the person belongs to every room


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


ONE_A_PACKAGE = {"Letters", "Command"}  # Django and courses.mail ask for these names


def test_a_class_name_occurs_once():
    """One name, one meaning: `Row`, `Line` and `Day` have their noun in front."""
    places: dict[str, list[str]] = {}
    for path, tree in python_files():
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and node.name not in ONE_A_PACKAGE:
                places.setdefault(node.name, []).append(f"{path}:{node.lineno}")

    assert {name: found for name, found in places.items() if len(found) > 1} == {}
