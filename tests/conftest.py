"""What every test shares: a fixed moment, two databases, one worker, a browser where there is one."""

import datetime
import functools
import gc
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import time_machine
from django.apps import apps
from django.apps.registry import Apps
from django.core.cache import caches
from django.db import connections, transaction
from django.test import TransactionTestCase
from django.utils import translation

from cms.indicators.services.memory import MEMORY
from cms.management.translations import compile_all
from courses.agenda.values import PARIS
from tests import databases
from tests.development import choosing, covering

# Playwright's sync API and Django's database share one thread in the browser tests.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

# The headless shell is the same engine without the browser's own windows, for half of the CPU.
CHROMIUM = (
    os.environ.get("CHROMIUM")
    or shutil.which("chromium-headless-shell")
    or shutil.which("chromium")
)
# A school day in the middle of a week, far from holidays and clock changes.
DEFAULT_MOMENT = "2026-11-25T12:00"
# Their outcome depends on no date: --at doesn't reach them, so that any moment can be drawn for a
# whole run (.ci/run).
OF_ANY_DATE = (
    "tests/architecture/",
    "tests/concurrency/",
    "tests/rules/test_who_may",
    "tests/journeys/test_the_demo_is_made.py",
)
# Begun first, so that one worker alone has them: the one waits for the demo's commands for a minute,
# the other loads the demo for all of its tests.
FIRST = ("tests/journeys/test_the_demo_is_made.py", "tests/rules/test_search_finds.py")
# Fixtures that open the database to a test without the marker `django_db`.
ROWS = {"db", "transactional_db", "live_server", "django_db_setup"}
# Of these, fixtures that commit.
COMMITTED = {"transactional_db", "live_server"}
# The garbage collector looks less often, and leaves out what is loaded once all tests are collected:
# modules, models and tests stay to the end, and walking through them took a tenth of the CPU.
gc.set_threshold(50_000, 20, 50)
NO_CHROMIUM = "CHROMIUM IS MISSING (Debian package 'chromium'): no browser test was run"


def pytest_addoption(parser):
    parser.addoption(
        "--postgres", action="store_true", help="use a private PostgreSQL cluster instead of SQLite"
    )
    parser.addoption(
        "--pgbouncer",
        action="store_true",
        help="reach the cluster of --postgres through pgbouncer, with the settings of deploy/",
    )
    parser.addoption(
        "--watch", type=Path, help="write what each story does into this folder (covering.py)"
    )
    parser.addoption(
        "--chosen",
        action="store_true",
        help="only the stories that a change must pass (tests/development/choosing.py)",
    )
    parser.addoption(
        "--at",
        default=DEFAULT_MOMENT,
        help="the moment (ISO 8601, Paris) at which every test runs that carries none",
    )


def pytest_configure(config):
    """A fresh clone has no .mo; workers of pytest-xdist find those of the first process."""
    if not hasattr(config, "workerinput"):
        compile_all()
    if config.getoption("--watch"):
        config.stash[WATCH] = covering.Watch()
    if config.getoption("--chosen"):
        database = "postgres" if config.getoption("--postgres") else "sqlite"
        config.stash[CHOICE] = choosing.choice_for(database)
    keep_names_of_swappable_models()


def keep_names_of_swappable_models() -> None:
    """Give the app registry a cache of its own for `get_swappable_settings_name`.

    Django 6.1 has one cache for all registries, and empties it with each model that a migration
    renders: asking again took a fifth of migrating.
    """
    ask = Apps.get_swappable_settings_name.__wrapped__
    apps.get_swappable_settings_name = functools.cache(functools.partial(ask, apps))


def moment_of(text: str) -> datetime.datetime:
    """An instant from an ISO 8601 wall time in Paris.

    In UTC: time_machine would change the process's zone to any other.
    """
    return datetime.datetime.fromisoformat(text).replace(tzinfo=PARIS).astimezone(datetime.UTC)


