"""The import contracts of pyproject.toml."""

import subprocess
import sys
from pathlib import Path


def test_imports_go_down_and_each_module_has_its_place():
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout[-4000:]
