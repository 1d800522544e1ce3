"""The 8 o'clock bell: a lycée's students ask for their pages within minutes, and some hand work in
meanwhile. No error, nothing lost.
"""

import http.client
import statistics
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

from cms.management.serving import HOST
from courses.digest.values import Bell
from tests.development.measuring import run_together
from tests.development.rushing import CSRF

LINES = 32  # connections at once
PATIENCE = 60  # seconds


@dataclass
class Rung:
    """What came of it."""

    statuses: Counter = field(default_factory=Counter)
    waits_ms: list[float] = field(default_factory=list)
    seconds: float = 0
    sent: int = 0

    def in_words(self, bell: Bell) -> str:
        answers = ", ".join(
            f"{count} × {status}" for status, count in sorted(self.statuses.items())
        )
        kept = bell.kept()
        cut = statistics.quantiles(self.waits_ms, n=100)
        return (
            f"{len(bell.people)} students, {len(bell.pages)} pages each in {self.seconds:.0f} s"
            f" ({len(self.waits_ms) / self.seconds:.0f}/s; in life {bell.minutes} minutes), p50"
            f" {cut[49]:.0f} ms, p95 {cut[94]:.0f} ms, answers: {answers}; {self.sent} sent"
            f" meanwhile: {kept} there of"
            f" {bell.expected}{'' if kept == bell.expected else ', WRONG'}"
        )


def ring(bell: Bell, port: int, cookies: dict[int, str]) -> Rung:
    """Each person comes at their own moment, evenly over the time; who sends does so between the
    first and the second page.
    """
    rung, lock = Rung(), threading.Lock()
    length = bell.minutes * 60 / bell.times_faster
    senders = (
        {
            person.pk
            for person in bell.people[:: max(1, len(bell.people) // bell.senders)][: bell.senders]
        }
        if bell.send
        else set()
    )
    # Pages of one person come a third of the time apart, as in life.
    moments = sorted(
        (length * (number / len(bell.people) + turn) / len(bell.pages), turn, person)
        for number, person in enumerate(bell.people)
        for turn in range(len(bell.pages))
    )
    waiting = list(reversed(moments))
    began = time.perf_counter()

    def line() -> None:
        connection = http.client.HTTPConnection(HOST, port, timeout=PATIENCE)
        while True:
            with lock:
                if not waiting:
                    break
                moment, turn, person = waiting.pop()
            time.sleep(max(0.0, began + moment - time.perf_counter()))
            ask = asker(connection, cookies[person.pk], rung)
            ask("GET", bell.pages[turn])
            if turn == 0 and person.pk in senders:
                bell.send(person, ask)
                rung.sent += 1
        connection.close()

    run_together([line] * LINES)
    rung.seconds = time.perf_counter() - began
    return rung


def asker(connection: http.client.HTTPConnection, cookie: str, rung: Rung):
    """One person's questions over one line, each counted and timed."""

    def ask(
        method: str, address: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, bytes, dict]:
        sent = {"Cookie": cookie, "Accept-Encoding": "gzip", **(headers or {})}
        if method == "POST":
            sent["X-CSRFToken"] = CSRF
        began = time.perf_counter()
        connection.request(method, address, body, sent)
        answer = connection.getresponse()
        content = answer.read()
        rung.waits_ms.append((time.perf_counter() - began) * 1000)
        rung.statuses[answer.status] += 1
        return answer.status, content, dict(answer.headers)

    return ask
