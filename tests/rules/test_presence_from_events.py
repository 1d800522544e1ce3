"""Every captured sequence gives its presence, in any order, also doubled: the pure part."""

import json
import random
from pathlib import Path

import pytest

from courses.live.values import stays, union

CAPTURED = Path(__file__).parents[1] / "data" / "jitsi"
SEQUENCES = sorted(
    path.stem
    for path in CAPTURED.glob("*.json")
    if path.stem not in ("token_verdicts", "reservations")
)


def captured(name: str) -> dict:
    return json.loads((CAPTURED / f"{name}.json").read_text())


def expected_presence(name: str) -> dict[str, list[tuple[int, int]]]:
    """Who was there when.

    A stay that a killed server left open ends where the capture says that it ended before.
    """
    presence = {}
    for who, seen in captured(name)["expected"].items():
        ends = {
            interval["start"]: interval["ended_before"]
            for interval in seen.get("open_intervals", [])
        }
        presence[who] = union(
            (start, ends[start] if end is None else end) for start, end in seen["intervals"]
        )
    return presence


def presence(bodies: list[dict]) -> dict[str, list[tuple[int, int]]]:
    found: dict[str, list[tuple[int, int]]] = {}
    for key, stay in stays(bodies).items():
        found.setdefault(stay.subject or f"guest:{key.occupant_jid}", []).append(
            (key.joined_at, stay.left_at)
        )
    return {who: union(intervals) for who, intervals in found.items()}


@pytest.mark.parametrize("name", SEQUENCES)
@pytest.mark.parametrize("order", ["as captured", "backwards", "doubled", *range(5)])
def test_a_captured_sequence_gives_its_presence(name, order):
    bodies = [event["body"] for event in captured(name)["events"] if event["accepted"]]
    if order == "backwards":
        bodies.reverse()
    elif order == "doubled":
        bodies += bodies
    elif order != "as captured":
        bodies = bodies + bodies
        random.Random(order).shuffle(bodies)

    assert presence(bodies) == expected_presence(name)
