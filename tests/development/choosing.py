"""Which stories a change must pass (`.ci/run`): the fewest seconds of stories that do all that any
story does (`covering`), the contracts, races and faults, and each file of stories that has changed
or names what has.

`.ci/whole` runs every story and, if all pass, writes the first ones beside the commit:
`python -m tests.development.choosing SQLITE POSTGRES`, two folders of `pytest --watch`.
"""

import heapq
import json
import subprocess
import sys
from array import array
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from tests.development.covering import Done, read
from tests.development.nearness import dotted

CHOSEN = Path(".ci/stories.json")
MANY = 30
# The code itself, what only processes and threads show, and the main ways in the browser: lines don't
# tell these stories apart.
ALWAYS = (
    "tests/architecture/",
    "tests/concurrency/",
    "tests/browser/test_a_training_from_enrolment_to_certificate.py",
    "tests/browser/test_a_page_from_first_words_to_two_languages.py",
    "tests/browser/test_a_week_goes_on.py",
)


@dataclass(frozen=True)
class Choice:
    """`stories`: ids of pytest. `files`: those of which every story runs."""

    commit: str
    stories: frozenset[str]
    files: frozenset[str]

    def takes(self, story: str) -> bool:
        file = story.partition("::")[0]
        return story in self.stories or file in self.files or story.startswith(ALWAYS)


def choice_for(database: str) -> Choice | None:
    """`database`: sqlite or postgres.

    None if every story runs: nothing is chosen yet, or git doesn't know the commit, as in a clone
    without its history.
    """
    if not CHOSEN.exists():
        return None
    kept = json.loads(CHOSEN.read_text())
    changed = git("diff", "--name-only", "--no-renames", kept["commit"])
    if changed is None:
        return None
    stories = (f"{file}::{name}" for file, names in kept[database].items() for name in names)
    return Choice(kept["commit"], frozenset(stories), files_of(changed.splitlines()))


def files_of(changed: Iterable[str]) -> frozenset[str]:
    """Files of stories that have changed, or that name a changed file: its name, a module's dotted
    one. What more than `MANY` name is left to the stories that are chosen.
    """
    found = set()
    texts = {str(path): path.read_text() for path in Path("tests").rglob("test_*.py")}
    for name in changed:
        path = Path(name)
        word = dotted(path) if path.suffix == ".py" else path.name
        near = {file for file, text in texts.items() if word in text}
        found |= {name} & texts.keys() | (near if len(near) <= MANY else set())
    return frozenset(found)


def in_words(choice: Choice | None) -> str:
    if choice is None:
        return f"Every story: {CHOSEN} is missing, or its commit."
    return (
        f"Chosen: {len(choice.stories)} stories that do what all did at {choice.commit[:8]},"
        f" contracts, races, and {len(choice.files)} files near what has changed since."
    )


def git(*words: str) -> str | None:
    answer = subprocess.run(["git", *words], capture_output=True, text=True, check=False)
    return None if answer.returncode else answer.stdout


def fewest(stories: dict[str, tuple[float, array[int]]], left: set[int]) -> list[str]:
    """Stories that together do all that is `left` to do: the one that does most of it a second comes
    next.

    `stories`: seconds, and numbers of what is done. Greedy set cover: their sum is at most ln n
    times the smallest (Chvátal 1979).
    """
    left = set(left)
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
    return chosen


def chosen_of(watched: dict[str, Done], part: str) -> dict[str, list[str]]:
    """Names of the stories by file. `part`: `ran`, lines and templates, or `asked`, statements."""
    numbers = {story: getattr(done, part) for story, done in watched.items()}
    always = {number for story in numbers if story.startswith(ALWAYS) for number in numbers[story]}
    stories = {story: (watched[story].seconds, numbers[story]) for story in watched}
    by_file = defaultdict(list)
    for story in sorted(fewest(stories, set(chain.from_iterable(numbers.values())) - always)):
        file, _, name = story.partition("::")
        by_file[file].append(name)
    return by_file


def main(sqlite: str, postgres: str) -> None:
    if git("status", "--porcelain"):
        sys.exit("Nothing is chosen: what passed isn't a commit (git status).")
    chosen = {
        "commit": git("rev-parse", "HEAD").strip(),
        "sqlite": chosen_of(read(Path(sqlite)), "ran"),
        "postgres": chosen_of(read(Path(postgres)), "asked"),
    }
    CHOSEN.write_text(json.dumps(chosen, indent=0, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
