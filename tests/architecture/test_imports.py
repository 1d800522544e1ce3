"""The import contracts of pyproject.toml."""

import subprocess
import sys
import tomllib
from pathlib import Path

from django.conf import settings


def test_imports_go_down_and_each_module_has_its_place():
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout[-4000:]


def test_every_room_with_rules_or_services_has_its_modules_in_order():
    """A room entered among its package's rooms alone would have no order inside."""
    house = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())
    contracts = house["tool"]["importlinter"]["contracts"]
    inside = next(one for one in contracts if one["name"].startswith("Inside a room"))
    rooms = {
        f"{package}.{folder.name}"
        for package in ("cms", "continuity", "courses")
        for folder in (settings.BASE_DIR / package).iterdir()
        for kind in ("rules", "services", "views")
        if (folder / f"{kind}.py").exists() or (folder / kind).is_dir()
    }

    assert rooms - set(inside["containers"]) == set()
