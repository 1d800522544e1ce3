"""Two servers for the browser:

Django's live server for journeys, and the demo as it is really served, for weights.
"""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.http import HttpResponse

from tests import made_demo
from tests.browser import accessibility
from tests.browser.desk import Desk
from tests.browser.phone import TUESDAY
from tests.browser.reader import Reader
from tests.factories.continuity import StudentFactory, at, homework_item, part_of, teaching

ROOT = Path(settings.BASE_DIR)


@pytest.fixture(autouse=True)
def windows_are_closed(request):
    """Each window keeps a line to the live server, and each line a connection to the database: they
    end with their story.
    """
    browser = request.getfixturevalue("browser") if "browser" in request.fixturenames else None
    yield
    for window in browser.contexts if browser else []:
        window.close()


@pytest.fixture(scope="session", autouse=True)
def static_files_are_kept():
    """The browser keeps static files, as in production, where their names carry a hash. Otherwise
    it asks again for a dozen of them with each page. axe is one of them (`accessibility.py`).

    For ten years: the live server's clock is the test's, the browser's is the machine's.
    """
    serve = StaticFilesHandler.serve

    def served_for_long(handler, request):
        if request.path == accessibility.ADDRESS:
            answer = HttpResponse(
                accessibility.SCRIPT, content_type="text/javascript; charset=utf-8"
            )
        else:
            answer = serve(handler, request)
        answer.headers["Cache-Control"] = "max-age=315360000, immutable"
        return answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StaticFilesHandler, "serve", served_for_long)
        yield


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory) -> Path:
    """The demo's data in a folder of this worker's own."""
    folder = tmp_path_factory.mktemp("demo") / "var"
    made_demo.copy_to(folder)
    return folder


def demo_environment(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {"PASSERELLE_VAR": str(folder), "DJANGO_SETTINGS_MODULE": "cms.settings.demo"}


@pytest.fixture(scope="session")
def demo_address(demo_folder):
    """The demo served by gunicorn with the demo's settings (compression, static files)."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "cms.wsgi",
        "--bind",
        f"127.0.0.1:{port}",
        "--workers",
        "1",
        "--threads",
        "4",
    ]
    server = subprocess.Popen(
        command,
        cwd=ROOT,
        env=demo_environment(demo_folder),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{address}/health/")
        yield address
    finally:
        server.terminate()
        server.wait(timeout=20)


def wait_for(address: str, seconds: int = 30) -> None:
    until = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


@pytest.fixture
def part():
    """A part of a week, not published yet, of a teacher who reads French."""
    part = part_of(teaching(), published=False)
    part.teaching.teacher.language = "fr"
    part.teaching.teacher.save()
    return part


@pytest.fixture
def desk(part, live_server, browser):
    """The browser of that teacher, logged in."""
    desk = Desk(browser, live_server.url, part.teaching.teacher, width=1280).log_in_by_cookie()
    yield desk
    desk.context.close()


@pytest.fixture
def given():
    """Homework of photos, of the week that is published."""
    with time_machine.travel(at(TUESDAY, 14)):
        yield homework_item(part_of(teaching())).assignment


@pytest.fixture
def phone(given, live_server, browser):
    """The browser of a student who is to hand it in."""
    student = StudentFactory(in_class=given.teaching.school_class, language="fr")
    phone = Reader(browser, live_server.url, student, width=360).log_in_by_cookie()
    phone.visit("continuity:hand_in", given.public_id)
    yield phone
    phone.context.close()
