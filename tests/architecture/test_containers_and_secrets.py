"""No secret of deploy/compose.yaml becomes an argument of podman, which `ps` shows to every user of the
machine: settings come as a file, and the image's entry point reads it.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from django.conf import settings

DEPLOY = Path(settings.BASE_DIR) / "deploy"
COMPOSE = DEPLOY / "compose.yaml"
WITH_SETTINGS = DEPLOY / "with-settings"
SECRET = "s3cr3t-of-the-file"
# As podman-compose 1.3.0 asks; each call is a line of `told`.
PODMAN = '#!/bin/sh\necho "$@" >>{told}\ncase $1 in --version) echo "podman version 5.4.2";; esac\n'


def secret_settings() -> list[str]:
    names = re.findall(r"^(?:# )?(PASSERELLE_\w+)=", (DEPLOY / "passerelle.env").read_text(), re.M)
    return [name for name in names if re.search(r"_KEY$|SECRET$|TOKEN$|REDIS$", name)]


@pytest.fixture
def calls_of_podman(tmp_path):
    """What podman is called with by a command of podman-compose, a line a call; without that program
    what it takes from the file: names of `environment` and `env_file`, and commands.
    """
    names = [*secret_settings(), "PGPASSWORD", "PASSERELLE_SMTP_PASSWORD", "JITSI_SECRET"]
    env, valkey, told = (tmp_path / name for name in ("env", "valkey.conf", "told"))
    env.write_text("".join(f"{name}={SECRET}\n" for name in names))
    valkey.write_text(f"requirepass {SECRET}\n")
    podman = tmp_path / "bin" / "podman"
    podman.parent.mkdir()
    podman.write_text(PODMAN.format(told=told))
    podman.chmod(0o755)

    def run(*words: str) -> str:
        if shutil.which("podman-compose") is None:
            services = yaml.safe_load(COMPOSE.read_text())["services"].values()
            return "\n".join(
                f"{service.get('environment')} {service.get('command')} {service.get('env_file')}"
                for service in services
            )
        subprocess.run(
            ["podman-compose", "-f", COMPOSE, *words],
            # What somebody may have in their shell comes from there by `${NAME}`, too.
            env=dict.fromkeys([*names, "PASSERELLE_REDIS_PASSWORD"], SECRET)
            | {
                "PATH": f"{podman.parent}:{os.environ['PATH']}",
                "PASSERELLE_MACHINE": "app1",
                "PASSERELLE_ENV": str(env),
                "PASSERELLE_VALKEY": str(valkey),
            },
            cwd=tmp_path,
            capture_output=True,
            timeout=120,
            check=True,
        )
        return told.read_text()

    return run


@pytest.mark.parametrize(
    "words",
    [
        "up -d",
        "--profile backup run --rm back-up",
        "exec -T web1 with-settings python manage.py check",
    ],
)
def test_no_secret_is_an_argument_of_podman(calls_of_podman, words):
    calls = calls_of_podman(*words.split())

    assert "manage.py" in calls
    assert SECRET not in calls
    named = re.findall(r"\b(PASSERELLE_\w+|PG\w+|JITSI_\w+|\w*PASSWORD\w*)\b", calls)
    assert "PASSERELLE_VAR" in named  # no secret, but a word that is given on
    assert set(named) & {*secret_settings(), "PGPASSWORD", "VALKEY_PASSWORD"} == set()


def test_no_value_is_made_of_its_own_name():
    """podman-compose 1.3.0 leaves `NAME: ${NAME:-2}` as it stands: gunicorn didn't start."""
    for service in yaml.safe_load(COMPOSE.read_text())["services"].values():
        for name, value in service.get("environment", {}).items():
            assert f"${{{name}" not in value


def test_each_container_of_the_image_has_the_file_that_its_entry_point_reads():
    told = yaml.safe_load(COMPOSE.read_text())
    image = (DEPLOY / "Containerfile").read_text()
    [name] = re.findall(r"^file=/run/secrets/(\S+)$", WITH_SETTINGS.read_text(), re.M)
    ours = {
        service: words
        for service, words in told["services"].items()
        if "localhost/passerelle" in words["image"]
    }

    assert name in told["secrets"]
    assert {service: words["secrets"] for service, words in ours.items()} == {
        service: [name] for service in ("web1", "web2", "worker-mail", "worker", "tick", "back-up")
    }
    assert not [words for words in told["services"].values() if "env_file" in words]
    assert 'ENTRYPOINT ["with-settings"]' in image
    assert "COPY deploy/with-settings /usr/bin/with-settings" in image
    assert "!deploy/with-settings" in (DEPLOY.parent / ".containerignore").read_text()
    assert os.access(WITH_SETTINGS, os.X_OK)


@pytest.fixture
def begin(tmp_path):
    """Run the entry point with what the container was given; returns the environment of the command."""

    def run(file: str | None, **given: str) -> dict[str, str]:
        script = tmp_path / "with-settings"
        mounted = tmp_path / "passerelle.env"
        script.write_text(
            WITH_SETTINGS.read_text().replace("/run/secrets/passerelle.env", str(mounted))
        )
        if file is not None:
            mounted.write_text(file)
        done = subprocess.run(
            ["sh", script, "env"],
            env={"PATH": os.environ["PATH"]} | given,
            capture_output=True,
            text=True,
            check=True,
        )
        return dict(line.split("=", 1) for line in done.stdout.splitlines())

    return run


def test_a_container_reads_its_settings_as_a_shell_does(begin):
    found = begin(
        "# a comment\nPASSERELLE_FROM='Passerelle <a@b.fr>'\nPGPASSWORD='a$b&`c`'\nPGHOST=db\n"
    )

    assert (found["PASSERELLE_FROM"], found["PGHOST"]) == ("Passerelle <a@b.fr>", "db")
    assert found["PGPASSWORD"] == "a$b&`c`"


def test_what_a_container_was_given_counts_more_than_the_file(begin):
    """`PASSERELLE_STATIC` of a machine's env file isn't a folder of the image; `migrate` goes to the primary."""
    given = {"PASSERELLE_STATIC": "/opt/passerelle/static", "PGOPTIONS": "-c lock_timeout='5 s' $x"}

    found = begin("PASSERELLE_STATIC=/srv/passerelle/static\nPGOPTIONS=\nPGHOST=db\n", **given)

    assert {name: found[name] for name in given} == given
    assert found["PGHOST"] == "db"


def test_a_container_without_the_file_goes_on_with_its_environment(begin):
    assert begin(None, PGHOST="db")["PGHOST"] == "db"


def test_a_container_whose_file_can_not_be_read_does_not_start(begin):
    with pytest.raises(subprocess.CalledProcessError):
        begin("PASSERELLE_FROM=Passerelle <a@b.fr>\n")
