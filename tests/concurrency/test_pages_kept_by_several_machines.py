"""The cache that several machines share, on a real Valkey: gone, silent, and back."""

import contextlib
import signal
import socket
import subprocess
import time

import pytest

from courses.digest.gateways.redis import ForgivingRedisCache
from tests.doors.running import free_port

pytestmark = pytest.mark.django_db
QUICK = {"socket_timeout": 0.2, "socket_connect_timeout": 0.2}  # seconds


@pytest.fixture
def address(tmp_path):
    return f"redis://127.0.0.1:{free_port()}"


@pytest.fixture
def start(address, tmp_path):
    """Start a Valkey at the address, and end it by its pid."""
    started = []

    def one() -> subprocess.Popen:
        port = address.rpartition(":")[2]
        command = ["valkey-server", "--port", port, "--bind", "127.0.0.1", "--save", ""]
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
    ForgivingRedisCache.out_until = 0.0


@pytest.fixture
def cache(address):
    return ForgivingRedisCache(address, {"OPTIONS": QUICK})


def test_what_one_process_keeps_another_reads(start, cache, address):
    start()

    cache.set("page", "Home", 60)

    assert ForgivingRedisCache(address, {"OPTIONS": QUICK}).get("page") == "Home"
    assert cache.add("count", 1)
    assert cache.incr("count") == 2


def test_a_server_that_is_gone_is_an_empty_cache(cache, caplog):
    assert cache.get("page", "nothing") == "nothing"
    cache.set("page", "Home")
    cache.delete_many(["page"])
    assert cache.get_many(["page"]) == {}
    assert cache.set_many({"page": "Home"}) == ["page"]
    assert cache.get_or_set("page", "made anew") == "made anew"
    assert not cache.add("page", "Home")
    assert not cache.has_key("page")
    with pytest.raises(ValueError, match="not found"):
        cache.incr("page")

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
