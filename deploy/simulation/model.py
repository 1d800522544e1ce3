"""A shape of machines in SimPy: cores, processes, threads, the GIL, connections of the pool.

A request is read by the proxy, waits for a thread of a worker process, and is then computed by
turns in that process and in the database, a statement at a time, as Django does. One thread of a
process computes at a time (the GIL, given on after 5 ms), a core is given on after 3 ms (about what
Linux does between busy processes). Arrivals are Poisson: people don't wait for each other.
"""

import math
import random
import statistics
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field

import simpy

CORE_TURN, GIL_TURN = 0.003, 0.005  # seconds
SPREAD = 0.25  # standard deviation of the logarithm of what one request of a kind takes
SOON_OVER = 30  # seconds after the last arrival in which requests may end


@dataclass(frozen=True)
class RequestKind:
    """`weight`: its share of all requests. `ms`: CPU by part. `statements`: how often the
    database is asked. `is_fenced`: computed by a process of its own, outside the GIL (photos).
    """

    weight: float
    ms: Mapping[str, float]
    statements: int = 8
    bytes: int = 0
    is_fenced: bool = False


@dataclass(frozen=True)
class MachineShape:
    """`cores` says which cores a part may use, by number; a part that isn't named uses those of
    `others`. Web process n uses `web[n]`. `threads` are those of one process.
    """

    web: tuple[tuple[int, ...], ...]
    others: tuple[int, ...]
    cores: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    threads: int = 8
    pool: int = 12
    at_rest: Mapping[str, float] = field(default_factory=dict)  # cores that parts take unasked


@dataclass
class SimulatedLoad:
    """What came of it. `per_second`: answered before the end. `cores`: CPU seconds a second, by
    part. `connections`, `threads`: busy at once, the 99th percentile of what arrivals saw.
    """

    per_second: float
    waits: list[float]  # seconds
    cores: dict[str, float]
    connections: float
    threads: float
    unfinished: int

    def wait_ms(self, percent: int) -> float:
        if len(self.waits) < 2:
            return math.inf
        return statistics.quantiles(self.waits, n=100)[percent - 1] * 1000


# Parts whose time a person waits for, in the order in which they are asked; web and database, by
# turns, stand between.
BEFORE, AFTER = {"proxy": 0.5, "load tool": 0.5}, {"proxy": 0.5, "load tool": 0.5}
BY_TURNS = ("web", "pgbouncer", "database")
AT_THE_END = ("Valkey", "S3", "replica")  # the thread waits for them
BEHIND = ("workers", "tick", "mail server")  # nobody waits for them


def simulate(
    shape: MachineShape,
    kinds: Mapping[str, RequestKind],
    rate: float,
    *,
    seconds: float = 60,
    seed: int = 1,
    spread: float = SPREAD,
) -> SimulatedLoad:
    """`rate` requests a second over `seconds`. The same seed gives the same answer."""
    return _Simulation(shape, kinds, rate, seconds, seed, spread).run()


