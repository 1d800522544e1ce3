"""A new database takes the squashed migrations; one that has some of the replaced ones goes on with them."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from cms.management import databases

pytestmark = pytest.mark.django_db

SQUASHED_UP_TO = {"cms": 15, "continuity": 25, "courses": 50, "training": 52}
OURS = SQUASHED_UP_TO.keys()
ALONE = ("courses", "0001_people")  # django-scheduler's tables lie between it and the next
# The last one that was applied when an upgrade broke off, in the order of `before_squashing`.
BROKEN_OFF = [
    ALONE,
    ("courses", "0012_plain_english_2"),
    ("cms", "0015_left_out_weeks"),
    ("continuity", "0025_roll_call_starts_index"),
    ("training", "0051_month_presence"),
]


@pytest.fixture(scope="module")
def squashed():
    on_disk = MigrationLoader(None).disk_migrations
    return {key: one for key, one in on_disk.items() if one.replaces and key[0] in OURS}


@pytest.fixture(scope="module")
def before_squashing(squashed):
    """Names in the order in which an upgrade applies them; those of Django's and Wagtail's apps come
    before all, since release 0.2.0 has them.
    """
    graph = MigrationLoader(None, replace_migrations=False).graph
    plans = [graph.forwards_plan(one.replaces[-1]) for _, one in sorted(squashed.items())]
    ours = dict.fromkeys(key for plan in plans for key in plan if key[0] in OURS)
    return [key for key in graph.nodes if key[0] not in OURS] + list(ours)


def planned() -> list[tuple[str, str]]:
    """What `migrate` would do, of ours."""
    executor = MigrationExecutor(connection)
    executor.loader.check_consistent_history(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [(one.app_label, one.name) for one, _ in plan if one.app_label in OURS]


def has_applied(migrations) -> None:
    recorded = MigrationRecorder.Migration.objects
    recorded.all().delete()
    recorded.bulk_create(
        MigrationRecorder.Migration(app=app, name=name) for app, name in migrations
    )


def test_a_new_database_takes_a_squashed_migration_an_app(squashed):
    has_applied([])

    plan = planned()

    earlier = {(app, name) for app, name in plan if int(name[:4]) <= SQUASHED_UP_TO[app]}
    assert earlier == {ALONE, *squashed}
    assert {app for app, _ in squashed} == OURS


def test_nothing_takes_a_squashed_migration_back(squashed):
    for one in squashed.values():
        assert not all(operation.reversible for operation in one.operations)


@pytest.mark.parametrize("last", BROKEN_OFF, ids=".".join)
def test_an_upgrade_that_broke_off_goes_on(last, before_squashing, squashed):
    """Each app of which some were applied goes on with the replaced ones. `migrate APP` has recorded the
    squashed one of an app that is done, while another one waits.
    """
    applied = before_squashing[: before_squashing.index(last) + 1]
    has_applied(
        applied + [key for key, one in squashed.items() if set(one.replaces) <= set(applied)]
    )

    plan = planned()

    assert set(plan) & set(applied) == set()
    done = {*applied, *plan}
    for key, one in squashed.items():
        begun = set(one.replaces) & set(applied)
        assert (key in plan) == (not begun)
        assert set(one.replaces) <= done or key in plan


def test_a_database_before_its_squashed_ones_are_recorded_is_of_this_release(squashed):
    everything = databases.migrations()
    for app, name in squashed:
        MigrationRecorder(connection).record_unapplied(app, name)

    assert planned() == []
    assert databases.migrations() == everything == databases.migrations_of_code()
