"""Many people on few seats at once: over HTTP, and the service alone.

Exact, or the measure says so.
"""

import http.client
import time
from collections import Counter
from urllib.parse import urlencode

from django.db import connections

from cms.management.serving import HOST
from courses.digest.values import Rush
from tests.development.measuring import run_together

CSRF = "b" * 32  # cookie and field must agree, that is all
THREADS = 16


def over_http(rush: Rush, port: int, cookies: list[str]) -> tuple[float, Counter]:
    """Seconds, and how many answers of each status."""
    statuses: Counter = Counter()
    body = urlencode({"csrfmiddlewaretoken": CSRF})
    waiting = list(cookies)

    def client() -> None:
        connection = http.client.HTTPConnection(HOST, port, timeout=60)
        while waiting:
            try:
                cookie = waiting.pop()
            except IndexError:
                break
            fields = {
                "Cookie": f"{cookie}; csrftoken={CSRF}",
                "Content-Type": "application/x-www-form-urlencoded",
            }
            connection.request("POST", rush.address, body, fields)
            answer = connection.getresponse()
            answer.read()
            statuses[answer.status] += 1
        connection.close()

    began = time.perf_counter()
    run_together([client] * THREADS)
    return time.perf_counter() - began, statuses


def of_the_service(rush: Rush) -> float:
    """Seconds for all of them, from sixteen threads with a connection each."""
    waiting = list(rush.people)

    def worker() -> None:
        try:
            while waiting:
                try:
                    person = waiting.pop()
                except IndexError:
                    break
                rush.decide(person)
        finally:
            connections.close_all()

    began = time.perf_counter()
    run_together([worker] * THREADS)
    return time.perf_counter() - began
