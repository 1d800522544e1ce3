"""`.ci/run` takes the fewest stories that do all that any story does, and what has changed."""

import dataclasses
import json
import subprocess
import sys
from array import array
from pathlib import Path

import pytest
from django.conf import settings

from tests.development import choosing
from tests.development.choosing import choose, fewest
from tests.development.covering import Done, Watch, read, shape_of

NOTHING = array("I")


def done(*lines: int, seconds: float = 1) -> Done:
    return Done(seconds, array("I", lines), NOTHING)


def chosen(commit: str, folder: Path, monkeypatch) -> None:
    kept = {"commit": commit, "sqlite": {"tests/rules/test_a.py": ["test_one"]}, "postgres": {}}
    (folder / "stories.json").write_text(json.dumps(kept))
    monkeypatch.setattr(choosing, "CHOSEN", folder / "stories.json")


def test_two_quick_stories_stand_for_a_slow_one():
    stories = {
        "slow": (9, array("I", [1, 2, 3])),
        "quick": (1, array("I", [1, 2])),
        "other": (1, array("I", [3])),
    }

    assert sorted(fewest(stories)) == ["other", "quick"]


def test_what_one_slow_story_does_alone_brings_it_in():
    stories = {"slow": (9, array("I", [1, 2, 4])), "quick": (1, array("I", [1, 2, 3]))}

    assert sorted(fewest(stories)) == ["quick", "slow"]


def test_a_story_whose_all_later_ones_do_goes_again():
    stories = {
        "first": (1, array("I", [1, 2, 3, 4])),  # adds most a second
        "left": (1, array("I", [1, 2, 5])),
        "right": (1, array("I", [3, 4, 6])),
    }

    assert sorted(fewest(stories)) == ["left", "right"]


def test_a_line_runs_on_one_database_and_each_statement_on_postgresql():
    race, both, more = (
        "tests/concurrency/test_a.py::test_race",
        "test_b.py::test",
        "test_c.py::test",
    )
    on_postgres = {
        race: Done(1, array("I", [1]), array("I", [7])),
        both: Done(1, array("I", [2]), array("I", [7, 8])),
        more: Done(1, array("I", [3]), array("I", [7])),
    }
    on_sqlite = {story: Done(1, done.ran, NOTHING) for story, done in on_postgres.items()}

    assert choose(on_sqlite, on_postgres) == {"sqlite": [more], "postgres": [both]}


def test_contracts_need_no_other_story():
    on_sqlite = {
        "tests/architecture/test_a.py::test": done(1, 2),
        "tests/rules/test_a.py::test": done(1),
    }

    assert choose(on_sqlite, {}) == {"sqlite": [], "postgres": []}


def test_a_file_that_has_changed_runs_whole(tmp_path, monkeypatch):
    chosen(choosing.git("rev-parse", "HEAD").strip(), tmp_path, monkeypatch)

    choice = choosing.choice_for("sqlite")
    after = dataclasses.replace(choice, files=frozenset({"tests/rules/test_b.py"}))

    assert choice.takes("tests/rules/test_a.py::test_one")
    assert not choice.takes("tests/rules/test_a.py::test_two")
    assert choice.takes("tests/architecture/test_rooms.py::test_any")
    assert not choice.takes("tests/rules/test_b.py::test_any")
    assert after.takes("tests/rules/test_b.py::test_any")


def test_every_story_runs_where_git_does_not_know_the_commit(tmp_path, monkeypatch):
    chosen("0" * 40, tmp_path, monkeypatch)

    assert choosing.choice_for("sqlite") is None
    assert choosing.in_words(None).startswith("Every story")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("id IN (%s, %s, %s)", "id IN (%s)"),
        ("VALUES (%s, %s), (%s, %s)", "VALUES (%s, %s)"),
        (
            "CASE WHEN id = %s THEN %s WHEN id = %s THEN %s ELSE 1",
            "CASE WHEN id = %s THEN %s ELSE 1",
        ),
        ('SAVEPOINT "s1401_x1"', 'SAVEPOINT "s99_x27"'),
    ],
)
def test_a_statement_is_the_same_with_more_values(one, other):
    assert shape_of(one) == shape_of(other)


