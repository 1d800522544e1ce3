"""The demo's processes: one that is slow to answer isn't one that has ended."""

import socket
import sys

import pytest

from cms.management import serving


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind((serving.HOST, 0))
        yield probe.getsockname()[1]


@pytest.fixture
def processes():
    started = serving.Processes("http://127.0.0.1")
    yield started
    started.stop()


def test_a_server_that_does_not_answer_in_time_still_runs(processes, port, monkeypatch):
    monkeypatch.setattr(serving, "SECONDS_TO_START", 0.2)
    processes.start([sys.executable, "-c", "import time; time.sleep(60)"])

    assert not processes.wait_until_up(port)
    assert processes.all_run()


def test_one_that_ends_is_not_waited_for(processes, port):
    processes.start([sys.executable, "-c", "pass"]).wait(30)

    assert not processes.wait_until_up(port)
    assert not processes.all_run()