@pytest.fixture(scope="session")
def django_db_setup(request, django_test_environment, django_db_blocker):
    """A copy of the migrated template for this worker.

    `--create-db` migrates anew, `--reuse-db` is needless.
    """
    worker = getattr(request.config, "workerinput", {}).get("workerid", "main")
    with django_db_blocker.unblock():
        databases.copy_for(worker, anew=request.config.getvalue("create_db"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", databases.empty)
        yield
    with django_db_blocker.unblock():
        connections.close_all()


def moment_for(node) -> datetime.datetime:
    """When a test or a module runs: at the moment that it carries, else at the usual one."""
    if marker := node.get_closest_marker("at"):
        return moment_of(marker.args[0])
    is_dated = not node.nodeid.startswith(OF_ANY_DATE)
    return moment_of(node.config.getoption("--at") if is_dated else DEFAULT_MOMENT)


@pytest.fixture(autouse=True)
def _clock(request):
    """Each test starts at a fixed moment, and the clock ticks from there.

    `pytest --at 2026-12-31T23:40` sets another. A story with dates of its own carries its moment:
    `@pytest.mark.at("2026-12-01T08:00")`.
    """
    with time_machine.travel(moment_for(request.node), tick=True):
        yield


def pytest_itemcollected(item):
    """Mark what may ask the database: `-m database` leaves out what cannot differ between two of
    them. pytest-django refuses the others every query.
    """
    has_rows = item.get_closest_marker("django_db") or not ROWS.isdisjoint(item.fixturenames)
    if has_rows:
        item.add_marker("database")


def commits(item) -> bool:
    """True if the test commits its rows, and leaves the database empty (`databases.empty`)."""
    marker = item.get_closest_marker("django_db")
    in_marker = marker is not None and marker.kwargs.get("transaction", False)
    return in_marker or not COMMITTED.isdisjoint(item.fixturenames)


def turn(item) -> int:
    """The browser's stories come last: Playwright's event loop runs to the end of the process, and
    where one runs the health checks can't start theirs. Before them comes what commits: the
    others need the first pages of the migrated template.
    """
    if item.get_closest_marker("browser"):
        return 2
    return 1 if commits(item) else 0


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """Sort the tests, after pytest has grouped them by fixtures of the session, which puts the
    browser's stories in front.

    Without chromium a developer's run says so once and loudly; under CI the browser tests fail.
    """
    items.sort(key=lambda item: (not item.nodeid.startswith(FIRST), turn(item)))
    if choice := config.stash.get(CHOICE, None):
        config.hook.pytest_deselected(items=[one for one in items if not choice.takes(one.nodeid)])
        items[:] = [one for one in items if choice.takes(one.nodeid)]
    config.stash[OWN_MOMENT] = sum(item.get_closest_marker("at") is not None for item in items)
    if CHROMIUM or os.environ.get("CI"):
        return
    browser = [item for item in items if item.get_closest_marker("browser")]
    config.hook.pytest_deselected(items=browser)
    items[:] = [item for item in items if item not in browser]
    if browser:
        config.stash[MISSING] = len(browser)


def pytest_collection_finish(session):
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    if watch := item.config.stash.get(WATCH, None):
        return (yield from watch.follow(item.nodeid))
    return (yield)


def pytest_sessionfinish(session):
    if watch := session.config.stash.get(WATCH, None):
        watch.write(session.config.getoption("--watch"))


WATCH = pytest.StashKey[covering.Watch]()
MISSING = pytest.StashKey[int]()
OWN_MOMENT = pytest.StashKey[int]()
CHOICE = pytest.StashKey[choosing.Choice | None]()


def pytest_terminal_summary(terminalreporter, config):
    own = config.stash.get(OWN_MOMENT, 0)
    terminalreporter.write_line(
        f"Moment: {config.getoption('--at')} (Paris); {own} tests carry a moment of their own."
    )
    if config.getoption("--chosen"):
        terminalreporter.write_line(choosing.in_words(config.stash[CHOICE]))
    if missing := config.stash.get(MISSING, 0):
        terminalreporter.write_line(f"{NO_CHROMIUM} ({missing} left out).", red=True, bold=True)


@contextmanager
def undone() -> Iterator[None]:
    """A transaction, or a savepoint in one, that is rolled back at its end."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def module_rows(request, django_db_setup, django_db_blocker):
    """For fixtures that make a module's rows once: each test's own transaction lies inside this
    one, and is undone. A fixture with parameters wraps its rows in `undone()`, once for each.
    """
    with (
        django_db_blocker.unblock(),
        undone(),
        time_machine.travel(moment_for(request.node), tick=True),
        translation.override("en"),
    ):
        yield


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    if not CHROMIUM:
        pytest.fail(NO_CHROMIUM)
    quiet = [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
    ]
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": quiet}


@pytest.fixture(autouse=True)
def _empty_cache():
    """Limits of rate are counted in the cache: each test starts from none."""
    for cache in caches.all(initialized_only=True):
        cache.clear()


@pytest.fixture(autouse=True)
def _no_page_views():
    """Page views are counted in memory: each test starts from none."""
    MEMORY.forget()


@pytest.fixture(autouse=True)
def _english():
    """Tests read English, the source text, unless they ask for French."""
    with translation.override("en"):
        yield
