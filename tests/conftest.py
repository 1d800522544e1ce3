"""What every test shares: two databases, one worker, a browser where there is one."""

import os
import shutil

import pytest
from django.core.cache import caches
from django.utils import translation

# Playwright's sync API and Django's database share one thread in the browser tests.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
NO_CHROMIUM = "CHROMIUM IS MISSING (Debian package 'chromium'): no browser test was run"


def pytest_addoption(parser):
    parser.addoption("--postgres", action="store_true", help="use a private PostgreSQL cluster instead of SQLite")


def pytest_collection_modifyitems(config, items):
    """Without chromium a developer's run says so once and loudly; under CI the browser tests fail."""
    if CHROMIUM or os.environ.get("CI"):
        return
    browser = [item for item in items if item.get_closest_marker("browser")]
    config.hook.pytest_deselected(items=browser)
    items[:] = [item for item in items if item not in browser]
    if browser:
        config.stash[MISSING] = len(browser)


MISSING = pytest.StashKey[int]()


def pytest_terminal_summary(terminalreporter, config):
    if missing := config.stash.get(MISSING, 0):
        terminalreporter.write_line(f"{NO_CHROMIUM} ({missing} left out).", red=True, bold=True)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    if not CHROMIUM:
        pytest.fail(NO_CHROMIUM)
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": quiet}


@pytest.fixture(autouse=True)
def _empty_cache():
    """Limits of rate are counted in the cache: each test starts from none."""
    for cache in caches.all(initialized_only=True):
        cache.clear()


@pytest.fixture(autouse=True)
def _english():
    """Tests read English, the source text, unless they ask for French."""
    with translation.override("en"):
        yield
