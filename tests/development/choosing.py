"""Which stories a change must pass (`.ci/run`): the fewest seconds of stories that do all that any
story does (`covering`), the contracts, races and faults, and each file of stories that has changed
or names what has.

`.ci/run --whole` runs every story and, if all pass, writes the first ones beside the commit:
`python -m tests.development.choosing SQLITE POSTGRES`, two folders of `pytest --watch`.
"""

import ast
import heapq
import json
import subprocess
import sys
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path

from tests.development.covering import Done, read
from tests.development.nearness import dotted, imported_by

CHOSEN = Path(".ci/stories.json")
VERSIONS = {"pyproject.toml", "requirements.txt"}
MANY = 30
# The code itself, the main ways in the browser, and what only processes and threads show: lines don't
# tell these stories apart. Races are of PostgreSQL: SQLite has one writer at a time.
ALWAYS = {
    "sqlite": (
        "tests/architecture/",
        "tests/browser/test_a_training_from_enrolment_to_certificate.py",
        "tests/browser/test_a_page_from_first_words_to_two_languages.py",
        "tests/browser/test_a_week_goes_on.py",
    ),
    "postgres": ("tests/concurrency/",),
}


@dataclass(frozen=True)
class Choice:
    """`always`: how ids of stories begin that run whatever has changed. `stories`: ids. `files`: of
    which every story runs.
    """

    commit: str
    always: tuple[str, ...]
    stories: frozenset[str]
    files: frozenset[str]

    def takes(self, story: str) -> bool:
        file = story.partition("::")[0]
        return story in self.stories or file in self.files or story.startswith(self.always)


def choice_for(database: str) -> Choice | None:
    """`database`: sqlite or postgres.

    None if every story runs: nothing is chosen yet, git doesn't know the commit, as in a clone
    without its history, or libraries have changed.
    """
    if not CHOSEN.exists():
        return None
    kept = json.loads(CHOSEN.read_text())
    diff = git("diff", "--name-only", "--no-renames", kept["commit"])
    if diff is None:
        return None
    changed = (
        diff.splitlines() + str(git("ls-files", "--others", "--exclude-standard")).splitlines()
    )
    if not VERSIONS.isdisjoint(changed):
        return None
    stories = (f"{file}::{name}" for file, names in kept[database].items() for name in names)
    files = files_of(changed)
    return Choice(kept["commit"], ALWAYS[database], frozenset(stories), files)


def files_of(changed: Iterable[str]) -> frozenset[str]:
    """Files of stories that have changed, that name a changed file, by its path or its name, or
    import it. What more than `MANY` name in one of these ways is left to the stories that are chosen.

    A script is seen by the browser's stories alone, which don't name it: all of them. A `conftest.py`:
    all in its folder.
    """
    texts = texts_of_stories()
    found = set()
    for path in map(Path, changed):
        found |= {str(path)} & texts.keys()
        for near in (
            {file for file, text in texts.items() if str(path) in text},
            {file for file, text in texts.items() if _name(path) in text},
            {file for file, text in texts.items() if _imports(path, text)},
            {file for file, text in texts.items() if _imports_from_package(path, text)},
        ):
            found |= near if len(near) <= MANY else set()
        above = "tests/browser" if path.suffix == ".js" else path.parent
        if path.suffix == ".js" or path.name == "conftest.py":
            found |= {file for file in texts if Path(file).is_relative_to(above)}
    return frozenset(found)


def texts_of_stories() -> dict[str, str]:
    return {str(path): path.read_text() for path in Path("tests").rglob("test_*.py")}


def _name(path: Path) -> str:
    """As a text names it; `run` or `models.py` without quotes is said of others, too."""
    return f'"{path.name}"' if path.suffix in {"", ".py"} else path.name


def _imports(path: Path, text: str) -> bool:
    module = dotted(path)
    return module.rpartition(".")[2] in text and module in _imported_by(text)


def _imports_from_package(path: Path, text: str) -> bool:
    """Something of the module: packages of a layer give on what their modules have."""
    package = dotted(path).rpartition(".")[0]
    return any(name in text for name in _names_in(path)) and package in _imported_by(text)


