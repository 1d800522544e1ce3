"""Two servers for the browser: Django's live server for journeys, and the demo as it is really served, for weights."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)


@pytest.fixture(autouse=True)
def windows_are_closed(request):
    """Each window keeps a line to the live server, and each line a connection to the database: they end with their story."""
    browser = request.getfixturevalue("browser") if "browser" in request.fixturenames else None
    yield
    for window in browser.contexts if browser else []:
        window.close()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@pytest.fixture(scope="session")
def demo_address(tmp_path_factory):
    """The demo's data in a folder of its own, served by gunicorn with the demo's settings (compression, static files)."""
    folder = tmp_path_factory.mktemp("demo")
    env = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
    env |= {"PASSERELLE_VAR": str(folder), "DJANGO_SETTINGS_MODULE": "cms.settings.demo"}
    subprocess.run([sys.executable, "manage.py", "demo", "--no-serve"], cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL)
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "cms.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "1", "--threads", "4"]
    server = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
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
