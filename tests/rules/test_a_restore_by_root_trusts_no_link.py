"""`manage.py restore` runs as root, and keeps its report in a folder of the site's user."""

import json
import os
import shutil
import tempfile
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="root alone has rights to lose")
SITE_USER = "nobody"


@pytest.fixture
def home(settings):
    """The site's folder, `var`, and one of root's; both can be read by everybody."""
    home = Path(tempfile.mkdtemp(prefix="passerelle-home-"))
    home.chmod(0o755)
    settings.VAR_DIR = home / "var"
    settings.BACKUPS_FILE = settings.VAR_DIR / "backups.json"
    for name in ("var", "of-root", "backup"):
        (home / name).mkdir(mode=0o755)
    shutil.chown(settings.VAR_DIR, SITE_USER)
    yield home
    shutil.rmtree(home)


def restore(home) -> str:
    """From a backup without a manifest: nothing but the report is written. Returns the error."""
    with pytest.raises(CommandError) as refused:
        call_command("restore", home / "place", backup=home / "backup")
    return str(refused.value)


def test_a_report_belongs_to_the_site_s_user(home):
    assert "Not everything is in order" in restore(home)

    var = home / "var"
    written = [var / "backups.json", var / "rehearsals", *(var / "rehearsals").iterdir()]
    assert {path.owner() for path in written} == {SITE_USER}
    assert len(written) == 4
    assert not json.loads((var / "backups.json").read_text())["last_rehearsal"]["is_fine"]
    assert (os.geteuid(), os.getegid()) == (0, os.getgid())


def test_a_link_of_the_site_s_user_opens_no_folder_of_root(home):
    (home / "var" / "rehearsals").symlink_to(home / "of-root")

    assert "couldn't be kept" in restore(home)

    assert list((home / "of-root").iterdir()) == []
    assert (home / "of-root").owner() == "root"


def test_a_link_of_the_site_s_user_overwrites_no_file_of_root(home):
    file = home / "of-root" / "shadow"
    file.write_text("root's")
    (home / "var" / "backups.json.part").symlink_to(file)

    assert "couldn't be kept" in restore(home)

    assert (file.read_text(), file.owner()) == ("root's", "root")