@cache
def _imported_by(text: str) -> set[str]:
    return imported_by(ast.parse(text))


@cache
def _names_in(path: Path) -> set[str]:
    """Functions, classes and constants of a module; none of one that is gone."""
    is_there = path.suffix == ".py" and path.exists()
    body = ast.parse(path.read_text()).body if is_there else []
    names = set()
    for node in body:
        match node:
            case (
                ast.FunctionDef(name=name)
                | ast.ClassDef(name=name)
                | ast.Assign(targets=[ast.Name(id=name)])
                | ast.AnnAssign(target=ast.Name(id=name))
            ):
                names.add(name)
    return names


def in_words(choice: Choice | None) -> str:
    if choice is None:
        return f"Every story: {CHOSEN} or its commit is missing, or libraries have changed."
    return (
        f"Chosen: {len(choice.stories)} stories that do what all did at {choice.commit[:8]},"
        f" contracts, races, and {len(choice.files)} files near what has changed since."
    )


def git(*words: str) -> str | None:
    answer = subprocess.run(["git", *words], capture_output=True, text=True, check=False)
    return None if answer.returncode else answer.stdout


Stories = dict[str, tuple[float, array]]  # seconds, and numbers of what is done


def fewest(stories: Stories, but: Iterable[array] = ()) -> list[str]:
    """Stories that together do all that any does, but for what is done anyway: the one that adds
    most a second comes next. Those whose all the others do go again, the slowest first.

    Greedy set cover: their sum is at most ln n times the smallest (Chvátal 1979).
    """
    wanted = set(chain.from_iterable(done for _, done in stories.values())).difference(*but)
    left = set(wanted)
    waiting = [(-len(done) / seconds, name) for name, (seconds, done) in stories.items()]
    heapq.heapify(waiting)
    chosen = []
    while left and waiting:
        _, name = heapq.heappop(waiting)
        seconds, done = stories[name]
        adds = -sum(number in left for number in done) / seconds
        if waiting and adds > waiting[0][0]:
            heapq.heappush(waiting, (adds, name))
        elif adds:
            left.difference_update(done)
            chosen.append(name)
    times = Counter(number for name in chosen for number in stories[name][1] if number in wanted)
    for name in sorted(chosen, key=lambda name: stories[name][0], reverse=True):
        done = wanted.intersection(stories[name][1])
        if all(times[number] > 1 for number in done):
            chosen.remove(name)
            times.subtract(done)
    return chosen


def choose(on_sqlite: dict[str, Done], on_postgres: dict[str, Done]) -> dict[str, list[str]]:
    """Ids of stories by database: each statement is asked of PostgreSQL, and each line runs on the
    one or the other.
    """
    anyway = [on_postgres[story] for story in on_postgres if story.startswith(ALWAYS["postgres"])]
    asked = {story: (done.seconds, done.asked) for story, done in on_postgres.items()}
    postgres = fewest(asked, [done.asked for done in anyway])

    anyway += [on_postgres[story] for story in postgres]
    anyway += [on_sqlite[story] for story in on_sqlite if story.startswith(ALWAYS["sqlite"])]
    ran = {story: (done.seconds, done.ran) for story, done in on_sqlite.items()}
    return {"sqlite": fewest(ran, [done.ran for done in anyway]), "postgres": postgres}


def by_file(stories: Iterable[str]) -> dict[str, list[str]]:
    names = defaultdict(list)
    for story in sorted(stories):
        file, _, name = story.partition("::")
        names[file].append(name)
    return names


def main(sqlite: str, postgres: str) -> None:
    if git("status", "--porcelain"):
        sys.exit("Nothing is chosen: what passed isn't a commit (git status).")
    chosen = choose(read(Path(sqlite)), read(Path(postgres)))
    kept = {"commit": git("rev-parse", "HEAD").strip()} | {
        database: by_file(stories) for database, stories in chosen.items()
    }
    CHOSEN.write_text(json.dumps(kept, indent=0, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
