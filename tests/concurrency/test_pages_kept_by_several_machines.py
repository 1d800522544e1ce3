"""The cache that several machines share, on a real Valkey: gone, silent, and back."""

import contextlib
import os
import pickle
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import redis
import yaml
from django.conf import settings
from django.test import override_settings

from courses.digest.gateways.redis import SIGNATURE, ForgivingRedisCache
from courses.digest.services import VERSION
from tests.doors.running import free_port

pytestmark = pytest.mark.django_db
PREFIX = "signed"  # of keys, since values are signed
KEY = ":1:page"  # as Django writes "page" into the server
QUICK = {"socket_timeout": 0.2, "socket_connect_timeout": 0.2}  # seconds


@pytest.fixture
def address(tmp_path):
    return f"redis://127.0.0.1:{free_port()}"


@pytest.fixture
def start(address, tmp_path):
    """Start a Valkey at the address, and end it by its pid."""
    started = []

    def one(*command: str) -> subprocess.Popen:
        port = address.rpartition(":")[2]
        command = (*(command or ("valkey-server", "--save", "")), "--port", port)
        command = (*command, "--bind", "127.0.0.1")
        server = subprocess.Popen([*command, "--dir", tmp_path, "--logfile", tmp_path / "log"])
        started.append(server)
        for _ in range(200):
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", int(port)), 0.2).close()
                return server
            time.sleep(0.05)
        raise AssertionError("Valkey did not start")

    yield one
    for server in started:
        server.send_signal(signal.SIGCONT)
        server.kill()
        server.wait(10)


@pytest.fixture(autouse=True)
def _no_pause():
    yield
    end_the_pause()


def end_the_pause() -> None:
    ForgivingRedisCache.pause_ends = 0.0


@pytest.fixture
def cache(address):
    return ForgivingRedisCache(address, {"OPTIONS": QUICK})


def test_what_one_process_keeps_another_reads(start, cache, address):
    start()

    cache.set("page", "Home", 60)

    assert ForgivingRedisCache(address, {"OPTIONS": QUICK}).get("page") == "Home"
    assert cache.add("count", 1)
    assert not cache.add("count", 2)
    assert cache.get("count") == 1
    with pytest.raises(NotImplementedError):
        cache.incr("count")


def test_a_server_that_is_gone_is_an_empty_cache(cache, caplog):
    assert cache.get("page", "nothing") == "nothing"
    cache.set("page", "Home")
    cache.delete_many(["page"])
    assert cache.get_many(["page"]) == {}
    assert cache.set_many({"page": "Home"}) == ["page"]
    assert cache.get_or_set("page", "made anew") == "made anew"
    assert not cache.add("page", "Home")
    assert not cache.has_key("page")

    assert [record.message[:28] for record in caplog.records] == ["Redis could not be asked, pa"]


def test_a_silent_server_is_asked_once_and_again_after_the_pause(start, cache):
    server = start()
    cache.set("page", "Home", 60)
    server.send_signal(signal.SIGSTOP)

    assert cache.get("page") is None
    server.send_signal(signal.SIGCONT)

    assert cache.get("page") is None  # not asked
    end_the_pause()
    assert cache.get("page") == "Home"


def test_a_page_is_served_while_the_server_is_gone(client, address, settings):
    settings.CACHES = {
        **settings.CACHES,
        "pages": {
            "BACKEND": "courses.digest.gateways.redis.ForgivingRedisCache",
            "LOCATION": address,
            "OPTIONS": QUICK,
        },
    }

    assert client.get("/fr/trainings/").status_code == 200


class RunsCode:
    """A pickle that creates a file when it is read."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (Path.touch, (self.path,))


class OfARelease:
    """A class that the next release doesn't have."""


@pytest.fixture
def server(start, address):
    start()
    return redis.Redis.from_url(address)


