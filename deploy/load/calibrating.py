"""CPU seconds by kind of request and part, each kind by itself: visits of one sort go on together,
step by step, so that between two readings only one kind of request was asked.

What the parts take when nobody asks (workers and tick look for work) is measured before and taken
off. A second reading waits until those who work behind the answer are done.
"""

import gzip
import http.client
import random
import ssl
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

from deploy.load import visits
from deploy.load.costs import PartCosts, transactions

SORTS = (
    "week", "lesson", "to hand in", "guidance", "first page", "catalogue", "training", "search",
    "roll", "hand in", "sign in",
)  # fmt: skip
AT_REST = 20  # seconds
SETTLED = {"handed in": 15, "login": 3}  # seconds that workers go on behind the answer; else 1.5
FEWER = {"hand in": 4, "roll": 3, "sign in": 4}  # visits with several or dear requests


class Line:
    """A kept connection."""

    def __init__(self, site: str, trust: ssl.SSLContext):
        self.site, self.parts = site, urlsplit(site)
        self.connection = http.client.HTTPSConnection(
            self.parts.hostname or "", self.parts.port, context=trust, timeout=60
        )

    def ask(self, asked: visits.PageRequest) -> tuple[visits.PageAnswer, int]:
        headers = asked.headers(self.site)
        self.connection.request(asked.method, asked.address, asked.content, headers)
        answer = self.connection.getresponse()
        content = answer.read()
        if answer.status not in asked.expected:
            raise RuntimeError(f"{asked.kind} answered {answer.status}: {asked.address}")
        cookies = answer.headers.get_all("Set-Cookie") or []
        begun = [one.split(";")[0].partition("=")[2] for one in cookies if one[:10] == "sessionid="]
        text = ""
        if asked.kind in TEXT_IS_READ:
            is_packed = answer.headers.get("Content-Encoding") == "gzip"
            text = (gzip.decompress(content) if is_packed else content).decode()
        location = answer.headers.get("Location") or ""
        return visits.PageAnswer(answer.status, text, location, "".join(begun)), len(content)


TEXT_IS_READ = {"roll"}


def measure(shape: Path, site: str, each: int, lines: int) -> dict:
    """Milliseconds by kind and part, bytes by kind, and what the parts take at rest (cores)."""
    trust = ssl.create_default_context(cafile=str(shape / "tls/cert.pem"))
    people = visits.People(shape / "load", random.Random(time.time_ns()))
    open_lines = [Line(site, trust) for _ in range(lines)]
    quiet, before = PartCosts(shape), transactions(shape)
    time.sleep(AT_REST)
    lent_at_rest = (transactions(shape) - before) / quiet.took
    at_rest = {part: used / quiet.took for part, used in quiet.since().items()}
    rows: list[dict] = []
    for sort in SORTS:
        walks = [people.visit(sort) for _ in range(max(10, each // FEWER.get(sort, 1)))]
        people.keep_used()
        answers: list = [None] * len(walks)
        for line in open_lines:  # warm: the first pages of a sort
            line.ask(next(people.visit(sort)))
        while asked := _next_of(walks, answers):
            costs, before = PartCosts(shape), transactions(shape)
            began = time.monotonic()
            sizes = _asked_together(open_lines, asked, answers)
            took = time.monotonic() - began
            time.sleep(SETTLED.get(asked[0][1].kind, 1.5))
            used, seconds = costs.since(), costs.took
            number = len(asked)
            lent = transactions(shape) - before - lent_at_rest * seconds
            rows.append(
                {
                    "kind": asked[0][1].kind,
                    "number": number,
                    "bytes": sum(sizes),
                    "lent": lent,
                    "wait": took * 1000 * lines,
                    "cpu": {part: (used[part] - at_rest[part] * seconds) * 1000 for part in used},
                }
            )
    return {"at_rest": at_rest, "lines": lines, "kinds": _by_kind(rows)}


def _by_kind(rows: list[dict]) -> dict:
    """Per request: a visit may have several of one kind, such as three photos."""
    found = {}
    for kind in dict.fromkeys(row["kind"] for row in rows):
        same = [row for row in rows if row["kind"] == kind]
        number = sum(row["number"] for row in same)
        found[kind] = {
            "number": number,
            "bytes": round(sum(row["bytes"] for row in same) / number),
            "wait": round(sum(row["wait"] for row in same) / number, 1),
            "statements": max(1, round(sum(row["lent"] for row in same) / number)),
            "ms": {
                part: round(max(0.0, sum(row["cpu"][part] for row in same) / number), 3)
                for part in same[0]["cpu"]
            },
        }
    return found


def _next_of(walks: list, answers: list) -> list[tuple[int, visits.PageRequest]]:
    """The next request of each visit that goes on."""
    found = []
    for at, walk in enumerate(walks):
        if walk is not None:
            try:
                found.append((at, walk.send(answers[at])))
            except StopIteration:
                walks[at] = None
    return found


def _asked_together(lines: list[Line], asked: list, answers: list) -> list[int]:
    waiting, sizes, failed = list(asked), [], []

    def work(line: Line) -> None:
        while waiting:
            try:
                at, request = waiting.pop()
            except IndexError:
                break
            try:
                answers[at], size = line.ask(request)
            except (RuntimeError, OSError) as error:
                failed.append(error)
                return
            sizes.append(size)

    threads = [threading.Thread(target=work, args=[line]) for line in lines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return sizes


def table(measured: dict) -> str:
    parts = list(measured["at_rest"])
    lines = ["| request | number | wait ms | bytes | statements | " + " | ".join(parts) + " |"]
    lines.append("|---" * (len(parts) + 5) + "|")
    for kind, found in measured["kinds"].items():
        cells = " | ".join(f"{found['ms'].get(part, 0):.2f}" for part in parts)
        lines.append(
            f"| {kind} | {found['number']} | {found['wait']:.0f} | {found['bytes']} |"
            f" {found['statements']} | {cells} |"
        )
    rest = " | ".join(f"{cores:.3f}" for cores in measured["at_rest"].values())
    lines.append(f"| at rest, cores | | | | | {rest} |")
    return "\n".join(lines)
