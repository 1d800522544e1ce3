"""Checks the simulation against what was measured, and prints what a region needs.

    python -m deploy.simulation --collect FOLDER/load/results
    python -m deploy.simulation [--measured FILE] [--write docs/scale.md]

`--collect` writes what `deploy.load` measured into `measured.json`; `--write` puts the tables in
their places in the page. Some minutes.
"""

import argparse
import json
import statistics
from pathlib import Path

from deploy.simulation import scaling
from deploy.simulation.collecting import collected
from deploy.simulation.model import MachineShape, SimulatedLoad, simulate

MEASURED = Path(__file__).parent / "measured.json"
RATES = {116: 30, 630: 6, 6_300: 1}  # pages a second: seconds of simulation
SEEDS = (1, 2, 3)


def main() -> None:
    parser = argparse.ArgumentParser(prog="deploy.simulation", description=__doc__.splitlines()[0])
    parser.add_argument("--measured", type=Path, default=MEASURED)
    parser.add_argument("--write", type=Path, help="the page whose tables are written")
    parser.add_argument("--collect", type=Path, help="folder of results: write the measured file")
    options = parser.parse_args()
    if options.collect:
        options.measured.write_text(json.dumps(collected(options.collect), indent=1) + "\n")
        return
    measured = json.loads(options.measured.read_text())
    kinds = scaling.kinds_of(measured["costs"], measured["bell"])
    tables = {
        "check": check_table(measured),
        "machines": machines_table(
            [scaling.machines_for(kinds, rate, seconds=each) for rate, each in RATES.items()]
        ),
        "limits": limits_table(kinds),
    }
    for name, lines in tables.items():
        print(f"\n{name}\n", *lines, sep="\n")
    if options.write:
        text = options.write.read_text()
        for name, lines in tables.items():
            text = between(text, name, lines)
        options.write.write_text(text)


def between(text: str, name: str, lines: list[str]) -> str:
    """The page with these lines between the comments that name the table."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    before, _, rest = text.partition(begin)
    _, _, after = rest.partition(end)
    return "\n".join([before + begin, "", *lines, "", end + after])


# The check


def told(check: dict, measured: dict) -> SimulatedLoad:
    """The run, of three with other chances, whose p95 is the middle one."""
    costs = measured[check["costs"]]
    kinds = scaling.kinds_of(costs, check["mix"])
    shape = MachineShape(
        web=tuple(map(tuple, check["web"])),
        others=tuple(check["others"]),
        at_rest=costs["at_rest"],
    )
    runs = [
        simulate(shape, kinds, check["rate"], seconds=check["seconds"], seed=seed) for seed in SEEDS
    ]
    middle = statistics.median(run.wait_ms(95) for run in runs)
    return next(run for run in runs if run.wait_ms(95) == middle)


def check_table(measured: dict) -> list[str]:
    lines = [
        "| shape | | pages/s | web cores | database cores | all cores | p50 ms | p95 ms |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for check in measured["checks"]:
        run = told(check, measured)
        seen, cores = check["cores"], run.cores
        values: list[tuple[float | None, float]] = [
            (check["rate"], run.per_second),
            (seen["web"], cores["web"]),
            (seen.get("database"), cores["database"]),
            (sum(seen.values()) if "database" in seen else None, sum(cores.values())),
            (check["p50"], run.wait_ms(50)),
            (check["p95"], run.wait_ms(95)),
        ]
        for row, name in enumerate((check["name"], "")):
            cells = " | ".join(_figure(value[row]) for value in values)
            lines.append(f"| {name} | {'simulated' if row else 'measured'} | {cells} |")
        ratios = [f"{simulated / real:.2f}" if real else "" for real, simulated in values]
        lines.append(f"| | ratio | {' | '.join(ratios)} |")
    return lines


def _figure(value: float | None) -> str:
    if value is None:
        return "not measured"
    return f"{value:.2f}" if value < 10 else f"{value:.0f}"


# What a region needs


def machines_table(found: list[scaling.NeededMachines]) -> list[str]:
    named = ["database", "replica", "pgbouncer", "proxy", "Valkey", "S3", "workers"]
    heads = ["pages/s", "web nodes of 8 cores", "web processes", *(f"{n} cores" for n in named)]
    heads += [
        "all cores",
        "connections busy, of the pool",
        "threads busy",
        "Mbit/s",
        "p50 ms",
        "p95 ms",
    ]
    lines = ["| " + " | ".join(heads) + " |", "|---" * len(heads) + "|"]
    for it in found:
        cells = [
            f"{it.rate:,}", it.nodes, it.processes, *(it.cores.get(name, 0) for name in named),
            it.all_cores, f"{it.load.connections:.0f} of {it.pool}", f"{it.load.threads:.0f}",
            f"{it.megabits:.0f}", f"{it.load.wait_ms(50):.0f}", f"{it.load.wait_ms(95):.0f}",
        ]  # fmt: skip
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    return lines


def limits_table(kinds) -> list[str]:
    lines = ["| part | cores that it can use | 60 % busy at pages/s | what to do then |"]
    lines.append("|---|---|---|---|")
    for part, rate in scaling.limits(kinds):
        cores, then = scaling.CORES_AT_MOST[part], scaling.WHAT_THEN[part]
        lines.append(f"| {part} | {cores} | {rate:,.0f} | {then} |")
    return lines


if __name__ == "__main__":
    main()