def unreadable(how, cache, server, tmp_path, monkeypatch):
    match how:
        case "a pickle from the network":
            server.set(KEY, pickle.dumps(RunsCode(tmp_path / "ran")))
        case "a pickle behind a made up signature":
            server.set(KEY, b"x" * SIGNATURE + pickle.dumps(RunsCode(tmp_path / "ran")))
        case "nonsense":
            server.set(KEY, b"\x80nonsense")
        case "a number":
            server.set(KEY, 7)
        case "our value of another key":
            cache.set("other-page", "Other")
            server.set(KEY, server.get(":1:other-page"))
        case "another secret's":
            with override_settings(SECRET_KEY="o" * 60):
                cache.set("page", RunsCode(tmp_path / "ran"))
        case "another release's":
            cache.set("page", OfARelease())
            monkeypatch.delattr(f"{__name__}.OfARelease")


@pytest.mark.parametrize(
    "how",
    [
        "a pickle from the network",
        "a pickle behind a made up signature",
        "nonsense",
        "a number",
        "our value of another key",
        "another secret's",
        "another release's",
    ],
)
@pytest.mark.parametrize(
    ("read", "nothing"),
    [
        (lambda cache: cache.get("page", "nothing"), "nothing"),
        (lambda cache: cache.get_many(["page", "count"]), {"count": 2}),
    ],
    ids=["get", "get_many"],
)
def test_a_value_that_is_not_ours_runs_nothing_and_counts_as_missing(
    how, read, nothing, cache, server, tmp_path, monkeypatch
):
    cache.set("count", 2)
    unreadable(how, cache, server, tmp_path, monkeypatch)

    assert read(cache) == nothing
    assert not (tmp_path / "ran").exists()
    assert cache.get_or_set("page", "made anew") == "made anew"
    assert cache.get("page") == "made anew"


def test_each_value_comes_back_as_it_was(cache, server):
    for value in (0, -3, True, None, "12", b"12", ["a", {"b": 1.5}]):
        cache.set("page", value)
        back = cache.get("page", "missing")
        assert (back, type(back)) == (value, type(value))


def test_a_number_in_place_of_the_version_costs_no_page(client, address, server, settings):
    """Every page of visitors reads it: `SET …version 7` made each of them an error 500."""
    settings.CACHES = {
        **settings.CACHES,
        "pages": {
            "BACKEND": "courses.digest.gateways.redis.ForgivingRedisCache",
            "LOCATION": address,
            "KEY_PREFIX": PREFIX,
            "OPTIONS": QUICK,
        },
    }
    assert client.get("/fr/trainings/").status_code == 200
    names = [name.decode() for name in server.scan_iter()]
    assert f"{PREFIX}:1:{VERSION}" in names

    for name in names:
        server.set(name, 7)

    assert client.get("/fr/trainings/").status_code == 200


def test_nodes_of_the_release_before_ask_for_other_keys():
    """Its nodes run beside ours while an upgrade goes on, and would run a pickle of ours unsigned."""
    code = "from cms.settings.storage import CACHES; print(CACHES['pages']['KEY_PREFIX'])"
    environment = {**os.environ, "PASSERELLE_REDIS": "redis://127.0.0.1"}

    told = subprocess.check_output([sys.executable, "-c", code], env=environment, text=True)

    assert told.strip() == PREFIX


def test_the_server_of_compose_asks_for_the_password_of_its_file(start, address, tmp_path):
    compose = yaml.safe_load(Path(settings.BASE_DIR, "deploy", "compose.yaml").read_text())
    valkey = compose["services"]["valkey"]
    [name] = valkey["secrets"]
    file = tmp_path / name
    file.write_text("requirepass p4ss\n")
    server = start(*(word.replace(f"/run/secrets/{name}", str(file)) for word in valkey["command"]))

    assert redis.Redis.from_url(address.replace("://", "://:p4ss@")).ping()
    assert "p4ss" not in Path(f"/proc/{server.pid}/cmdline").read_text()
    with pytest.raises(redis.AuthenticationError):
        redis.Redis.from_url(address).ping()
