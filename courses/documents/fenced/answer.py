"""Code that every fenced program shares: its limits, and how it answers."""

import json
import resource
import sys

MEGABYTE = 1024 * 1024


class Why(Exception):
    """The file isn't taken.

    `reason` is a word that the caller knows, the rest are numbers for the sentence.
    """

    def __init__(self, reason: str, **numbers: int):
        super().__init__(reason)
        self.reason, self.numbers = reason, numbers


def limit(*, megabytes: int, seconds: int) -> None:
    """Address space and CPU time of this process.

    Past them it ends, not the server. It writes no files.
    """
    resource.setrlimit(resource.RLIMIT_AS, (megabytes * MEGABYTE, megabytes * MEGABYTE))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def answer(told: dict, content: bytes = b"") -> None:
    """One line of JSON on standard output, and the content behind it."""
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n")
    sys.stdout.buffer.write(content)


def refuse(why: Why) -> None:
    answer({"why": why.reason} | why.numbers)
