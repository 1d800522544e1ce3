"""The demo's ten trainings, read from `content/trainings.toml`."""

import tomllib
from pathlib import Path

from courses.people.models import Subject
from training.enums import TrainingLevel
from training.models import Training

CONTENT = Path(__file__).parent / "content"


def make_trainings(world) -> dict[str, Training]:
    """One row each, with the subjects that the demo has."""
    from_code = {subject.code: subject for subject in Subject.objects.all()}
    trainings = {}
    entries = tomllib.loads((CONTENT / "trainings.toml").read_text(encoding="utf-8"))
    for key, entry in entries.items():
        training = Training.objects.create(
            resource=world.resources[entry["resource"]],
            level=entry.get("level", TrainingLevel.ANY),
            **entry["texts"],
        )
        codes = entry.get("subjects", ())
        training.subjects.set([from_code[code] for code in codes if code in from_code])
        trainings[key] = training
    return trainings