def test_a_statement_that_is_refused_is_another_one():
    watch = Watch.__new__(Watch)
    watch.asked = set()

    def refuse(*_words):
        raise LookupError

    watch.on_statement(lambda *_words: None, "a = %s", [1], False, {})
    watch.on_statement(lambda *_words: None, "a = %s", [2], False, {})
    with pytest.raises(LookupError):
        watch.on_statement(refuse, "a = %s", [1], False, {})

    assert len(watch.asked) == 2


def test_what_a_story_does_is_written_down(tmp_path):
    story = "tests/rules/test_formulas.py::test_in_a_line_and_on_its_own"
    command = [sys.executable, "-m", "pytest", "-q", "-n0", f"--watch={tmp_path}", story]

    subprocess.run(command, cwd=settings.BASE_DIR, check=True, capture_output=True)
    [(name, watched)] = read(tmp_path).items()

    assert name == story
    assert len(watched.ran) > 20
    assert not watched.asked


def test_every_story_runs_with_other_libraries(tmp_path, monkeypatch):
    chosen(choosing.git("rev-parse", "HEAD").strip(), tmp_path, monkeypatch)
    ask = choosing.git

    def with_a_change(*words):
        return ask(*words) + "pyproject.toml\n"

    assert choosing.choice_for("sqlite") is not None

    monkeypatch.setattr(choosing, "git", with_a_change)

    assert choosing.choice_for("sqlite") is None


def test_files_that_name_a_changed_one_run_whole():
    named = choosing.files_of(
        ["deploy/nginx.conf", "tests/rules/test_mutants.py", "tests/development/mutating.py"]
    )

    assert {
        "tests/rules/test_mutants.py",
        "tests/rules/test_the_proxy_counts_pages.py",
    } <= named


@pytest.mark.parametrize(
    ("changed", "story"),
    [
        ("cms/indicators/rules.py", "tests/rules/test_small_counts_of_a_closed_week.py"),
        ("courses/documents/services/asked.py", "tests/journeys/test_a_lesson_on_paper.py"),
        ("training/values/proposals.py", "tests/journeys/test_a_trainer_proposes_dates.py"),
        ("deploy/gunicorn.conf.py", "tests/rules/test_settings_of_production.py"),
        ("deploy/shape", "tests/rules/test_a_shape_starts.py"),
        ("tests/browser/conftest.py", "tests/browser/test_a_week_goes_on.py"),
    ],
)
def test_a_file_is_named_by_its_path_its_name_or_an_import(changed, story):
    assert story in choosing.files_of([changed])


def test_a_story_that_git_does_not_know_yet_runs(tmp_path, monkeypatch):
    chosen(choosing.git("rev-parse", "HEAD").strip(), tmp_path, monkeypatch)
    new = "tests/rules/test_of_today.py"
    asked = choosing.git

    def with_a_new_file(*words):
        return f"{new}\n" if words[0] == "ls-files" else asked(*words)

    monkeypatch.setattr(choosing, "git", with_a_new_file)
    texts = {"tests/rules/test_of_today.py": ""}
    monkeypatch.setattr(choosing, "texts_of_stories", lambda: texts)

    assert choosing.choice_for("sqlite").takes(f"{new}::test_any")


def test_what_everybody_names_is_left_to_the_stories_chosen():
    assert choosing.files_of(["courses/people/models.py"]) == {"tests/rules/test_chosen_stories.py"}


def test_a_changed_script_brings_in_all_stories_of_the_browser():
    files = choosing.files_of(["continuity/static/continuity/handins/handin.js"])

    assert "tests/browser/test_drafts_in_two_tabs.py" in files
