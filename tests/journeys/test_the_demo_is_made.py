"""`manage.py demo` on a fresh clone, and again: what it makes, what it keeps, what it says."""

import json
import socket
import subprocess
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests import made_demo

PILOT_CITIES = {
    "La Ferté-Macé",
    "Saint-Étienne-du-Rouvray",
    "Gaillon",
    "Mondeville",
    "Vire Normandie",
    "Coutances",
}

FACTS = """
import json
from courses.agenda.models import ClassHour
from courses.catalogue.models import Licence
from courses.people.models import Organisation, Person, SchoolClass
from training.models import Certificate
people = {login: Person.objects.get(login=f"{login}.demo") for login in ("eleve", "prof", "pp", "direction")}
pilots = Organisation.objects.filter(is_pilot=True)
classes = SchoolClass.objects
print(json.dumps({
    "schools": Organisation.objects.schools().count(),
    "pilots": list(pilots.values_list("city", flat=True)),
    "licences": Licence.objects.count(),
    "schools with one": Licence.objects.values("school").distinct().count(),
    "scopes": sorted(set(Licence.objects.values_list("scope", flat=True))),
    "a student's": sorted(classes.of_student(people["eleve"]).values_list("kind", flat=True)),
    "a teacher's": sorted(classes.taught_by(people["prof"]).values_list("name", flat=True)),
    "a tutor's": list(classes.tutored_by(people["pp"]).values_list("name", flat=True)),
    "a leader's": classes.led_by(people["direction"]).count(),
    "a student's mail": people["eleve"].email,
    "subjects": ClassHour.objects.values("teaching__subject").distinct().count(),
    "ways": [content["fr"]["way"] for content in Certificate.objects.values_list("content", flat=True)],
    "public id": str(people["prof"].public_id),
}))
"""


class Demo:
    """The command on a clone without compiled messages, with a folder of its own."""

    def __init__(self, clone: Path, folder: Path):
        self.clone = clone
        self.folder = folder
        self.said = made_demo.copy_to(folder)
        self.facts = self.ask()

    def run(self, *arguments: str) -> subprocess.CompletedProcess:
        return made_demo.run(self.clone, self.folder, *arguments)

    @property
    def marker(self) -> Path:
        return self.folder / "demo" / "loaded.json"

    def ask(self) -> dict:
        shell = ("shell", "--settings", "cms.settings.demo", "--no-imports", "-v", "0", "-c")
        return json.loads(self.run(*shell, FACTS).stdout)


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    clone = made_demo.clone_in(tmp_path_factory.mktemp("clone"))
    return Demo(clone, tmp_path_factory.mktemp("demo") / "var")


def test_certificates_of_a_fresh_clone_are_in_french_on_their_french_half(demo):
    ways = demo.facts["ways"]

    assert ways
    assert [way for way in ways if "online" in way or " in " in way] == []


def test_it_says_what_it_makes(demo):
    assert "267 lycées" in demo.said
    assert "60 pages in French and in English" in demo.said
    assert demo.marker.exists()


def test_six_pilots_are_marked_among_267_schools(demo):
    assert demo.facts["schools"] == 267
    assert len(demo.facts["pilots"]) == 6
    assert set(demo.facts["pilots"]) == PILOT_CITIES


def test_more_than_thirty_licences_of_about_twenty_schools(demo):
    assert demo.facts["licences"] >= 30
    assert 19 <= demo.facts["schools with one"] <= 22
    assert demo.facts["scopes"] == ["named", "school", "subjects"]


def test_one_school_has_two_classes_in_use_and_a_login_for_each_who_lives_there(demo):
    assert demo.facts["a student's"] == ["class", "group", "option"]
    assert demo.facts["a teacher's"] == ["2de 3", "2de 4"]
    assert demo.facts["a tutor's"] == ["2de 3"]
    assert demo.facts["a leader's"] == 5
    assert demo.facts["a student's mail"] is None
    assert demo.facts["subjects"] == 9


def test_started_again_it_keeps_its_data_and_says_when_its_day_is_past(demo):
    demo.marker.write_text(json.dumps({"today": (date.today() - timedelta(days=2)).isoformat()}))

    again = demo.run("demo", "--no-serve")

    assert again.returncode == 0
    assert "--reset makes a new one" in again.stdout
    assert demo.ask() == demo.facts


def test_a_taken_port_is_one_clear_line(demo):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        answer = demo.run("demo", "--port", str(port))

    assert answer.returncode == 1
    assert f"Port {port} is taken" in answer.stderr
    assert len(answer.stderr.strip().splitlines()) == 1
