"""What a load did, as figures and as tables."""

import statistics
from collections import Counter
from dataclasses import dataclass, field

RIGHT = {200, 201, 302, 304}


def percentile(waits: list[float], percent: int) -> float:
    if len(waits) < 2:
        return waits[0] if waits else 0.0
    return statistics.quantiles(waits, n=100, method="inclusive")[percent - 1]


@dataclass
class LoadResult:
    """`rows`: kind, second at which it was due, wait in ms, status, bytes."""

    scenario: dict
    rows: list
    cpu: dict[str, float]  # seconds by part
    took: float  # seconds between the two readings of `cpu`
    cpu_of_tool: float
    seconds: float
    lateness: list[float]
    unfinished: int
    failed: list[str]
    hand_ins: dict = field(default_factory=dict)
    seats: dict = field(default_factory=dict)

    @property
    def wrong(self) -> Counter:
        return Counter((row[0], row[3]) for row in self.rows if row[3] not in RIGHT)

    @property
    def is_right(self) -> bool:
        seats = self.seats
        return not (
            self.wrong
            or self.unfinished
            or self.failed
            or self.hand_ins.get("wrong")
            or (seats and seats["taken"] != min(seats["seats"], seats["pressed"]))
        )

    def figures(self) -> dict:
        kinds = {}
        for kind in sorted({row[0] for row in self.rows}):
            waits = [row[2] for row in self.rows if row[0] == kind]
            kinds[kind] = {
                "requests": len(waits),
                "p50": percentile(waits, 50),
                "p95": percentile(waits, 95),
                "slowest": max(waits),
                "bytes": statistics.mean(row[4] for row in self.rows if row[0] == kind),
            }
        waits = [row[2] for row in self.rows]
        return {
            "scenario": self.scenario,
            "requests": len(self.rows),
            "per_second": len(self.rows) / self.scenario["seconds"],
            "p50": percentile(waits, 50),
            "p95": percentile(waits, 95),
            "p99": percentile(waits, 99),
            "kinds": kinds,
            "wrong": [[kind, status, count] for (kind, status), count in self.wrong.items()],
            "unfinished": self.unfinished,
            "failed": self.failed[:20],
            "late_by": percentile(self.lateness, 99),
            # Over the load alone: starting the tool lies before it.
            "cores": {part: used / self.seconds for part, used in self.cpu.items()}
            | {"load tool": self.cpu_of_tool / self.seconds},
            "ms": {part: used * 1000 / len(self.rows) for part, used in self.cpu.items()},
            "took": self.took,
            "seconds": self.seconds,
            "hand_ins": self.hand_ins,
            "seats": self.seats,
        }

    def in_markdown(self) -> str:
        found = self.figures()
        lines = [
            f"{found['requests']} requests, {found['per_second']:.1f}/s over"
            f" {self.scenario['seconds']:.0f} s; p50 {found['p50']:.0f} ms, p95"
            f" {found['p95']:.0f} ms, p99 {found['p99']:.0f} ms; the load tool was late by"
            f" {found['late_by']:.0f} ms (p99).",
            f"Wrong answers: {sum(self.wrong.values())} {dict(self.wrong) or ''}; unfinished visits:"
            f" {self.unfinished}; broken ones: {len(self.failed)} {self.failed[:2] or ''}",
        ]
        if self.hand_ins:
            checked = self.hand_ins
            lines.append(
                f"Hand-ins: {checked['sent']} sent, {checked['sent'] - len(checked['wrong'])} found"
                f" again with their checksums, {checked['files']} files opened."
                f" {checked['wrong'][:3] or ''}"
            )
        if self.seats:
            lines.append("Seats: {taken} taken of {seats}, {pressed} pressed.".format(**self.seats))
        lines += ["", "| request | number | p50 ms | p95 ms | slowest ms | bytes |"]
        lines.append("|---|---|---|---|---|---|")
        for kind, of_kind in found["kinds"].items():
            lines.append(
                "| {} | {requests} | {p50:.0f} | {p95:.0f} | {slowest:.0f} | {bytes:.0f} |".format(
                    kind, **of_kind
                )
            )
        lines += ["", "| part | cores | CPU ms a request |", "|---|---|---|"]
        for part, cores in found["cores"].items():
            each = f"{found['ms'][part]:.2f}" if part in found["ms"] else ""
            lines.append(f"| {part} | {cores:.3f} | {each} |")
        lines.append(
            f"| all | {sum(found['cores'].values()):.2f} | {sum(found['ms'].values()):.1f} |"
        )
        return "\n".join(lines)
