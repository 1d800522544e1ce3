"""The examples in deploy/ are taken by the programs that read them."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from configparser import ConfigParser
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

import pytest
import yaml
from django.conf import settings

DEPLOY = Path(settings.BASE_DIR) / "deploy"
UNITS = sorted([*DEPLOY.glob("*.service"), *DEPLOY.glob("backup/*.service")])
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


def test_systemd_understands_what_several_machines_add_to_the_backup_of_the_database(here):
    """The file lies where `back_up` of another machine reads it, and the unit may write there."""
    text = (DEPLOY / "backup" / "several-machines.conf").read_text()
    unit = here(
        (DEPLOY / "backup" / "passerelle-database@.service").read_text(),
        "passerelle-database@.service",
    )
    added = unit.with_name(f"{unit.name}.d") / "several-machines.conf"
    added.parent.mkdir()
    place = Path(re.search(r"PASSERELLE_DATABASE_BACKUPS=(\S+)", text)[1])

    added.write_text(text.replace("ReadWritePaths", "ReadWritPaths"))
    assert "ReadWritPaths" in verified(unit)
    added.write_text(text)
    assert verified(unit) == ""
    assert f"ReadWritePaths=-{place.parent}\n" in text
    assert f"{place}'" in text


# Their servers hold shared memory: `RemoveIPC=true` takes it from them when a unit of that user ends (systemd.exec(5)).
USERS_WITH_A_DATABASE = {"postgres"}


def user_of(unit: Path) -> str:
    return re.search(r"^User=(\S+)$", unit.read_text(), re.MULTILINE)[1]


def settings_of_hardening(unit: Path) -> set[str]:
    section = unit.read_text().partition("NoNewPrivileges")[2].partition("[Install]")[0]
    return {line for line in section.splitlines() if line and not line.startswith("#")}


def test_every_unit_has_the_same_hardening():
    of_sites = [unit for unit in UNITS if user_of(unit) not in USERS_WITH_A_DATABASE]
    same = settings_of_hardening(of_sites[0])

    assert len(UNITS) == 5
    assert len(of_sites) == 4
    assert "RemoveIPC=true" in same
    for unit in UNITS:
        expected = same if unit in of_sites else same - {"RemoveIPC=true"} | {"RemoveIPC=no"}
        assert settings_of_hardening(unit) == expected, unit.name


# Settings of passerelle.env that name a place, and which units write there: ProtectSystem=strict shuts all others.
WRITERS = {
    "PASSERELLE_VAR": {
        "passerelle-web.service",
        "passerelle-worker@.service",
        "passerelle-tick.service",
        "passerelle-files.service",
    },
    "PASSERELLE_ERASED_FILE": {"passerelle-tick.service"},
    "PASSERELLE_ROSTER_FOLDER": {"passerelle-worker@.service"},
    "PASSERELLE_BACKUP": {"passerelle-files.service"},
    "PASSERELLE_BACKUP_NOTES": {"passerelle-files.service"},
    # Written by commands that somebody types, read by the units.
    "PASSERELLE_STATIC": set(),
    "PASSERELLE_LTI_KEYS": set(),
    "PASSERELLE_SAML_KEY": set(),
    "PASSERELLE_SAML_CERT": set(),
}


def places_of_settings() -> dict[str, str]:
    settings_text = (DEPLOY / "passerelle.env").read_text()
    return dict(re.findall(r"^(?:# )?(PASSERELLE_\w+)=(/\S+)$", settings_text, re.MULTILINE))


def test_units_may_write_where_the_settings_lead_them():
    places = places_of_settings()
    units = {unit.name: unit for unit in UNITS}

    assert set(places) == set(WRITERS)
    for name, writers in WRITERS.items():
        for unit in writers:
            line = re.search(r"^ReadWritePaths=(.*)$", units[unit].read_text(), re.MULTILINE)[1]
            open_to_it = [Path(word.lstrip("-")) for word in line.split()]
            assert any(map(Path(places[name]).is_relative_to, open_to_it)), (name, unit)


def test_a_unit_starts_and_says_what_is_wrong_while_a_disk_is_not_mounted():
    """Of a place without `-` that isn't there systemd ends the unit (226/NAMESPACE) before Python: no
    failure would be noted.
    """
    for file in [*UNITS, DEPLOY / "backup" / "several-machines.conf"]:
        for line in re.findall(r"^ReadWritePaths=(.*)$", file.read_text(), re.MULTILINE):
            assert not [word for word in line.split() if word.startswith("/srv/")], file.name


@pytest.fixture
def own_folder():
    """With a path that is short enough for a socket, and owned by whom PostgreSQL's programs run as."""
    folder = Path(tempfile.mkdtemp(prefix="passerelle-pooler-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    yield folder
    shutil.rmtree(folder)


@pytest.mark.skipif(shutil.which("pgbouncer") is None, reason="needs Debian's pgbouncer")
def test_the_console_of_pgbouncer_opens_as_the_runbook_says(own_folder):
    text = (DEPLOY / "pgbouncer.ini").read_text()
    command = re.search(r"^; +runuser -u postgres -- (psql .*)$", text, re.MULTILINE)[1]
    changes = {
        "/run/postgresql/pgbouncer.pid": str(own_folder / "pid"),
        "/run/postgresql": str(own_folder),
        "/etc/pgbouncer/userlist.txt": str(own_folder / "users"),
        "listen_addr = 127.0.0.1": "listen_addr =",
    }
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    (own_folder / "pgbouncer.ini").write_text(text)
    (own_folder / "users").write_text('"passerelle" "secret"\n')
    as_postgres = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    started = run(*as_postgres, "pgbouncer", "-d", "-q", own_folder / "pgbouncer.ini")
    assert started.returncode == 0, started.stderr

    try:
        asked = command.replace("/run/postgresql", str(own_folder)).replace('"', "").split(" -c ")
        told = run(*as_postgres, *asked[0].split(), "-c", asked[1])
    finally:
        pid = int((own_folder / "pid").read_text())
        os.kill(pid, signal.SIGINT)
        while Path(f"/proc/{pid}").exists():
            time.sleep(0.05)

    assert told.returncode == 0, told.stderr
    assert "cl_waiting" in told.stdout


def load_shape():
    loader = SourceFileLoader("shape", str(DEPLOY / "shape"))
    module = module_from_spec(spec_from_loader("shape", loader))
    sys.modules["shape"] = module  # its dataclasses look for it
    try:
        loader.exec_module(module)
    finally:
        del sys.modules["shape"]
    return module


@pytest.mark.parametrize(
    ("line", "refuses"),
    [
        ("synchronous_standby_names = '*'", False),
        ("synchronous_standby_names = 'ANY 1 (a, b)'", False),
        ("synchronous_standby_names = ''", True),
        ("", True),
    ],
)
def test_a_standby_that_may_lack_confirmed_writes_is_not_promoted_unasked(tmp_path, line, refuses):
    module = load_shape()
    data = tmp_path / "postgres" / "primary"
    data.mkdir(parents=True)
    (data.parent / "primary-20260901T210000.lost").mkdir()  # of an earlier switch
    (data / "postgresql.auto.conf").write_text(f"# Do not edit\nport = '1'\n{line}\n")
    shape = module.Shape(tmp_path)
    shape.state = module.State(base=1, passwords={})
    own = os.getpid()
    shape.state.processes["replica"] = [own, module.began(own)]

    with pytest.raises((SystemExit, KeyError)) as ended:
        shape.promote(may_lose=False)  # not refused: it goes on, and has no password to ask with

    assert (ended.type is SystemExit) == refuses
    put_aside = sorted(data.parent.glob("primary-*.lost"))
    assert (put_aside[0].name, len(put_aside)) == ("primary-20260901T210000.lost", 2 - refuses)


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


def test_the_pool_lends_a_connection_for_one_transaction():
    """By session each thread of a web node would hold one of twelve for as long as it lives."""
    pooler = ConfigParser(comment_prefixes=[";"])
    pooler.read(DEPLOY / "pgbouncer.ini")

    assert pooler["pgbouncer"]["pool_mode"] == "transaction"


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


def test_a_form_that_one_node_took_is_sent_to_no_other():
    """`non_idempotent` would write twice what a node wrote before it died."""
    text = (DEPLOY / "nginx.conf").read_text()

    assert re.findall(r"^ *proxy_next_upstream (.*);$", text, re.MULTILINE) == ["error timeout"]


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
        "/var/log/nginx/error.log": tmp_path / "error.log",
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


# Services of compose.yaml that read or write the place of a setting; the code's own files are in the image.
SERVICES = dict.fromkeys(WRITERS, ("web1", "worker", "tick", "back-up")) | {
    "PASSERELLE_ROSTER_FOLDER": ("worker", "tick"),
    "PASSERELLE_BACKUP": ("back-up",),
    "PASSERELLE_STATIC": (),
}


@pytest.mark.parametrize("name", WRITERS)
def test_what_settings_name_lies_in_a_volume_that_down_keeps(name):
    """What a container writes elsewhere is gone with `podman-compose down`."""
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    image = (DEPLOY / "Containerfile").read_text()
    made = image.partition("install -d -o 10001")[2].splitlines()[0].split()

    for service in SERVICES[name]:
        told = compose["services"][service]
        place = Path(told["environment"].get(name) or places_of_settings()[name])
        mounts = [
            re.fullmatch(r"(?:\$\{\w+:-)?(\w+)\}?:(/[^\s:]+)(?::ro)?", one)
            for one in told["volumes"]
        ]
        volumes = {Path(mount[2]): mount[1] for mount in mounts}
        [folder] = [folder for folder in volumes if place.is_relative_to(folder)]
        assert volumes[folder] in compose["volumes"]
        assert str(folder) in made  # else root's, and the container can't write there


def test_web_containers_write_neither_the_list_of_the_erased_nor_keys():
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]

    for name in ("web1", "web2"):
        open_to_it = [one for one in services[name]["volumes"] if not one.endswith(":ro")]
        assert [one.rpartition(":")[2] for one in open_to_it] == ["/var/lib/passerelle"]
    assert not any(one.endswith(":ro") for one in services["tick"]["volumes"])


def test_files_on_their_way_in_fill_no_memory():
    """500 MB come in one form: each folder in memory has a size, and the unit's is on the disk."""
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"].values()
    folders = [folder.split(":") for service in services for folder in service.get("tmpfs", [])]
    sizes = [options for place, *options in folders if Path(place).name == "tmp"]

    assert sizes
    assert [options for options in sizes if "size=" not in "".join(options)] == []
    assert "\nEnvironment=TMPDIR=/var/tmp\n" in (DEPLOY / "passerelle-web.service").read_text()
