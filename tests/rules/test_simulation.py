"""The simulation of a region's machines: cases whose answer is known, and that its inputs count."""

import json

import pytest

from deploy.simulation import scaling
from deploy.simulation.__main__ import MEASURED, between
from deploy.simulation.model import MachineShape, RequestKind, simulate

ONE_CORE = MachineShape(web=((0,),), others=(0,), threads=10_000)


def of_web(ms: float) -> dict[str, RequestKind]:
    return {"page": RequestKind(weight=1, ms={"web": ms}, statements=0)}


def test_one_core_at_half_load_waits_as_the_queue_m_d_1_says():
    # Mean of M/D/1: service · (1 + ρ / (2 · (1 − ρ))): at ρ = 0.5 one and a half times the service.
    found = simulate(ONE_CORE, of_web(2), rate=250, seconds=400, spread=0)

    mean_ms = sum(found.waits) * 1000 / len(found.waits)
    assert mean_ms == pytest.approx(3.0, rel=0.05)
    assert found.cores["web"] == pytest.approx(0.5, rel=0.02)
    assert found.per_second == pytest.approx(250, rel=0.02)


def test_a_request_alone_takes_the_sum_of_its_parts():
    ms = {"proxy": 1, "web": 20, "pgbouncer": 1, "database": 6, "replica": 2}
    kinds = {"page": RequestKind(weight=1, ms=ms, statements=6)}

    found = simulate(ONE_CORE, kinds, rate=0.2, seconds=400, spread=0)

    assert found.wait_ms(50) == pytest.approx(30, abs=0.01)


def test_threads_of_one_process_share_one_core_however_many_there_are():
    four_cores = MachineShape(web=((0, 1, 2, 3),), others=(4,), threads=16)

    found = simulate(four_cores, of_web(10), rate=200, seconds=30, spread=0)

    assert found.cores["web"] == pytest.approx(1, rel=0.02)
    assert found.per_second == pytest.approx(100, rel=0.02)


def test_a_photo_is_read_beside_the_gil():
    four_cores = MachineShape(web=((0, 1, 2, 3),), others=(4,), threads=16)
    photo = {"photo": RequestKind(weight=1, ms={"web": 10}, statements=0, is_fenced=True)}

    found = simulate(four_cores, photo, rate=200, seconds=30, spread=0)

    assert found.cores["web"] == pytest.approx(2, rel=0.05)
    assert found.per_second == pytest.approx(200, rel=0.05)


def test_a_small_pool_of_connections_is_a_limit_of_its_own():
    shape = MachineShape(web=((0,), (1,)), others=(2, 3), threads=50, pool=1)
    ms = {"web": 1, "database": 8}
    kinds = {"page": RequestKind(weight=1, ms=ms, statements=1)}

    narrow = simulate(shape, kinds, rate=150, seconds=30)
    wide = simulate(
        MachineShape(web=shape.web, others=shape.others, threads=50, pool=8), kinds, 150, seconds=30
    )

    assert narrow.cores["database"] == pytest.approx(1, rel=0.05)
    assert wide.wait_ms(95) < narrow.wait_ms(95) / 10


def test_a_pinned_process_leaves_the_other_cores_alone():
    shape = MachineShape(web=((0,), (1,)), others=(0, 1), threads=50)

    found = simulate(shape, of_web(10), rate=150, seconds=60)

    assert found.cores["web"] == pytest.approx(1.5, rel=0.05)
    assert found.wait_ms(50) < 60


def test_the_same_seed_gives_the_same_answer():
    first, second = (simulate(ONE_CORE, of_web(5), 100, seconds=20, seed=7) for _ in range(2))

    assert first.waits == second.waits


MIX = {"week": 3, "photo": 1}
COSTS = {
    "kinds": {
        "week": {
            "ms": {"web": 20, "database": 6, "pgbouncer": 0.5},
            "statements": 8,
            "bytes": 5_000,
        },
        "photo": {"ms": {"web": 60, "S3": 4, "database": 5}, "statements": 6, "bytes": 900},
    }
}


def test_costs_of_a_mix_are_weighed_by_how_often_each_is_asked():
    kinds = scaling.kinds_of(COSTS | {"crowding": {"web": 1.1}}, MIX)

    ms = scaling.mean_ms(kinds)

    assert ms["web"] == pytest.approx((3 * 20 + 60) / 4 * 1.1)
    assert ms["S3"] == pytest.approx(1)
    assert scaling.mean_bytes(kinds) == pytest.approx((3 * 5_000 + 900) / 4)
    assert kinds["photo"].is_fenced
    assert not kinds["week"].is_fenced


def test_dearer_statements_need_more_cores_of_the_database_and_nothing_else():
    kinds = scaling.kinds_of(COSTS, MIX)
    dearer = scaling.kinds_of(COSTS | {"crowding": {"database": 2}}, MIX)

    now, then = (scaling.machines_for(each, 200, seconds=5) for each in (kinds, dearer))

    assert (now.cores["database"], then.cores["database"]) == (2, 4)
    assert now.nodes == then.nodes
    assert now.load.wait_ms(50) < then.load.wait_ms(50)


def test_the_part_that_is_one_process_is_the_limit_first():
    kinds = scaling.kinds_of(COSTS, MIX)

    found = dict(scaling.limits(kinds))

    # 0.375 ms a request in one process that may be 60 % busy.
    assert found["pgbouncer"] == pytest.approx(0.6 * 1000 / 0.375)
    assert next(iter(found)) == "pgbouncer"


def test_what_was_measured_decides_how_many_machines():
    measured = json.loads(MEASURED.read_text())
    kinds = scaling.kinds_of(measured["costs"], measured["bell"])
    for kind in measured["costs"]["kinds"].values():
        kind["ms"]["web"] *= 2
    dearer = scaling.kinds_of(measured["costs"], measured["bell"])

    now, then = (scaling.machines_for(each, 630, seconds=1) for each in (kinds, dearer))

    assert then.nodes >= 1.8 * now.nodes


def test_a_table_is_written_between_its_comments_alone():
    page = "# Scale\n<!-- limits: begin -->\nold\n<!-- limits: end -->\nafter"

    assert between(page, "limits", ["| new |"]) == (
        "# Scale\n<!-- limits: begin -->\n\n| new |\n\n<!-- limits: end -->\nafter"
    )


def test_the_load_tool_takes_no_machine_of_a_region():
    page = RequestKind(weight=1, ms={"web": 10, "database": 2}, statements=1)
    with_tool = RequestKind(weight=1, ms={**page.ms, "load tool": 50}, statements=1)

    found = [scaling.machines_for({"page": kind}, 40, seconds=5) for kind in (page, with_tool)]

    assert [one.all_cores for one in found] == [9, 9]
    assert found[0].load.wait_ms(95) == found[1].load.wait_ms(95)


def test_a_request_that_is_slow_by_itself_ends_the_search_for_more_nodes():
    with pytest.raises(ValueError, match="too long by itself"):
        scaling.machines_for(
            {"page": RequestKind(1, {"web": 600, "database": 1}, 1)}, 2, seconds=20
        )
