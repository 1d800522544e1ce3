"""The examples in deploy/ are taken by the programs that read them."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

DEPLOY = Path(settings.BASE_DIR) / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))
MOST_EXPOSED = 20  # tenths: 2.0 of systemd's 10; a unit without hardening has 9


def run(*command) -> subprocess.CompletedProcess:
    return subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, timeout=60, check=False
    )


def verified(unit: Path) -> str:
    """What systemd says of the unit. Unknown keys and bad values are only printed: it exits with 0."""
    said = run("systemd-analyze", "verify", "--man=no", unit)
    return said.stdout + said.stderr


@pytest.fixture
def here(tmp_path):
    """A unit as it stands on a machine where the programs are installed at this place."""

    def write(text: str, name: str = "passerelle-web.service") -> Path:
        programs = f"{Path(sys.executable).parent}/"
        path = tmp_path / name
        path.write_text(text.replace("/opt/passerelle/.venv/bin/", programs))
        return path

    return write


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_understands_each_line_of_a_unit(unit, here):
    assert verified(here(unit.read_text(), unit.name)) == ""


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_is_hardened(unit):
    said = run("systemd-analyze", "security", "--offline=true", f"--threshold={MOST_EXPOSED}", unit)

    assert said.returncode == 0, said.stdout


def test_a_line_that_systemd_does_not_know_is_seen(here):
    text = (DEPLOY / "passerelle-web.service").read_text()

    assert "ProtectSytem" in verified(here(text.replace("ProtectSystem", "ProtectSytem")))


def test_every_unit_has_the_same_hardening():
    hardening = {unit.read_text().partition("NoNewPrivileges")[2] for unit in UNITS}

    assert len(UNITS) == 3
    assert len(hardening) == 1


def test_backups_keep_what_is_erased_no_longer_than_the_pages_say():
    """About six weeks: a full backup goes once the next one, a week younger, is as old as that."""
    backup = DEPLOY / "backup"
    conf = (backup / "pgbackrest.conf").read_text()
    days = int(re.search(r"^repo1-retention-full=(\d+)$", conf, re.MULTILINE)[1])

    assert "repo1-retention-full-type=time" in conf
    assert "OnCalendar=Sun " in (backup / "passerelle-database@full.timer").read_text()
    assert days + 7 == 6 * 7
    for paper in ("adults", "child"):
        page = Path(settings.BASE_DIR) / "templates" / "register" / f"{paper}.html"
        assert "about six weeks" in page.read_text()


def test_the_proxy_overwrites_what_the_application_believes():
    text = (DEPLOY / "nginx.conf").read_text()
    headers = re.findall(r"proxy_set_header (X-[\w-]+) (\S+);", text)

    assert dict(headers) == {
        "X-Forwarded-Proto": "$scheme",
        "X-Forwarded-For": "$remote_addr",
        "X-Request-ID": "$request_id",
    }
    # In a `location` one of its own would drop all of those above.
    assert len(headers) == text.count("proxy_set_header X-")
    assert "$request_uri" not in text.partition("log_format")[2].partition(";")[0]


@pytest.mark.skipif(shutil.which("nginx") is None, reason="needs nginx; .ci/run installs it")
def test_nginx_takes_its_example(tmp_path):
    for name in ("certificate", "key"):
        (tmp_path / name).touch()
    made = run(
        "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost",
        "-keyout", tmp_path / "key", "-out", tmp_path / "certificate",
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    site = (DEPLOY / "nginx.conf").read_text()
    for old, new in {
        "/etc/ssl/passerelle/fullchain.pem": tmp_path / "certificate",
        "/etc/ssl/passerelle/key.pem": tmp_path / "key",
        "/var/log/nginx/passerelle.log": tmp_path / "access.log",
    }.items():
        site = site.replace(old, str(new))
    temp = "".join(
        f"{kind}_temp_path {tmp_path}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (tmp_path / "site.conf").write_text(site)
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid; events {{}} http {{ {temp} include {tmp_path}/site.conf; }}"
    )

    said = run("nginx", "-t", "-e", tmp_path / "error.log", "-c", tmp_path / "nginx.conf")

    assert said.returncode == 0, said.stderr
    assert "[warn]" not in said.stderr
