"""Puts what `deploy.load` measured together into `measured.json`."""

import json
from pathlib import Path

from deploy.simulation.scaling import kinds_of, mean_ms

# A part whose time is a few milliseconds in a whole run has no ratio worth keeping.
LEAST_MS = 0.1


def collected(results: Path) -> dict:
    """The newest costs with and without the cache, the bell (of which the mix and the crowding are)
    and each named check.
    """
    costs = _newest(results, "costs")
    by_cache = {one["form"]["is_cached"]: one for one in costs}
    bell = _newest(results, "bell")[-1]
    checks = {one["check"]: one for one in _newest(results, "evening") if one["check"]}
    mix = {kind: found["requests"] for kind, found in bell["kinds"].items()}
    crowding = crowded(by_cache[True], bell, mix)
    return {
        "costs": _with_tool(by_cache[True], bell) | {"crowding": crowding},
        "costs_uncached": _with_tool(by_cache[False], bell) | {"crowding": crowding},
        "bell": mix,
        "checks": [_check(name, found) for name, found in checks.items()],
    }


def _newest(results: Path, name: str) -> list[dict]:
    return [json.loads(path.read_text()) for path in sorted(results.glob(f"{name}-*.json"))]


def crowded(costs: dict, load: dict, mix: dict) -> dict[str, float]:
    """By how much a request took more of each part in this load than by itself."""
    alone = mean_ms(kinds_of(costs, mix))
    asked = load["requests"]
    found = {}
    for part, at_rest in costs["at_rest"].items():
        took = load["ms"][part] - at_rest * load["took"] * 1000 / asked
        if alone.get(part, 0) > LEAST_MS:
            found[part] = round(took / alone[part], 3)
    return found


def _with_tool(costs: dict, load: dict) -> dict:
    """The load tool computes on the same cores: a part like the others."""
    each = load["cores"]["load tool"] * 1000 * load["seconds"] / load["requests"]
    for kind in costs["kinds"].values():
        kind["ms"]["load tool"] = round(each, 3)
    return costs


def _check(name: str, found: dict) -> dict:
    seconds = found["scenario"]["seconds"]
    return {
        "name": name,
        "web": found["form"]["web"],
        "others": found["form"]["others"],
        "costs": "costs" if found["form"]["is_cached"] else "costs_uncached",
        "rate": round(found["per_second"], 2),
        "seconds": seconds,
        "mix": {kind: of_kind["requests"] for kind, of_kind in found["kinds"].items()},
        "p50": round(found["p50"], 1),
        "p95": round(found["p95"], 1),
        "cores": {part: round(cores, 3) for part, cores in found["cores"].items()},
    }
