"""Counts the seats taken of the session that all pressed for. Runs inside Django."""

import json
from pathlib import Path

from training.models import Session


def check(folder: str) -> None:
    rush = json.loads((Path(folder) / "people.json").read_text())["rush"]
    session = Session.objects.get(public_id=rush["session"])
    found = {"pressed": len(rush["sessions"]), "seats": rush["seats"]}
    print(json.dumps(found | {"taken": session.count_seats_taken()}))