class _Simulation:
    def __init__(self, shape, kinds, rate, seconds, seed, spread):
        self.env, self.rng = simpy.Environment(), random.Random(seed)
        self.shape, self.kinds, self.rate, self.seconds = shape, kinds, rate, seconds
        self.spread = spread
        every = {
            core for place in [*shape.web, shape.others, *shape.cores.values()] for core in place
        }
        self.cores = {number: simpy.Resource(self.env, 1) for number in every}
        self.gils = [simpy.Resource(self.env, 1) for _ in shape.web]
        self.seats = [simpy.Resource(self.env, shape.threads) for _ in shape.web]
        self.pool = simpy.Resource(self.env, shape.pool)
        self.waits: list[float] = []
        self.used: dict[str, float] = {}
        self.seen_connections: list[int] = []
        self.seen_threads: list[int] = []
        self.open = self.in_time = 0

    def run(self) -> SimulatedLoad:
        self.env.process(self.arrivals())
        for part, cores in self.shape.at_rest.items():
            if cores > 0:
                self.env.process(self.at_rest(part, cores))
        self.env.run(self.seconds + SOON_OVER)
        return SimulatedLoad(
            per_second=self.in_time / self.seconds,
            waits=self.waits,
            cores={part: used / self.seconds for part, used in self.used.items()},
            connections=_high(self.seen_connections),
            threads=_high(self.seen_threads),
            unfinished=self.open,
        )

    def arrivals(self) -> Generator:
        names = list(self.kinds)
        weights = [self.kinds[name].weight for name in names]
        number = 0
        while True:
            yield self.env.timeout(self.rng.expovariate(self.rate))
            if self.env.now > self.seconds:
                return
            self.seen_connections.append(self.pool.count)
            self.seen_threads.append(sum(seat.count for seat in self.seats))
            kind = self.kinds[self.rng.choices(names, weights)[0]]
            self.env.process(self.request(kind, number % len(self.shape.web)))
            number += 1

    def at_rest(self, part: str, cores: float) -> Generator:
        while self.env.now < self.seconds:
            yield self.env.timeout(self.rng.expovariate(cores / CORE_TURN))
            self.env.process(self.compute(part, CORE_TURN))

    def request(self, kind: RequestKind, process: int) -> Generator:
        began = self.env.now
        self.open += 1
        factor = self.rng.lognormvariate(-(self.spread**2) / 2, self.spread) if self.spread else 1.0
        ms = {part: each * factor / 1000 for part, each in kind.ms.items()}  # seconds
        for part, share in BEFORE.items():
            yield from self.compute(part, ms.get(part, 0) * share)
        with self.seats[process].request() as seat:
            yield seat
            yield from self.answer(kind, ms, process)
        for part, share in AFTER.items():
            yield from self.compute(part, ms.get(part, 0) * share)
        self.open -= 1
        self.in_time += self.env.now <= self.seconds
        self.waits.append(self.env.now - began)
        for part in BEHIND:
            yield from self.compute(part, ms.get(part, 0))

    def answer(self, kind: RequestKind, ms: Mapping[str, float], process: int) -> Generator:
        web, pgbouncer, database = (ms.get(part, 0) for part in BY_TURNS)
        turns = kind.statements
        for _ in range(turns):
            yield from self.in_python(kind, web / (turns + 1), process)
            with self.pool.request() as connection:
                yield connection
                yield from self.compute("pgbouncer", pgbouncer / turns)
                yield from self.compute("database", database / turns)
        yield from self.in_python(kind, web / (turns + 1), process)
        for part in AT_THE_END:
            yield from self.compute(part, ms.get(part, 0))

    def in_python(self, kind: RequestKind, seconds: float, process: int) -> Generator:
        if kind.is_fenced:
            yield from self.compute("web", seconds, self.shape.web[process])
            return
        while seconds > 1e-9:
            turn = min(GIL_TURN, seconds)
            with self.gils[process].request() as lock:
                yield lock
                yield from self.compute("web", turn, self.shape.web[process])
            seconds -= turn

    def free_core(self, place: tuple[int, ...]) -> simpy.Resource:
        """An idle one, looked for from anywhere, else the one with the shortest queue."""
        start = self.rng.randrange(len(place))
        shortest = self.cores[place[start]]
        for number in (*place[start:], *place[:start]):
            core = self.cores[number]
            if not core.count:
                return core
            if len(core.queue) < len(shortest.queue):
                shortest = core
        return shortest

    def compute(self, part: str, seconds: float, place: tuple[int, ...] | None = None) -> Generator:
        """Takes a core for a turn, then queues again."""
        if place is None:
            place = self.shape.cores.get(part, self.shape.others)
        while seconds > 1e-9:
            core = self.free_core(place)
            turn = min(CORE_TURN, seconds)
            with core.request() as mine:
                yield mine
                yield self.env.timeout(turn)
            if self.env.now <= self.seconds:
                self.used[part] = self.used.get(part, 0) + turn
            seconds -= turn


def _high(seen: list[int]) -> float:
    return statistics.quantiles(seen, n=100)[98] if len(seen) > 1 else 0.0
