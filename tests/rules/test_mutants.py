"""`manage.py mutants`: which faults it makes of a source, and which test files it takes for near."""

import pytest

from tests.development.mutating import mutants_of
from tests.development.nearness import nearest_files


def variants(source: str) -> list[str]:
    return [mutant.applied_to(source) for mutant in mutants_of("rules.py", source)]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("is_late = now > due", ["is_late = (now >= due)"]),
        ("may = a and b", ["may = ((a) or (b))"]),
        ("may = not é", ["may = é"]),
        ("hours = 2", ["hours = 3", "hours = (1)"]),
        (
            "def f():\n    if a:\n        save()",
            ["def f():\n    if (not (a)):\n        save()", "def f():\n    if a:\n        pass"],
        ),
        ("@guard\ndef f(): ...", ["@(lambda it: it)\ndef f(): ..."]),
        (
            "mine = Page.objects.filter(a=a, b=b)",
            [f"mine = Page.objects.{rest}" for rest in ("all()", "filter(b=b)", "filter(a=a)")],
        ),
        (
            "over = Page.objects.filter(day__lt=day)",
            ["over = Page.objects.filter(day__lte=day)", "over = Page.objects.all()"],
        ),
        ("logger.info('x', 1)\nfrom a import b\nhint = _('A word')", []),
    ],
)
def test_each_fault_is_one_small_edit(source, expected):
    assert sorted(variants(source)) == sorted(expected)


def test_files_that_ask_for_an_address_are_near_what_its_view_calls():
    files = [
        file.name
        for file in nearest_files("courses/people/services/logins.py", "end_other_sessions")
    ]

    assert "test_sessions_and_shared_computers.py" in files[:3]
    assert "who_may" in files[-1]  # the long tables come last
