"""What a start of `deploy/shape` ends when one of its parts fails, and a standby whose disk is lost."""

import importlib.machinery
import importlib.util
import shutil
import sys
import tempfile
from pathlib import Path

import pytest

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


def test_a_start_that_fails_ends_only_what_it_has_begun(folder, capsys):
    shape_module = module_of(SHAPE)
    shape = shape_module.Shape(folder)
    passwords = dict.fromkeys(
        ("postgres", "passerelle", "replica", "secret", "second", "pseudonym", "s3", "metrics"), "x"
    )
    shape.state = shape_module.State(base=BASE, passwords=passwords)
    for name in ("log", "run", "postgres"):
        (folder / name).mkdir()
    shape.part("mail", ["sleep", "60"])  # of a start before
    later = shape_module.Shape(folder)

    try:
        with pytest.raises(SystemExit):
            later.start(base=BASE, demo=None)  # the primary has no data folder

        assert later.runs("mail")
        assert not later.runs("primary")
        assert "what this start began is ended" in capsys.readouterr().out
    finally:
        later.stop(wipe=False)


@pytest.mark.skipif(
    not (shutil.which("openssl") and Path("/usr/lib/postgresql").exists()),
    reason="needs PostgreSQL and openssl",
)
def test_a_standby_whose_disk_is_lost_is_made_anew(folder):
    shape = module_of(SHAPE).Shape(folder)
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
