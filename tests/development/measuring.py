"""Counts what pages cost: CPU time of the server's processes, as the kernel accounts it."""

import contextlib
import http.client
import os
import statistics
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from cms.management.serving import HOST

TICKS = os.sysconf("SC_CLK_TCK")


def family_of(pid: int) -> list[int]:
    """The process and all below it."""
    found, waiting = [], [pid]
    while waiting:
        one = waiting.pop()
        found.append(one)
        with contextlib.suppress(OSError):  # ended since
            for task in Path(f"/proc/{one}/task").glob("*/children"):
                waiting += [int(child) for child in task.read_text().split()]
    return found


def cpu_seconds(pid: int) -> float:
    """User and system time of the process and all below it, also of those that ended meanwhile:
    a fenced reader of a photo lives for one photo.
    """
    total = 0
    for one in family_of(pid):
        with contextlib.suppress(OSError):  # it ended since; its parent has its time
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            total += sum(map(int, fields[11:15]))
    return total / TICKS


def shared_out_mb(pid: int) -> list[float]:
    """PSS of the process, then of each below it: pages that several processes share count for each by
    its part (`Pss` of proc(5)).
    """
    sizes = []
    for one in family_of(pid):
        lines = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
        sizes += [int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")]
    return sizes


@dataclass
class Target:
    """A page of a running server, with what each round said of it."""

    name: str
    port: int
    pid: int
    address: str
    goal: str = ""
    gzip: bool = False
    is_for_visitors: bool = False
    cookies: list[str] = field(default_factory=list)  # of who asks, in turn
    more_headers: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(
        default_factory=dict
    )  # by cookie: the version that this reader's browser has
    queries: int | None = None
    bytes_raw: int = 0
    bytes_gzip: int = 0
    cpu_ms: list[float] = field(default_factory=list)
    per_second: list[float] = field(default_factory=list)
    waits_ms: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        return statistics.median(self.cpu_ms)

    def forget(self) -> None:
        """What was measured while it warmed up."""
        for measured in (self.cpu_ms, self.per_second, self.waits_ms):
            measured.clear()

    def wait(self, percent: int) -> float:
        return statistics.quantiles(self.waits_ms, n=100)[percent - 1]


def headers(target: Target, cookie: str, *, gzip: bool) -> dict[str, str]:
    tag = {"If-None-Match": target.tags[cookie]} if cookie in target.tags else {}
    packed = {"Accept-Encoding": "gzip" if gzip else "identity"}
    return (
        packed | target.more_headers | tag | ({} if target.is_for_visitors else {"Cookie": cookie})
    )


def learn_tags(target: Target) -> None:
    """As browsers that have the page: each reader's own version, from then on sent along."""
    connection = http.client.HTTPConnection(HOST, target.port, timeout=30)
    for cookie in target.cookies:
        connection.request("GET", target.address, headers=headers(target, cookie, gzip=target.gzip))
        answer = connection.getresponse()
        answer.read()
        target.tags[cookie] = answer.headers["ETag"]
    connection.close()


def ask(target: Target, pages: int, clients: int) -> None:
    """One round: so many pages over so many kept connections, the visitors in turn."""
    share, cookies = pages // clients, target.cookies
    waits: list[float] = []
    failed: list[str] = []

    def client(number: int) -> None:
        connection = http.client.HTTPConnection(HOST, target.port, timeout=30)
        for turn in range(share):
            cookie = cookies[(number * share + turn) % len(cookies)]
            began = time.perf_counter()
            connection.request(
                "GET", target.address, headers=headers(target, cookie, gzip=target.gzip)
            )
            answer = connection.getresponse()
            answer.read()
            waits.append((time.perf_counter() - began) * 1000)
            if (
                answer.status == 200 and target.tags
            ):  # a room has opened meanwhile: the browser has the new one now
                target.tags[cookie] = answer.headers["ETag"]
            elif answer.status != (304 if target.tags else 200):
                failed.append(f"{target.address} answered {answer.status}")
        connection.close()

    before, began = cpu_seconds(target.pid), time.perf_counter()
    run_together([lambda number=number: client(number) for number in range(clients)])
    took = time.perf_counter() - began
    if failed:
        raise RuntimeError(failed[0])
    target.cpu_ms.append((cpu_seconds(target.pid) - before) * 1000 / (share * clients))
    target.per_second.append(share * clients / took)
    target.waits_ms += waits


def weigh(target: Target) -> None:
    """Bytes as they are, and as a browser gets them."""
    cookie = target.cookies[0]
    for gzip in (False, True):
        connection = http.client.HTTPConnection(HOST, target.port, timeout=30)
        connection.request("GET", target.address, headers=headers(target, cookie, gzip=gzip))
        size = len(connection.getresponse().read())
        connection.close()
        if gzip:
            target.bytes_gzip = size
        else:
            target.bytes_raw = size


def run_together(jobs: list) -> None:
    threads = [threading.Thread(target=job) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
