"""`manage.py demo` on a fresh clone, and again: what it makes, what it keeps, what it says."""

import json
import os
import shutil
import socket
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings

PILOT_CITIES = {
    "La Ferté-Macé",
    "Saint-Étienne-du-Rouvray",
    "Gaillon",
    "Mondeville",
    "Vire Normandie",
    "Coutances",
}

PILOTS = """
import json
from courses.people.models import Organisation
pilots = Organisation.objects.filter(is_pilot=True)
print(json.dumps([Organisation.objects.schools().count(), list(pilots.values_list("city", flat=True))]))
"""
LICENCES = """
import json
from courses.catalogue.models import Licence
scopes = sorted(set(Licence.objects.values_list("scope", flat=True)))
print(json.dumps([Licence.objects.count(), Licence.objects.values("school").distinct().count(), scopes]))
"""
SCHOOL = """
import json
from courses.agenda.models import ClassHour
from courses.people.models import Person, SchoolClass
people = {login: Person.objects.get(login=f"{login}.demo") for login in ("eleve", "prof", "pp", "direction")}
classes = SchoolClass.objects
print(json.dumps([
    sorted(classes.of_student(people["eleve"]).values_list("kind", flat=True)),
    sorted(classes.taught_by(people["prof"]).values_list("name", flat=True)),
    list(classes.tutored_by(people["pp"]).values_list("name", flat=True)),
    classes.led_by(people["direction"]).count(),
    [people["eleve"].email, ClassHour.objects.values("teaching__subject").distinct().count()],
]))
"""
CERTIFICATES = """
import json
from training.models import Certificate
print(json.dumps([content["fr"]["way"] for content in Certificate.objects.values_list("content", flat=True)]))
"""
NOT_IN_A_CLONE = shutil.ignore_patterns(
    ".venv", "node_modules", ".git", "var", "*.mo", "__pycache__", "*.sqlite3*"
)
LOGIN = (
    "from courses.people.models import Person;"
    " print(Person.objects.get(login='prof.demo').public_id)"
)


class Demo:
    """The command in a process of its own, on a clone without compiled messages, with a folder of
    its own.
    """

    def __init__(self, clone: Path, folder: Path):
        self.clone = clone
        self.folder = folder
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("PG", "DJANGO_SETTINGS"))
        }
        self.environment = {**kept, "PASSERELLE_VAR": str(folder)}

    def run(self, *arguments: str) -> subprocess.CompletedProcess:
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(
            command,
            cwd=self.clone,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
        )

    @property
    def marker(self) -> Path:
        return self.folder / "demo" / "loaded.json"

    def ask(self, question: str) -> str:
        return self.run(
            "shell", "--settings", "cms.settings.demo", "--no-imports", "-v", "0", "-c", question
        ).stdout.strip()


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    clone = tmp_path_factory.mktemp("clone") / "passerelle"
    shutil.copytree(settings.BASE_DIR, clone, ignore=NOT_IN_A_CLONE)
    demo = Demo(clone, tmp_path_factory.mktemp("demo"))
    demo.first = demo.run("demo", "--no-serve", "--small")
    return demo


def test_certificates_of_a_fresh_clone_are_in_french_on_their_french_half(demo):
    ways = json.loads(demo.ask(CERTIFICATES))

    assert ways
    assert [way for way in ways if "online" in way or " in " in way] == []


def test_it_says_what_it_makes(demo):
    assert demo.first.returncode == 0, demo.first.stderr
    assert "267 lycées" in demo.first.stdout
    assert "60 pages in French and in English" in demo.first.stdout
    assert demo.marker.exists()


def test_six_pilots_are_marked_among_267_schools(demo):
    said = demo.ask(PILOTS)

    schools, pilots = json.loads(said)
    assert (schools, set(pilots), len(pilots)) == (267, PILOT_CITIES, 6)


def test_more_than_thirty_licences_of_about_twenty_schools(demo):
    said = demo.ask(LICENCES)

    licences, schools, scopes = json.loads(said)
    assert licences >= 30
    assert 19 <= schools <= 22
    assert scopes == ["named", "school", "subjects"]


def test_one_school_has_two_classes_in_use_and_a_login_for_each_who_lives_there(demo):
    said = demo.ask(SCHOOL)

    assert json.loads(said) == [
        ["class", "group", "option"],
        ["2de 3", "2de 4"],
        ["2de 3"],
        5,
        [None, 9],
    ]


def test_started_again_it_keeps_its_data_and_says_when_its_day_is_past(demo):
    before = demo.ask(LOGIN)
    demo.marker.write_text(json.dumps({"today": (date.today() - timedelta(days=2)).isoformat()}))

    again = demo.run("demo", "--no-serve")

    assert again.returncode == 0
    assert "--reset makes a new one" in again.stdout
    assert demo.ask(LOGIN) == before


def test_a_taken_port_is_one_clear_line(demo):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        answer = demo.run("demo", "--port", str(port))

    assert answer.returncode == 1
    assert f"Port {port} is taken" in answer.stderr
    assert len(answer.stderr.strip().splitlines()) == 1
