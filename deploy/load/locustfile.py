"""Runs a plan of visits under Locust, each at its own moment, whatever the answers before took: so
a slow site gets no less load. Started by `deploy.load.__main__`, which sets the environment.

A wait is counted from the moment when the request was due, the next one of a visit from the answer
before it: a person reads before pressing on.
"""

import json
import os
import random
import ssl
import time
from pathlib import Path

import gevent
from locust import FastHttpUser, task
from locust.contrib.fasthttp import FastHttpSession

from deploy.load import visits

FOLDER = Path(os.environ["LOAD_FOLDER"])
SCENARIO = json.loads(os.environ["LOAD_SCENARIO"])  # name, seconds, seed, and its own arguments
PATIENCE = 60  # seconds

trust = ssl.create_default_context(cafile=str(FOLDER.parent / "tls/cert.pem"))
rows: list[tuple] = []  # kind, second at which it was due, wait in ms, status, bytes
lateness: list[float] = []  # ms by which this process came too late: it says whether it kept up


def trusting(**_unread: object) -> ssl.SSLContext:
    """One context for all connections. A factory that took no `cafile` would make each connection
    read all authorities of the machine again: 8 ms of CPU.
    """
    return trust


def planned(people: visits.People) -> visits.Plan:
    name, seconds = SCENARIO["name"], SCENARIO["seconds"]
    if name == "bell":
        return visits.bell(
            people, lycees=SCENARIO["lycees"], seconds=seconds, times=SCENARIO["times"]
        )
    by_name = {"evening": visits.evening, "enrolment": visits.enrolment}
    return by_name[name](people, rate=SCENARIO["rate"], seconds=seconds)


class Crowd(FastHttpUser):
    """All people of the plan: Locust's own users come in whole seconds and wait for answers."""

    fixed_count = 1
    host = SCENARIO["site"]
    ssl_context_factory = staticmethod(trusting)

    @task
    def come(self):
        people = visits.People(FOLDER, random.Random(SCENARIO["seed"]))
        plan = planned(people)
        people.keep_used()
        began, running, before = time.monotonic(), [], sum(os.times()[:2])
        for moment, visit in plan:
            due = began + moment
            time.sleep(max(0.0, due - time.monotonic()))
            running.append(gevent.spawn(self.walk, visit, due, began))
        gevent.joinall(running, timeout=PATIENCE * 2)
        unfinished = sum(not one.dead for one in running)
        failed = [repr(one.exception) for one in running if one.exception]
        (FOLDER / "rows.json").write_text(
            json.dumps(
                {
                    "rows": rows,
                    "lateness": lateness,
                    "unfinished": unfinished,
                    "failed": failed,
                    "seconds": time.monotonic() - began,
                    "cpu_of_tool": sum(os.times()[:2]) - before,
                }
            )
        )
        self.environment.runner.quit()

    def walk(self, visit: visits.Visit, due: float, began: float) -> None:
        """Each visit has a connection of its own, as each browser has."""
        session = FastHttpSession(
            self.host,
            self.environment.events.request,
            self,
            insecure=False,
            ssl_context_factory=trusting,
            network_timeout=PATIENCE,
            connection_timeout=PATIENCE,
            concurrency=1,
        )
        answer = None
        while True:
            try:
                asked = visit.send(answer)
            except StopIteration:
                break
            if asked.pause:
                time.sleep(asked.pause)
                due = time.monotonic()
            lateness.append(max(0.0, time.monotonic() - due) * 1000)
            answer = self.ask(session, asked, due, began)
            if answer.status not in asked.expected:
                break
            due = time.monotonic()
        session.client.clientpool.close()

    def ask(
        self, session, asked: visits.PageRequest, due: float, began: float
    ) -> visits.PageAnswer:
        with session.request(
            asked.method,
            asked.address,
            name=asked.kind,
            data=asked.content,
            headers=asked.headers(self.host),
            allow_redirects=False,
            catch_response=True,
        ) as response:
            text = response.text or ""
            wait = (time.monotonic() - due) * 1000
            status = response.status_code or 0
            if status in asked.expected:
                response.success()
            else:
                response.failure(f"{asked.kind} answered {status}")
        headers = response.headers or {}
        size = int(headers.get("content-length") or len(text))
        rows.append((asked.kind, due - began, wait, status, size))
        begun = next(
            (cookie.value for cookie in session.cookiejar if cookie.name == "sessionid"), ""
        )
        return visits.PageAnswer(status, text, headers.get("location") or "", begun)
