"""What each story does: the lines of ours that it runs, the templates that it fills, and what it asks
the database (`pytest --watch FOLDER`).

Each line, template in a language and statement stands as a number, its checksum.
"""

import json
import os
import re
import sys
import time
from array import array
from base64 import b64decode, b64encode
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from zlib import crc32

from django.db import connection
from django.test.signals import template_rendered
from django.utils import translation

from tests.development.nearness import HOUSE

OURS = tuple(f"{Path(__file__).parents[2]}/{room}/" for room in HOUSE)
# Values of any number are one statement, and so are rows and cases; a savepoint carries the number
# of its thread.
REPEATED = (
    (re.compile(r"(?:%s(?:, )?)+"), "%s"),
    (re.compile(r"(?:\(%s\)(?:, )?)+"), "(%s)"),
    (re.compile(r"(WHEN [^W]+? THEN [^W]+? )\1+"), r"\1"),
    (re.compile(r'"s\d+_x\d+"'), ""),
)
TOOL = sys.monitoring.COVERAGE_ID
EVENTS = sys.monitoring.events


@cache
def shape_of(sql: str) -> str:
    for pattern, once in REPEATED:
        sql = pattern.sub(once, sql)
    return sql


def number_of(*words: object) -> int:
    return crc32("|".join(map(str, words)).encode())


@dataclass(frozen=True)
class Done:
    """`ran`: lines and templates. `asked`: statements."""

    seconds: float
    ran: array[int]
    asked: array[int]


class Watch:
    """What the running story does."""

    def __init__(self):
        self.ran: set[int] = set()
        self.asked: set[int] = set()
        self.stories: dict[str, Done] = {}
        template_rendered.connect(self.on_template)
        sys.monitoring.use_tool_id(TOOL, "covering")
        sys.monitoring.register_callback(TOOL, EVENTS.PY_START, self.on_entry)
        sys.monitoring.register_callback(TOOL, EVENTS.LINE, self.on_line)
        sys.monitoring.set_events(TOOL, EVENTS.PY_START)

    def on_entry(self, code, _offset):
        """Lines are told of our functions alone."""
        if code.co_filename.startswith(OURS):
            sys.monitoring.set_local_events(TOOL, code, EVENTS.LINE)
        return sys.monitoring.DISABLE

    def on_line(self, code, line):
        self.ran.add(number_of(code.co_filename, line))
        return sys.monitoring.DISABLE

    def on_template(self, template, **_more):
        self.ran.add(number_of(template.name, translation.get_language()))

    def on_statement(self, execute, sql, params, many, context):
        """An `execute_wrapper`. A statement that is refused is another one."""
        error = ""
        try:
            return execute(sql, params, many, context)
        except Exception as raised:
            error = type(raised).__name__
            raise
        finally:
            self.asked.add(number_of(shape_of(sql), error))

    def follow(self, story: str):
        """Wraps the run of the story, with the fixtures that it is the first to need."""
        self.ran.clear()
        self.asked.clear()
        sys.monitoring.restart_events()
        began = time.perf_counter()
        with connection.execute_wrapper(self.on_statement):
            outcome = yield
        seconds = time.perf_counter() - began
        self.stories[story] = Done(seconds, array("I", self.ran), array("I", self.asked))
        return outcome

    def write(self, folder: Path) -> None:
        """Stop watching, and write what was seen, a line a story."""
        sys.monitoring.set_events(TOOL, 0)
        folder.mkdir(parents=True, exist_ok=True)
        worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        with (folder / f"{worker}.jsonl").open("w") as file:
            for story, done in self.stories.items():
                numbers = [b64encode(part).decode() for part in (done.ran, done.asked)]
                file.write(json.dumps([story, done.seconds, *numbers]) + "\n")


def read(folder: Path) -> dict[str, Done]:
    """What `Watch.write` wrote, of all workers."""
    lines = (json.loads(line) for file in folder.glob("*.jsonl") for line in file.open())
    return {
        story: Done(seconds, *(array("I", b64decode(part)) for part in numbers))
        for story, seconds, *numbers in lines
    }
