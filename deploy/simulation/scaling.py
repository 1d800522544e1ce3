"""From measured costs to machines: the mix, the shape for a rate, and what is the limit next."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from deploy.simulation.model import MachineShape, RequestKind, SimulatedLoad, simulate

BUSY = 0.6  # of a core at most: beyond, waits grow faster than load
CORES_OF_A_NODE = 8  # as many processes, of 8 threads each
ENOUGH_MS = 400  # p95
FENCED = {"photo"}
# Parts that are one process with one computing thread, and the primary, which is one machine.
CORES_AT_MOST = {"pgbouncer": 1, "Valkey": 1, "proxy": 8, "database": 64, "S3": 8}
WHAT_THEN = {
    "database": "larger primary first; then reading from the replica, sessions out of the database",
    "pgbouncer": "more processes of it on the same port (`so_reuseport`), or one on each web node",
    "Valkey": "one for each kind of entry, or on each web node",
    "proxy": "a second one behind the balancer of the network",
    "S3": "the region's object storage instead of one server",
}
NOT_OF_A_SITE = {"load tool"}


def kinds_of(costs: Mapping, mix: Mapping[str, float]) -> dict[str, RequestKind]:
    """Kinds of request as the model takes them. `costs`: what `deploy.load` measured, and as
    `crowding` by how much a part takes more when others compute beside it. `mix`: how many of each.
    """
    crowding = costs.get("crowding", {})
    return {
        kind: RequestKind(
            weight=number,
            ms={
                part: ms * crowding.get(part, 1) for part, ms in costs["kinds"][kind]["ms"].items()
            },
            statements=costs["kinds"][kind]["statements"],
            bytes=costs["kinds"][kind]["bytes"],
            is_fenced=kind in FENCED,
        )
        for kind, number in mix.items()
        if number
    }


def mean_ms(kinds: Mapping[str, RequestKind]) -> dict[str, float]:
    """CPU milliseconds of a request of this mix, by part."""
    whole = sum(kind.weight for kind in kinds.values())
    parts = {part for kind in kinds.values() for part in kind.ms}
    return {
        part: sum(kind.weight * kind.ms.get(part, 0) for kind in kinds.values()) / whole
        for part in parts
    }


def mean_bytes(kinds: Mapping[str, RequestKind]) -> float:
    whole = sum(kind.weight for kind in kinds.values())
    return sum(kind.weight * kind.bytes for kind in kinds.values()) / whole


@dataclass(frozen=True)
class NeededMachines:
    """What a rate needs, and what the simulation says of it."""

    rate: float
    nodes: int
    cores: dict[str, int]  # by part, without the web nodes'
    pool: int
    load: SimulatedLoad
    megabits: float

    @property
    def processes(self) -> int:
        return self.nodes * CORES_OF_A_NODE

    @property
    def all_cores(self) -> int:
        return self.processes + sum(self.cores.values())


def machines_for(
    kinds: Mapping[str, RequestKind], rate: float, *, seconds: float = 30
) -> NeededMachines:
    """The fewest nodes with which no part is busier than `BUSY` and 95 % wait less than
    `ENOUGH_MS`. Raises `ValueError` where four times as many don't help either: a request's own time
    is too long then.
    """
    kinds = {kind: of_a_site(one) for kind, one in kinds.items()}
    ms = mean_ms(kinds)
    needed = {part: max(1, math.ceil(rate * each / 1000 / BUSY)) for part, each in ms.items()}
    nodes = math.ceil(needed.pop("web") / CORES_OF_A_NODE)
    most = 4 * nodes
    while True:
        pool = max(12, 3 * needed["database"])
        load = simulate(shape_of(nodes, needed, pool), kinds, rate, seconds=seconds)
        if load.wait_ms(95) <= ENOUGH_MS:
            break
        if nodes >= most:
            raise ValueError(
                f"At {rate:g} pages a second 95 % wait up to {load.wait_ms(95):.0f} ms, with {nodes}"
                f" web nodes as with fewer: a request takes too long by itself"
            )
        nodes += max(1, nodes // 10)
    return NeededMachines(rate, nodes, needed, pool, load, rate * mean_bytes(kinds) * 8 / 1e6)


def of_a_site(kind: RequestKind) -> RequestKind:
    """Without the load tool, which computed on the cores that were measured."""
    own = {part: each for part, each in kind.ms.items() if part not in NOT_OF_A_SITE}
    return replace(kind, ms=own)


def shape_of(nodes: int, cores: Mapping[str, int], pool: int) -> MachineShape:
    """Web nodes, and a machine of its own for each other part."""
    first = nodes * CORES_OF_A_NODE
    web = tuple(
        tuple(range(node * CORES_OF_A_NODE, (node + 1) * CORES_OF_A_NODE))
        for node in range(nodes)
        for _process in range(CORES_OF_A_NODE)
    )
    places = {}
    for part, number in sorted(cores.items()):
        places[part] = tuple(range(first, first + number))
        first += number
    return MachineShape(web=web, others=(first,), cores=places, pool=pool)


def limits(kinds: Mapping[str, RequestKind]) -> list[tuple[str, float]]:
    """Parts that can't simply be had twice, with the pages a second at which each is as busy as it
    may be: the first is the limit next.
    """
    ms = mean_ms(kinds)
    found = [
        (part, CORES_AT_MOST[part] * BUSY * 1000 / ms[part])
        for part in CORES_AT_MOST
        if ms.get(part, 0) > 0.001
    ]
    return sorted(found, key=lambda limit: limit[1])
